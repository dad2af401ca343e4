"""From samples as they were recorded to a regular grid that filters can run on."""

from dataclasses import dataclass
from math import floor

import numpy as np
from scipy.interpolate import Akima1DInterpolator
from scipy.ndimage import uniform_filter1d

from analysis.errors import SignalError
from analysis.results import BoolArray, FloatArray, IntArray

# Gait lives below 20 Hz; a grid of about 100 Hz keeps every filter the same for every sensor.
TARGET_RATE_HZ = 100.0
# Longer holes part segments.
MAX_BRIDGED_S = 1.0
ON_GRID_PERIODS = 0.02
# Resampled at a time: the coefficients of a whole recording are five times as large as itself.
CHUNK_SAMPLES = 1 << 14
MIN_RESAMPLED = 4  # samples that a curve can be laid through
# A curve may leave the values at the ends of a longer hole far behind: across that a straight line.
MAX_CURVED_S = 0.1
AKIMA_REACH = 8  # samples on both sides; a piece of the curve depends on three
MIN_ALIVE_SAMPLES = 100  # noise moves the last digit of every working sensor within these
MIN_RATE_HZ, MAX_RATE_HZ = 20.0, 10_000.0


@dataclass(frozen=True, slots=True)
class Grid:
    """Signals on a regular grid.

    Attributes
    ----------
    rate_hz : float
        Grid rate, 67 to 150 Hz.
    t_s : FloatArray, shape (n,)
        Time in the recording's own clock.  Regular inside a segment.
    acc_mps2 : FloatArray, shape (n, 3)
    gyr_radps : FloatArray, shape (n, 3), or None
    recorded : BoolArray, shape (n,)
        False where the value was bridged across a hole.
    segments : tuple of (start, stop)
        Half-open index ranges without a hole longer than `MAX_BRIDGED_S`; a gyroscope that stands
        still parts them as well.
    dead_s : tuple of (start, end)
        Where the gyroscope stands still: its rates are 0 there and tell nothing.
    """

    rate_hz: float
    t_s: FloatArray
    acc_mps2: FloatArray
    gyr_radps: FloatArray | None
    recorded: BoolArray
    segments: tuple[tuple[int, int], ...]
    dead_s: tuple[tuple[float, float], ...] = ()


def check_rate(sampling_rate_hz: float) -> None:
    """Refuse a rate that gait cannot be read from.

    Raises
    ------
    SignalError
        Below 20 or above 10 000 Hz.
    """
    if not MIN_RATE_HZ <= sampling_rate_hz <= MAX_RATE_HZ:
        raise SignalError(
            f"sampling_rate_hz is {sampling_rate_hz:g}; gait needs a rate from {MIN_RATE_HZ:g} "
            f"to {MAX_RATE_HZ:g} Hz."
        )


def check_signals(
    t_s: FloatArray, acc: FloatArray, gyr: FloatArray | None, sampling_rate_hz: float
) -> None:
    """Refuse arrays that cannot be analysed.

    Raises
    ------
    SignalError
        Wrong shapes, no samples, time that does not increase, values that are not finite, or a
        rate that gait cannot be read from.
    """
    check_rate(sampling_rate_hz)
    if t_s.ndim != 1 or acc.shape != (len(t_s), 3):
        raise SignalError(
            f"t_s must have shape (n,) and acc_mps2 shape (n, 3); got {t_s.shape} and {acc.shape}."
        )
    if not len(t_s):
        raise SignalError("there are no samples to analyse.")
    if gyr is not None and gyr.shape != acc.shape:
        raise SignalError(f"gyr_radps must have shape {acc.shape}; got {gyr.shape}.")
    for name, values in (("t_s", t_s), ("acc_mps2", acc), ("gyr_radps", gyr)):
        if values is not None and not np.isfinite(values).all():
            raise SignalError(f"{name} holds values that are not finite; remove or mend them.")
    if len(t_s) > 1 and np.diff(t_s).min() <= 0:
        raise SignalError("t_s must increase from sample to sample; sort it and drop repeats.")


def gyroscope_is_dead(gyr: FloatArray) -> bool:
    """Whether an axis of a gyroscope, shape (n, 3), never changes: it then shows nothing."""
    return len(gyr) >= MIN_ALIVE_SAMPLES and any(
        (axis[:MIN_ALIVE_SAMPLES] == axis[0]).all() and (axis == axis[0]).all() for axis in gyr.T
    )


def grid_rate_hz(sampling_rate_hz: float) -> float:
    """Rate of the grid: the recording's own, divided or multiplied to lie near 100 Hz."""
    if sampling_rate_hz >= TARGET_RATE_HZ / 1.5:
        return sampling_rate_hz / max(1, floor(sampling_rate_hz / TARGET_RATE_HZ + 0.34))
    return sampling_rate_hz * round(TARGET_RATE_HZ / sampling_rate_hz)


def to_grid(
    t_s: FloatArray,
    acc: FloatArray,
    gyr: FloatArray | None,
    sampling_rate_hz: float,
    dead_s: tuple[tuple[float, float], ...] = (),
) -> Grid:
    """Resample checked signals; see `Grid`.

    A sensor faster than the grid is low-passed first by a running mean over one grid period.
    """
    rate = grid_rate_hz(sampling_rate_hz)
    if not dead_s and _is_on_grid(t_s, rate):
        everything = ((0, len(t_s)),)
        acc = np.ascontiguousarray(acc)
        gyr = None if gyr is None else np.ascontiguousarray(gyr)
        return Grid(rate, t_s, acc, gyr, np.ones(len(t_s), bool), everything)
    bounds = _split_at_long_holes(t_s, dead_s)
    times = [_grid_times(t_s[a:b], rate) for a, b in bounds]
    stops = np.cumsum([len(t) for t in times]).tolist()
    segments = tuple(zip([0, *stops[:-1]], stops, strict=True))

    def resampled(values: FloatArray) -> FloatArray:
        # Filled in place, because ten hours of two signals are 170 MB.
        out: FloatArray = np.empty((stops[-1], values.shape[1]))
        n_mean = round(sampling_rate_hz / rate)
        for (a, b), t, (start, stop) in zip(bounds, times, segments, strict=True):
            _resample(t_s[a:b], values[a:b], t, n_mean, out[start:stop])
        return out

    widest_s = 0.76 * max(1 / rate, 1 / sampling_rate_hz)
    near = [
        _distances_s(t_s[a:b], t, rate) <= widest_s for (a, b), t in zip(bounds, times, strict=True)
    ]
    return Grid(
        rate_hz=rate,
        t_s=np.concatenate(times),
        acc_mps2=resampled(acc),
        gyr_radps=None if gyr is None else resampled(gyr),
        recorded=np.concatenate(near),
        segments=segments,
        dead_s=dead_s,
    )


def lost_before(sample: IntArray, grid: Grid) -> IntArray:
    """Count the lost samples before each of these grid samples, shape (m,)."""
    count: IntArray = np.searchsorted(np.flatnonzero(~grid.recorded), sample)
    return count


def gaps_of(grid: Grid, min_s: float) -> tuple[IntArray, IntArray]:
    """First missing and next recorded sample of each gap inside segments of so many seconds."""
    edges = np.flatnonzero(np.diff(np.concatenate(([True], grid.recorded, [True]))))
    first, stop = edges[::2], edges[1::2]
    long = stop - first >= max(2, round(min_s * grid.rate_hz))
    return first[long], stop[long]


def in_dead_stretches(t_s: FloatArray, grid: Grid) -> BoolArray:
    """Whether the gyroscope stands still at these times, shape (m,)."""
    dead = np.zeros(len(t_s), bool)
    for start_s, end_s in grid.dead_s:
        dead |= (t_s >= start_s) & (t_s <= end_s)
    return dead


def times_at(index: FloatArray, grid: Grid) -> FloatArray:
    """Give the times of places between grid samples, shape (n,)."""
    return between_samples(grid.t_s, index)


def between_samples(values: FloatArray, index: FloatArray) -> FloatArray:
    """Read values, shape (n,), at places between samples, shape (m,); beyond an end, that of it."""
    low = np.clip(index.astype(np.intp), 0, max(len(values) - 2, 0))
    share = np.clip(index - low, 0.0, 1.0)
    start = values[low]
    read: FloatArray = start + share * (values[np.minimum(low + 1, len(values) - 1)] - start)
    return read


def _is_on_grid(t_s: FloatArray, rate_hz: float) -> bool:
    """Whether the samples are a grid already, to a fiftieth of a period: nothing to resample."""
    periods = (t_s - t_s[0]) * rate_hz
    return bool(np.abs(periods - np.arange(len(t_s))).max() < ON_GRID_PERIODS)


def _split_at_long_holes(
    t_s: FloatArray, dead_s: tuple[tuple[float, float], ...]
) -> list[tuple[int, int]]:
    holes = (np.flatnonzero(np.diff(t_s) > MAX_BRIDGED_S) + 1).tolist()
    starts = np.searchsorted(t_s, [start for start, _ in dead_s]).tolist()
    ends = np.searchsorted(t_s, [end for _, end in dead_s], side="right").tolist()
    cuts = sorted({*holes, *starts, *ends} - {0, len(t_s)})
    return list(zip([0, *cuts], [*cuts, len(t_s)], strict=True))


def _grid_times(t: FloatArray, rate: float) -> FloatArray:
    """Give the times of the grid over a segment; a single one where it has too few samples."""
    n = max(1, floor((t[-1] - t[0]) * rate + 1e-6) + 1)
    times: FloatArray = t[0] + np.arange(n if len(t) >= MIN_RESAMPLED else 1) * (1.0 / rate)
    return times


def _distances_s(t: FloatArray, grid_t: FloatArray, rate: float) -> FloatArray:
    """How far each time of the grid is from the nearest sample."""
    nearest = np.minimum(np.searchsorted(t, grid_t - 0.5 / rate), len(t) - 1)
    distance: FloatArray = np.abs(t[nearest] - grid_t)
    return distance


def _resample(
    t: FloatArray, values: FloatArray, grid_t: FloatArray, n_mean: int, out: FloatArray
) -> None:
    """Read values, shape (n, k), at the times of the grid, into ``out``."""
    if len(t) < MIN_RESAMPLED:
        out[:] = values[:1]
        return
    if n_mean > 1:
        values = _running_mean(values, n_mean)
    elif len(grid_t) == len(t) and np.abs(t - grid_t).max() < ON_GRID_PERIODS * (grid_t[1] - t[0]):
        out[:] = values
        return
    # Smooth, since straight lines would flatten the peaks that drop is made of; and local, since
    # an ordinary spline overshoots in a hole.
    for start in range(0, len(grid_t), CHUNK_SAMPLES):
        at = np.minimum(grid_t[start : start + CHUNK_SAMPLES], t[-1])
        first, last = np.searchsorted(t, (at[0], at[-1])).tolist()
        near = slice(max(first - AKIMA_REACH, 0), last + AKIMA_REACH)
        curve = Akima1DInterpolator(t[near], values[near], axis=0, method="makima")
        out[start : start + CHUNK_SAMPLES] = curve(at)
    for hole in np.flatnonzero(np.diff(t) > MAX_CURVED_S).tolist():
        first, last = np.searchsorted(grid_t, t[hole : hole + 2]).tolist()
        share = ((grid_t[first:last] - t[hole]) / (t[hole + 1] - t[hole]))[:, None]
        out[first:last] = values[hole] * (1.0 - share) + values[hole + 1] * share


def _running_mean(values: FloatArray, n: int) -> FloatArray:
    averaged: FloatArray = uniform_filter1d(values, n, axis=0, mode="nearest")
    if n % 2:
        return averaged
    # An even mean lies half a sample early; the mean of two neighbours puts it right.
    return (averaged + np.concatenate((averaged[1:], averaged[-1:]))) / 2
