"""How far each run went, as bars under the drop."""

from server.charts.days import Days
from server.charts.options import Chart, Json, Scale, round_scale, value_axis
from server.pages.words import plural
from server.trends import Trends


def distance_history_chart(trends: Trends) -> Chart:
    """Return the distances of the runs as bars, on the same days as the drop."""
    runs = trends.runs
    days = Days(runs)
    data = [
        [days.x(run), round(run.distance_m / 1000.0, 2)]
        for run in runs
        if run.distance_m is not None
    ]
    longest = max((km for _, km in data), default=1.0)
    top = round_scale(0.0, longest, span_min=1.0).high  # so low a lane has room for no other tick
    bars: Json = {
        "id": "distance",
        "type": "bar",
        "barWidth": max(2, min(12, 500 // max(1, len(runs)))),
        "itemStyle": {"color": "$bone-2"},
        "data": data,
    }
    option: Json = {
        "grid": {"top": 12, "bottom": 28, "right": 32},
        "xAxis": days.axis(),
        "yAxis": value_axis(Scale(0.0, top, top), "@plain"),
        "tooltip": {
            "trigger": "item",
            "formatter": "@value_on_day",
            "labels": days.titles(runs),
            "unit": " km",
            "decimals": 1,
            "isSigned": False,
        },
        "series": [bars],
    }
    return Chart(option, distance_history_summary(trends), keyboard_series="distance")


def distance_history_summary(trends: Trends) -> str:
    """Say how far all of the runs went, and how many do not say."""
    known = [run.distance_m for run in trends.runs if run.distance_m is not None]
    missing = len(trends.runs) - len(known)
    text = f"{sum(known) / 1000.0:,.0f} km in {plural(len(known), 'run')}."
    if missing:
        verb = "has" if missing == 1 else "have"
        text += f" {plural(missing, 'run')} {verb} no distance."
    return text
