"""Measures of each step and stride beside the drop: rise of the pelvis, its tilt and its rotation.

Everything is read from whole signals at once.  What is slow is taken off as the mean over whole
strides (from the foot strike before to the foot strike after), drawn as straight lines from strike
to strike: the drift of an integrated acceleration, a climb, the turn of a bend.  What is left
repeats from stride to stride, and its range is the measure.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from analysis.grid import Grid
from analysis.level import LevelSignals
from analysis.results import BoolArray, FloatArray
from analysis.steps import Steps
from analysis.uncertainty import AngleSignals
from analysis.validity import MAX_GAP_S

IntArray = NDArray[np.intp]

# A slow part is laid over so many steps at once: 150 kB, which stay in a processor's cache.
CHUNK_STEPS = 512


@dataclass(frozen=True, slots=True)
class StanceMeasures:
    """Measures of each stance, shape (n_stances,); NaN where not known.

    Attributes
    ----------
    vertical_oscillation_m : FloatArray
        Peak to peak of the pelvis's height from this foot strike to the other foot's next.
    tilt_range_deg, rotation_range_deg : FloatArray
        Peak to peak from this foot strike to the same foot's next.
    impact_peak_mps2 : FloatArray
        From `analysis.impact`.
    """

    vertical_oscillation_m: FloatArray
    tilt_range_deg: FloatArray
    rotation_range_deg: FloatArray
    impact_peak_mps2: FloatArray


@dataclass(frozen=True, slots=True)
class _Strikes:
    """Foot strikes on the grid.

    Where, first sample at or after, which bout, and how many samples of long gaps lie before each
    sample of the grid.
    """

    at: FloatArray
    edge: IntArray
    bout: IntArray
    lost: IntArray | None

    def whole(self, n_steps: int) -> BoolArray:
        """Whether the steps, the one before and the one after are of one bout and without gap."""
        n, reach = len(self.bout), n_steps + 2
        whole = np.zeros(n, bool)
        if n < reach + 1:
            return whole
        whole[1 : n - reach + 1] = self.bout[:-reach] == self.bout[reach:]
        if self.lost is not None:
            before = self.lost[self.edge]
            whole[1 : n - reach + 1] &= before[:-reach] == before[reach:]
        return whole


def stance_measures(
    level: LevelSignals,
    angles: AngleSignals | None,
    foot_strike_s: FloatArray,
    steps: Steps,
    *,
    impact_peak_mps2: FloatArray,
) -> StanceMeasures:
    """Measure each step and stride.

    The first step and the last two of a bout have no value, nor have those with a gap of more than
    0.2 s in them or beside them.

    Parameters
    ----------
    level : LevelSignals
    angles : AngleSignals or None
        None without a gyroscope.
    foot_strike_s : FloatArray, shape (n_stances,)
        In order of time.
    steps : Steps
    impact_peak_mps2 : FloatArray, shape (n_stances,)
        From `analysis.impact`; carried along.

    References
    ----------
    Vertical displacement of a point on the sacrum, also from an accelerometer, stands for that of
    the centre of mass: Gullstrand et al. 2009, https://doi.org/10.1016/j.gaitpost.2009.03.001
    """
    strikes = _on_grid(foot_strike_s, steps, level.grid)
    stride = strikes.whole(n_steps=2)
    tilt = rotation = np.full(len(foot_strike_s), np.nan)
    if angles is not None:
        tilt = np.where(stride, _ranges(angles.tilt_deg, strikes, n_steps=2), np.nan)
        turn_deg = _ranges(rotation_deg(level, angles, strikes), strikes, n_steps=2)
        rotation = np.where(stride, turn_deg, np.nan)
    rise = _ranges(height_m(level, strikes), strikes, n_steps=1)
    rise = np.where(strikes.whole(n_steps=1), rise, np.nan)
    return StanceMeasures(rise, tilt, rotation, impact_peak_mps2)


def height_m(level: LevelSignals, strikes: _Strikes) -> FloatArray:
    """Height of the pelvis around its mean over whole strides; shape (n,).

    Integrated twice; after each time the drift is taken off.  Sums instead of integrals make the
    first harmonic of 170 steps per minute at 100 Hz too large by 0.3 %.
    """
    height = level.vertical_mps2()
    height /= level.grid.rate_hz**2
    np.cumsum(height, out=height)
    _around_stride_mean(height, strikes)
    np.cumsum(height, out=height)
    return _around_stride_mean(height, strikes)


def rotation_deg(level: LevelSignals, angles: AngleSignals, strikes: _Strikes) -> FloatArray:
    """Rotation of the pelvis around its mean over whole strides, so that bends do not count.

    The rate about the vertical is that of rotation plus a share of the rate of tilt, as far as the
    tilt axis is not level (order rotation, obliquity, tilt: Baker 2001,
    https://doi.org/10.1016/S0966-6362(00)00083-7).
    """
    per_sample = level.turning_radps()
    per_sample *= np.degrees(1.0) / level.grid.rate_hz
    # The sine of an angle below 10 degrees is the angle within 0.5 %.
    tilting = np.diff(angles.tilt_deg)
    tilting *= np.radians(1.0)
    tilting *= angles.obliquity_deg[1:]
    per_sample[1:] += tilting
    np.cumsum(per_sample, out=per_sample)
    return _around_stride_mean(per_sample, strikes)


def _on_grid(foot_strike_s: FloatArray, steps: Steps, grid: Grid) -> _Strikes:
    at = np.interp(foot_strike_s, grid.t_s, np.arange(len(grid.t_s), dtype=np.float64))
    # Where bouts touch, models may put two strikes out of order; no measure reaches across.
    at = np.maximum.accumulate(at)
    return _Strikes(at, np.ceil(at).astype(np.intp), steps.bout, _long_gaps(grid))


def _around_stride_mean(values: FloatArray, strikes: _Strikes) -> FloatArray:
    """Take off the mean over the stride around each strike, straight from strike to strike.

    In place; before the first strike and after the last, where nothing is read, values stay.
    """
    at, edge = strikes.at, strikes.edge
    if len(at) < 3:
        return values
    in_step = np.add.reduceat(values, edge)[:-1]
    # A sample stands for half a period each way, so a strike cuts the one that it is nearest to.
    beyond = at - (edge - 0.5)
    cut = beyond * values[np.where(beyond > 0, edge, np.maximum(edge - 1, 0))]
    in_stride = in_step[1:] + in_step[:-1] + cut[2:] - cut[:-2]
    mean = np.empty(len(at))
    mean[1:-1] = in_stride / np.maximum(at[2:] - at[:-2], 1.0)
    _fill_ends(mean, strikes.bout)
    slope = np.diff(mean) / np.maximum(np.diff(at), 1.0)
    offset = mean[:-1] - slope * at[:-1]
    counts = np.diff(edge)
    for first in range(0, len(counts), CHUNK_STEPS):
        part = slice(first, first + CHUNK_STEPS)
        start, stop = edge[first], edge[min(first + CHUNK_STEPS, len(counts))]
        slow = np.arange(float(start), float(stop))
        slow *= np.repeat(slope[part], counts[part])
        slow += np.repeat(offset[part], counts[part])
        values[start:stop] -= slow
    return values


def _fill_ends(mean: FloatArray, bout: IntArray) -> None:
    """Give the first and last strike of each bout the mean of its neighbour, in place."""
    starts = np.flatnonzero(np.diff(bout, prepend=bout[0] - 1))
    ends = np.flatnonzero(np.diff(bout, append=bout[-1] + 1))
    mean[starts] = mean[np.minimum(starts + 1, len(mean) - 2)]
    mean[ends] = mean[np.maximum(ends - 1, 1)]


def _ranges(values: FloatArray, strikes: _Strikes, *, n_steps: int) -> FloatArray:
    """Peak to peak from each strike over so many steps; the last ones mean nothing."""
    if len(strikes.edge) < 2:
        return np.full(len(strikes.edge), np.nan)
    highest = np.maximum.reduceat(values, strikes.edge)
    lowest = np.minimum.reduceat(values, strikes.edge)
    for k in range(1, n_steps):
        highest[:-k] = np.maximum(highest[:-k], highest[k:])
        lowest[:-k] = np.minimum(lowest[:-k], lowest[k:])
    ranges: FloatArray = highest - lowest
    return ranges


def _long_gaps(grid: Grid) -> IntArray | None:
    """Count the samples in gaps of more than 0.2 s before each sample; None without such gaps."""
    if grid.recorded.all():
        return None
    lost = ~grid.recorded
    edges = np.flatnonzero(np.diff(np.concatenate(([False], lost, [False])).astype(np.int8)))
    first, stop = edges[::2], edges[1::2]
    long = stop - first > MAX_GAP_S * grid.rate_hz
    if not long.any():
        return None
    marks = np.zeros(len(lost) + 1, np.intp)
    marks[first[long]] += 1
    marks[stop[long]] -= 1
    return np.concatenate(([0], np.cumsum(np.cumsum(marks[:-1]))))
