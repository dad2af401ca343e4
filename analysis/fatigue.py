"""How drop, cadence and contact time went on from the run's own early part.

After Zandbergen 2023 (https://doi.org/10.3389/fspor.2023.1085513): medians over 25 strides, and a
regression per runner on speed and cadence, whose slopes differ from runner to runner; and after
Clermont 2019 (https://doi.org/10.1123/jab.2018-0453): against the runner's own early part.

Deviations and their reasons: speed is estimated from contact time, since one sensor on the pelvis
has no other; the personal slopes shrink to zero where the run cannot tell them; the trend's
interval counts its windows by their long-run variance.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from analysis.change_points import find_steps
from analysis.columns import StanceColumns, stance_columns
from analysis.drift_results import (
    DriftTrend,
    DriftTrends,
    Followed,
    Influence,
    LevelChange,
    TrendUnit,
)
from analysis.results import BoolArray, Estimate, FloatArray
from analysis.speed import distance_along_m, speed_from_contact_mps
from analysis.stances import Stance
from analysis.statistics import interval, median_estimate
from analysis.trend import robust_trend
from analysis.verdict import SMALLEST_CHANGE_DEG, change_class
from analysis.windows import Windows, windows_of

WARM_UP_S = 60.0
"""The first minute of moving is in no trend: the pace is still being found."""

EARLY_SHARE = 1.0 / 3.0
EARLY_MAX_S = 600.0
"""The early part is the first third of the moving time behind the warm-up, at most 10 minutes: of
a marathon's 4 to 14 km (Clermont 2019) a little less than half."""

N_EARLY_MIN = 5
"""Fewest windows of the early part, 125 strides: the fewest of which a median has an interval."""

CADENCE_VARIES = 0.005
SPEED_VARIES = 0.03
"""Relative spread over a run from which an influence can be looked for: three times the noise of
a window's median, from 0.9 % and 5.4 % of single stances on 48 treadmill trials (Fukuchi et al.
2017, https://doi.org/10.7717/peerj.3298)."""

CADENCE_PRIOR_DEG = 14.0
SPEED_PRIOR_DEG = 2.2
"""Prior standard deviation of an influence, in degrees of drop per unit of relative change: 1.4
deg for 10 % of cadence and 0.22 deg for 10 % of speed.  Twice the root mean square of the
slopes of true drop excursion over these people's three speeds (7.0 and 1.1), so that a run that
can tell its own slope is hardly shrunk."""

SMALLEST_RELATIVE_CHANGE = 0.02
"""Smallest change of cadence and contact time that is told: a fifth of the 10 % by which cadence
is raised to change form (Bramah 2019)."""

_MAD_TO_SD = 1.4826


@dataclass(frozen=True, slots=True)
class _Course:
    """The windows behind the warm-up, where they are, and what moves the drop there."""

    windows: Windows
    place: FloatArray
    kept: BoolArray
    early: BoolArray
    influences: tuple[Influence, ...]
    covariates: FloatArray
    prior_deg: FloatArray


def trends_over_run(
    stances: Sequence[Stance] | StanceColumns, *, distance_m: float | None = None
) -> DriftTrends | None:
    """Follow a run from its own early part to its end.

    Parameters
    ----------
    stances : sequence of Stance, or their columns
        In the order of their foot strikes, valid or not.
    distance_m : float, optional
        Distance of the whole run: given, rates are per kilometre, and the distance is laid along
        the run in the shape of the estimated speed.  Else they are per minute of moving time.

    Returns
    -------
    DriftTrends or None
        None where the run is too short to have an early part.
    """
    windows = windows_of(stance_columns(stances))
    has_distance = distance_m is not None
    course = _course(windows, distance_m)
    if course is None:
        return None
    early_place = course.place[course.early]
    extent = float(course.place[-1] - (early_place[0] + early_place[-1]) / 2.0)
    last_early = int(np.flatnonzero(course.early)[-1])
    left, right = windows.left_deg, windows.right_deg

    def drop(values: FloatArray) -> DriftTrend | None:
        return _trend(course, values, extent, adjust=True, smallest=SMALLEST_CHANGE_DEG)

    def rhythm(values: FloatArray) -> DriftTrend | None:
        smallest = SMALLEST_RELATIVE_CHANGE * float(np.nanmedian(values[course.early]))
        return _trend(course, values, extent, adjust=False, smallest=smallest)

    return DriftTrends(
        unit=TrendUnit.KILOMETRE if has_distance else TrendUnit.MINUTE,
        extent=extent,
        early_start_s=float(windows.start_s[course.early][0]),
        early_end_s=float(windows.start_s[last_early + 1]),
        adjusted_for=course.influences,
        left_deg=drop(left),
        right_deg=drop(right),
        right_minus_left_deg=drop(right - left),
        cadence_spm=rhythm(windows.cadence_spm),
        contact_time_s=rhythm(windows.contact_time_s),
        level_changes=_level_changes(course),
    )


def _course(windows: Windows, distance_m: float | None) -> _Course | None:
    kept = windows.moving_s >= WARM_UP_S
    if not kept.any():
        return None
    lasting_s = min(EARLY_MAX_S, EARLY_SHARE * (windows.moving_s[-1] - WARM_UP_S))
    early = kept & (windows.moving_s < WARM_UP_S + lasting_s)
    if early.sum() < N_EARLY_MIN:
        return None
    speed_mps = speed_from_contact_mps(windows.contact_time_s)
    if distance_m is None:
        place = windows.moving_s / 60.0
    else:
        along_m = distance_along_m(windows.stance_moving_s, windows.moving_s, speed_mps, distance_m)
        place = np.interp(windows.moving_s, windows.stance_moving_s, along_m) / 1000.0
    offered = (
        (Influence.CADENCE, windows.cadence_spm, CADENCE_VARIES, CADENCE_PRIOR_DEG),
        (Influence.SPEED, speed_mps, SPEED_VARIES, SPEED_PRIOR_DEG),
    )
    influences, columns, prior_deg = [], [], []
    for influence, values, varies, prior in offered:
        relative = _relative(values, kept, early)
        if relative is not None and _spread(relative[kept]) >= varies:
            influences.append(influence)
            columns.append(relative)
            prior_deg.append(prior)
    covariates = np.array(columns, np.float64).reshape(len(columns), len(windows)).T
    return _Course(
        windows, place, kept, early, tuple(influences), covariates, np.array(prior_deg, np.float64)
    )


def _relative(values: FloatArray, kept: BoolArray, early: BoolArray) -> FloatArray | None:
    """Give the relative change against the early part; None where a tenth is not known."""
    known = np.isfinite(values)
    if (known & kept).sum() < 0.9 * kept.sum() or not (known & early).any():
        return None
    relative: FloatArray = np.log(values / float(np.median(values[known & early])))
    return relative


def _spread(values: FloatArray) -> float:
    known = values[np.isfinite(values)]
    return _MAD_TO_SD * float(np.median(np.abs(known - np.median(known))))


def _trend(
    course: _Course, values: FloatArray, extent: float, *, adjust: bool, smallest: float
) -> DriftTrend | None:
    early = median_estimate(values[course.early])
    plain = _rate(course, values, course.covariates[:, :0], course.prior_deg[:0])
    if early is None or plain is None:
        return None
    adjusted = plain
    if adjust and course.influences:
        adjusted = _rate(course, values, course.covariates, course.prior_deg) or plain
    change = _scaled(adjusted, extent)
    return DriftTrend(
        early=early,
        rate=adjusted,
        change=change,
        rate_unadjusted=plain,
        change_unadjusted=_scaled(plain, extent),
        change_class=change_class(change.value, change.half_width, smallest=smallest),
    )


def _rate(
    course: _Course, values: FloatArray, covariates: FloatArray, prior_deg: FloatArray
) -> Estimate | None:
    kept = course.kept
    trend = robust_trend(course.place[kept], values[kept], covariates[kept], prior_deg)
    return None if trend is None else interval(trend.slope, trend.se, trend.dof)


def _scaled(rate: Estimate, extent: float) -> Estimate:
    return Estimate(rate.value * extent, rate.ci_low * extent, rate.ci_high * extent)


def _level_changes(course: _Course) -> tuple[LevelChange, ...]:
    windows = course.windows
    row = np.flatnonzero(course.kept)
    found = []
    for measure in (Followed.LEFT, Followed.RIGHT, Followed.CADENCE, Followed.CONTACT_TIME):
        values: FloatArray = getattr(windows, measure.value)[row]
        is_drop = measure in (Followed.LEFT, Followed.RIGHT)
        known = values[np.isfinite(values)]
        if not known.size:
            continue
        smallest = (
            SMALLEST_CHANGE_DEG if is_drop else SMALLEST_RELATIVE_CHANGE * float(np.median(known))
        )
        for step in find_steps(values, smallest=smallest):
            at = int(row[step.index])
            place = float(course.place[at - 1] + course.place[at]) / 2.0
            found.append(LevelChange(measure, float(windows.start_s[at]), place, step.change))
    return tuple(sorted(found, key=lambda change: change.t_s))
