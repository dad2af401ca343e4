"""Contact time and cadence over the time of a run."""

import numpy as np
from numpy.typing import NDArray

from analysis.columns import StanceColumns, stance_columns
from analysis.results import RunAnalysis
from analysis.series import Measure
from server.charts.options import (
    SIDES,
    Chart,
    Json,
    Scale,
    pairs,
    round_scale,
    segments_of,
    side_line,
    time_axis,
    tint,
    value_axis,
)
from server.charts.over_time import N_ROWS_SMALL, evenly, pause_marks, run_rolling
from server.pages.words import number

# A steady line stays a steady line: about a tenth of a usual value.
SPAN_MIN_MS = 25.0
SPAN_MIN_SPM = 16.0


def contact_chart(analysis: RunAnalysis) -> Chart:
    """Return the rolling contact time of each side, ms."""
    rolling = {
        side: evenly(run_rolling(analysis, side, Measure.CONTACT_TIME), N_ROWS_SMALL)
        for side in SIDES
    }
    lows, highs = _extremes([(r.low_10 * 1e3, r.high_90 * 1e3) for r in rolling.values()])
    series: list[Json] = []
    for side, rows in rolling.items():
        area = segments_of(rows.t_s, rows.low_10 * 1e3, rows.high_90 * 1e3, 1)
        series += [tint(side, area), side_line(side, pairs(rows.t_s, rows.median * 1e3, 1))]
    option = _small_option(
        analysis, round_scale(lows, highs, span_min=SPAN_MIN_MS), "@contact_at_time", series
    )
    return Chart(option, contact_summary(analysis), keyboard_series="left")


def cadence_chart(analysis: RunAnalysis) -> Chart:
    """Return the rolling cadence, steps per minute."""
    rows = evenly(run_rolling(analysis, None, Measure.CADENCE), N_ROWS_SMALL)
    low, high = _extremes([(rows.low_10, rows.high_90)])
    line: Json = {
        "id": "cadence",
        "type": "line",
        "preset": "neutral.line",
        "lineStyle": {"width": 1.75},
        "data": pairs(rows.t_s, rows.median, 1),
        "clip": True,
    }
    option = _small_option(
        analysis, round_scale(low, high, span_min=SPAN_MIN_SPM), "@cadence_at_time", [line]
    )
    summary = cadence_summary(analysis, stance_columns(analysis.stances))
    return Chart(option, summary, keyboard_series="cadence")


def _small_option(analysis: RunAnalysis, scale: Scale, tooltip: str, series: list[Json]) -> Json:
    return {
        "grid": {"top": 8, "bottom": 28, "left": 40, "right": 20},
        "narrowRight": 20,
        "xAxis": time_axis(analysis.summary.duration_s),
        "yAxis": value_axis(scale, "@whole"),
        "tooltip": {"formatter": tooltip},
        "series": [*series, pause_marks(analysis, labelled=False)],
    }


def _extremes(bands: list[tuple[NDArray[np.float64], NDArray[np.float64]]]) -> tuple[float, float]:
    lows = np.concatenate([low[np.isfinite(low)] for low, _ in bands])
    highs = np.concatenate([high[np.isfinite(high)] for _, high in bands])
    if lows.size == 0:
        return 0.0, 1.0
    return float(lows.min()), float(highs.max())


def contact_summary(analysis: RunAnalysis) -> str:
    """Say both contact times and their balance."""
    summary = analysis.summary
    left, right = summary.left.contact_time_s, summary.right.contact_time_s
    if left is None or right is None:
        whole = summary.contact_time_s
        return "Sides are not known." if whole is None else f"{_ms(whole.value)} on average."
    balance = summary.contact_balance_percent
    tail = f": balance {number(balance.value, 1)} % left" if balance is not None else ""
    return f"Left {_ms(left.value)}, right {_ms(right.value)}{tail}."


def cadence_summary(analysis: RunAnalysis, columns: StanceColumns) -> str:
    """Say the mean cadence and where most stances lie."""
    values = columns.cadence_spm[columns.in_main_gait & np.isfinite(columns.cadence_spm)]
    mean = analysis.summary.cadence_spm
    if mean is None or values.size == 0:
        return "Cadence is not known."
    low, high = np.percentile(values, [10, 90])
    return (
        f"{number(mean.value)} steps per minute on average; "
        f"8 of 10 between {number(float(low))} and {number(float(high))}."
    )


def _ms(value_s: float) -> str:
    return f"{number(value_s * 1e3)} ms"
