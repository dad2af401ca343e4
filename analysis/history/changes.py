"""What changed from run to run: the newest run, two periods, and moments over many runs.

Two kinds of doubt are kept apart: the interval of a change, and the noise between days.  A change
is likely real beyond both.  It is trivial only where the interval holds the days as well, which
that of a single run does not.

Sources
-------
- Interval of a mean of runs from their scatter, Student's t: any textbook; runs of different days
  count as independent.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np

from analysis.change_points import find_steps
from analysis.history.noise import Noise, smallest_change
from analysis.history.points import RunPoint, Tracked, in_order
from analysis.history.usual import Usual
from analysis.results import ChangeClass, Estimate
from analysis.statistics import interval
from analysis.verdict import change_class

N_SEARCHED_MAX = 300
"""Newest runs that are searched for moments of change: as many as the search was checked on."""


@dataclass(frozen=True, slots=True)
class MeasureChange:
    """A change of what is followed, in its unit.

    Attributes
    ----------
    measure : Tracked
    before, after : Estimate
        Mean and 95 % interval; against the usual, ``before`` is the usual range.
    change : Estimate
        After minus before, with the interval of what was measured.
    noise : float
        What chance alone makes of it.
    change_class : ChangeClass
    """

    measure: Tracked
    before: Estimate
    after: Estimate
    change: Estimate
    noise: float
    change_class: ChangeClass


@dataclass(frozen=True, slots=True)
class DatedChange:
    """A change of level over runs: the first run on the new level, and new minus old level."""

    measure: Tracked
    at: datetime
    run_id: str
    change: Estimate


def against_usual(run: RunPoint, usual: Usual) -> tuple[MeasureChange, ...]:
    """Hold a run against what was usual before it.

    Parameters
    ----------
    run : RunPoint
    usual : Usual
        Of the comparable runs before it.

    Returns
    -------
    tuple of MeasureChange
        At the cadence and speed of the run; empty while learning.
    """
    found = []
    for tracked in Tracked:
        estimate, usually = run.of(tracked), usual.range_for(run, tracked)
        if estimate is None or usually is None:
            continue
        change = _minus(estimate, usually.middle)
        noise = max(usually.half_width, estimate.half_width)
        kind = change_class(change.value, noise, smallest=smallest_change(tracked, usually.middle))
        before = Estimate(usually.middle, usually.low, usually.high)
        found.append(MeasureChange(tracked, before, estimate, change, noise, kind))
    return tuple(found)


def compare_runs(
    before: Sequence[RunPoint], after: Sequence[RunPoint], noise: Noise
) -> tuple[MeasureChange, ...]:
    """Compare two runs, or two periods.

    Parameters
    ----------
    before, after : sequence of RunPoint
        One run, or the runs of a period, as measured: nothing is taken off.
    noise : Noise
        Of this person's comparable runs.

    Returns
    -------
    tuple of MeasureChange
        Without what was not measured in both.
    """
    found = []
    for tracked in Tracked:
        old, new = _mean(before, tracked), _mean(after, tracked)
        if old is None or new is None:
            continue
        half_width = float(np.hypot(old.half_width, new.half_width))
        value = new.value - old.value
        change = Estimate(value, value - half_width, value + half_width)
        chance = max(noise.of(tracked, old.value), half_width)
        smallest = smallest_change(tracked, old.value)
        kind = change_class(value, chance, smallest=smallest)
        holds_days = min(len(before), len(after)) > 1
        if holds_days and abs(value) + half_width < smallest:
            kind = ChangeClass.TRIVIAL
        found.append(MeasureChange(tracked, old, new, change, chance, kind))
    return tuple(found)


def dated_changes(runs: Sequence[RunPoint], noise: Noise) -> tuple[DatedChange, ...]:
    """Find the runs from which on something was at another level.

    Parameters
    ----------
    runs : sequence of RunPoint
        Comparable ones, in any order; the newest :data:`N_SEARCHED_MAX` are searched, as measured.
    noise : Noise
        Smaller changes than it are not told.

    Returns
    -------
    tuple of DatedChange
        In the order of time.
    """
    newest = in_order(runs)[-N_SEARCHED_MAX:]
    found = []
    for tracked in Tracked:
        estimates = [run.of(tracked) for run in newest]
        values = np.array([np.nan if one is None else one.value for one in estimates])
        if not np.isfinite(values).any():
            continue
        least = noise.of(tracked, float(np.nanmedian(values)))
        for step in find_steps(values, smallest=least):
            run = newest[step.index]
            found.append(DatedChange(tracked, run.at, run.run_id, step.change))
    return tuple(sorted(found, key=lambda change: change.at))


def _minus(estimate: Estimate, level: float) -> Estimate:
    return Estimate(estimate.value - level, estimate.ci_low - level, estimate.ci_high - level)


def _mean(runs: Sequence[RunPoint], tracked: Tracked) -> Estimate | None:
    """Give a run's own estimate, or the mean of several with the interval of their scatter."""
    known = [estimate for run in runs if (estimate := run.of(tracked)) is not None]
    if len(known) < 2:
        return known[0] if known else None
    values = np.array([estimate.value for estimate in known])
    se = float(np.std(values, ddof=1)) / float(np.sqrt(values.size))
    return interval(float(values.mean()), se, values.size - 1.0)
