"""A run as medians over windows of 25 strides, for all that follows it along its way."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from analysis.columns import StanceColumns
from analysis.results import FloatArray
from analysis.series import BREAK_S, N_WINDOW_MIN, WINDOW_STRIDES
from analysis.stances import Side

_N_STANCES = 2 * WINDOW_STRIDES


@dataclass(frozen=True, slots=True)
class Windows:
    """One value per window, in order, all of shape (n,); NaN where a window knows too little.

    Attributes
    ----------
    start_s : FloatArray
        First foot strike, in the recording's own time.
    moving_s : FloatArray
        Middle of the window in moving time from the first stance on, pauses left out.
    left_deg, right_deg : FloatArray
        Median drop excursion of each side.
    cadence_spm, contact_time_s : FloatArray
        Medians of both feet.
    stance_moving_s : FloatArray, shape (n_stances,)
        Moving time of every stance, valid or not.
    """

    start_s: FloatArray
    moving_s: FloatArray
    left_deg: FloatArray
    right_deg: FloatArray
    cadence_spm: FloatArray
    contact_time_s: FloatArray
    stance_moving_s: FloatArray

    def __len__(self) -> int:
        return len(self.start_s)


def windows_of(columns: StanceColumns) -> Windows:
    """Cut the valid stances of the main gait into windows of 25 strides and take medians.

    A window never reaches across a pause: each stretch is cut into windows as near to 25 strides
    (Zandbergen 2023, https://doi.org/10.3389/fspor.2023.1085513) as its length allows, and a
    stretch of less than half a window gives none.

    Parameters
    ----------
    columns : StanceColumns

    Returns
    -------
    Windows
    """
    kept = np.flatnonzero(columns.in_main_gait)
    strike_s = columns.foot_strike_s
    moving_s = np.concatenate(([0.0], np.cumsum(moving_steps_s(strike_s))))[: strike_s.size]
    window, n = _window_numbers(strike_s[kept])
    used = window >= 0
    row = kept[used]
    edges = np.searchsorted(window[used], np.arange(n + 1))
    excursion_deg = columns.drop_excursion_deg
    left = np.where(columns.of_side(Side.LEFT), excursion_deg, np.nan)
    right = np.where(columns.of_side(Side.RIGHT), excursion_deg, np.nan)

    def medians(values: FloatArray) -> FloatArray:
        return _medians(values, edges)

    return Windows(
        start_s=strike_s[row[edges[:-1]]],
        moving_s=medians(moving_s[row]),
        left_deg=medians(left[row]),
        right_deg=medians(right[row]),
        cadence_spm=medians(columns.cadence_spm[row]),
        contact_time_s=medians(columns.contact_time_s[row]),
        stance_moving_s=moving_s,
    )


def moving_steps_s(strike_s: FloatArray) -> FloatArray:
    """Give the time from strike to strike, shape (n - 1,), zero across pauses."""
    step_s = np.diff(strike_s)
    return np.where(step_s > BREAK_S, 0.0, step_s)


def _window_numbers(strike_s: FloatArray) -> tuple[NDArray[np.intp], int]:
    """Tell the window of each stance, -1 where its stretch is too short; and count the windows."""
    edges = np.concatenate(([0], np.flatnonzero(np.diff(strike_s) > BREAK_S) + 1, [strike_s.size]))
    numbers = np.full(strike_s.size, -1, np.intp)
    n = 0
    for start, stop in zip(edges[:-1].tolist(), edges[1:].tolist(), strict=True):
        parts = round((stop - start) / _N_STANCES)
        if parts:
            numbers[start:stop] = n + np.arange(stop - start) * parts // (stop - start)
            n += parts
    return numbers, n


def _medians(values: FloatArray, edges: NDArray[np.intp]) -> FloatArray:
    """Give each window's median; NaN below :data:`N_WINDOW_MIN` finite values."""
    lengths = np.diff(edges)
    column = np.arange(lengths.max(initial=1))
    inside = column < lengths[:, None]
    at = np.minimum(edges[:-1, None] + column, max(values.size - 1, 0))
    ordered = np.where(inside, values[at], np.nan)
    ordered.sort(axis=1)  # NaN comes last
    count = np.isfinite(ordered).sum(axis=1)
    row, last = np.arange(lengths.size), np.maximum(count - 1, 0)
    median = (ordered[row, last // 2] + ordered[row, (last + 1) // 2]) / 2.0
    return np.where(count >= N_WINDOW_MIN, median, np.nan)
