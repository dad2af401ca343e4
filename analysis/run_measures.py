"""Means of a run's measures beside the drop, with their intervals, or why there is none."""

import numpy as np
from numpy.typing import NDArray

from analysis.columns import StanceColumns
from analysis.extra_measures import ExtraMeasure
from analysis.impact import MIN_RATE_HZ
from analysis.measures import StanceMeasures
from analysis.results import BoolArray, Estimate, FloatArray, Measured
from analysis.stances import Gait, Side
from analysis.statistics import N_MIN, mean_estimate, median_estimate

N_BLOCK = 10
"""Strides of one foot in a row whose spread is read at once, about 7 s: changes of pace that take
longer are nearly straight over them and are taken off."""

_MEDIAN_OF_SD = 0.9582
"""Median of the standard deviation of ten normal values around a fitted line, by the true one: the
root of the median of chi-square with 8 degrees of freedom (7.344), by 8."""

STEP_TIME_BALANCE_SE_PERCENT = {Gait.RUNNING: 0.5, Gait.WALKING: 1.0}
"""Standard error that no number of strides averages out: foot strikes are found a little early on
one side and late on the other.  The spread of the error of a run against force plates (48 treadmill
runs: 0.52) and of a walk against foot sensors (72 walks: 0.96); see docs/measures.md."""

MIN_IMPACT_SHARE = 0.5
"""Of the stances: where fewer have an impact peak, a mean over those would be of a chosen few."""

TOO_FEW = "Too few whole strides in a row."
NO_GYROSCOPE = "It needs a gyroscope."


def run_measures(
    columns: StanceColumns,
    measures: StanceMeasures,
    *,
    gait: Gait | None,
    sampling_rate_hz: float,
    n_clipped: int,
    has_gyroscope: bool,
) -> dict[ExtraMeasure, Measured]:
    """Summarise the measures of a run over the valid stances of its main gait.

    Parameters
    ----------
    columns : StanceColumns
        Of all stances, valid or not.
    measures : StanceMeasures
        Of the same stances.
    gait : Gait or None
        The main gait.
    sampling_rate_hz : float
    n_clipped : int
        Samples at the end of the sensor's range.
    has_gyroscope : bool

    Returns
    -------
    dict of ExtraMeasure to Measured
        Every measure, in the order in which it is shown.
    """
    oscillation_m = measures.vertical_oscillation_m
    left, right = columns.of_side(Side.LEFT), columns.of_side(Side.RIGHT)
    opens = _opens_stride(columns)
    spread_s, spread_percent = _stride_time_spread(columns, opens)
    no_angle = TOO_FEW if has_gyroscope else NO_GYROSCOPE

    def in_stride(values: FloatArray) -> Estimate | None:
        # The strides that follow each other overlap by a step; every other one does not.
        return mean_estimate(values[columns.in_main_gait][::2])

    def excursion_sd(side: BoolArray) -> Estimate | None:
        sd_deg, _, _ = block_spread(columns.drop_excursion_deg, opens & side)
        return _typical(sd_deg)

    return {
        ExtraMeasure.VERTICAL_OSCILLATION: _of_sides(
            mean_estimate(oscillation_m[left]), mean_estimate(oscillation_m[right]), TOO_FEW
        ),
        ExtraMeasure.TILT_RANGE: _of_run(in_stride(measures.tilt_range_deg), no_angle),
        ExtraMeasure.ROTATION_RANGE: _of_run(in_stride(measures.rotation_range_deg), no_angle),
        ExtraMeasure.STEP_TIME_BALANCE: _of_run(_step_time_balance(columns, opens, gait), TOO_FEW),
        ExtraMeasure.STRIDE_TIME_SD: _of_run(spread_s, TOO_FEW),
        ExtraMeasure.STRIDE_TIME_CV: _of_run(spread_percent, TOO_FEW),
        ExtraMeasure.DROP_EXCURSION_SD: _of_sides(
            excursion_sd(left), excursion_sd(right), no_angle
        ),
        ExtraMeasure.IMPACT_PEAK: _impact(
            measures.impact_peak_mps2, (left, right), _no_impact(gait, sampling_rate_hz, n_clipped)
        ),
    }


def _of_sides(left: Estimate | None, right: Estimate | None, why_not: str) -> Measured:
    return Measured(left, right, None, why_not if left is None and right is None else "")


def _of_run(estimate: Estimate | None, why_not: str) -> Measured:
    return Measured(None, None, estimate, why_not if estimate is None else "")


def _opens_stride(columns: StanceColumns) -> BoolArray:
    """Stances that open a whole stride: valid ones of one bout, feet in turn; shape (n,)."""
    opens = np.zeros(len(columns), bool)
    if len(columns) < 3:
        return opens
    same_bout = columns.bout[:-2] == columns.bout[2:]
    valid = columns.in_main_gait
    left, right = columns.is_left, columns.is_right
    in_turn = (left[:-2] & right[1:-1] & left[2:]) | (right[:-2] & left[1:-1] & right[2:])
    opens[:-2] = same_bout & in_turn & valid[:-2] & valid[1:-1] & valid[2:]
    return opens


def _step_time_balance(
    columns: StanceColumns, opens: BoolArray, gait: Gait | None
) -> Estimate | None:
    """Left share of the stride time; the left step ends with the left foot's strike."""
    at = np.flatnonzero(opens)
    strike_s = columns.foot_strike_s
    stride_s = strike_s[at + 2] - strike_s[at]
    first_percent = 100.0 * (strike_s[at + 1] - strike_s[at]) / stride_s
    # A stride that a right strike opens has the left step first.
    left_percent = np.where(columns.is_right[at], first_percent, 100.0 - first_percent)
    systematic_se = STEP_TIME_BALANCE_SE_PERCENT[gait or Gait.RUNNING]
    return mean_estimate(left_percent, systematic_se=systematic_se)


def _stride_time_spread(
    columns: StanceColumns, opens: BoolArray
) -> tuple[Estimate | None, Estimate | None]:
    """Spread of the stride time in seconds, and in percent of the stride time."""
    stride_s = np.full(len(columns), np.nan)
    stride_s[:-2] = columns.foot_strike_s[2:] - columns.foot_strike_s[:-2]
    even = np.arange(len(columns)) % 2 == 0
    parts = [block_spread(stride_s, opens & foot) for foot in (even, ~even)]
    sd_s, mean_s, at = (np.concatenate(part) for part in zip(*parts, strict=True))
    order = np.argsort(at, kind="stable")
    return _typical(sd_s[order]), _typical(100.0 * sd_s[order] / mean_s[order])


def block_spread(
    values: FloatArray, of_foot: BoolArray
) -> tuple[FloatArray, FloatArray, NDArray[np.intp]]:
    """Spread around a straight line, and mean, of blocks of ten strides of one foot in a row.

    Parameters
    ----------
    values : FloatArray, shape (n,)
    of_foot : BoolArray, shape (n,)
        Stances that count; those of one foot in a row are two apart.

    Returns
    -------
    sd, mean : FloatArray, shape (n_blocks,)
    at : array of int, shape (n_blocks,)
        The stance that opens each block.
    """
    index = np.flatnonzero(of_foot & np.isfinite(values))
    new_row = np.diff(index, prepend=-3) != 2
    starts = np.flatnonzero(new_row)
    place = np.arange(len(index)) - np.repeat(starts, np.diff(np.append(starts, len(index))))
    begins = np.flatnonzero(place % N_BLOCK == 0)
    whole = begins[begins + N_BLOCK <= len(index)]
    whole = whole[place[whole + N_BLOCK - 1] == place[whole] + N_BLOCK - 1]
    block = values[index[whole[:, None] + np.arange(N_BLOCK)]]
    mean = block.mean(axis=1)
    time = np.arange(N_BLOCK) - (N_BLOCK - 1) / 2
    slope = np.einsum("ij,j->i", block, time) / np.sum(time**2)
    rest = block - mean[:, None] - slope[:, None] * time
    return np.sqrt(np.einsum("ij,ij->i", rest, rest) / (N_BLOCK - 2)), mean, index[whole]


def _typical(sd: FloatArray) -> Estimate | None:
    """Median of the blocks, so that a few uneven stretches do not count, scaled to the SD."""
    return median_estimate(sd / _MEDIAN_OF_SD)


def _no_impact(gait: Gait | None, sampling_rate_hz: float, n_clipped: int) -> str:
    """Why there is no impact peak; empty where there may be one."""
    if gait is Gait.WALKING:
        return "Walking has no impact peak of this kind."
    if sampling_rate_hz < MIN_RATE_HZ:
        return f"It needs {MIN_RATE_HZ:g} samples per second; there are {sampling_rate_hz:g}."
    if n_clipped:
        return "The sensor reached the end of its range."
    return ""


def _impact(values: FloatArray, sides: tuple[BoolArray, BoolArray], why_not: str) -> Measured:
    if why_not:
        return Measured(None, None, None, why_not)
    means = []
    for side in sides:
        known = np.isfinite(values[side])
        enough = known.sum() >= max(N_MIN, MIN_IMPACT_SHARE * len(known))
        means.append(mean_estimate(values[side]) if enough else None)
    return _of_sides(means[0], means[1], "Most stances have no impact peak of their own.")
