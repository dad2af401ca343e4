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
    return ClippedTimes(
        t_s[clipped_mask(acc_mps2, gyr_radps)], t_s[harmful_clipping(t_s, acc_mps2, gyr_radps)]
    )


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
    mask: BoolArray = np.zeros(acc_mps2.shape[0], dtype=np.bool_)
    for signal, ranges in ((acc_mps2, ACC_RANGES_MPS2), (gyr_radps, GYR_RANGES_RADPS)):
        if signal is None or signal.shape[0] == 0:
            continue
        for axis in signal.T:
            for sign in (1.0, -1.0):
                _mark_stuck(mask, axis, sign, ranges)
    return mask


def count_clipped(acc_mps2: FloatArray, gyr_radps: FloatArray | None) -> int:
    """Count the samples at the end of the sensor's range; see :func:`clipped_mask`."""
    return int(clipped_mask(acc_mps2, gyr_radps).sum())


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
    acc = clipped_mask(acc_mps2, None)
    harmful = clipped_mask(np.zeros_like(acc_mps2), gyr_radps)
    edges = np.flatnonzero(np.diff(np.concatenate(([False], acc, [False]))))
    if len(edges):
        first, last = edges[::2], edges[1::2] - 1
        period_s = float(np.median(np.diff(t_s)))
        long = t_s[last] - t_s[first] + period_s >= SHORT_S - 1e-9
        for start, end in zip(first[long].tolist(), last[long].tolist(), strict=True):
            harmful[start : end + 1] = True
    return harmful


def _mark_stuck(mask: BoolArray, axis: FloatArray, sign: float, ranges: tuple[float, ...]) -> None:
    """Mark, in place, the samples stuck at the upper (sign 1) or lower (-1) end of a range."""
    outermost = np.fmax if sign > 0 else np.fmin  # these pass over NaN
    top = sign * float(outermost.reduce(axis, initial=-sign * np.inf))
    if not any(abs(top - full) <= _RANGE_MARGIN * full for full in ranges):
        return
    at_top: BoolArray = sign * axis >= top * (1.0 - _STUCK_TOLERANCE)
    if (at_top[1:] & at_top[:-1]).any():
        mask |= at_top
