"""Charts over many runs: a point per run with its interval, the usual range, and bars of km."""

from collections.abc import Mapping, Sequence

import numpy as np

from analysis.history.points import RunPoint, Tracked
from analysis.history.words import told
from analysis.results import Estimate
from analysis.stances import Side
from server.charts.days import HIDDEN, Days, drawn_runs
from server.charts.options import (
    SIDES,
    Chart,
    Json,
    round_scale,
    side_line,
    tint,
    value_axis,
    whiskers,
)
from server.pages.words import plural
from server.trends import Trends

N_WHISKERS_MAX = 150  # more runs never have room for whiskers, on any screen
LEAST_GAP_PX = 10  # marks that are closer on the screen have no whiskers
N_LINE_MIN = 5  # fewest runs for a line, and the runs that its median is taken of

SIDE_TRACKED: Mapping[Side, Tracked] = {Side.LEFT: Tracked.LEFT, Side.RIGHT: Tracked.RIGHT}
_SPANS_MIN: Mapping[Tracked, float] = {Tracked.CADENCE: 10.0, Tracked.CONTACT_BALANCE: 2.0}


def drop_history_chart(trends: Trends) -> Chart:
    """Return the drop of both sides, run by run."""
    runs = drawn_runs(trends)
    days = Days(trends.runs)
    series: list[Json] = []
    known: list[float] = []
    for side in SIDES:
        made, values = _side(side, trends, runs, days)
        series += made
        known += values
    option: Json = {
        "grid": {"top": 16, "bottom": 28, "right": 32},
        "xAxis": days.axis(),
        "yAxis": value_axis(round_scale(min(known), max(known), span_min=2.0), "@degrees"),
        "tooltip": {"formatter": "@drop_on_day", "labels": days.titles(runs)},
        "series": series,
    }
    return Chart(option, drop_history_summary(trends), keyboard_series="left")


def drop_history_summary(trends: Trends) -> str:
    """Say what a point is, and what was left out of the range."""
    told_parts = ["One point per run with its 95 % interval."]
    left_out = [
        reason for run in trends.runs if (reason := trends.comparable.left_out.get(run.run_id))
    ]
    n_pale = sum(reason not in HIDDEN for reason in left_out)
    n_hidden = len(left_out) - n_pale
    if n_pale:
        verb = "is" if n_pale == 1 else "are"
        told_parts.append(f"{plural(n_pale, 'run')} that cannot be compared {verb} pale.")
    if n_hidden:
        verb = "has" if n_hidden == 1 else "have"
        told_parts.append(
            f"{plural(n_hidden, 'run')} with a poor signal or no drop {verb} no point."
        )
    return " ".join(told_parts)


def measure_history_chart(tracked: Tracked, trends: Trends) -> Chart:
    """Return one measure that belongs to no side, run by run."""
    runs = [run for run in drawn_runs(trends) if run.of(tracked) is not None]
    days = Days(trends.runs)
    values = _values(tracked, runs, trends)
    rows = [(days.x(run), value) for run, value in zip(runs, values, strict=True)]
    known = [limit for _, value in rows for limit in (value.ci_low, value.ci_high)]
    usual = trends.usual.ranges.get(tracked)
    series: list[Json] = []
    if usual is not None:
        known += [usual.low, usual.high]
        series.append(_neutral_band(days, usual.low, usual.high))
    if len(runs) <= N_WHISKERS_MAX:
        series.append(_neutral_whiskers(rows))
    points: Json = {
        "id": "value",
        "type": "scatter",
        "preset": "neutral.run_point",
        "data": [[x, round(value.value, 3)] for x, value in rows],
        "z": 5,
    }
    decimals = 0 if tracked is Tracked.CADENCE else 1
    formatter = "@degrees" if tracked is Tracked.RIGHT_MINUS_LEFT else "@plain"
    scale = round_scale(min(known), max(known), span_min=_SPANS_MIN.get(tracked, 2.0))
    unit = told(tracked, 0.0, signed=False).removeprefix("0.0").removeprefix("0")
    option: Json = {
        "grid": {"top": 12, "bottom": 28, "right": 16},
        "xAxis": days.axis(),
        "yAxis": value_axis(scale, formatter),
        "tooltip": {
            "trigger": "item",
            "formatter": "@value_on_day",
            "labels": days.titles(runs),
            "unit": unit,
            "decimals": decimals,
            "isSigned": tracked is Tracked.RIGHT_MINUS_LEFT,
        },
        "series": [*series, points],
    }
    return Chart(option, measure_history_summary(tracked, trends), keyboard_series="value")


def measure_history_summary(tracked: Tracked, trends: Trends) -> str:
    """Say the newest comparable run's value, and what is usual."""
    newest = None if trends.newest is None else trends.newest.of(tracked)
    if newest is None:
        return "Not measured in the newest run."
    usual = trends.usual.ranges.get(tracked)
    text = f"{told(tracked, newest.value)} in the last comparable run"
    if usual is None:
        return f"{text}."
    return f"{text}; usual {told(tracked, usual.low, unit=False)} to {told(tracked, usual.high)}."


def has_measure(tracked: Tracked, trends: Trends) -> bool:
    """Tell whether there is a point to draw."""
    return any(run.of(tracked) is not None for run in drawn_runs(trends))


def _values(tracked: Tracked, runs: Sequence[RunPoint], trends: Trends) -> list[Estimate]:
    """Give the estimates, with what went along with cadence and speed taken off."""
    found = []
    for run in runs:
        estimate, offset = run.of(tracked), trends.usual.offset(run, tracked)
        if estimate is not None:
            shifted = (estimate.value, estimate.ci_low, estimate.ci_high)
            found.append(Estimate(*(value - offset for value in shifted)))
    return found


def _side(
    side: Side, trends: Trends, runs: Sequence[RunPoint], days: Days
) -> tuple[list[Json], list[float]]:
    tracked = SIDE_TRACKED[side]
    values = _values(tracked, runs, trends)
    line = [[days.x(run), round(one.value, 3)] for run, one in zip(runs, values, strict=True)]
    shift = -days.shift if side is Side.LEFT else days.shift
    known = [limit for one in values for limit in (one.ci_low, one.ci_high)]
    # The line itself is not seen: it carries the tooltip, with the values of the runs.
    made = [side_line(side, list(map(list, line)), lineStyle={"opacity": 0}, showSymbol=False)]
    usual = trends.usual.ranges.get(tracked)
    if usual is not None:
        known += [usual.low, usual.high]
        ends, low, high = list(days.limits), [usual.low] * 2, [usual.high] * 2
        made.append(tint(side, [[[*ends], [*low], [*high]]]))
    intervals = [
        [x + shift, round(one.ci_low, 3), round(one.ci_high, 3)]
        for (x, _), one in zip(line, values, strict=True)
    ]
    if len(runs) <= N_WHISKERS_MAX:
        made.append(whiskers(side, intervals) | {"leastGapPx": LEAST_GAP_PX})
    is_pale = [run.run_id in trends.comparable.left_out for run in runs]
    for pale in (False, True):
        data = [[x + shift, y] for (x, y), one in zip(line, is_pale, strict=True) if one is pale]
        made.append(_points(side, data, pale=pale))
    clear = [point for point, pale in zip(line, is_pale, strict=True) if not pale]
    if len(clear) >= N_LINE_MIN:
        made.append(_median_line(side, clear))
    return made, known


def _points(side: Side, data: list[list[float]], *, pale: bool) -> Json:
    return {
        "id": f"{side.value}-{'others' if pale else 'points'}",
        "type": "scatter",
        "preset": f"{side.value}.run_point",
        "data": data,
        "large": False,
        "silent": True,
        "tooltip": {"show": False},
        "z": 4 if pale else 5,
        **({"itemStyle": {"opacity": 0.3}} if pale else {}),
    }


def _median_line(side: Side, points: Sequence[Sequence[float]]) -> Json:
    """Return the median of five runs in a row; at the ends of those that are there."""
    # What is not there counts as missing, not as zero.
    values = np.pad([y for _, y in points], N_LINE_MIN // 2, constant_values=np.nan)
    medians = np.nanmedian(np.lib.stride_tricks.sliding_window_view(values, N_LINE_MIN), axis=1)
    data: list[list[float | None]] = [
        [x, round(float(median), 3)] for (x, _), median in zip(points, medians, strict=True)
    ]
    quiet = {"silent": True, "tooltip": {"show": False}}
    return side_line(side, data, **quiet) | {"id": f"{side.value}-median"}


def _neutral_band(days: Days, low: float, high: float) -> Json:
    first, last = days.limits
    return {
        "id": "usual",
        "type": "custom",
        "renderItem": "@band",
        "itemStyle": {"color": "$band", "opacity": 1},
        "segments": [[[first, last], [low, low], [high, high]]],
        "data": [[0]],
        "encode": {"x": -1, "y": -1},
        "clip": True,
        "silent": True,
        "tooltip": {"show": False},
        "z": 1,
    }


def _neutral_whiskers(rows: Sequence[tuple[float, Estimate]]) -> Json:
    return {
        "id": "value-interval",
        "type": "custom",
        "renderItem": "@whisker",
        "itemStyle": {"color": "$ink-3", "width": 1.5},
        "leastGapPx": LEAST_GAP_PX,
        "data": [[x, round(one.ci_low, 3), round(one.ci_high, 3)] for x, one in rows],
        "encode": {"x": 0, "y": [1, 2]},
        "clip": True,
        "silent": True,
        "tooltip": {"show": False},
        "z": 3,
    }
