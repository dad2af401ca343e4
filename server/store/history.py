"""Runs as points of a history, read without their documents and stances."""

from typing import Any

from sqlalchemy import Row, select

from analysis.history.points import RunPoint
from analysis.results import Estimate, Grade
from analysis.stances import Gait
from server.runs import RunKind
from server.store.models import RunRow, SummaryRow

HARD_KINDS = frozenset({RunKind.TEMPO, RunKind.INTERVALS, RunKind.RACE})

_GAITS = {gait.value: gait for gait in Gait}
_GRADES = {grade.value: grade for grade in Grade}
_HARD = frozenset(kind.value for kind in HARD_KINDS)
_ESTIMATES = (
    ("left", "deg"),
    ("right", "deg"),
    ("asym", "deg"),
    ("contact_balance", "percent"),
    ("contact_time", "s"),
    ("cadence", "spm"),
)

# Newest first.  Estimates are three columns each, in the order of a point's fields.
HISTORY_QUERY = (
    select(
        RunRow.id,
        RunRow.at,
        RunRow.kind,
        RunRow.distance_m,
        RunRow.sensor,
        RunRow.analysis_version,
        SummaryRow.gait,
        SummaryRow.grade,
        SummaryRow.moving_time_s,
        *(
            getattr(SummaryRow, f"{name}{part}_{unit}")
            for name, unit in _ESTIMATES
            for part in ("", "_ci_low", "_ci_high")
        ),
    )
    .join(SummaryRow, SummaryRow.run_id == RunRow.id)
    .order_by(RunRow.at.desc(), RunRow.id.desc())
)


def run_point(row: Row[Any]) -> RunPoint:
    """Return the point of a row of :data:`HISTORY_QUERY`, in this computer's time.

    Each recording counts as a mounting of its own: nobody says that the sensor stayed on.
    """
    values: list[Any] = list(row)
    run_id, at, kind, distance_m, sensor, version, gait, grade, moving_time_s = values[:9]
    estimates = values[9:]
    left, right, difference, balance, contact, cadence = (
        None if estimates[k] is None else Estimate(*estimates[k : k + 3])
        for k in range(0, len(estimates), 3)
    )
    return RunPoint(
        run_id=run_id,
        at=at.astimezone(),
        gait=None if gait is None else _GAITS[gait],
        grade=_GRADES[grade],
        analysis_version=version,
        mounting=run_id,
        left_deg=left,
        right_deg=right,
        right_minus_left_deg=difference,
        contact_balance_percent=balance,
        contact_time_s=contact,
        cadence_spm=cadence,
        moving_time_s=moving_time_s,
        distance_m=distance_m,
        sensor=sensor,
        is_hard=kind in _HARD,
    )
