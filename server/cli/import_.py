"""``hiplevel import``: recordings into the library."""

from pathlib import Path
from typing import Annotated

import typer

from server.cli.given_path import given_path


def import_recordings(
    paths: Annotated[
        list[Path],
        typer.Argument(parser=given_path, metavar="PATH", help="Recordings, or folders of them."),
    ],
) -> None:
    """Analyse recordings and keep them, with their results, in the data folder.

    A folder stands for its *.parquet files. What is there already is recognised by its content
    and not stored twice. The exit code is 1 if a recording could not be read.
    """
    import os
    from concurrent.futures import ThreadPoolExecutor

    from server.batch import recordings_in
    from server.cli.failures import FAILED
    from server.cli.terminal import complain, progress, say, stoppable
    from server.library import Library
    from server.settings import Settings

    recordings, problems = recordings_in(paths)
    n_workers = min(os.cpu_count() or 1, len(recordings))
    library = Library(Settings.from_environment(), n_workers=n_workers if n_workers > 1 else 0)

    def take(path: Path) -> tuple[str, bool]:
        try:
            outcome = library.import_recording(path, original_name=path.name)
        except Exception as error:  # noqa: BLE001 - one recording must not end the others
            return _problem(path, error), False
        run = library.run(outcome.run_id)
        what = run.headline.verdict if outcome.is_new else "was there before."
        return f"{path}: {run.id}: {what}", True

    lines: list[str] = []
    n_done = 0
    threads = ThreadPoolExecutor(max(1, n_workers))
    try:
        with (
            stoppable(
                lambda: f"Stopped: {n_done} of {len(recordings)} done; run it again for the rest."
            ),
            progress("Importing", len(recordings)) as advance,
        ):
            for line, is_fine in threads.map(take, recordings):
                (lines if is_fine else problems).append(line)
                n_done += 1
                advance()
    finally:
        threads.shutdown(cancel_futures=True)
        library.close()
    for line in lines:
        say(line)
    for problem in problems:
        complain(problem)
    if problems:
        raise typer.Exit(FAILED)


def _problem(path: Path, error: Exception) -> str:
    """Say in one line why a recording was not imported; raise what would stop the others too."""
    from analysis.errors import AnalysisError
    from imu.errors import ImuError
    from server.batch import problem_line
    from server.errors import AnalysisEndedError, ServerError

    if isinstance(error, (ImuError, AnalysisError)):
        return problem_line(path, error)
    if isinstance(error, AnalysisEndedError):
        return f"{path}: {error}"
    if isinstance(error, ServerError):
        raise error  # the database itself: nothing could be stored
    if isinstance(error, OSError):
        return f"{path}: cannot be stored ({error.strerror})."
    return " ".join(f"{path}: the import failed ({type(error).__name__}: {error}).".split())
