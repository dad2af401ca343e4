"""One stride: the mean drop of each side over its gait cycle."""

from collections.abc import Sequence

import numpy as np

from analysis.results import Waveform
from server.charts.options import (
    Chart,
    Json,
    numbers,
    round_scale,
    segments_of,
    side_line,
    tint,
    value_axis,
)
from server.pages.words import SIDE_WORDS, degrees, number

PERCENT = np.arange(101, dtype=float)
# Of the plot's height: room for the label of the higher peak, below the words above the plot.
_LABEL_ROOM = 0.16


def stride_chart(waveforms: Sequence[Waveform]) -> Chart:
    """Return the chart of the mean curves with one standard deviation around each."""
    low = min(float(np.min(w.mean_deg - w.sd_deg)) for w in waveforms)
    high = max(float(np.max(w.mean_deg + w.sd_deg)) for w in waveforms)
    highest = max(float(np.max(w.mean_deg)) for w in waveforms)
    low, high = min(low, 0.0), max(high, 0.0)
    scale = round_scale(low, max(high, highest + _LABEL_ROOM * (high - low)))
    toe_off = float(np.mean([w.toe_off_percent for w in waveforms]))
    series = [_ground(toe_off), _ends(scale.low, scale.high)]
    for waveform in waveforms:
        # The labels of two peaks close together would cover each other on one side.
        is_highest = float(np.max(waveform.mean_deg)) == highest
        series += _side(waveform, "top" if is_highest else "bottom")
    option: Json = {
        "grid": {"top": 30, "bottom": 44, "right": 24},
        "narrowRight": 20,
        "xAxis": {
            "type": "value",
            "min": 0,
            "max": 100,
            "interval": 25,
            "name": "Gait cycle, from foot strike",
            "nameLocation": "middle",
            "nameGap": 28,
            "nameTextStyle": {"color": "$ink-3", "fontWeight": 400},
            "axisLine": {"show": True, "onZero": False},
            "splitLine": {"show": False},
            "axisLabel": {"formatter": "@percent"},
        },
        "yAxis": value_axis(scale, "@degrees"),
        "tooltip": {"formatter": "@drop_in_cycle"},
        "series": series,
    }
    return Chart(option, stride_summary(waveforms), keyboard_series=waveforms[0].side.value)


def _side(waveform: Waveform, label_position: str) -> list[Json]:
    side = waveform.side
    mean = numbers(waveform.mean_deg, 2)
    in_stance = max(1, round(waveform.toe_off_percent)) + 1
    peak = int(np.argmax(waveform.mean_deg[:in_stance]))
    line = side_line(
        side,
        [[float(x), y] for x, y in zip(PERCENT, mean, strict=True)],
        markLine={
            "preset": "zero",
            "silent": True,
            "symbol": "none",
            "label": {"show": False},
            "data": [{"yAxis": 0}],
        },
    )
    mark: Json = {
        "id": f"{side.value}-peak",
        "type": "scatter",
        "preset": f"{side.value}.run_point",
        "data": [[float(peak), mean[peak]]],
        "large": False,
        "silent": True,
        "tooltip": {"show": False},
        "label": {
            "show": True,
            "position": label_position,
            "distance": 7,
            "formatter": degrees(float(waveform.mean_deg[peak])),
            "color": f"${side.value}-text",
            "fontSize": 12,
            "fontWeight": 600,
        },
        "z": 6,
    }
    area = tint(
        side,
        segments_of(
            PERCENT, waveform.mean_deg - waveform.sd_deg, waveform.mean_deg + waveform.sd_deg
        ),
    )
    return [area, line, mark]


def _ground(toe_off_percent: float) -> Json:
    """Return the shaded stance."""
    end = round(toe_off_percent, 1)
    return {
        "id": "ground",
        "type": "line",
        "data": [],
        "silent": True,
        "tooltip": {"show": False},
        "markArea": {
            "silent": True,
            "itemStyle": {"color": "$sunken", "opacity": 0.7},
            "label": {"position": "top", "color": "$ink-2", "distance": 6},
            "data": [
                [{"name": "Stance", "xAxis": 0}, {"xAxis": end}],
                [
                    {"name": "Swing", "xAxis": end, "itemStyle": {"opacity": 0}},
                    {"xAxis": 100},
                ],
            ],
        },
    }


def _ends(low: float, high: float) -> Json:
    """Return what both ends of the scale mean, written beside them."""

    def words(text: str, y: float, offset_px: int) -> Json:
        label = {"show": True, "position": "left", "formatter": text, "offset": [4, offset_px]}
        return {"value": [100, y], "label": {**label, "color": "$ink-3", "fontSize": 12}}

    return {
        "id": "ends",
        "type": "scatter",
        "large": False,
        "symbolSize": 1,
        "itemStyle": {"color": "transparent", "opacity": 1},
        "silent": True,
        "tooltip": {"show": False},
        "data": [words("swing side lower", high, 12), words("swing side higher (hike)", low, -12)],
        "z": 7,
    }


def stride_summary(waveforms: Sequence[Waveform]) -> str:
    """Say where each side peaks, and how many strides the means are made of."""
    peaks = []
    for waveform in waveforms:
        in_stance = max(1, round(waveform.toe_off_percent)) + 1
        peak = int(np.argmax(waveform.mean_deg[:in_stance]))
        height = degrees(float(waveform.mean_deg[peak]))
        peaks.append(
            f"{SIDE_WORDS[waveform.side].lower()} peaks at {height}, {peak} % into the stride"
        )
    n_cycles = sum(w.n_cycles for w in waveforms)
    return (
        f"{', '.join(peaks).capitalize()}. "
        f"Line is the mean of {number(n_cycles)} strides, tint one standard deviation."
    )
