"""At which moment a run changed its level: steps, not ramps, and not the wander of noise.

Binary segmentation: the best single step is kept where it is far larger than autocorrelated noise
makes, then both sides are searched again.  Deviations from the usual method and their reasons:
the noise is that of a first-order autoregressive series, with its own autocorrelation estimated
beside the step (a step looks like autocorrelation, and would hide itself); the limit grows where
few effective values hold the noise; and a step has to fit better than a bent line and to happen
within a few windows, since a runner who tires slowly has no moment at which it happened.

Sources
-------
- Binary segmentation: Scott & Knott 1974, https://doi.org/10.2307/2529204
- Autocorrelation hides or makes steps: Robbins et al. 2011,
  https://doi.org/10.1111/j.1467-9892.2010.00707.x
"""

from dataclasses import dataclass

import numpy as np
from scipy.ndimage import median_filter

from analysis.results import Estimate, FloatArray
from analysis.statistics import interval

N_BESIDE_MIN = 6
"""Fewest windows on either side of a step: 150 strides, or about two minutes."""

_LIMIT = 3.9
_LIMIT_OF_FEW = 20.0
"""The limit on a step over its standard error is 3.9 + 20 / (effective number of windows).  On
simulated first-order autoregressive noise (autocorrelation 0 to 0.7) at most 0.8 % of series of 60
to 300 windows have a step, and 1.4 % of 30 windows: a run is four series."""

_ABRUPT_SHARE = 0.6
"""Share of a step that has to happen within the windows next to it: of a ramp over half an hour
it is a tenth."""

_CLEARLY = 4.0
"""By how much a step has to fit better than what is slow: twice the logarithm of a
likelihood ratio, as Akaike's criterion asks of two more terms."""

_SLOW_SHARE = 0.25
"""A change that takes this share of the stretch has no moment: a quarter of an hour's run."""

_N_OUTLIER_WINDOWS = 7
_OUTLIER_SDS = 4.0
"""A window this far from the median of the seven around it is pulled in to this distance."""

_MAX_AUTOCORRELATION = 0.95


@dataclass(frozen=True, slots=True)
class Step:
    """A step between two windows: the first one on the new level, and new minus old level."""

    index: int
    change: Estimate


@dataclass(frozen=True, slots=True)
class _Candidate:
    index: int
    change: float
    se: float
    n_effective: float


def find_steps(values: FloatArray, *, smallest: float) -> tuple[Step, ...]:
    """Find the moments at which a series changed its level.

    Parameters
    ----------
    values : FloatArray, shape (n,)
        Medians of successive windows; those that are not finite are left out.
    smallest : float
        Smaller steps are not told, in the values' unit.

    Returns
    -------
    tuple of Step
        In order; each is measured against the levels up to the steps beside it.
    """
    rows = np.flatnonzero(np.isfinite(values))
    y = _without_outliers(values[rows])
    if y.size == 0 or np.ptp(y) < smallest:
        return ()
    edges = [0, *_split(y, 0, y.size, smallest), y.size]
    steps = []
    for before, at, after in zip(edges, edges[1:], edges[2:], strict=False):
        told = _candidate(y[before:after], at - before)
        change = interval(told.change, told.se, max(2.0, told.n_effective - 2.0))
        if abs(told.change) >= smallest and not change.ci_low <= 0.0 <= change.ci_high:
            steps.append(Step(int(rows[at]), change))
    return tuple(steps)


def _split(y: FloatArray, start: int, stop: int, smallest: float) -> list[int]:
    """Give the indices of the steps in [start, stop)."""
    n = stop - start
    at = _step_in(y[start:stop], smallest)
    if at is None and n >= 4 * N_BESIDE_MIN:
        # A level that came back hides both of its steps: they stand alone in halves.  Without the
        # line through the whole, so that a piece of a ramp is none.
        line = _line(n)
        rest = y[start:stop] - line @ (line.T @ y[start:stop])
        halves = [n // 4 * k for k in range(3)]
        found = (_step_in(rest[half : half + n // 2], smallest, half) for half in halves)
        at = next((one for one in found if one is not None), None)
    if at is None:
        return []
    middle = start + at
    return [*_split(y, start, middle, smallest), middle, *_split(y, middle, stop, smallest)]


def _step_in(part: FloatArray, smallest: float, offset: int = 0) -> int | None:
    """Give ``offset`` plus the index of the best step in a part; None where it is not one."""
    if part.size < 2 * N_BESIDE_MIN:
        return None
    at = _best_split(part)
    if abs(part[at:].mean() - part[:at].mean()) < smallest:
        return None
    best = _candidate(part, at)
    limit = (_LIMIT + _LIMIT_OF_FEW / best.n_effective) * best.se
    if abs(best.change) < limit or not _is_step(part, best):
        return None
    return offset + best.index


def _without_outliers(y: FloatArray) -> FloatArray:
    if y.size < _N_OUTLIER_WINDOWS:
        return y
    around: FloatArray = median_filter(y, _N_OUTLIER_WINDOWS, mode="nearest")
    reach = _OUTLIER_SDS * 1.4826 * float(np.median(np.abs(y - around)))
    return np.clip(y, around - reach, around + reach)


def _best_split(y: FloatArray) -> int:
    """Give the index at which two means fit best."""
    n = y.size
    index = np.arange(N_BESIDE_MIN, n - N_BESIDE_MIN + 1)
    total = np.cumsum(y - y.mean())[index - 1]
    return int(index[np.argmax(total**2 / (index * (n - index)))])


def _candidate(y: FloatArray, index: int) -> _Candidate:
    """Measure a step with the noise that is left beside it."""
    n = y.size
    before, after = y[:index], y[index:]
    noise = np.concatenate((before - before.mean(), after - after.mean()))
    change, power = float(after.mean() - before.mean()), float(noise @ noise)
    if power <= (1e-9 * change) ** 2 * n:
        return _Candidate(index, change, 0.0, float(n))
    r = float(noise[1:] @ noise[:-1]) / power
    # Two means and the choice of the split hide twice the usual bias (Marriott & Pope 1954).
    r = min(max(r + 2.0 * (1.0 + 3.0 * r) / n, 0.0), _MAX_AUTOCORRELATION)
    inflation = (1.0 + r) / (1.0 - r)
    variance = power / (n - 2.0) * inflation * (1.0 / index + 1.0 / (n - index))
    return _Candidate(index, change, float(np.sqrt(variance)), n / inflation)


def _is_step(y: FloatArray, best: _Candidate) -> bool:
    """Tell a step from a line with a bend, and from a change that takes its time."""
    at = best.index
    beside = y[at : at + N_BESIDE_MIN].mean() - y[at - N_BESIDE_MIN : at].mean()
    if beside * best.change < _ABRUPT_SHARE * best.change**2:
        return False
    levels = np.where(np.arange(y.size) < at, y[:at].mean(), y[at:].mean())
    left = y - levels
    misfit = float(left @ left) * (1.0 + _CLEARLY / best.n_effective)
    return misfit <= min(_bent_line_misfit(y), _slow_change_misfit(y))


def _line(n: int) -> FloatArray:
    """Give an orthonormal basis of all straight lines over n values, shape (n, 2)."""
    basis: FloatArray = np.linalg.qr(np.column_stack((np.ones(n), np.arange(n))))[0]
    return basis


def _bent_line_misfit(y: FloatArray) -> float:
    """Give the sum of squares that the best line with one bend leaves."""
    t = np.arange(y.size, dtype=np.float64)
    return _best_misfit(y, np.maximum(0.0, t[:, None] - t[1:-1]), _line(y.size))


def _slow_change_misfit(y: FloatArray) -> float:
    """Give the sum of squares that two levels leave which a slow change connects."""
    t = np.arange(y.size, dtype=np.float64)
    width = max(_SLOW_SHARE * y.size, 2.0 * N_BESIDE_MIN)
    changes = np.clip((t[:, None] - t) / width + 0.5, 0.0, 1.0)
    return _best_misfit(y, changes[:, 1:-1], np.full((y.size, 1), y.size**-0.5))


def _best_misfit(y: FloatArray, terms: FloatArray, basis: FloatArray) -> float:
    """Give the sum of squares that an orthonormal basis and the best one of some terms leave."""
    rest = y - basis @ (basis.T @ y)
    terms = terms - basis @ (basis.T @ terms)
    taken = (terms.T @ rest) ** 2 / np.maximum((terms**2).sum(axis=0), 1e-12)
    return float(rest @ rest - taken.max())
