"""``hiplevel reanalyze``: results made again, after the analysis changed."""

from typing import Annotated

import typer


def reanalyze(
    *,
    every: Annotated[
        bool, typer.Option("--all", help="Also the runs that today's analysis made.")
    ] = False,
) -> None:
    """Analyse stored runs again whose results an older version of the analysis made.

    What people wrote about a run stays.
    """
    import os

    from analysis import ANALYSIS_VERSION
    from server.cli.failures import FAILED
    from server.cli.stored import stored_library
    from server.cli.terminal import complain, progress, stoppable
    from server.errors import NoRunsError
    from server.pages.words import plural
    from server.reanalysis import reanalyse

    try:
        library = stored_library(n_workers=os.cpu_count() or 1)
    except NoRunsError as error:
        typer.echo(str(error))
        return
    n_done = 0

    def count(_run_id: str) -> None:
        nonlocal n_done
        n_done += 1
        advance()

    def last_words() -> str:
        return f"Stopped: {n_done} of {len(run_ids)} done; run it again for the rest."

    try:
        run_ids = library.all_run_ids() if every else library.outdated_run_ids(ANALYSIS_VERSION)
        with stoppable(last_words), progress("Analysing", len(run_ids)) as advance:
            failures = reanalyse(library, run_ids, on_each=count)
    finally:
        library.close()
    n_fine = len(run_ids) - len(failures)
    typer.echo(f"{plural(n_fine, 'run')} analysed again ({ANALYSIS_VERSION}).")
    for failure in failures:
        complain(f"{failure.run_id}: {failure.problem}")
    if failures:
        raise typer.Exit(FAILED)
