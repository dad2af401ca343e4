"""Points of an invented history, for the tests beside it."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import numpy as np

from analysis.history.points import RunPoint
from analysis.results import Estimate, Grade
from analysis.stances import Gait

FIRST_DAY = datetime(2026, 1, 5, 7, 30, tzinfo=UTC)


def around(value: float, half_width: float = 0.2) -> Estimate:
    return Estimate(value, value - half_width, value + half_width)


def point(
    day: float,
    left: float | None = 4.0,
    right: float | None = 4.5,
    *,
    cadence: float = 168.0,
    contact_s: float = 0.24,
    balance: float = 50.2,
    half_width: float = 0.2,
    gait: Gait = Gait.RUNNING,
    grade: Grade = Grade.GOOD,
    version: str = "1",
    distance_m: float | None = None,
    is_hard: bool = False,
) -> RunPoint:
    has_both = left is not None and right is not None
    return RunPoint(
        run_id=f"run {day:08.3f}",
        at=FIRST_DAY + timedelta(days=day),
        gait=gait,
        grade=grade,
        analysis_version=version,
        mounting=f"day {day:08.3f}",
        left_deg=None if left is None else around(left, half_width),
        right_deg=None if right is None else around(right, half_width),
        right_minus_left_deg=around(right - left, half_width) if has_both else None,
        contact_balance_percent=around(balance, 0.1),
        contact_time_s=around(contact_s, 0.002),
        cadence_spm=around(cadence, 0.5),
        moving_time_s=1800.0,
        distance_m=distance_m,
        is_hard=is_hard,
    )


def points(left: Sequence[float], right: Sequence[float] | None = None) -> list[RunPoint]:
    other = [one + 0.5 for one in left] if right is None else right
    return [point(2.0 * day, a, b) for day, (a, b) in enumerate(zip(left, other, strict=True))]


def noisy(n: int, sd: float, seed: int, level: float = 4.0) -> list[RunPoint]:
    rng = np.random.default_rng(seed)
    values = level + sd * rng.normal(size=(2, n))
    return points(values[0].tolist(), (values[1] + 0.5).tolist())
