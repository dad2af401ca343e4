"""``hiplevel analyze``: recordings in, tables out; nothing is stored."""

from pathlib import Path
from typing import Annotated

import typer

from server.cli.given_path import given_path


def analyze(
    paths: Annotated[
        list[Path],
        typer.Argument(parser=given_path, metavar="PATH", help="Recordings, or folders of them."),
    ],
    output: Annotated[
        Path,
        typer.Option(
            "--output",
            "-o",
            parser=given_path,
            metavar="DIR",
            help="Where the files are written; made if it is missing.",
        ),
    ] = Path(),
) -> None:
    """Analyse recordings; write NAME.stances.csv and NAME.summary.json for each.

    A folder stands for its *.parquet files. Nothing is stored in the data folder. The exit code
    is 1 if a recording could not be read; the others are done all the same.
    """
    from server.batch import Report, analyse_all, jobs_for
    from server.cli.analyze_words import words_after_table
    from server.cli.failures import FAILED
    from server.cli.given_path import output_folder
    from server.cli.summary_table import summary_table
    from server.cli.terminal import complain, progress, say, stoppable, width_of_output

    jobs, problems = jobs_for(paths, output)
    if jobs:
        output_folder(output)
    reports: list[Report] = []

    def last_words() -> str:
        # It does not look at results that are there: the whole would be done again.
        return f"Stopped: {len(reports)} of {len(jobs)} done; run it again for all of them."

    with stoppable(last_words), progress("Analysing", len(jobs)) as advance:
        for report in analyse_all(jobs):
            reports.append(report)
            advance()
    # In the order of the command line, whatever was ready first.
    reports.sort(key=lambda report: report.position)
    names = [job.name for job in jobs]
    done = {
        names[report.position]: report.result for report in reports if report.result is not None
    }
    problems += [report.problem for report in reports if report.problem is not None]
    if done:
        width = width_of_output()
        for line in (*summary_table(done, width), *words_after_table(done, output, width)):
            say(line)
    for problem in problems:
        complain(problem)
    if problems:
        raise typer.Exit(FAILED)
