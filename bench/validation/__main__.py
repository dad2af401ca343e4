"""Score recordings with truth: ``python -m bench.validation FOLDER...``.

Prints the score table of each folder for the models that are shipped: that is for recordings which
these models have not seen, such as those of another laboratory.  ``--page FOLDER`` writes
docs/validation.md and its pictures anew instead, every person left out of the fits in turn;
``make validation`` does that.
"""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from rich.console import Console
from rich.progress import Progress
from rich.table import Table

from bench.validation.figures import Figures, figures_of
from bench.validation.page import IMAGES, PAGE, write_page
from bench.validation.people import (
    MissingDataError,
    all_left_out,
    check_folder,
    recordings_in,
    scored,
)
from bench.validation.reference import Reference, read_reference
from bench.validation.report import grouped, report_of
from bench.validation.scoring import TOLERANCE_S, Outcome
from bench.validation.tables import COVERS, DROPS, TIMES
from bench.validation.words import NAMES, shown, unit_of
from imu.recordings import Recording, read_recording

_SCORED = ("trials", "stances", *TIMES, *DROPS, *COVERS[:3], "toe_off_missing", "drop_missing")


def make_page(folder: Path, console: Console) -> None:
    """Score everybody left out and write the page.

    Raises
    ------
    MissingDataError
        The folder does not hold the recordings; nothing has been written.
    """
    check_folder(folder)
    with Progress(console=console) as progress:
        task = progress.add_task("People left out in turn", total=None)

        def on_person(_: str, n_people: int) -> None:
            progress.update(task, total=n_people, advance=1)

        outcomes = all_left_out(folder, on_person)
    from bench.validation.plots import draw_all

    write_page(report_of(outcomes))
    draw_all(outcomes, IMAGES)
    console.print(f"Wrote docs/{PAGE.name} and its pictures.")


def score_folder(folder: Path, gait: str | None, console: Console) -> None:
    """Print the scores of one folder of recordings with truth, by the shipped models.

    Raises
    ------
    MissingDataError
        No recording in the folder has its truth beside it.
    """
    paths = recordings_in(folder)
    if not paths:
        raise MissingDataError(
            f"There are no recordings with truth in {folder}: it needs NAME.parquet and "
            "NAME.truth.json; folders inside it are not searched."
        )
    outcomes: list[Outcome] = []
    with Progress(console=console, transient=True) as progress:
        for path in progress.track(paths, description=folder.name):
            recording, reference = read_recording(path), read_reference(path)
            outcomes.append(scored(recording, reference, gait or gait_of(recording, reference)))
    groups = {name: figures_of(members) for name, members in grouped(outcomes).items()}
    console.print(score_table(f"{folder}", groups))


def gait_of(recording: Recording, reference: Reference) -> str:
    """Return the gait that decides the tolerance: what the recording says, else what truth shows.

    Stances of walking overlap, those of running do not.
    """
    said = recording.metadata.get("activity")
    if isinstance(said, str) and said in TOLERANCE_S:
        return said
    flight_s = reference.foot_strike_s[1:] - reference.toe_off_s[:-1]
    return "walking" if (flight_s < 0).mean() > 0.5 else "running"


def score_table(title: str, groups: dict[str, Figures]) -> Table:
    """Lay the scores out with one column per group, people left out."""
    names = [name for name in groups if not name.startswith("person ")]
    caption = "With the shipped models: people whom they were fitted to look better than they are."
    table = Table(title=title, title_justify="left", caption=caption, caption_justify="left")
    table.add_column("figure", no_wrap=True)
    for name in names:
        table.add_column(name, justify="right")
    for key in _SCORED:
        heading = f"{NAMES.get(key, key)}{unit_of(key)}"
        covers = " in its 95 % interval" if key in COVERS else ""
        table.add_row(heading + covers, *(shown(key, groups[name][key]) for name in names))
    return table


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; return its exit code."""
    parser = argparse.ArgumentParser(prog="python -m bench.validation", description=__doc__)
    parser.add_argument("folders", nargs="+", type=Path, metavar="FOLDER")
    parser.add_argument("--page", action="store_true", help="write docs/validation.md anew")
    parser.add_argument("--gait", choices=sorted(TOLERANCE_S), help="which tolerance to score with")
    chosen = parser.parse_args(arguments)
    console = Console()
    # Where the output is not a terminal, there is nothing to wrap for.
    if not console.is_terminal:
        console.width = 160
    try:
        for folder in chosen.folders:
            if chosen.page:
                make_page(folder, console)
            else:
                score_folder(folder, chosen.gait, console)
    except MissingDataError as error:
        Console(stderr=True, soft_wrap=True).print(str(error), markup=False, highlight=False)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
