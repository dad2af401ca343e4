"""``hiplevel demo``: the dashboard with six weeks of an invented runner."""

from pathlib import Path
from typing import Annotated

import typer

from server.cli.given_path import given_path
from server.cli.serve import HostOption, OpenOption, PortOption


def demo(
    home: Annotated[
        Path | None,
        typer.Option(
            parser=given_path,
            metavar="DIR",
            help="Data folder; without it, one that is removed at the end.",
        ),
    ] = None,
    host: HostOption = "127.0.0.1",
    port: PortOption = 8000,
    *,
    open_browser: OpenOption = False,
) -> None:
    """Show the dashboard with simulated runs: no hardware, no account, no network.

    Your own runs are not touched. The runs appear within seconds, the newest first.
    """
    import os
    import tempfile
    from contextlib import ExitStack

    from server.serving import address_of, listen, run_server

    listener = listen(host, port)  # first, because it is the likeliest to fail

    from server.demo import DemoFiller
    from server.library import Library
    from server.sensors.demo import demo_radio
    from server.settings import Settings

    with ExitStack() as stack:
        if home is None:
            home = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="hiplevel-demo-")))
        n_workers = os.cpu_count() or 1
        library = Library(Settings.for_home(home), n_workers=n_workers)
        if library.runs(limit=1).total == 0:
            filler = DemoFiller(library, n_threads=n_workers)
            stack.callback(filler.stop)
            filler.start()
        typer.echo("Demo runs, made by a simulator. They appear within half a minute.")
        typer.echo(f"To see a run as if it were live, choose one at {address_of(listener)}/live")
        typer.echo(f"To pair a simulated sensor and run with it: {address_of(listener)}/sensor")
        run_server(library, listener, open_browser=open_browser, open_radio=demo_radio)
