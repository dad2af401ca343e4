"""How much a person's drop differs between days for no reason: the minimal detectable change.

Two runs of one person never give the same mean: the sensor sits elsewhere, and people vary.  Runs
that should be alike tell how much that is.  ``docs/repeatability.md`` says how to make them.

Sources
-------
- Standard error of measurement from differences, SD / sqrt(2), and minimal detectable change,
  1.96 sqrt(2) SEM: Weir 2005, https://doi.org/10.1519/15184.1
- Successive differences, which a slow trend hardly touches: von Neumann et al. 1941,
  https://doi.org/10.1214/aoms/1177731746
- The value until there are enough runs: Dingenen 2018, https://doi.org/10.1016/j.ptsp.2018.06.009
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import groupby

import numpy as np
from scipy.special import chdtri

from analysis.results import Estimate, FloatArray
from analysis.stances import Gait
from analysis.summary import ORIENTATION_SE_DEG
from analysis.verdict import MINIMAL_DETECTABLE_CHANGE_DEG

N_RUNS_MIN = 3
"""Fewest mountings for a personal value: two are one difference, which may be small by luck."""

SEM_TO_MDC = 1.96 * np.sqrt(2.0)

FLOOR_DEG = float(SEM_TO_MDC * ORIENTATION_SE_DEG)
"""No personal value is smaller: what the error of orientation alone, measured against motion
capture, makes of a difference between two runs (0.83 deg)."""

CAUTION = 0.8
"""The value that is used is one that the true one stays below with this probability: three runs
that agree by luck do not make a person look twice as steady as they are."""

UNSURE_DEG = MINIMAL_DETECTABLE_CHANGE_DEG / 2.0
"""A run whose own 95 % half-width is wider than half of the default tells nothing between days."""


class MdcMethod(StrEnum):
    """Where a minimal detectable change comes from."""

    PUBLISHED = "published"  # too few runs: the default
    SUCCESSIVE_DIFFERENCES = "successive_differences"  # this person's own runs


@dataclass(frozen=True, slots=True)
class RepeatedRun:
    """One run among runs that should be alike.

    Attributes
    ----------
    left_deg, right_deg : Estimate or None
        Mean drop excursion of each side.
    gait : Gait
    mounting : str
        Names one placement of the sensor; runs of one placement count as one.
    """

    left_deg: Estimate | None
    right_deg: Estimate | None
    gait: Gait
    mounting: str


@dataclass(frozen=True, slots=True)
class MinimalDetectableChange:
    """Smallest difference between two runs of one person that is more than noise.

    Attributes
    ----------
    value_deg : float
        What to use, never below :data:`FLOOR_DEG`.
    estimate_deg : float or None
        The best single guess from this person's runs; None while there are too few.
    ci_low_deg, ci_high_deg : float or None
        95 % interval of that guess.
    n_mountings : int
        Mountings that counted; runs of another gait and unsure ones did not.
    method : MdcMethod
    """

    value_deg: float
    estimate_deg: float | None
    ci_low_deg: float | None
    ci_high_deg: float | None
    n_mountings: int
    method: MdcMethod

    @property
    def is_default(self) -> bool:
        """Whether this is the published value, not the person's own."""
        return self.method is MdcMethod.PUBLISHED


def minimal_detectable_change(runs: Sequence[RepeatedRun]) -> MinimalDetectableChange:
    """Estimate a person's minimal detectable change of mean drop excursion, for either side.

    Parameters
    ----------
    runs : sequence of RepeatedRun
        Comparable easy runs of one person, in the order of time.  Only the gait that most of them
        have counts.

    Returns
    -------
    MinimalDetectableChange
        Below :data:`N_RUNS_MIN` mountings the published default.  From then on the upper bound of
        the personal one with :data:`CAUTION`, but no larger than the default, unless the personal
        guess itself is.

    Notes
    -----
    Both sides share one value: their squares are pooled, and count as one side's, since a
    mounting that is off moves both.
    """
    means = _means_per_mounting(runs)
    n = len(means)
    if n < N_RUNS_MIN:
        return MinimalDetectableChange(
            MINIMAL_DETECTABLE_CHANGE_DEG, None, None, None, n, MdcMethod.PUBLISHED
        )
    difference = np.diff(means, axis=0)
    sem_squared = float(np.mean(difference**2)) / 2.0
    # Freedom of the mean square successive difference of independent values (von Neumann 1941).
    dof = 2.0 * (n - 1.0) ** 2 / (3.0 * n - 4.0)

    def bound(probability_above: float) -> float:
        return float(SEM_TO_MDC * np.sqrt(sem_squared * dof / chdtri(dof, probability_above)))

    estimate = float(SEM_TO_MDC * np.sqrt(sem_squared))
    cautious = min(bound(CAUTION), max(MINIMAL_DETECTABLE_CHANGE_DEG, estimate))
    return MinimalDetectableChange(
        value_deg=max(FLOOR_DEG, cautious),
        estimate_deg=estimate,
        ci_low_deg=bound(0.025),
        ci_high_deg=bound(0.975),
        n_mountings=n,
        method=MdcMethod.SUCCESSIVE_DIFFERENCES,
    )


def _means_per_mounting(runs: Sequence[RepeatedRun]) -> FloatArray:
    """Give left and right of each mounting in order, shape (n, 2); runs of one are averaged."""
    gaits = Counter(run.gait for run in runs)
    gait = max(gaits, key=lambda one: (gaits[one], one is Gait.RUNNING), default=None)
    kept = [
        (run.mounting, run.left_deg.value, run.right_deg.value)
        for run in runs
        if run.left_deg is not None
        and run.right_deg is not None
        and run.gait is gait
        and max(run.left_deg.half_width, run.right_deg.half_width) <= UNSURE_DEG
    ]
    if not kept:
        return np.empty((0, 2))
    n_in_each = [len(list(group)) for _, group in groupby(kept, key=lambda one: one[0])]
    values = np.array([one[1:] for one in kept], np.float64)
    first = np.cumsum([0, *n_in_each[:-1]])
    means: FloatArray = np.add.reduceat(values, first, axis=0) / np.array(n_in_each)[:, None]
    return means
