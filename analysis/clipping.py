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
    acc, gyr = _clipped(acc_mps2, ACC_RANGES_MPS2), _clipped_rates(gyr_radps, len(t_s))
    return ClippedTimes(t_s[acc | gyr], t_s[_harmful(t_s, acc, gyr)])


def clipped_mask(acc_mps2: FloatArray, gyr_radps: FloatArray | None) -> BoolArray:
    """Mark the samples at the end of the sensor's range.

    An axis counts as clipped where its extreme lies within 3 % of a known full scale and stays
    there for two samples or more at least once; then each sample at that extreme is marked.

    Parameters
    ----------
    acc_mps2 : FloatArray, shape (n, 3)
    gyr_radps : FloatArray, shape (n, 3), or None

    Returns
    -------
    BoolArray, shape (n,)
    """
    rates = _clipped_rates(gyr_radps, len(acc_mps2))
    mask: BoolArray = _clipped(acc_mps2, ACC_RANGES_MPS2) | rates
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
    acc, gyr = _clipped(acc_mps2, ACC_RANGES_MPS2), _clipped_rates(gyr_radps, len(t_s))
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


def _clipped_rates(gyr_radps: FloatArray | None, n: int) -> BoolArray:
    """Mark clipped turning rates, shape (n,); none without a gyroscope."""
    if gyr_radps is None:
        return np.zeros(n, dtype=np.bool_)
    return _clipped(gyr_radps, GYR_RANGES_RADPS)


def _clipped(signal: FloatArray, ranges: tuple[float, ...]) -> BoolArray:
    """Mark the clipped samples of a signal, shape (n, 3), on any axis and at either end."""
    mask: BoolArray = np.zeros(len(signal), dtype=np.bool_)
    for sign, extremes in ((1.0, _outermost(signal, np.fmax)), (-1.0, _outermost(signal, np.fmin))):
        for axis, extreme in zip(signal.T, extremes.tolist(), strict=True):
            top = sign * extreme
            if any(abs(top - full) <= _RANGE_MARGIN * full for full in ranges):
                _mark_stuck(mask, sign * axis, top)
    return mask


def _outermost(signal: FloatArray, outermost: np.ufunc) -> FloatArray:
    """Largest (`np.fmax`) or smallest (`np.fmin`) value of each axis, shape (3,), NaN passed over.

    Many samples are compared as one long row: along rows of three it takes ten times as long.
    """
    n_whole = len(signal) // _ROW_SAMPLES * _ROW_SAMPLES
    rows = signal[:n_whole].reshape(-1, 3 * _ROW_SAMPLES)
    widest = outermost.reduce(rows, axis=0, initial=np.nan).reshape(-1, 3)
    found: FloatArray = outermost.reduce(np.concatenate((widest, signal[n_whole:])), axis=0)
    return found


def _mark_stuck(mask: BoolArray, axis: FloatArray, top: float) -> None:
    """Mark, in place, the samples of an axis that are stuck at its largest value."""
    at_top: BoolArray = axis >= top * (1.0 - _STUCK_TOLERANCE)
    if (at_top[1:] & at_top[:-1]).any():
        mask |= at_top
