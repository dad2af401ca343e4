"""The command ``hiplevel``.

One module per command.  What takes long to import waits inside the commands, so that ``--help``
answers at once.
"""

import io
import sys
from typing import Annotated

import typer

from server.cli.analyze import analyze
from server.cli.command import Command
from server.cli.demo import demo
from server.cli.export import export
from server.cli.import_ import import_recordings
from server.cli.pair import pair
from server.cli.reanalyze import reanalyze
from server.cli.record import record
from server.cli.replay import replay
from server.cli.scan import scan
from server.cli.serve import serve
from server.cli.simulate import simulate
from server.cli.sync import sync

app = typer.Typer(
    name="hiplevel",
    help="Stride-by-stride pelvic drop from one motion sensor on the back of the pelvis.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
# In the order in which they are listed, each with a line that fits into 80 columns.
for _name, _function, _line in (
    ("scan", scan, "Look for sensors."),
    ("pair", pair, "Remember a sensor for the next runs, or forget it."),
    ("record", record, "Stream a sensor and store the run."),
    ("sync", sync, "Fetch the runs that a sensor measured on its own."),
    ("analyze", analyze, "Analyse recordings; write tables of what was found."),
    ("import", import_recordings, "Analyse recordings and keep them in the data folder."),
    ("export", export, "Write a stored run to a file."),
    ("reanalyze", reanalyze, "Analyse stored runs again, after an update."),
    ("replay", replay, "Play a recording through the live path."),
    ("serve", serve, "Serve the dashboard on this computer."),
    ("simulate", simulate, "Write a simulated recording, or be a simulated sensor."),
    ("demo", demo, "Serve a dashboard full of simulated runs."),
):
    app.command(_name, cls=Command, short_help=_line)(_function)


def _say_version(is_asked: bool) -> None:  # noqa: FBT001 - typer calls it so
    if is_asked:
        from server.version import installed_version

        typer.echo(f"hiplevel {installed_version()}")
        raise typer.Exit


@app.callback()
def hiplevel(
    *,
    version: Annotated[
        bool, typer.Option("--version", callback=_say_version, is_eager=True, help="Say which.")
    ] = False,
) -> None:
    """Stride-by-stride pelvic drop from one motion sensor on the back of the pelvis."""


def main() -> None:
    """Run the command; an error of ours is one sentence on the error stream, never a traceback."""
    if isinstance(sys.stdout, io.TextIOWrapper):
        # A terminal without a degree sign gets a question mark, not a traceback.
        sys.stdout.reconfigure(errors="replace")
    try:
        app()
    except Exception as error:
        from server.cli.failures import exit_code_of, sentence_of
        from server.cli.terminal import complain

        code = exit_code_of(error)
        if code is None:
            raise
        complain(f"hiplevel: {sentence_of(error)}")
        sys.exit(code)


if __name__ == "__main__":
    main()
