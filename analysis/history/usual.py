"""A person's usual range: the only judgement there is, and the only definition of it.

The middle is the median of the comparable runs, at their typical cadence and speed once there are
enough of them; the width is what chance alone makes of two runs, or the spread of the runs where
that is larger.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from analysis.history.adjusting import Adjustment, adjustment_of, robust_sd
from analysis.history.noise import Noise, noise_between_runs
from analysis.history.points import RunPoint, Tracked, in_order
from analysis.repeatability import N_RUNS_MIN

N_USUAL_MAX = 20
"""Runs that make the range, the newest of them: a change that stays is usual after eleven runs,
when the median of twenty goes over to it."""

_SDS = 1.96
"""The spread that is compared with the noise holds 95 % of normal values."""


@dataclass(frozen=True, slots=True)
class UsualRange:
    """Where this person's comparable runs lie: ``middle`` and how far it reaches either way."""

    middle: float
    half_width: float

    @property
    def low(self) -> float:
        """Lower end."""
        return self.middle - self.half_width

    @property
    def high(self) -> float:
        """Upper end."""
        return self.middle + self.half_width


@dataclass(frozen=True, slots=True)
class Usual:
    """What is usual for a person.

    Attributes
    ----------
    n_runs : int
        Runs that made the ranges, at most :data:`N_USUAL_MAX`.
    n_learnt : int
        How many of the :data:`N_RUNS_MIN` mountings that it takes are there.
    noise : Noise
        Of all comparable runs that were given.
    ranges : Mapping of Tracked to UsualRange
        Empty while learning; without what was not measured in half of the runs.
    adjustment : Adjustment or None
        The ranges hold at its typical cadence and speed; None: nothing was taken off.
    """

    n_runs: int
    n_learnt: int
    noise: Noise
    ranges: Mapping[Tracked, UsualRange]
    adjustment: Adjustment | None

    @property
    def is_learning(self) -> bool:
        """Whether there are too few runs for a range."""
        return self.n_learnt < N_RUNS_MIN

    def range_for(self, run: RunPoint, tracked: Tracked) -> UsualRange | None:
        """Give the range at the cadence and speed of a run."""
        usual = self.ranges.get(tracked)
        if usual is None:
            return None
        return UsualRange(usual.middle + self.offset(run, tracked), usual.half_width)

    def offset(self, run: RunPoint, tracked: Tracked) -> float:
        """Give what a run's cadence and speed add to what is followed."""
        return 0.0 if self.adjustment is None else self.adjustment.offset(run, tracked)


def usual_of(runs: Sequence[RunPoint], *, noise: Noise | None = None, adjust: bool = True) -> Usual:
    """Tell what is usual for a person.

    Parameters
    ----------
    runs : sequence of RunPoint
        Comparable ones, see :func:`analysis.history.points.comparable_runs`, in any order.
    noise : Noise, optional
        Of these runs, where it is known already.
    adjust : bool
        Whether to take off what goes along with cadence and speed, once there are enough runs.

    Returns
    -------
    Usual
        Without ranges below :data:`N_RUNS_MIN` mountings.  No range of a drop is narrower than
        plus and minus the minimal detectable change.
    """
    noise = noise_between_runs(runs) if noise is None else noise
    newest = in_order(runs)[-N_USUAL_MAX:]
    n_learnt = min(noise.n_mountings, N_RUNS_MIN)
    if n_learnt < N_RUNS_MIN:
        return Usual(len(newest), n_learnt, noise, {}, None)
    adjustment = adjustment_of(newest) if adjust else None
    ranges = {}
    for tracked in Tracked:
        known = [(run, estimate) for run in newest if (estimate := run.of(tracked)) is not None]
        if 2 * len(known) < len(newest):
            continue
        values = np.array(
            [
                estimate.value - (0.0 if adjustment is None else adjustment.offset(run, tracked))
                for run, estimate in known
            ]
        )
        middle = float(np.median(values))
        half_width = max(noise.of(tracked, middle), _SDS * robust_sd(values))
        ranges[tracked] = UsualRange(middle, half_width)
    return Usual(len(newest), n_learnt, noise, ranges, adjustment)
