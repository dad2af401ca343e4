"""What gaps do to an angle, and how much of it can be taken back.

Across a gap the turning rate is not known but filled in, and what the filling is wrong by stays in
the angle until gravity has pulled it back, a second or two later.  The mean angle of a stride
hardly changes within seconds, however: where gaps make it jump, it is drawn back to the mean of
the strides around, as far as the gaps are more likely to be the reason than the runner.
"""

from dataclasses import dataclass

import numpy as np
from scipy.ndimage import uniform_filter1d

from analysis.gaps import long_gaps
from analysis.grid import Grid
from analysis.orientation import not_integrated
from analysis.results import BoolArray, FloatArray
from analysis.steps import Steps

# Error of the angle per second of gap.  Measured: 5 % lost in bursts of 0.08 s, simulated on 27
# treadmill trials, add 0.3 deg per burst to the error of peak drop.
ERROR_DEG_PER_S = 4.0
# Time for which the orientation filter keeps an error, before and after: it runs both ways.
REACH_S = 1.5
# How much the mean obliquity of one stride differs from that of the strides around: below 1 Hz
# 0.2 to 0.5 deg in the truth of 48 treadmill trials.
STRIDE_SD_DEG = 0.35
AROUND_S = 20.0
PIECE_SAMPLES = 1 << 16


@dataclass(frozen=True, slots=True)
class Bridged:
    """Angles, shape (n, 2), and the standard error that gaps leave in them, shape (n,), degrees."""

    angles_deg: FloatArray
    se_deg: FloatArray


def steady_across_gaps(
    angles_deg: FloatArray, grid: Grid, steps: Steps, inside: BoolArray
) -> Bridged:
    """Draw the mean angle of strides near gaps back to that of the strides around.

    Parameters
    ----------
    angles_deg : FloatArray, shape (n, 2)
        Obliquity and tilt.
    grid : Grid
    steps : Steps
    inside : BoolArray, shape (n,)
        Samples inside gait.
    """
    of_gaps = _variance_of_gaps(grid)
    if not of_gaps.any():
        return Bridged(angles_deg, of_gaps)
    n_stride = max(1, round(2 * float(np.median(np.diff(steps.index)))))
    n_around = round(AROUND_S * grid.rate_hz)
    reach = n_stride + n_around
    drawn = angles_deg.copy()
    for begin, end in grid.segments:
        # A piece at a time, and only those with gaps: it takes several arrays of its length.
        for start in range(begin, end, PIECE_SAMPLES):
            stop = min(start + PIECE_SAMPLES, end)
            if of_gaps[start:stop].any():
                first, last = max(begin, start - reach), min(end, stop + reach)
                weight = inside[first:last].astype(float)[:, None]
                off = _off_usual(
                    angles_deg[first:last], weight, of_gaps[first:last], n_stride, n_around
                )
                drawn[start:stop] -= off[start - first : stop - first]
    return Bridged(drawn, np.sqrt(np.where(inside, _share(of_gaps) * STRIDE_SD_DEG**2, of_gaps)))


def _share(of_gaps: FloatArray) -> FloatArray:
    """How much more likely gaps are to be the reason than the runner, 0 to 1."""
    share: FloatArray = of_gaps / (of_gaps + STRIDE_SD_DEG**2)
    return share


def _off_usual(
    angles_deg: FloatArray, weight: FloatArray, of_gaps: FloatArray, n_stride: int, n_around: int
) -> FloatArray:
    """How far gaps make strides differ from those around, shape (n, 2)."""
    of_stride = _mean_around(angles_deg, weight, n_stride)
    trusted = weight / (of_gaps + STRIDE_SD_DEG**2)[:, None]
    around = _mean_around(of_stride, trusted, n_around)
    off: FloatArray = weight * _share(of_gaps)[:, None] * (of_stride - around)
    return off


def _variance_of_gaps(grid: Grid) -> FloatArray:
    """Variance that the gaps within reach add to an angle, deg2, shape (n,)."""
    n = len(grid.t_s)
    first, stop = long_gaps(grid)
    integrated = ~np.isin(first, not_integrated(grid)[0])
    first, stop = first[integrated], stop[integrated]
    if not len(first):
        return np.zeros(n)
    reach = round(REACH_S * grid.rate_hz)
    added = (ERROR_DEG_PER_S * (stop - first) / grid.rate_hz) ** 2
    change = np.zeros(n + 1)
    np.add.at(change, np.maximum(first - reach, 0), added)
    np.subtract.at(change, np.minimum(stop + reach, n), added)
    # Sums and differences of the same numbers do not end at zero exactly.
    variance: FloatArray = np.maximum(np.cumsum(change)[:n], 0.0)
    variance[variance < 1e-9] = 0.0
    return variance


def _mean_around(values: FloatArray, weight: FloatArray, n_window: int) -> FloatArray:
    """Weighted mean over a window around each sample; the sample's own value without weights."""
    total = uniform_filter1d(weight, n_window, axis=0, mode="constant")
    summed = uniform_filter1d(values * weight, n_window, axis=0, mode="constant")
    return np.where(total > 1e-9, summed / np.maximum(total, 1e-9), values)
