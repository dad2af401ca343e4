"""Mean drop curve over the gait cycle, per side."""

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from analysis.columns import StanceColumns, stance_columns
from analysis.results import BoolArray, FloatArray, Waveform
from analysis.stances import Side, Stance

N_POINTS = 101
"""0, 1, ... 100 % of the gait cycle: the field's custom."""

N_CYCLES_MIN = 5
"""Fewest gait cycles for a mean and a standard deviation worth drawing."""

CHUNK_CYCLES = 512
"""Read at a time: 400 kB per array, which stay in a processor's cache."""

_STRIDE_MIN_S = 0.35
"""Shorter than any stride: a sprinter's is about 0.43 s (280 steps per minute)."""
_STRIDE_MAX_S = 2.5
"""Longer than the stride of slow walking (48 steps per minute)."""
_STRIDE_RATIO_MAX = 1.25
"""A cycle that is longer or shorter than the run's median by this ratio missed or added a step:
stride time varies by only a few percent in steady gait."""


def mean_waveforms(
    t_s: FloatArray, obliquity_deg: FloatArray | None, stances: Sequence[Stance] | StanceColumns
) -> tuple[Waveform, ...]:
    """Average the drop curve of each side over its gait cycles.

    A cycle runs from a foot strike to the same foot's next, two steps later; its two stances are
    valid, of the main gait and of one bout, and none of its samples is missing.  Samples are
    interpolated linearly: at 100 Hz that flattens the peak of a 2.8 Hz curve of 4 deg by at most
    0.015 deg (h^2 f'' / 8), and never overshoots.

    Parameters
    ----------
    t_s : FloatArray, shape (n,)
        A grid that is regular between pauses; a pause may be cut out of it.
    obliquity_deg : FloatArray, shape (n,), or None
        Positive where the right side is up; NaN in pauses; None without a gyroscope.
    stances : sequence of Stance, or their columns
        In the order of their foot strikes, valid or not.

    Returns
    -------
    tuple of Waveform
        Left first; a side with fewer than :data:`N_CYCLES_MIN` cycles is left out.
    """
    if obliquity_deg is None or t_s.size < 2 or len(stances) < 3:
        return ()
    columns = stance_columns(stances)
    starts = _cycle_starts(columns)
    period_s = float(np.median(np.diff(t_s), overwrite_input=True))
    waveforms = []

    def read(start_s: FloatArray, duration_s: FloatArray) -> FloatArray:
        return _resample(t_s, obliquity_deg, start_s, duration_s, period_s)

    for side, sign in ((Side.LEFT, -1.0), (Side.RIGHT, 1.0)):
        side_starts = starts[columns.of_side(side)[starts]]
        waveform = _waveform(columns, side_starts, side, read)
        if waveform is not None:
            waveforms.append(replace(waveform, mean_deg=sign * waveform.mean_deg))
    return tuple(waveforms)


def _cycle_starts(columns: StanceColumns) -> NDArray[np.intp]:
    """Find the stances that open a whole gait cycle."""
    usable: BoolArray = columns.in_main_gait[:-2] & columns.in_main_gait[1:-1]
    usable &= (columns.bout[:-2] == columns.bout[1:-1]) & (columns.bout[1:-1] == columns.bout[2:])
    for same, other in (
        (columns.is_left, columns.is_right),
        (columns.is_right, columns.is_left),
    ):
        usable &= ~same[:-2] | (other[1:-1] & same[2:])
    usable &= columns.is_left[:-2] | columns.is_right[:-2]
    strike_s = columns.foot_strike_s
    stride_s = strike_s[2:] - strike_s[:-2]
    usable &= (stride_s >= _STRIDE_MIN_S) & (stride_s <= _STRIDE_MAX_S)
    if not usable.any():
        return np.empty(0, dtype=np.intp)
    ratio = stride_s / np.median(stride_s[usable])
    usable &= (ratio < _STRIDE_RATIO_MAX) & (ratio > 1.0 / _STRIDE_RATIO_MAX)
    return np.flatnonzero(usable)


def _waveform(
    columns: StanceColumns,
    starts: NDArray[np.intp],
    side: Side,
    read: Callable[[FloatArray, FloatArray], FloatArray],
) -> Waveform | None:
    """Mean obliquity over the gait cycles from these stances on."""
    strike_s = columns.foot_strike_s[starts]
    stride_s = columns.foot_strike_s[starts + 2] - strike_s
    curves: FloatArray = np.empty((len(starts), N_POINTS))
    for first in range(0, len(starts), CHUNK_CYCLES):
        part = slice(first, first + CHUNK_CYCLES)
        curves[part] = read(strike_s[part], stride_s[part])
    whole = np.isfinite(curves).all(axis=1)
    if int(whole.sum()) < N_CYCLES_MIN:
        return None
    curves = curves if whole.all() else curves[whole]
    toe_off_percent = 100.0 * (columns.toe_off_s[starts] - strike_s) / stride_s
    known = whole & np.isfinite(toe_off_percent)
    mean_deg = curves.mean(axis=0)
    # In place, because ten hours have 40 MB of curves on each side.
    curves -= mean_deg
    curves *= curves
    return Waveform(
        side=side,
        mean_deg=mean_deg,
        sd_deg=np.sqrt(curves.sum(axis=0) / (len(curves) - 1)),
        toe_off_percent=float(toe_off_percent[known].mean()) if known.any() else float("nan"),
        n_cycles=int(whole.sum()),
    )


def _resample(
    t_s: FloatArray,
    signal: FloatArray,
    start_s: FloatArray,
    duration_s: FloatArray,
    period_s: float,
) -> FloatArray:
    """Read a signal at 101 points per cycle, shape (n_cycles, 101).

    The grid is regular between its pauses, so only the start of a cycle is searched for.  A cycle
    that reaches beyond the grid or over a pause, and a point beside a missing sample, are NaN.
    """
    # A strike on the first or last sample must not fall off the grid by a rounding error.
    slack_s = 1e-6 * period_s
    first = np.searchsorted(t_s, start_s + slack_s, side="right") - 1
    last = np.searchsorted(t_s, start_s + duration_s - slack_s)
    inside = (first >= 0) & (last < t_s.size)
    first, last = np.clip(first, 0, t_s.size - 2), np.clip(last, 0, t_s.size - 1)
    inside &= np.abs(t_s[last] - t_s[first] - (last - first) * period_s) < period_s / 2
    phase = np.linspace(0.0, 1.0, N_POINTS)
    share = (start_s - t_s[first])[:, None] + duration_s[:, None] * phase
    # In place from here on: an hour has a million points, and memory costs more than arithmetic.
    share /= period_s
    share[~inside] = 0.0
    index = share.astype(np.intp)
    share -= index
    index += first[:, None]
    before = signal.take(index, mode="clip")
    index += 1
    curves: FloatArray = signal.take(index, mode="clip")
    curves -= before
    curves *= share
    curves += before
    curves[~inside] = np.nan
    return curves
