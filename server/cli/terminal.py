"""How commands speak: results to the output, progress and errors to the error stream."""

import shutil
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from server.cli.command import INTERRUPTED
from server.text import printable

# A pipe has no width of its own: nothing has to be dropped for it.
_NO_LIMIT = 10_000


def say(line: str) -> None:
    """Print one line of results; what a terminal would obey is shown as ``?``."""
    typer.echo(printable(line))


def complain(line: str) -> None:
    """Print one line to the error stream, as :func:`say` does."""
    typer.echo(printable(line), err=True)


def width_of_output() -> int:
    """Return the columns that may be used: COLUMNS, the terminal's, or without a limit."""
    return shutil.get_terminal_size((_NO_LIMIT, 24)).columns or _NO_LIMIT


@contextmanager
def stoppable(last_words: Callable[[], str]) -> Iterator[None]:
    """On Ctrl-C, say what was done and end with 130."""
    try:
        yield
    except KeyboardInterrupt:
        sys.stdout.flush()
        complain(last_words())
        raise typer.Exit(INTERRUPTED) from None


@contextmanager
def progress(doing: str, n_total: int) -> Iterator[Callable[[], None]]:
    """Show a bar while several things are done; yield what to call after each."""
    console = Console(stderr=True)
    columns = (TextColumn(doing), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    hidden = n_total < 2 or not console.is_terminal
    with Progress(*columns, console=console, transient=True, disable=hidden) as bar:
        task = bar.add_task(doing, total=n_total)
        yield lambda: bar.advance(task)
