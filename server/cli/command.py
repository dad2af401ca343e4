"""What all commands have in common.

``--help`` is in words of the command line: no types of Python, ranges as ``0 to 50``.  Ctrl-C ends
a command with a word, never a traceback.
"""

import re
from typing import Any

import typer
from typer.core import TyperCommand

INTERRUPTED = 130  # 128 + SIGINT, as a shell says it

_RANGE = re.compile(r"(\S+)<=x<=(\S+?)(?=[;\]])")
_AT_LEAST = re.compile(r"x>=(\S+?)(?=[;\]])")


class Command(TyperCommand):
    """A command whose arguments are listed by their names, and that says when it is stopped."""

    def invoke(self, ctx: Any) -> Any:
        """Run the command."""
        try:
            return super().invoke(ctx)
        except KeyboardInterrupt:
            typer.echo("Stopped.", err=True)
            raise typer.Exit(INTERRUPTED) from None

    def format_options(self, ctx: Any, formatter: Any) -> None:
        """Write the arguments, then the options."""
        lists: dict[str, list[tuple[str, str]]] = {"Arguments": [], "Options": []}
        for parameter in self.get_params(ctx):
            record = parameter.get_help_record(ctx)
            if record is None:
                continue
            name, text = record
            if parameter.param_type_name == "argument":
                lists["Arguments"].append((str(parameter.metavar), _in_words(text)))
            else:
                lists["Options"].append((name, _in_words(text)))
        for title, rows in lists.items():
            if rows:
                with formatter.section(title):
                    formatter.write_dl(rows)


def _in_words(text: str) -> str:
    return _AT_LEAST.sub(r"\1 or more", _RANGE.sub(r"\1 to \2", text))
