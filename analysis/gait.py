r"""From signals on a grid to stances: the whole way, each part in its own module.

::

    grid -> up -> vertical -> steps -> strides -> mounting -> sides
     ^                         | \-> events -> drops, exclusions -> stances
     \---------- slips --------/
"""

from dataclasses import dataclass, replace

import numpy as np

from analysis.aligned import (
    Aligned,
    align_across_slips,
    events_of,
    pelvis_angles,
    refined_mounting,
    with_walks,
)
from analysis.alignment import NOTHING_EARLIER, EarlierMounting, Mounting
from analysis.bends import in_bend, lean_se_deg, turning_rates_radps
from analysis.clipping import NOTHING_CLIPPED, ClippedTimes
from analysis.doubts import stance_doubts
from analysis.drop import Drops, stance_drops
from analysis.events import Events, find_events, with_scored_strikes
from analysis.grid import Grid
from analysis.impact import Samples, impact_peaks
from analysis.measures import StanceMeasures, Turning, stance_measures
from analysis.models import Models, shipped_models
from analysis.movement import moved_deg
from analysis.results import Bout, FloatArray
from analysis.rows import build_stances
from analysis.sides import Sides, find_sides
from analysis.slip_mending import reasons_with_slips, told_slips
from analysis.slip_search import SlipSearch
from analysis.stances import Gait, Side, Stance
from analysis.steps import Steps
from analysis.uncertainty import AngleSignals, DropErrors, drop_errors, strike_errors_s
from analysis.validity import exclusions, step_turns


@dataclass(frozen=True, slots=True)
class FoundGait:
    """Stances and what they were read from; there are no angles without a gyroscope.

    ``loose_percent`` is the share of running steps on a sensor that swings on its belt.
    ``mended`` is the grid in the axes before the first slip, None where nothing slipped.
    """

    mounting: Mounting
    angles: AngleSignals | None
    stances: tuple[Stance, ...]
    bouts: tuple[Bout, ...]
    measures: StanceMeasures
    loose_percent: float = 0.0
    mended: Grid | None = None
    steps: Steps | None = None


def find_gait(
    grid: Grid,
    *,
    clipped: ClippedTimes = NOTHING_CLIPPED,
    earlier: EarlierMounting = NOTHING_EARLIER,
    models: Models | None = None,
    samples: Samples | None = None,
    seek_slips: bool = False,
) -> FoundGait | None:
    """Find every stance; None where nobody walks or runs.

    Parameters
    ----------
    grid : Grid
    clipped : ClippedTimes
        Samples at the end of the sensor's range.
    earlier : EarlierMounting
        What the same mounting has told before these signals.
    models : Models, optional
        By default the shipped ones.
    samples : Samples, optional
        What the grid was made of; without it there is no impact peak.
    seek_slips : bool
        Look for slips of the sensor: for whole recordings, a few seconds do not show them.
    """
    models = shipped_models() if models is None else models
    aligned, slips, mended = align_across_slips(grid, earlier, seek=seek_slips)
    if aligned is None:
        return None
    aligned, walked = with_walks(aligned, models)
    grid, steps = aligned.grid, aligned.steps
    sides = _sides(aligned, earlier, models)
    mounting = refined_mounting(aligned, sides.side, models)
    angles = pelvis_angles(aligned, mounting, slips)
    loose = None if angles is None else angles.loose
    events = find_events(events_of(aligned), steps, grid, models)
    events = with_scored_strikes(events, walked, grid)
    events = replace(events, foot_strike_se_s=strike_errors_s(events, grid, loose))
    reasons = exclusions(events, steps, grid, turning=aligned.turning, clipped_s=clipped.harmful_s)
    reasons = reasons_with_slips(reasons, events, grid, slips.slips)
    turning_rates = _turning_rates(aligned)
    doubts = stance_doubts(
        events,
        grid,
        loose=loose,
        bend=in_bend(turning_rates),
        side_probability=sides.probability,
        clipped_s=clipped.any_s,
    )
    drops, errors = _drops(
        aligned,
        angles,
        events,
        sides.side,
        yaw_se_deg=mounting.alignment.yaw_se_deg,
        turning_rates=turning_rates,
    )
    impact = impact_peaks(samples, events.foot_strike_s, steps.running, clipped.any_s)
    measures = _measures(aligned, angles, events, impact)
    stances = build_stances(
        steps, events, sides.side, reasons, doubts, drops=drops, errors=errors, measures=measures
    )
    return FoundGait(
        _with_movement(mounting, angles, aligned, slips),
        angles,
        stances,
        _bouts(steps, events, sides.bout_confidence),
        measures,
        _loose_percent(angles, steps),
        mended,
        steps,
    )


def _sides(aligned: Aligned, earlier: EarlierMounting, models: Models) -> Sides:
    grid, steps = aligned.grid, aligned.steps
    return find_sides(
        steps,
        aligned.harmonics,
        aligned.forward,
        step_turns(aligned.turning, steps),
        grid,
        models=models,
        earlier_votes=None if earlier.side is None else earlier.side.votes(steps, grid),
    )


def _turning_rates(aligned: Aligned) -> FloatArray:
    """Rate of turn at each step, without a gyroscope 0."""
    if aligned.grid.gyr_radps is None:
        return np.zeros(len(aligned.steps.index))
    return turning_rates_radps(aligned.channels[:, 5], aligned.steps, aligned.grid)


def _drops(
    aligned: Aligned,
    angles: AngleSignals | None,
    events: Events,
    sides: tuple[Side, ...],
    *,
    yaw_se_deg: float,
    turning_rates: FloatArray,
) -> tuple[Drops | None, DropErrors | None]:
    """Give drops with their standard errors; none without a gyroscope."""
    if angles is None:
        return None, None
    sign = {Side.LEFT: -1.0, Side.RIGHT: 1.0, Side.UNKNOWN: np.nan}
    drops = stance_drops(
        angles.obliquity_deg,
        aligned.grid,
        events.foot_strike_s,
        events.toe_off_s,
        np.array([sign[side] for side in sides]),
    )
    errors = drop_errors(
        angles,
        aligned.grid,
        events,
        drops,
        yaw_se_deg=yaw_se_deg,
        lean_se_deg=lean_se_deg(turning_rates, aligned.steps),
    )
    return drops, errors


def _measures(
    aligned: Aligned, angles: AngleSignals | None, events: Events, impact_mps2: FloatArray
) -> StanceMeasures:
    turning = None
    if angles is not None:
        turning = Turning(angles.obliquity_deg, angles.tilt_deg, aligned.channels[:, 5])
    return stance_measures(
        aligned.channels[:, 2],
        turning,
        events.foot_strike_s,
        aligned.steps,
        aligned.grid,
        impact_peak_mps2=impact_mps2,
    )


def _with_movement(
    mounting: Mounting, angles: AngleSignals | None, aligned: Aligned, slips: SlipSearch
) -> Mounting:
    if angles is None:
        return mounting
    turned_deg = float(np.degrees(mounting.matrix[2] @ slips.creep_rad))
    moved = moved_deg(angles.obliquity_deg, angles.tilt_deg, aligned.steps, turned_deg)
    told = told_slips(aligned.grid, slips.slips, mounting.matrix)
    return replace(mounting, alignment=replace(mounting.alignment, moved_deg=moved, slips=told))


def _loose_percent(angles: AngleSignals | None, steps: Steps) -> float:
    """Share of running steps on a loose sensor; a walk's small angles cannot tell."""
    if angles is None or not steps.running.any():
        return 0.0
    at = steps.index[steps.running].astype(np.intp)
    return float(100.0 * (angles.loose[at] > 0.5).mean())


def _bouts(steps: Steps, events: Events, confidence: tuple[float, ...]) -> tuple[Bout, ...]:
    bouts = []
    for part, sure in zip(steps.bouts(), confidence, strict=True):
        last = part.stop - 1
        gait = Gait.RUNNING if steps.running[part.start] else Gait.WALKING
        end = events.foot_strike_s[last] + events.step_time_s[last]
        bouts.append(Bout(float(events.foot_strike_s[part.start]), float(end), gait, sure))
    return tuple(bouts)
