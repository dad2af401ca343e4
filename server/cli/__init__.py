"""The command ``hiplevel``.

One module per command.  What takes long to import waits inside the commands, so that ``--help``
answers at once.
"""

import sys

import typer

from server.cli.analyze import analyze
from server.cli.demo import demo
from server.cli.export import export
from server.cli.import_ import import_recordings
from server.cli.reanalyze import reanalyze
from server.cli.replay import replay
from server.cli.serve import serve
from server.cli.simulate import simulate

app = typer.Typer(
    name="hiplevel",
    help="Stride-by-stride pelvic drop from one motion sensor on the back of the pelvis.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
app.command()(analyze)
app.command(name="import")(import_recordings)
app.command()(export)
app.command()(reanalyze)
app.command()(replay)
app.command()(serve)
app.command()(simulate)
app.command()(demo)


def main() -> None:
    """Run the command; an error of ours is one sentence on the error stream, never a traceback."""
    try:
        app()
    except Exception as error:
        from server.cli.failures import exit_code_of

        code = exit_code_of(error)
        if code is None:
            raise
        sys.stderr.write(f"hiplevel: {error}\n")
        sys.exit(code)


if __name__ == "__main__":
    main()
