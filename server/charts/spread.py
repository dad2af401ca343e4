"""Spread: how many stances of each side had which drop."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from analysis.stances import Side
from server.charts.options import Chart, Json
from server.pages.words import number

BIN_DEG = 0.5  # finer than the spread of any side, coarser than what one stance can tell


@dataclass(frozen=True, slots=True)
class Spread:
    """Stances per drop; bin ``i`` is [edges_deg[i], edges_deg[i + 1])."""

    edges_deg: NDArray[np.float64]
    n_left: NDArray[np.int64]
    n_right: NDArray[np.int64]
    sd_left_deg: float
    sd_right_deg: float


def spread_of(left_deg: NDArray[np.float64], right_deg: NDArray[np.float64]) -> Spread:
    """Count the finite values of both sides in common bins.

    The outermost bins hold what lies beyond the 0.5 and 99.5 % points, so that one stumble does
    not squeeze all others together.
    """
    left, right = left_deg[np.isfinite(left_deg)], right_deg[np.isfinite(right_deg)]
    both = np.concatenate([left, right])
    low, high = np.percentile(both, [0.5, 99.5])
    first, last = np.floor(low / BIN_DEG), np.ceil(high / BIN_DEG)
    edges = np.arange(first, max(last, first + 1) + 1) * BIN_DEG
    inside = (edges[0], np.nextafter(edges[-1], -np.inf))
    n_left, n_right = (np.histogram(np.clip(values, *inside), edges)[0] for values in (left, right))
    return Spread(edges, n_left, n_right, _sd(left), _sd(right))


def _sd(values: NDArray[np.float64]) -> float:
    return float(np.std(values, ddof=1)) if values.size > 1 else float("nan")


def spread_chart(spread: Spread) -> Chart:
    """Return bars to the left for left stances, to the right for right stances."""
    n_most = int(max(spread.n_left.max(initial=1), spread.n_right.max(initial=1)))
    lower = [f"{number(edge, 1)}°" for edge in spread.edges_deg[:-1]]
    every = max(1, round(2.0 / BIN_DEG)) if len(lower) > 8 else 2
    shown = [
        index
        for index, edge in enumerate(spread.edges_deg[:-1])
        if round(edge / BIN_DEG) % every == 0
    ]
    option: Json = {
        "grid": {"top": 8, "bottom": 30, "left": 40, "right": 12},
        "narrowRight": 12,
        "xAxis": {
            "type": "value",
            "min": -n_most,
            "max": n_most,
            "interval": n_most,
            "axisLabel": {"show": False},
            "axisLine": {"show": False},
            "splitLine": {"show": False},
        },
        "yAxis": {
            "type": "category",
            "data": lower,
            "axisLine": {"show": False},
            "axisLabel": {"customValues": shown},
        },
        "tooltip": {"formatter": "@stances_in_bin", "axisPointer": {"type": "none"}},
        "series": [
            _bars(Side.LEFT, -spread.n_left),
            _bars(Side.RIGHT, spread.n_right),
        ],
    }
    return Chart(option, spread_summary(spread), keyboard_series="left")


def _bars(side: Side, counts: NDArray[np.int64]) -> Json:
    outer = [2, 0, 0, 2] if side is Side.LEFT else [0, 2, 2, 0]
    return {
        "id": side.value,
        "type": "bar",
        "stack": "sides",
        "barCategoryGap": "18%",
        "barMaxWidth": 14,
        "data": [int(count) for count in counts],
        "itemStyle": {
            "color": f"${side.value}",
            "borderRadius": outer,
            "borderColor": "$surface",
            "borderWidth": 1,
        },
    }


def spread_summary(spread: Spread) -> str:
    """Say how much each side varies from stance to stance."""
    parts = [
        f"{word} {number(sd, 1)}°"
        for word, sd in (("left", spread.sd_left_deg), ("right", spread.sd_right_deg))
        if np.isfinite(sd)
    ]
    return f"Standard deviation from stance to stance: {', '.join(parts)}."
