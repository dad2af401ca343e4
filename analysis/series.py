"""What the charts draw: points per stance, rolling medians and bands, thinned for a screen."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from analysis.columns import StanceColumns, stance_columns
from analysis.results import BoolArray, FloatArray
from analysis.stances import Side, Stance

BREAK_S = 5.0
"""A line breaks where successive valid stances are further apart: a pause begins at 5 s."""

WINDOW_STRIDES = 25
"""Strides of a rolling median, after Zandbergen 2023, https://doi.org/10.3389/fspor.2023.1085513"""

N_WINDOW_MIN = 5
"""Fewest stances in a window: below, its 10 and 90 % points are its own extremes."""


class Measure(StrEnum):
    """A measure of a stance that can be drawn; the value is the attribute of :class:`Stance`."""

    DROP_EXCURSION = "drop_excursion_deg"
    PEAK_DROP = "peak_drop_deg"
    MID_STANCE_DROP = "mid_stance_drop_deg"
    CONTACT_TIME = "contact_time_s"
    FLIGHT_TIME = "flight_time_s"
    CADENCE = "cadence_spm"

    @property
    def attribute(self) -> str:
        """Name of the attribute of :class:`Stance`."""
        return self.value

    @property
    def label(self) -> str:
        """Name for a person."""
        return _FACES[self].label

    @property
    def unit(self) -> str:
        """Unit for a person, after :attr:`display_factor`."""
        return _FACES[self].unit

    @property
    def display_factor(self) -> float:
        """Factor from the stored value to :attr:`unit`."""
        return _FACES[self].factor

    @property
    def n_decimals(self) -> int:
        """Decimals that a person reads."""
        return _FACES[self].n_decimals


@dataclass(frozen=True, slots=True)
class _Face:
    label: str
    unit: str
    factor: float
    n_decimals: int


_FACES = {
    Measure.DROP_EXCURSION: _Face("Drop, foot strike to peak", "°", 1.0, 1),
    Measure.PEAK_DROP: _Face("Peak drop", "°", 1.0, 1),
    Measure.MID_STANCE_DROP: _Face("Mid-stance drop", "°", 1.0, 1),
    Measure.CONTACT_TIME: _Face("Contact time", "ms", 1000.0, 0),
    Measure.FLIGHT_TIME: _Face("Flight time", "ms", 1000.0, 0),
    Measure.CADENCE: _Face("Cadence", "spm", 1.0, 0),
}


@dataclass(frozen=True, slots=True)
class PointSeries:
    """One point per valid stance: ``t_s`` and ``value``, shape (n,)."""

    t_s: FloatArray
    value: FloatArray


@dataclass(frozen=True, slots=True)
class RollingSeries:
    """Rolling median with the 10 to 90 % band, all of shape (n,).

    A row whose values are all NaN is where the line breaks.
    """

    t_s: FloatArray
    median: FloatArray
    low_10: FloatArray
    high_90: FloatArray


def point_series(
    stances: Sequence[Stance] | StanceColumns, side: Side | None, measure: Measure
) -> PointSeries:
    """Give a measure of every valid stance of the main gait; ``side`` None is both feet."""
    columns = stance_columns(stances)
    chosen = _chosen(columns, side, measure)
    return PointSeries(
        t_s=columns.foot_strike_s[chosen], value=getattr(columns, measure.attribute)[chosen]
    )


def rolling_series(
    stances: Sequence[Stance] | StanceColumns,
    side: Side | None,
    measure: Measure,
    *,
    window_strides: int = WINDOW_STRIDES,
) -> RollingSeries:
    """Smooth a measure over a centred window of strides.

    A window never reaches across a break, so it is shorter at the ends of a stretch.

    Parameters
    ----------
    stances : sequence of Stance, or StanceColumns
        In the order of their foot strikes, valid or not.
    side : Side or None
        None is both feet in one series.
    measure : Measure
    window_strides : int
        At least 1; even numbers are rounded up to the next odd one.

    Returns
    -------
    RollingSeries
        In the stored unit.  Rows with fewer than :data:`N_WINDOW_MIN` stances in the window are
        NaN (with fewer strides in ``window_strides``, fewer than those).

    Raises
    ------
    ValueError
        Where ``window_strides`` is below 1.
    """
    if window_strides < 1:
        raise ValueError("window_strides must be at least 1")
    points = point_series(stances, side, measure)
    if points.t_s.size == 0:
        empty = np.empty(0)
        return RollingSeries(empty, empty, empty, empty)
    breaks = np.diff(points.t_s) > BREAK_S
    segment = np.concatenate(([0], np.cumsum(breaks)))
    half = window_strides // 2
    ordered, n_inside = _windows(points.value, segment, half)
    n_least = min(N_WINDOW_MIN, 2 * half + 1)
    low, median, high = (
        np.where(n_inside >= n_least, _quantile(ordered, n_inside, q), np.nan)
        for q in (0.1, 0.5, 0.9)
    )
    at = np.flatnonzero(breaks) + 1
    between_s = (points.t_s[at - 1] + points.t_s[at]) / 2.0
    return RollingSeries(
        t_s=np.insert(points.t_s, at, between_s),
        median=np.insert(median, at, np.nan),
        low_10=np.insert(low, at, np.nan),
        high_90=np.insert(high, at, np.nan),
    )


def thin(series: RollingSeries, n_max: int) -> RollingSeries:
    """Keep at most ``n_max`` rows for display: the lowest and highest median of each stretch.

    Extremes stay, and so does a break between any two rows that are kept.

    Parameters
    ----------
    series : RollingSeries
    n_max : int
        At least 4.

    Raises
    ------
    ValueError
        Where ``n_max`` is below 4.
    """
    if n_max < 4:
        raise ValueError("n_max must be at least 4: two rows, a break and two rows cannot be fewer")
    n = series.t_s.size
    if n <= n_max:
        return series
    drawn = np.isfinite(series.median)
    rows = np.flatnonzero(drawn)
    breaks = np.flatnonzero(~drawn)
    if rows.size:
        n_buckets = max(1, (n_max - min(breaks.size, n_max // 2)) // 2)
        rows = _extreme_rows(series.median, rows, n_buckets)
    # Of several breaks between two kept rows one is enough.
    place = np.searchsorted(rows, breaks)
    inner = (place > 0) & (place < rows.size)
    _, first = np.unique(place[inner], return_index=True)
    kept = np.sort(np.concatenate((rows, breaks[inner][first])))
    return RollingSeries(
        series.t_s[kept], series.median[kept], series.low_10[kept], series.high_90[kept]
    )


def _chosen(columns: StanceColumns, side: Side | None, measure: Measure) -> BoolArray:
    mask = columns.in_main_gait if side is None else columns.of_side(side)
    values: FloatArray = getattr(columns, measure.attribute)
    return mask & np.isfinite(values)


def _windows(
    values: FloatArray, segment: NDArray[np.intp], half: int
) -> tuple[FloatArray, NDArray[np.intp]]:
    """Sort each row's window, shape (n, 2 half + 1); rows end in NaN where the window is cut."""
    n = values.size
    index = np.arange(n)[:, None] + np.arange(-half, half + 1)
    clipped = np.clip(index, 0, n - 1)
    inside = (index == clipped) & (segment[clipped] == segment[:, None])
    windows = np.where(inside, values[clipped], np.nan)
    windows.sort(axis=1)
    return windows, inside.sum(axis=1)


def _quantile(ordered: FloatArray, n_inside: NDArray[np.intp], q: float) -> FloatArray:
    """Read a quantile of each sorted row's first ``n_inside`` values, linearly interpolated."""
    position = q * (n_inside - 1)
    below = position.astype(np.intp)
    above = np.minimum(below + 1, n_inside - 1)
    row = np.arange(n_inside.size)
    low, high = ordered[row, below], ordered[row, above]
    interpolated: FloatArray = low + (position - below) * (high - low)
    return interpolated


def _extreme_rows(values: FloatArray, rows: NDArray[np.intp], n_buckets: int) -> NDArray[np.intp]:
    """Give the rows with the lowest and the highest value of each of ``n_buckets`` stretches."""
    bucket = np.arange(rows.size) * n_buckets // rows.size
    order = np.lexsort((values[rows], bucket))
    edges = np.flatnonzero(np.diff(bucket[order])) + 1
    lowest = order[np.concatenate(([0], edges))]
    highest = order[np.concatenate((edges - 1, [rows.size - 1]))]
    return rows[np.unique(np.concatenate((lowest, highest)))]
