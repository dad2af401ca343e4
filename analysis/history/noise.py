"""How much comparable runs differ for no reason, and from where on a change would matter."""

from collections.abc import Sequence
from dataclasses import dataclass

from analysis.fatigue import SMALLEST_RELATIVE_CHANGE
from analysis.history.points import RunPoint, Tracked, in_order
from analysis.repeatability import (
    N_RUNS_MIN,
    MinimalDetectableChange,
    RepeatedRun,
    minimal_detectable_change,
)
from analysis.results import Estimate
from analysis.stances import Gait
from analysis.verdict import SMALLEST_CHANGE_DEG

N_LEARNT_MAX = 300
"""Newest runs that the noise is learnt from, some two years of three a week: how somebody wears
the sensor changes with the years."""

BALANCE_NOISE_PERCENT = 1.0
"""Contact balance from one sensor on the sacrum is a relative index: the smallest real difference
of contact time itself is 32 ms (Patoz 2022, PMC8838733).  Less than one point is therefore not
called a clear change; there is no repeat data yet that would justify less."""


@dataclass(frozen=True, slots=True)
class Noise:
    """What chance alone makes of a difference between two runs of one person.

    Attributes
    ----------
    side, difference : MinimalDetectableChange
        Of the drop of either side, and of right minus left.  The default of a side holds for the
        difference as well, until there is a personal one: for it nothing is published.
    """

    side: MinimalDetectableChange
    difference: MinimalDetectableChange

    @property
    def n_mountings(self) -> int:
        """Give how many placements of the sensor it was learnt from."""
        return self.side.n_mountings

    @property
    def is_learning(self) -> bool:
        """Whether it is still the published value for lack of runs."""
        return self.n_mountings < N_RUNS_MIN

    def of(self, tracked: Tracked, level: float) -> float:
        """Give the noise between two runs, in the unit of what is followed.

        Parameters
        ----------
        tracked : Tracked
        level : float
            Usual value: the noise of cadence is a share of it.
        """
        match tracked:
            case Tracked.LEFT | Tracked.RIGHT:
                return self.side.value_deg
            case Tracked.RIGHT_MINUS_LEFT:
                return self.difference.value_deg
            case Tracked.CONTACT_BALANCE:
                return BALANCE_NOISE_PERCENT
            case Tracked.CADENCE:
                return SMALLEST_RELATIVE_CHANGE * level


def smallest_change(tracked: Tracked, level: float) -> float:
    """Give the smallest change that would matter, in the unit of what is followed."""
    match tracked:
        case Tracked.CONTACT_BALANCE:
            return BALANCE_NOISE_PERCENT
        case Tracked.CADENCE:
            return SMALLEST_RELATIVE_CHANGE * level
        case _:
            return SMALLEST_CHANGE_DEG


def noise_between_runs(runs: Sequence[RunPoint]) -> Noise:
    """Learn a person's noise between days.

    Parameters
    ----------
    runs : sequence of RunPoint
        Comparable ones; the newest :data:`N_LEARNT_MAX` count.

    Returns
    -------
    Noise
        The published value while there are fewer than :data:`N_RUNS_MIN` mountings.
    """
    ordered = in_order(runs)[-N_LEARNT_MAX:]
    sides = [_repeated(run, run.left_deg, run.right_deg) for run in ordered]
    # The same value twice counts as one: that is how sides that move together are counted.
    differences = [
        _repeated(run, run.right_minus_left_deg, run.right_minus_left_deg) for run in ordered
    ]
    return Noise(minimal_detectable_change(sides), minimal_detectable_change(differences))


def _repeated(run: RunPoint, left: Estimate | None, right: Estimate | None) -> RepeatedRun:
    return RepeatedRun(left, right, run.gait or Gait.RUNNING, run.mounting)
