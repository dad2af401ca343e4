"""The drop of every stance over the time of a run."""

from dataclasses import dataclass, replace

import numpy as np

from analysis.results import Estimate, RunAnalysis, SideSummary
from analysis.series import (
    WINDOW_STRIDES,
    Measure,
    PointSeries,
    RollingSeries,
    point_series,
    rolling_series,
)
from analysis.stances import Gait, Side
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
from server.pages.words import SIDE_WORDS, clock, degrees, plural

N_POINTS_MAX = 2000  # per side: more dots than that do not show on a screen of 1,000 pixels
N_ROWS_MAX = 600  # of a median line of 1,000 pixels
PLOT_HEIGHT_PX = 326.0  # of the tall plot, between its axes
LABEL_HEIGHT_PX = 16.0
N_ROWS_SMALL = 240  # of a small chart
OVERVIEW_STANCES = 100  # a smooth line, for finding a place


@dataclass(frozen=True, slots=True)
class Window:
    """What part of a run is asked for, and how smooth; None is the whole run."""

    measure: Measure = Measure.DROP_EXCURSION
    window_strides: int = WINDOW_STRIDES
    start_s: float | None = None
    end_s: float | None = None

    @property
    def is_whole(self) -> bool:
        """Whether the whole run is asked for."""
        return self.start_s is None and self.end_s is None


def stances_chart(analysis: RunAnalysis, window: Window) -> Chart:
    """Return every stance as a dot, the rolling median and the 10 to 90 % tint of each side.

    Points are thinned to what a screen can show; a narrower window brings more of them.
    """
    end_s = analysis.summary.duration_s
    start, end = window.start_s or 0.0, end_s if window.end_s is None else window.end_s
    points = {side: run_points(analysis, side, window.measure) for side in SIDES}
    rolling = {
        side: run_rolling(analysis, side, window.measure, window.window_strides) for side in SIDES
    }
    scale = _drop_scale(list(points.values()))
    series: list[Json] = [_overview(analysis, window), pause_marks(analysis)]
    ends = end_label_offsets(rolling, scale)
    for side in SIDES:
        dots = _every(_between_points(points[side], start, end), N_POINTS_MAX)
        shown = evenly(_between_rows(rolling[side], start, end), N_ROWS_MAX)
        series += _side_layers(side, dots, shown, ends[side])
    option: Json = {
        "grid": {"top": 26, "bottom": 88, "right": 84},
        "narrowRight": 14,
        "xAxis": time_axis(end_s),
        "yAxis": value_axis(scale, "@degrees"),
        "tooltip": {"formatter": "@drop_at_time"},
        "dataZoom": [
            {
                "type": "slider",
                "filterMode": "none",
                "showDetail": False,
                "startValue": round(start, 2),
                "endValue": round(end, 2),
                "minValueSpan": 2,
            }
        ],
        "series": series,
    }
    return Chart(option, stances_summary(analysis, window), keyboard_series="left")


def run_points(analysis: RunAnalysis, side: Side | None, measure: Measure) -> PointSeries:
    """Return the points of a run with time counted from its first sample."""
    points = point_series(analysis.stances, side, measure)
    return PointSeries(points.t_s - analysis.summary.start_s, points.value)


def run_rolling(
    analysis: RunAnalysis,
    side: Side | None,
    measure: Measure,
    window_strides: int = WINDOW_STRIDES,
) -> RollingSeries:
    """Return the rolling median of a run with time counted from its first sample."""
    rows = rolling_series(analysis.stances, side, measure, window_strides=window_strides)
    return replace(rows, t_s=rows.t_s - analysis.summary.start_s)


def _side_layers(
    side: Side, dots: PointSeries, rows: RollingSeries, offset_px: float
) -> list[Json]:
    line = pairs(rows.t_s, rows.median)
    known = rows.median[np.isfinite(rows.median)]
    more: Json = {}
    if known.size:
        text = f"{SIDE_WORDS[side]} {degrees(float(known[-1]))}"
        label = {"preset": f"{side.value}.end_label", "formatter": text, "offset": [0, offset_px]}
        more = {"endLabel": label}
    return [
        {
            "id": f"{side.value}-stances",
            "type": "scatter",
            "preset": f"{side.value}.stances",
            # Large mode draws small circles as squares.
            "large": False,
            "data": pairs(dots.t_s, dots.value),
            "clip": True,
        },
        tint(side, segments_of(rows.t_s, rows.low_10, rows.high_90), over_stances=True),
        {
            "id": f"{side.value}-halo",
            "type": "line",
            "preset": f"{side.value}.halo",
            "data": line,
            "clip": True,
        },
        side_line(side, line, **more),
    ]


def end_label_offsets(rolling: dict[Side, RollingSeries], scale: Scale) -> dict[Side, float]:
    """Push the labels at the lines' ends apart where they would cover each other, pixels."""
    ends = {side: rows.median[np.isfinite(rows.median)] for side, rows in rolling.items()}
    if not all(known.size for known in ends.values()):
        return dict.fromkeys(rolling, 0.0)
    right_above_deg = float(ends[Side.RIGHT][-1] - ends[Side.LEFT][-1])
    apart_px = abs(right_above_deg) / (scale.high - scale.low) * PLOT_HEIGHT_PX
    push_px = max(0.0, LABEL_HEIGHT_PX - apart_px) / 2
    up = Side.RIGHT if right_above_deg >= 0 else Side.LEFT
    return {side: round(-push_px if side is up else push_px, 1) for side in rolling}


def _overview(analysis: RunAnalysis, window: Window) -> Json:
    """Return what the zoom slider draws, the first series: the whole run without breaks."""
    # Both sides in one line: the slider has room for no more.
    rows = run_rolling(analysis, None, window.measure, OVERVIEW_STANCES)
    known = np.isfinite(rows.median)
    whole = RollingSeries(
        rows.t_s[known], rows.median[known], rows.low_10[known], rows.high_90[known]
    )
    shown = evenly(whole, N_ROWS_SMALL)
    return {
        "id": "overview",
        "type": "line",
        "data": pairs(shown.t_s, shown.median),
        "lineStyle": {"opacity": 0},
        "silent": True,
        "tooltip": {"show": False},
        "z": 0,
    }


def evenly(rows: RollingSeries, n_max: int) -> RollingSeries:
    """Keep about ``n_max`` evenly spaced rows, every break, and both ends of every stretch.

    A median over many strides changes slowly: between two rows of a narrow plot there is nothing
    to see, and its extremes would only draw its noise larger than it is.
    """
    step = max(1, int(np.ceil(rows.t_s.size / n_max)))
    is_break = ~np.isfinite(rows.median)
    kept = is_break.copy()
    kept[::step] = True
    kept[:-1] |= is_break[1:]
    kept[1:] |= is_break[:-1]
    kept[-1:] = True
    return RollingSeries(rows.t_s[kept], rows.median[kept], rows.low_10[kept], rows.high_90[kept])


def pause_marks(analysis: RunAnalysis, *, labelled: bool = True) -> Json:
    """Return a dashed line in the middle of each pause."""
    lines = []
    for hole in analysis.quality.holes:
        if not hole.is_pause:
            continue
        text = f"Pause {clock(hole.end_s - hole.start_s)}" if labelled else ""
        middle = round((hole.start_s + hole.end_s) / 2 - analysis.summary.start_s, 1)
        lines.append({"xAxis": middle, "label": {"formatter": text, "position": "end"}})
    return {
        "id": "pauses",
        "type": "line",
        "data": [],
        "silent": True,
        "tooltip": {"show": False},
        "markLine": {
            "preset": "pause",
            "silent": True,
            "symbol": "none",
            "label": {"color": "$ink-2", "show": labelled},
            "data": lines,
        },
    }


def _drop_scale(points: list[PointSeries]) -> Scale:
    """Return a range for all but the rarest stances; it stays while the chart is zoomed."""
    values = np.concatenate([p.value for p in points])
    if values.size == 0:
        return round_scale(0.0, 6.0)
    low, high = np.percentile(values, [0.2, 99.8])
    return round_scale(float(low), float(high))


def _every(points: PointSeries, n_max: int) -> PointSeries:
    step = max(1, int(np.ceil(points.t_s.size / n_max)))
    return PointSeries(points.t_s[::step], points.value[::step])


def _between_points(points: PointSeries, start_s: float, end_s: float) -> PointSeries:
    inside = slice(*np.searchsorted(points.t_s, [start_s, end_s]))
    return PointSeries(points.t_s[inside], points.value[inside])


def _between_rows(rows: RollingSeries, start_s: float, end_s: float) -> RollingSeries:
    """Cut with one row more at either end, so that lines reach the edges of the plot."""
    first, last = np.searchsorted(rows.t_s, [start_s, end_s])
    inside = slice(max(0, int(first) - 1), int(last) + 1)
    return RollingSeries(
        rows.t_s[inside], rows.median[inside], rows.low_10[inside], rows.high_90[inside]
    )


def other_gait_words(analysis: RunAnalysis) -> str:
    """Say how many good stances are of the gait that the run's numbers are not about."""
    gait = analysis.summary.gait
    n_other = sum(stance.valid and stance.gait is not gait for stance in analysis.stances)
    if gait is None or not n_other:
        return ""
    other = Gait.WALKING if gait is Gait.RUNNING else Gait.RUNNING
    verb = "is" if n_other == 1 else "are"
    return f"{plural(n_other, f'{other.value} stance')} {verb} not in these numbers."


def stances_summary(analysis: RunAnalysis, window: Window) -> str:
    """Say how many stances there are, their mean per side, and what line and tint are."""
    sides = {Side.LEFT: analysis.summary.left, Side.RIGHT: analysis.summary.right}
    estimates = {side: side_estimate(summary, window.measure) for side, summary in sides.items()}
    means = " and ".join(
        f"{SIDE_WORDS[side].lower()} {degrees(estimate.value)}"
        for side, estimate in estimates.items()
        if estimate is not None
    )
    n_pauses = sum(hole.is_pause for hole in analysis.quality.holes)
    pauses = f", with {plural(n_pauses, 'pause')}" if n_pauses else ""
    mean = f"; on average {means}" if means else ""
    n_stances = sum(summary.n_stances for summary in sides.values())
    other = other_gait_words(analysis)
    not_in = f" {other}" if other else ""
    return (
        f"{plural(n_stances, 'stance')}{pauses}{mean}. The line is the middle of "
        f"{window.window_strides} strides, the tint holds 8 of 10 stances.{not_in}"
    )


def side_estimate(side: SideSummary, measure: Measure) -> Estimate | None:
    """Return the mean of a drop measure of one side."""
    return {
        Measure.DROP_EXCURSION: side.drop_excursion_deg,
        Measure.MID_STANCE_DROP: side.mid_stance_drop_deg,
        Measure.PEAK_DROP: side.peak_drop_deg,
    }[measure]
