"""Samples at the end of the sensor's range, and which of them do harm."""

from dataclasses import dataclass

import numpy as np

from analysis.results import BoolArray, FloatArray

ACC_RANGES_MPS2 = tuple(9.80665 * g for g in (2, 4, 8, 16))
GYR_RANGES_RADPS = tuple(float(np.radians(dps)) for dps in (250, 500, 1000, 2000))
"""Full scales of the common motion sensors."""
_RANGE_MARGIN = 0.03
"""Calibration moves the end of a range: 60 mg of offset are 3 % of 2 g."""
_STUCK_TOLERANCE = 1e-5
"""Of the full scale: under half a step of 16 bits (1 / 65536), so only equal readings count."""
_ROW_SAMPLES = 128

UNUSUAL_FROM_ACC_MPS2 = 1.5 * 9.80665
UNUSUAL_FROM_GYR_RADPS = float(np.radians(100.0))
"""No sensor that is worn ends below: walking alone reaches them."""
_MIN_STUCK = 5
"""So many equal readings of 16 bits at the very top are no chance: 200 peaks that spread over a
tenth of a range hold two equal ones or three."""
_BAND = 0.02
_PILE = 3.0
"""Where a signal is cut off, all that was beyond piles up at the end; a peak that is only rounded
has as many readings right below it.  Simulated runs cut off at 3.5 and 6 g: 40 to 90 times as many
at the end as within 2 % below; whole ones one at the end, and one below in 200 steps."""
_MIN_LEVELS = 5
"""Different readings in the highest tenth: fewer, and the sensor is too coarse to tell, or the
signal repeats itself exactly."""

SHORT_S = 0.025
"""An acceleration cut off for less than this is the tip of an impact: events are read from signals
below 10 Hz, and angles from a mean over a second.  Two samples at 100 Hz, five at 200 Hz."""


@dataclass(frozen=True, slots=True)
class ClippedTimes:
    """Times of clipped samples: of all, and of those that a stance cannot be trusted with."""

    any_s: FloatArray
    harmful_s: FloatArray


NOTHING_CLIPPED = ClippedTimes(np.empty(0), np.empty(0))


def clipped_times(
    t_s: FloatArray, acc_mps2: FloatArray, gyr_radps: FloatArray | None
) -> ClippedTimes:
    """Find the clipped samples; see `clipped_mask` and `harmful_clipping`."""
    acc, gyr = _clipped_acc(acc_mps2), _clipped_rates(gyr_radps, len(t_s))
    return ClippedTimes(t_s[acc | gyr], t_s[_harmful(t_s, acc, gyr)])


def clipped_mask(acc_mps2: FloatArray, gyr_radps: FloatArray | None) -> BoolArray:
    """Mark the samples at the end of the sensor's range.

    An axis counts as clipped where its extreme lies within 3 % of a known full scale and stays
    there for two samples or more at least once, and where at any other extreme equal readings pile
    up.  Each end of each axis is judged by itself; then each sample at that extreme is marked.

    Parameters
    ----------
    acc_mps2 : FloatArray, shape (n, 3)
    gyr_radps : FloatArray, shape (n, 3), or None

    Returns
    -------
    BoolArray, shape (n,)
    """
    rates = _clipped_rates(gyr_radps, len(acc_mps2))
    mask: BoolArray = _clipped_acc(acc_mps2) | rates
    return mask


def harmful_clipping(
    t_s: FloatArray, acc_mps2: FloatArray, gyr_radps: FloatArray | None
) -> BoolArray:
    """Mark the clipped samples that a stance cannot be trusted with.

    Parameters
    ----------
    t_s : FloatArray, shape (n,)
    acc_mps2 : FloatArray, shape (n, 3)
    gyr_radps : FloatArray, shape (n, 3), or None

    Returns
    -------
    BoolArray, shape (n,)
        Where a turning rate is cut off, which an angle never recovers from, and where an
        acceleration is for `SHORT_S` or longer.
    """
    acc, gyr = _clipped_acc(acc_mps2), _clipped_rates(gyr_radps, len(t_s))
    return _harmful(t_s, acc, gyr)


def _harmful(t_s: FloatArray, acc: BoolArray, gyr: BoolArray) -> BoolArray:
    """Mark what does harm among clipped accelerations and turning rates, shape (n,) each."""
    harmful = gyr.copy()
    edges = np.flatnonzero(np.diff(np.concatenate(([False], acc, [False]))))
    if len(edges):
        first, last = edges[::2], edges[1::2] - 1
        period_s = float(np.median(np.diff(t_s)))
        long = t_s[last] - t_s[first] + period_s >= SHORT_S - 1e-9
        for start, end in zip(first[long].tolist(), last[long].tolist(), strict=True):
            harmful[start : end + 1] = True
    return harmful


def _clipped_acc(acc_mps2: FloatArray) -> BoolArray:
    """Mark clipped accelerations, shape (n,)."""
    return _clipped(acc_mps2, ACC_RANGES_MPS2, UNUSUAL_FROM_ACC_MPS2)


def _clipped_rates(gyr_radps: FloatArray | None, n: int) -> BoolArray:
    """Mark clipped turning rates, shape (n,); none without a gyroscope."""
    if gyr_radps is None:
        return np.zeros(n, dtype=np.bool_)
    return _clipped(gyr_radps, GYR_RANGES_RADPS, UNUSUAL_FROM_GYR_RADPS)


def _clipped(signal: FloatArray, ranges: tuple[float, ...], unusual_from: float) -> BoolArray:
    """Mark the clipped samples of a signal, shape (n, 3), on any axis and at either end."""
    mask: BoolArray = np.zeros(len(signal), dtype=np.bool_)
    # A copy whose axes lie in memory one by one is read several times as fast.
    for axis in np.ascontiguousarray(signal.T) if len(signal) else ():
        for sign in (1.0, -1.0):
            _mark_stuck(mask, axis, sign, ranges, unusual_from)
    return mask


def _mark_stuck(
    mask: BoolArray, axis: FloatArray, sign: float, ranges: tuple[float, ...], unusual_from: float
) -> None:
    """Mark, in place, the samples stuck at the upper (sign 1) or lower (-1) end of a range."""
    top = float(axis.max()) if sign > 0 else -float(axis.min())
    is_usual = any(abs(top - full) <= _RANGE_MARGIN * full for full in ranges)
    if not is_usual and not unusual_from <= top < np.inf:
        return
    limit = sign * top * (1.0 - _STUCK_TOLERANCE)
    at_top: BoolArray = axis >= limit if sign > 0 else axis <= limit
    is_stuck = (at_top[1:] & at_top[:-1]).any() if is_usual else _piles_up(sign * axis, at_top, top)
    if is_stuck:
        mask |= at_top


def _piles_up(values: FloatArray, at_top: BoolArray, top: float) -> bool:
    """Whether far more readings are at the top than right below it, on a sensor that is fine."""
    n_top = int(np.count_nonzero(at_top))
    if n_top < _MIN_STUCK:
        return False
    below = values[(values > 0.9 * top) & ~at_top]
    n_near = max(1, int(np.count_nonzero(below > (1.0 - _BAND) * top)))
    is_fine = len(np.unique(below)) >= _MIN_LEVELS
    return is_fine and n_top >= _PILE * n_near
