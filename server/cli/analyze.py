"""``hiplevel analyze``: recordings in, tables out; nothing is stored."""

from pathlib import Path
from typing import Annotated

import typer


def analyze(
    paths: Annotated[
        list[Path], typer.Argument(metavar="PATH...", help="Recordings, or folders of them.")
    ],
    output: Annotated[
        Path, typer.Option("--output", "-o", metavar="DIR", help="Where the files are written.")
    ] = Path(),
) -> None:
    """Analyse recordings; write NAME.stances.csv and NAME.summary.json for each.

    A folder stands for its *.parquet files. Nothing is stored in the data folder. The exit code
    is 1 if a recording could not be read; the others are done all the same.
    """
    from rich.console import Console

    from server.batch import analyse_all, jobs_for
    from server.cli.failures import FAILED
    from server.cli.summary_table import summary_table
    from server.cli.terminal import out, progress

    if output.exists() and not output.is_dir():
        raise typer.BadParameter(f"{output} is a file, not a folder.", param_hint="--output")
    jobs, problems = jobs_for(paths, output)
    if jobs:
        output.mkdir(parents=True, exist_ok=True)
    reports = []
    with progress("Analysing", len(jobs)) as advance:
        for report in analyse_all(jobs):
            reports.append(report)
            advance()
    # In the order of the command line, whatever was ready first.
    reports.sort(key=lambda report: report.position)
    done = [report for report in reports if report.result is not None]
    problems += [report.problem for report in reports if report.problem is not None]
    if done:
        out().print(summary_table(done))
    errors = Console(stderr=True, soft_wrap=True, highlight=False, markup=False)
    for problem in problems:
        errors.print(problem)
    if problems:
        raise typer.Exit(FAILED)
