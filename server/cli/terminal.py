"""How commands speak: results to the output, progress and errors to the error stream."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

# The summary table needs this many columns; a pipe has no width of its own.
_PIPE_WIDTH = 140


def out() -> Console:
    """Return the console of the results."""
    console = Console(highlight=False)
    return console if console.is_terminal else Console(highlight=False, width=_PIPE_WIDTH)


@contextmanager
def progress(doing: str, n_total: int) -> Iterator[Callable[[], None]]:
    """Show a bar while several things are done; yield what to call after each."""
    console = Console(stderr=True)
    columns = (TextColumn(doing), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    hidden = n_total < 2 or not console.is_terminal
    with Progress(*columns, console=console, transient=True, disable=hidden) as bar:
        task = bar.add_task(doing, total=n_total)
        yield lambda: bar.advance(task)
