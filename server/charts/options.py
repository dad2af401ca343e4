"""What all charts share: axes with round ticks, series of the two sides, the frame."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from analysis.stances import Side

Json = dict[str, Any]

SIDES = (Side.LEFT, Side.RIGHT)
_NICE_STEPS = (0.1, 0.2, 0.5, 1.0)  # of the power of ten below the span
SHIFT_IN_BIN = 0.07  # of a bin's width: keeps the two sides' whiskers apart


@dataclass(frozen=True, slots=True)
class Chart:
    """One chart: its ECharts options, and what it says in words.

    Attributes
    ----------
    option : dict
        See :mod:`server.charts` for presets, tokens and named functions.
    summary : str
        One sentence (or two): shown above the plot, and its description for who cannot see it.
    keyboard_series : str
        Id of the series that the arrow keys walk along.
    """

    option: Json
    summary: str
    keyboard_series: str

    def as_json(self) -> Json:
        """Return what the page asks for."""
        aria = {"enabled": True, "label": {"description": self.summary}}
        return {
            "option": {"aria": aria, **self.option},
            "summary": self.summary,
            "keyboard_series": self.keyboard_series,
        }


@dataclass(frozen=True, slots=True)
class Scale:
    """The range of an axis and the distance of its ticks."""

    low: float
    high: float
    step: float


def round_scale(low: float, high: float, *, span_min: float = 0.0) -> Scale:
    """Return a range around [low, high] whose ends lie on round ticks, four or five if they fit.

    ``span_min`` keeps a steady line from showing its own rounding at full height.
    """
    if not math.isfinite(low) or not math.isfinite(high):
        return Scale(0.0, 1.0, 0.5)
    lacking = max(0.0, max(span_min, 1e-6) - (high - low))
    low, high = low - lacking / 2, high + lacking / 2
    power = 10.0 ** math.floor(math.log10(high - low))
    scales = [_scale(low, high, nice * power) for nice in _NICE_STEPS]
    return min(scales, key=lambda scale: _cost(scale, high - low))


def _scale(low: float, high: float, step: float) -> Scale:
    # The least tolerance: an end that lies on a tick already does not ask for one more.
    first, last = math.floor(low / step + 1e-9), math.ceil(high / step - 1e-9)
    return Scale(first * step, last * step, step)


def _cost(scale: Scale, used: float) -> float:
    span = scale.high - scale.low
    n_steps = span / scale.step
    return (span - used) / span + 0.1 * abs(n_steps - 4.5)


def value_axis(scale: Scale, formatter: str, **more: Any) -> Json:
    """Return a vertical axis with the unit on each tick."""
    return {
        "type": "value",
        "min": round(scale.low, 6),
        "max": round(scale.high, 6),
        "interval": round(scale.step, 6),
        "axisLabel": {"formatter": formatter, "decimals": 0 if scale.step % 1 == 0 else 1},
        **more,
    }


def time_axis(end_s: float) -> Json:
    """Return the horizontal axis of a run, in seconds; the page spaces its labels."""
    return {
        "type": "value",
        "isTime": True,
        "min": 0,
        "max": round(end_s, 2),
        "axisLine": {"show": True},
        "splitLine": {"show": False},
        "axisLabel": {"formatter": "@minutes", "hideOverlap": True},
    }


def numbers(values: NDArray[np.float64] | Sequence[float], decimals: int) -> list[float | None]:
    """Return rounded numbers, None where a value is not finite: JSON has no NaN."""
    rounded = np.round(np.asarray(values, dtype=float), decimals)
    return [float(v) if math.isfinite(v) else None for v in rounded]


def pairs(
    x: NDArray[np.float64] | Sequence[float],
    y: NDArray[np.float64] | Sequence[float],
    decimals: int = 2,
) -> list[list[float | None]]:
    """Return ``[[x, y], ...]`` with x to 0.01."""
    return [list(pair) for pair in zip(numbers(x, 2), numbers(y, decimals), strict=True)]


def side_line(side: Side, data: list[list[float | None]], **more: Any) -> Json:
    """Return the main line of a side; its id is the side, which tooltips rely on."""
    return {
        "id": side.value,
        "type": "line",
        "preset": f"{side.value}.line",
        "data": data,
        "clip": True,
        **more,
    }


def tint(
    side: Side,
    segments: list[list[list[float | None]]],
    *,
    over_stances: bool = False,
) -> Json:
    """Return the area between two curves: segments of ``[x, low, high]``, each without gaps."""
    area = "area_over_stances" if over_stances else "area"
    return {
        "id": f"{side.value}-tint",
        "type": "custom",
        "renderItem": "@band",
        "itemStyle": {"preset": f"{side.value}.{area}"},
        "segments": segments,
        "data": [[index] for index in range(len(segments))],
        "encode": {"x": -1, "y": -1},
        "clip": True,
        "silent": True,
        "tooltip": {"show": False},
        "z": 2,
    }


def whiskers(side: Side, data: list[list[float]]) -> Json:
    """Return 95 % intervals: ``[x, low, high]`` each."""
    return {
        "id": f"{side.value}-interval",
        "type": "custom",
        "renderItem": "@whisker",
        "itemStyle": {"preset": f"{side.value}.interval"},
        "data": data,
        "encode": {"x": 0, "y": [1, 2]},
        "clip": True,
        "silent": True,
        "tooltip": {"show": False},
        "z": 3,
    }


def segments_of(
    x: NDArray[np.float64], low: NDArray[np.float64], high: NDArray[np.float64], decimals: int = 2
) -> list[list[list[float | None]]]:
    """Split a tint where a value is missing, so that no area bridges a gap."""
    known = np.isfinite(low) & np.isfinite(high)
    edges = np.flatnonzero(np.diff(known.astype(np.int8))) + 1
    parts = np.split(np.arange(x.size), edges)
    return [
        [numbers(x[part], 2), numbers(low[part], decimals), numbers(high[part], decimals)]
        for part in parts
        if part.size > 1 and known[part[0]]
    ]
