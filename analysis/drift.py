"""Drop excursion over the run, by minute or kilometre, and how much it changed."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import inf

import numpy as np

from analysis.columns import StanceColumns, stance_columns
from analysis.errors import DistanceError
from analysis.fatigue import trends_over_run
from analysis.results import BoolArray, Drift, DriftBin, Estimate, FloatArray
from analysis.stances import Side, Stance
from analysis.statistics import difference_estimate, median_estimate
from analysis.windows import moving_steps_s

N_MINUTE_BINS_MAX = 20
"""More points than this on a phone's width cannot be told apart."""
N_KM_BINS_MAX = 45
"""One per kilometre up to a marathon."""
MINUTE_WIDTHS = (1, 2, 5, 10, 15, 30, 60)
KM_WIDTHS = (1, 2, 5, 10)
SHORTEST_PART = 0.1
"""A last part of a kilometre below this joins the kilometre before it: it would hold a handful of
strides, often of slowing down."""

N_PER_THIRD_MIN = 25
"""Fewest stances of one side in a third of the run: the 25 strides over which Zandbergen 2023
takes its medians, https://doi.org/10.3389/fspor.2023.1085513"""


@dataclass(frozen=True, slots=True)
class _Stretch:
    start_s: float
    end_s: float
    label: str
    start_km: float | None = None


def check_distance(distance_m: float | None) -> None:
    """Refuse a distance that no run has; None, which is not known, may pass.

    Raises
    ------
    DistanceError
        Not above 0, or not finite.
    """
    if distance_m is not None and not 0.0 < distance_m < inf:
        raise DistanceError(distance_m)


def drift_over_run(
    stances: Sequence[Stance] | StanceColumns,
    *,
    distance_m: float | None = None,
    run_start_s: float | None = None,
) -> Drift:
    """Follow drop excursion over the run and compare its last third with its first.

    Kilometres are laid over moving time at constant speed, since one sensor on the pelvis does
    not know the distance of each stance.

    Parameters
    ----------
    stances : sequence of Stance, or their columns
        In the order of their foot strikes, valid or not.
    distance_m : float, optional
        Distance of the whole run.  Given: stretches of kilometres.  Else: of minutes.
    run_start_s : float, optional
        Where minute 0 is, in the recording's time; the first foot strike by default.

    Returns
    -------
    Drift
        Thirds are thirds of the number of valid stances of one side.

    Raises
    ------
    DistanceError
        A distance that is not above 0.
    """
    check_distance(distance_m)
    if not len(stances):
        return Drift(bins=(), left_change_deg=None, right_change_deg=None)
    columns = stance_columns(stances)
    known = np.isfinite(columns.drop_excursion_deg)
    left = columns.of_side(Side.LEFT) & known
    right = columns.of_side(Side.RIGHT) & known
    if distance_m is not None:
        stretches = _kilometres(columns.foot_strike_s, distance_m)
    else:
        first_s = float(columns.foot_strike_s[0])
        stretches = _minutes(columns.foot_strike_s, first_s if run_start_s is None else run_start_s)
    return Drift(
        bins=tuple(_bin(columns, left, right, stretch) for stretch in stretches),
        left_change_deg=_last_minus_first_third(columns.drop_excursion_deg[left]),
        right_change_deg=_last_minus_first_third(columns.drop_excursion_deg[right]),
        trends=trends_over_run(columns, distance_m=distance_m),
    )


def _last_minus_first_third(values: FloatArray) -> Estimate | None:
    n = values.size // 3
    if n < N_PER_THIRD_MIN:
        return None
    return difference_estimate(values[-n:], values[:n])


def _bin(columns: StanceColumns, left: BoolArray, right: BoolArray, stretch: _Stretch) -> DriftBin:
    strike_s = columns.foot_strike_s
    first, last = np.searchsorted(strike_s, (stretch.start_s, stretch.end_s))
    part = slice(int(first), int(last))
    left_deg = columns.drop_excursion_deg[part][left[part]]
    right_deg = columns.drop_excursion_deg[part][right[part]]
    return DriftBin(
        start_s=stretch.start_s,
        end_s=stretch.end_s,
        label=stretch.label,
        left_deg=median_estimate(left_deg),
        right_deg=median_estimate(right_deg),
        n_left=int(left_deg.size),
        n_right=int(right_deg.size),
        start_km=stretch.start_km,
    )


def _minutes(strike_s: FloatArray, run_start_s: float) -> list[_Stretch]:
    """Cut elapsed time into stretches of whole minutes; the last one is as long as the others."""
    start_s = min(run_start_s, float(strike_s[0]))
    elapsed_min = (float(strike_s[-1]) - start_s) / 60.0
    width = _width(elapsed_min, MINUTE_WIDTHS, N_MINUTE_BINS_MAX)
    n_bins = int(elapsed_min // width) + 1
    return [
        _Stretch(
            start_s=start_s + 60.0 * width * k,
            end_s=start_s + 60.0 * width * (k + 1),
            label=f"{width * k} to {width * (k + 1)} min",
        )
        for k in range(n_bins)
    ]


def _kilometres(strike_s: FloatArray, distance_m: float) -> list[_Stretch]:
    """Cut the run into kilometres; the last one may be a part of a kilometre."""
    moving_s = np.concatenate(([0.0], np.cumsum(moving_steps_s(strike_s))))
    if moving_s[-1] <= 0.0:
        return []
    distance_km = distance_m / 1000.0
    width = _width(distance_km, KM_WIDTHS, N_KM_BINS_MAX)
    starts_km = np.arange(0.0, distance_km, width, dtype=np.float64)
    if starts_km.size > 1 and distance_km - starts_km[-1] < SHORTEST_PART * width:
        starts_km = starts_km[:-1]
    # Each stretch starts with the first foot strike at or beyond its share of the moving time.
    index = np.searchsorted(moving_s, starts_km / distance_km * moving_s[-1])
    # Half open: the last foot strike belongs to the last kilometre.
    edges_s = np.append(strike_s[index], np.nextafter(strike_s[-1], np.inf))
    ends_km = np.append(starts_km[1:], distance_km)
    return [
        _Stretch(
            start_s=float(edges_s[k]),
            end_s=float(edges_s[k + 1]),
            label=f"km {k + 1}" if width == 1 else f"km {width * k} to {round(ends_km[k], 1):g}",
            start_km=float(starts_km[k]),
        )
        for k in range(starts_km.size)
    ]


def _width(extent: float, widths: tuple[int, ...], n_max: int) -> int:
    """Give the smallest width that needs no more than ``n_max`` stretches, else the largest."""
    return next((w for w in widths if extent // w + 1 <= n_max), widths[-1])
