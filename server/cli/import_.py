"""``hiplevel import``: recordings into the library."""

from pathlib import Path
from typing import Annotated

import typer


def import_recordings(
    paths: Annotated[
        list[Path], typer.Argument(metavar="PATH...", help="Recordings, or folders of them.")
    ],
) -> None:
    """Analyse recordings and keep them, with their results, in the data folder.

    What is there already is recognised by its content and not stored twice.
    """
    import os
    from concurrent.futures import ThreadPoolExecutor

    from rich.console import Console

    from analysis.errors import AnalysisError
    from imu.errors import ImuError
    from server.batch import recordings_in
    from server.cli.failures import FAILED
    from server.cli.terminal import out, progress
    from server.library import Library
    from server.settings import Settings

    recordings, problems = recordings_in(paths)
    n_workers = min(os.cpu_count() or 1, len(recordings))
    library = Library(Settings.from_environment(), n_workers=n_workers if n_workers > 1 else 0)

    def take(path: Path) -> tuple[str, bool]:
        try:
            outcome = library.import_recording(path, original_name=path.name)
        except (ImuError, AnalysisError) as error:
            return (str(error) if isinstance(error, ImuError) else f"{path}: {error}"), False
        run = library.run(outcome.run_id)
        what = run.headline.verdict if outcome.is_new else "was there before."
        return f"{path}: {run.id}: {what}", True

    lines: list[str] = []
    try:
        with (
            progress("Importing", len(recordings)) as advance,
            ThreadPoolExecutor(max(1, n_workers)) as threads,
        ):
            for line, is_fine in threads.map(take, recordings):
                (lines if is_fine else problems).append(line)
                advance()
    finally:
        library.close()
    for line in lines:
        out().print(line, soft_wrap=True, markup=False)
    errors = Console(stderr=True, soft_wrap=True, highlight=False, markup=False)
    for problem in problems:
        errors.print(problem)
    if problems:
        raise typer.Exit(FAILED)
