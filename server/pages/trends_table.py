"""The runs of the Trends page as rows: for the Table view, and as CSV."""

from collections.abc import Mapping

from analysis.history.points import NotComparable, RunPoint, Tracked
from analysis.results import Estimate
from server.pages.tables import Cell, Column, Table
from server.pages.words import GRADE_WORDS, day
from server.trends import Trends

LEFT_OUT_WORDS: Mapping[NotComparable, str] = {
    NotComparable.NO_DROP: "no drop of both sides",
    NotComparable.GAIT: "another gait",
    NotComparable.GRADE: "poor signal",
    NotComparable.HARD: "harder than easy",
    NotComparable.UNSURE: "wide interval",
    NotComparable.VERSION: "another version of the analysis",
}

_LABELS: Mapping[Tracked, tuple[str, int]] = {
    Tracked.LEFT: ("Left, °", 1),
    Tracked.RIGHT: ("Right, °", 1),
    Tracked.RIGHT_MINUS_LEFT: ("Right minus left, °", 1),
    Tracked.CONTACT_BALANCE: ("Balance, % left", 1),
    Tracked.CADENCE: ("Cadence, spm", 0),
}
_ON_PHONE = (Tracked.LEFT, Tracked.RIGHT, Tracked.RIGHT_MINUS_LEFT)


def runs_table(trends: Trends, *, first: int = 0, n_rows: int | None = None) -> Table:
    """Return the runs of the period as measured, newest first; who is left out says why."""
    columns = [Column("date", "Run"), Column("started_at", "At", on_phone=False)]
    for tracked, (label, decimals) in _LABELS.items():
        stem, _, unit = tracked.value.rpartition("_")
        columns += [
            Column(tracked.value, label, decimals, on_phone=tracked in _ON_PHONE),
            Column(f"{stem}_ci_low_{unit}", "95 % from", decimals, on_phone=False),
            Column(f"{stem}_ci_high_{unit}", "to", decimals, on_phone=False),
        ]
    columns += [
        Column("distance_km", "km", 1, on_phone=False),
        Column("grade", "Signal", on_phone=False),
        Column("left_out", "Not compared", on_phone=False),
        Column("analysis_version", "Analysis", on_phone=False),
    ]
    newest_first = trends.runs[::-1][first : None if n_rows is None else first + n_rows]
    return Table(columns, [_row(run, trends) for run in newest_first])


def _row(run: RunPoint, trends: Trends) -> list[Cell]:
    reason = trends.comparable.left_out.get(run.run_id)
    estimates = [cell for tracked in _LABELS for cell in _cells(run.of(tracked))]
    return [
        day(run.at, with_year=True),
        run.at.isoformat(timespec="seconds"),
        *estimates,
        None if run.distance_m is None else round(run.distance_m / 1000.0, 2),
        GRADE_WORDS[run.grade],
        "" if reason is None else LEFT_OUT_WORDS[reason],
        run.analysis_version,
    ]


def _cells(estimate: Estimate | None) -> list[Cell]:
    if estimate is None:
        return [None, None, None]
    return [round(v, 3) for v in (estimate.value, estimate.ci_low, estimate.ci_high)]
