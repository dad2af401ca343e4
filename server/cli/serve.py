"""``hiplevel serve``: the dashboard and the API."""

from typing import Annotated

import typer

HostOption = Annotated[
    str, typer.Option(metavar="ADDRESS", help="Address to listen on, one of this computer's own.")
]
PortOption = Annotated[
    int, typer.Option(metavar="PORT", min=0, max=65535, help="0 takes any free one.")
]
OpenOption = Annotated[bool, typer.Option("--open", help="Open the dashboard in the browser.")]


def serve(
    host: HostOption = "127.0.0.1",
    port: PortOption = 8000,
    *,
    open_browser: OpenOption = False,
) -> None:
    """Serve the dashboard of the data folder until Ctrl-C."""
    from server.serving import listen, n_workers_here, run_server

    listener = listen(host, port)  # first, because it is the likeliest to fail

    from server.cli.terminal import say
    from server.library import Library
    from server.sensors.radios import radio_of_environment
    from server.settings import Settings

    library = Library(Settings.from_environment(), n_workers=n_workers_here())
    say(f"Runs are kept in {library.settings.home}")
    run_server(library, listener, open_browser=open_browser, open_radio=radio_of_environment())
