"""Drift: the drop of each kilometre or minute with its 95 % interval."""

from collections.abc import Sequence

import numpy as np

from analysis.results import Drift, DriftBin, Estimate
from analysis.stances import Side
from server.charts.options import (
    SHIFT_IN_BIN,
    SIDES,
    Chart,
    Json,
    round_scale,
    side_line,
    value_axis,
    whiskers,
)
from server.pages.words import SIDE_WORDS, degrees, half_width


def drift_chart(drift: Drift) -> Chart:
    """Return the chart of the bins; a side without a value in a bin leaves a gap there."""
    bins = drift.bins
    known = [e for b in bins for e in (b.left_deg, b.right_deg) if e is not None]
    low = min((e.ci_low for e in known), default=0.0)
    high = max((e.ci_high for e in known), default=1.0)
    labels = [b.label for b in bins]
    # Labels of many bins would run into each other: every n-th is written.
    every = max(1, int(np.ceil(len(bins) / 8)))
    shown = [label if index % every == 0 else "" for index, label in enumerate(labels)]
    series: list[Json] = []
    for side in SIDES:
        series += _side(side, bins, _change(drift, side))
    option: Json = {
        "grid": {"top": 16, "bottom": 28, "right": 32},
        "xAxis": {
            "type": "value",
            "min": -0.5,
            "max": len(bins) - 0.5,
            "interval": 1,
            "axisLine": {"show": True, "onZero": False},
            "splitLine": {"show": False},
            "axisLabel": {
                "formatter": "@labels",
                "labels": shown,
                "customValues": list(range(len(bins))),
                "hideOverlap": True,
            },
        },
        "yAxis": value_axis(round_scale(low, high, span_min=1.0), "@degrees"),
        "tooltip": {"formatter": "@drop_in_bin", "labels": labels},
        "series": series,
    }
    return Chart(option, drift_summary(drift), keyboard_series="left")


def _change(drift: Drift, side: Side) -> Estimate | None:
    return drift.left_change_deg if side is Side.LEFT else drift.right_change_deg


def _side(side: Side, bins: Sequence[DriftBin], change: Estimate | None) -> list[Json]:
    shift = -SHIFT_IN_BIN if side is Side.LEFT else SHIFT_IN_BIN
    estimates = [b.left_deg if side is Side.LEFT else b.right_deg for b in bins]
    x = [round(index + shift, 2) for index in range(len(bins))]
    line: list[list[float | None]] = [
        [at, None if e is None else round(e.value, 3)] for at, e in zip(x, estimates, strict=True)
    ]
    label = {} if change is None else _end_label(side, change)
    # Whiskers that stand closer than they are wide hide each other: only the line then.
    intervals = [
        [at, round(e.ci_low, 3), round(e.ci_high, 3)]
        for at, e in zip(x, estimates, strict=True)
        if e is not None
    ]
    points: Json = {
        "id": f"{side.value}-points",
        "type": "scatter",
        "preset": f"{side.value}.run_point",
        "data": [point for point in line if point[1] is not None],
        "large": False,
        "silent": True,
        "tooltip": {"show": False},
        "z": 5,
    }
    many = len(bins) > 40
    shown = [side_line(side, line, **label)]
    return shown if many else [*shown, whiskers(side, intervals), points]


def _end_label(side: Side, change: Estimate) -> Json:
    text = degrees(change.value, signed=True)
    return {"endLabel": {"preset": f"{side.value}.end_label", "formatter": text}}


def drift_summary(drift: Drift) -> str:
    """Say how each side changed, last third against first third."""
    changes = [
        f"{SIDE_WORDS[side].lower()} {degrees(change.value, signed=True)} (± {half_width(change)})"
        for side in SIDES
        if (change := _change(drift, side)) is not None
    ]
    if not changes:
        return "Too short to compare the first and the last third. Whiskers are 95 % intervals."
    return f"Last third against first third: {', '.join(changes)}. Whiskers are 95 % intervals."
