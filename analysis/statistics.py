"""Means, medians and differences with 95 % intervals that know that strides resemble each other.

Successive stances of one side are not independent: a runner who drops a little more in one stride
tends to do so in the next.  Treating them as independent makes every interval too narrow, so the
number of stances is replaced by an effective number.

Sources
-------
- Effective sample size of a first-order autoregressive series, n (1 - r) / (1 + r):
  Bayley & Hammersley 1946, https://doi.org/10.2307/2983560
- Bias of the lag-1 autocorrelation, -(1 + 3 r) / n:
  Marriott & Pope 1954, https://doi.org/10.1093/biomet/41.3-4.390
- Long-run variance from the first cosines, with as many degrees of freedom as cosines:
  Lazarus et al. 2018, https://doi.org/10.1080/07350015.2018.1506926
- Order-statistic interval of a median: Conover, Practical Nonparametric Statistics, 3rd ed.,
  section 3.2
"""

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike
from scipy.fft import dct
from scipy.special import stdtrit

from analysis.results import Estimate, FloatArray

N_MIN = 5
"""Fewest values for an interval: with 5 the order-statistic interval of a median (its full range)
still holds the true median in 94 % of cases; with 4 it falls below 88 %."""

N_COSINES_MIN = 4
"""Fewest cosines: with fewer, Student's t makes intervals wider than what was measured."""

_COSINES = 0.25
"""Cosines per n^(2/3).  With the source's 0.4 the intervals of a slow wave under noise hold the
truth in 81 % of simulated series of 100 values, with this in 88 % (see the tests)."""

N_EFFECTIVE_MIN = 4.0
"""A short series that drifts, such as a walk of ten metres that starts and stops, looks like two
values or fewer; Student's t then makes intervals wider than the range of what was measured."""

_MAX_AUTOCORRELATION = 0.98
"""Beyond this the series is a drift, and an effective number of values says nothing."""

_UPPER_TAIL = 0.975
_NORMAL_QUANTILE = 1.959964


class StandardError(NamedTuple):
    """A mean, its standard error and the degrees of freedom behind that error."""

    mean: float
    se: float
    dof: float


def finite(values: ArrayLike) -> FloatArray:
    """Give the finite values as a flat float array."""
    array = np.asarray(values, dtype=np.float64).ravel()
    return array[np.isfinite(array)]


def mean_estimate(values: ArrayLike, *, systematic_se: float = 0.0) -> Estimate | None:
    """Estimate the mean of successive stances of one side.

    The standard error is the larger of two: that of a first-order autoregressive series, and
    that of the slowest cosines in the series, which also sees correlation over tens of strides.
    Slower changes are the course of the run, not noise: see :mod:`analysis.drift`.

    Parameters
    ----------
    values : array-like, shape (n,)
        In the order of time; values that are not finite are left out.
    systematic_se : float
        As in :func:`difference_estimate`.

    Returns
    -------
    Estimate or None
        None for fewer than :data:`N_MIN` values.
    """
    error = standard_error(values)
    if error is None:
        return None
    return _widened(interval(error.mean, error.se, error.dof), systematic_se)


def difference_estimate(
    right: ArrayLike, left: ArrayLike, *, systematic_se: float = 0.0
) -> Estimate | None:
    """Estimate the mean of ``right`` minus the mean of ``left``.

    Parameters
    ----------
    right, left : array-like, shapes (n,), (m,)
        Each in the order of time; values that are not finite are left out.
    systematic_se : float
        Standard error that no number of stances averages out, such as that of the mounting, in
        the values' unit.

    Returns
    -------
    Estimate or None
        None where either side has fewer than :data:`N_MIN` values.
    """
    a, b = standard_error(right), standard_error(left)
    if a is None or b is None:
        return None
    # The smaller freedom of both, so that a difference never looks surer than either side.
    se, dof = float(np.hypot(a.se, b.se)), min(a.dof, b.dof)
    return _widened(interval(a.mean - b.mean, se, dof), systematic_se)


def median_estimate(values: ArrayLike) -> Estimate | None:
    """Estimate the median of successive stances of one side, with an order-statistic interval.

    The interval's ranks are widened for serial correlation: of the values, or of being above or
    below the median, whichever is correlated more (outliers hide the former).

    Parameters
    ----------
    values : array-like, shape (n,)
        In the order of time; values that are not finite are left out.

    Returns
    -------
    Estimate or None
        None for fewer than :data:`N_MIN` values.
    """
    x = finite(values)
    n = x.size
    if n < N_MIN:
        return None
    ordered = np.sort(x)
    median = float(ordered[(n - 1) // 2] + ordered[n // 2]) / 2.0
    above = np.sign(x - median)
    # The share of values above the median is as unsure as the mean of their signs.
    relative = max(_relative_error(x)[0], _relative_error(above)[0])
    reach = _NORMAL_QUANTILE * math.sqrt(n) * relative / 2.0
    low = max(0, math.floor(n / 2 - reach))
    high = min(n - 1, math.ceil(n / 2 + reach))
    return Estimate(median, float(ordered[low]), float(ordered[high]))


def standard_error(values: ArrayLike) -> StandardError | None:
    """Give the mean and its standard error under serial correlation; None for too few values."""
    x = finite(values)
    n = x.size
    if n < N_MIN:
        return None
    relative, dof = _relative_error(x)
    se = relative * float(np.std(x, ddof=1)) / math.sqrt(n)
    return StandardError(float(x.mean()), se, dof)


def interval(value: float, se: float, dof: float) -> Estimate:
    """Put a symmetric 95 % interval of Student's t around a value."""
    half = float(stdtrit(dof, _UPPER_TAIL)) * se
    return Estimate(value, value - half, value + half)


def _widened(sampled: Estimate, systematic_se: float) -> Estimate:
    """Add an error that no number of values averages out."""
    half = float(np.hypot(sampled.half_width, _NORMAL_QUANTILE * systematic_se))
    return Estimate(sampled.value, sampled.value - half, sampled.value + half)


def _relative_error(x: FloatArray) -> tuple[float, float]:
    """Give the standard error of the mean over that of independent values, and its freedom."""
    n = x.size
    centred = x - x.mean()
    power = float(centred @ centred)
    if power == 0.0:
        return 1.0, n - 1.0
    r = float(centred[1:] @ centred[:-1]) / power
    r += (1.0 + 3.0 * r) / n
    # A negative correlation would narrow the interval; it is not trusted to.
    r = min(max(r, 0.0), _MAX_AUTOCORRELATION)
    fewest = min(n, N_EFFECTIVE_MIN)
    n_effective = max(fewest, n * (1.0 - r) / (1.0 + r))
    if n > 2 * N_COSINES_MIN:
        slow = dct(centred, norm="ortho")[1 : n_cosines(n) + 1]
        inflation = float(slow @ slow) / slow.size / (power / (n - 1.0))
        # Of a short series neither tells the correlation; both have the same ceiling.
        inflation = min(inflation, n / fewest)
        if inflation > n / n_effective:
            return math.sqrt(inflation), float(slow.size)
    return math.sqrt(n / n_effective), n_effective - 1.0


def n_cosines(n: int) -> int:
    """Give how many of the slowest cosines of ``n`` values tell their long-run variance."""
    return max(N_COSINES_MIN, round(_COSINES * math.pow(n, 2.0 / 3.0)))
