"""``hiplevel reanalyze``: results made again, after the analysis changed."""

from typing import Annotated

import typer


def reanalyze(
    *,
    every: Annotated[
        bool, typer.Option("--all", help="Also the runs that today's analysis made.")
    ] = False,
) -> None:
    """Analyse stored runs again whose results an older version of the analysis made."""
    import os

    from rich.console import Console

    from analysis import ANALYSIS_VERSION
    from server.cli.failures import FAILED
    from server.cli.terminal import progress
    from server.library import Library
    from server.reanalysis import reanalyse
    from server.settings import Settings

    library = Library(Settings.from_environment(), n_workers=os.cpu_count() or 1)
    try:
        run_ids = library.all_run_ids() if every else library.outdated_run_ids(ANALYSIS_VERSION)
        with progress("Analysing", len(run_ids)) as advance:
            failures = reanalyse(library, run_ids, on_each=lambda _run_id: advance())
    finally:
        library.close()
    typer.echo(f"{len(run_ids) - len(failures)} runs analysed again ({ANALYSIS_VERSION}).")
    errors = Console(stderr=True, soft_wrap=True, highlight=False, markup=False)
    for failure in failures:
        errors.print(f"{failure.run_id}: {failure.problem}")
    if failures:
        raise typer.Exit(FAILED)
