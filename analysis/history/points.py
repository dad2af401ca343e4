"""One run as a point of a history, and which points may be held against each other."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

import numpy as np

from analysis.repeatability import UNSURE_DEG
from analysis.results import Estimate, Grade
from analysis.speed import speed_from_contact_mps
from analysis.stances import Gait


class Tracked(StrEnum):
    """What is followed from run to run; the value is the attribute of :class:`RunPoint`."""

    LEFT = "left_deg"
    RIGHT = "right_deg"
    RIGHT_MINUS_LEFT = "right_minus_left_deg"
    CONTACT_BALANCE = "contact_balance_percent"
    CADENCE = "cadence_spm"


DROPS = (Tracked.LEFT, Tracked.RIGHT, Tracked.RIGHT_MINUS_LEFT)


class NotComparable(StrEnum):
    """Why a run is a point of the history but neither makes nor meets the usual range."""

    NO_DROP = "no_drop"  # no drop of both sides
    GAIT = "gait"  # walking among running, or the other way round
    GRADE = "grade"  # the signal is poor
    HARD = "hard"  # meant to be harder than an easy run
    UNSURE = "unsure"  # its own interval is wider than half of the noise between days
    VERSION = "version"  # another version of the analysis made it


@dataclass(frozen=True, slots=True)
class RunPoint:
    """One run of a history.

    Attributes
    ----------
    run_id : str
        Names the run; breaks ties between runs of one moment.
    at : datetime
        When it began, with its time zone: dates are told in it.
    gait : Gait or None
        None where no gait was found.
    grade : Grade
    analysis_version : str
        The analysis that made the numbers.
    mounting : str
        Names one placement of the sensor.
    left_deg, right_deg, right_minus_left_deg : Estimate or None
        Mean drop excursion of the sides and its difference, with the interval in this mounting.
    contact_balance_percent, contact_time_s, cadence_spm : Estimate or None
    moving_time_s : float
    distance_m : float or None
        None where nobody said.
    left_drift_deg_per_km, right_drift_deg_per_km : Estimate or None
        How the drop went on inside the run; None where it was too short or has no distance.
    sensor : str or None
    is_hard : bool
        Meant to be harder than easy: intervals, tempo, a race.
    """

    run_id: str
    at: datetime
    gait: Gait | None
    grade: Grade
    analysis_version: str
    mounting: str
    left_deg: Estimate | None
    right_deg: Estimate | None
    right_minus_left_deg: Estimate | None
    contact_balance_percent: Estimate | None
    contact_time_s: Estimate | None
    cadence_spm: Estimate | None
    moving_time_s: float
    distance_m: float | None = None
    left_drift_deg_per_km: Estimate | None = None
    right_drift_deg_per_km: Estimate | None = None
    sensor: str | None = None
    is_hard: bool = False

    def of(self, tracked: Tracked) -> Estimate | None:
        """Give the estimate of what is followed."""
        found: Estimate | None = getattr(self, tracked.value)
        return found

    @property
    def speed_mps(self) -> float | None:
        """Mean speed from distance and moving time; None where the distance is not known."""
        if self.distance_m is None or self.moving_time_s <= 0.0:
            return None
        return self.distance_m / self.moving_time_s

    @property
    def estimated_speed_mps(self) -> float | None:
        """Speed from contact time, relative inside one person; None where that says nothing."""
        if self.contact_time_s is None:
            return None
        speed = float(speed_from_contact_mps(np.array([self.contact_time_s.value]))[0])
        return speed if np.isfinite(speed) else None


@dataclass(frozen=True, slots=True)
class Comparable:
    """Runs that may be held against each other, in the order of time, and the others' reasons.

    Attributes
    ----------
    runs : tuple of RunPoint
    left_out : Mapping of str to NotComparable
        By run id.
    gait : Gait or None
    analysis_version : str or None
        What all of ``runs`` share; None where there is no run to go by.
    """

    runs: tuple[RunPoint, ...]
    left_out: Mapping[str, NotComparable]
    gait: Gait | None
    analysis_version: str | None


def in_order(runs: Iterable[RunPoint]) -> tuple[RunPoint, ...]:
    """Sort runs by time; those of one moment by their id."""
    return tuple(sorted(runs, key=lambda run: (run.at, run.run_id)))


def comparable_runs(runs: Iterable[RunPoint]) -> Comparable:
    """Choose the runs that may be held against each other.

    Parameters
    ----------
    runs : iterable of RunPoint
        Of one person, in any order.

    Returns
    -------
    Comparable
        Easy runs of one gait (what most runs with a drop are, running where it is even), with a
        signal that is not poor and an interval of their own that is narrow enough, all made by one
        version of the analysis: that of the newest run of this gait.
    """
    ordered = in_order(runs)
    with_drop = [run for run in ordered if _has_drop(run)]
    gaits = Counter(run.gait for run in with_drop if run.gait is not None)
    gait = max(gaits, key=lambda one: (gaits[one], one is Gait.RUNNING), default=None)
    versions = [run.analysis_version for run in with_drop if run.gait is gait]
    version = versions[-1] if versions else None
    reasons = {run.run_id: _reason(run, gait, version) for run in ordered}
    return Comparable(
        runs=tuple(run for run in ordered if reasons[run.run_id] is None),
        left_out={run_id: reason for run_id, reason in reasons.items() if reason is not None},
        gait=gait,
        analysis_version=version,
    )


def _has_drop(run: RunPoint) -> bool:
    drops = (run.left_deg, run.right_deg, run.right_minus_left_deg)
    return all(drop is not None for drop in drops)


def _reason(run: RunPoint, gait: Gait | None, version: str | None) -> NotComparable | None:
    left, right, difference = run.left_deg, run.right_deg, run.right_minus_left_deg
    if left is None or right is None or difference is None:
        return NotComparable.NO_DROP
    if run.gait is not gait:
        return NotComparable.GAIT
    if run.grade is Grade.POOR:
        return NotComparable.GRADE
    if run.is_hard:
        return NotComparable.HARD
    if max(left.half_width, right.half_width, difference.half_width) > UNSURE_DEG:
        return NotComparable.UNSURE
    return None if run.analysis_version == version else NotComparable.VERSION
