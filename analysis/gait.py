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
from analysis.columns import StanceColumns
from analysis.doubts import stance_doubts
from analysis.drop import Drops, stance_drops, stance_signs
from analysis.events import Events, find_events, with_possible_toe_offs, with_scored_strikes
from analysis.grid import Grid, in_dead_stretches, times_at
from analysis.impact import Samples, impact_peaks
from analysis.measures import StanceMeasures, stance_measures
from analysis.models import Models, shipped_models
from analysis.movement import moved_deg
from analysis.results import Bout, FloatArray
from analysis.rows import build_columns, build_stances
from analysis.sides import Sides, find_sides
from analysis.slip_mending import reasons_with_slips, told_slips
from analysis.slip_search import SlipSearch
from analysis.slip_timing import FoundSlip
from analysis.stances import Doubt, Exclusion, Gait, Side, Stance
from analysis.steps import Steps
from analysis.uncertainty import AngleSignals, DropErrors, drop_errors, strike_errors_s
from analysis.validity import exclusions, step_turns, turning_stances, without_gyroscope


@dataclass(frozen=True, slots=True)
class FoundGait:
    """Stances and what they were read from; there are no angles without a gyroscope.

    ``columns`` are the stances once more, for what is computed of all of them.
    ``loose_percent`` is the share of running steps on a sensor that swings on its belt.
    ``mended`` is the grid in the axes before the first slip, None where none of the ``slips``.
    """

    mounting: Mounting
    angles: AngleSignals | None
    stances: tuple[Stance, ...]
    columns: StanceColumns
    bouts: tuple[Bout, ...]
    measures: StanceMeasures
    loose_percent: float = 0.0
    mended: Grid | None = None
    steps: Steps | None = None
    slips: tuple[FoundSlip, ...] = ()


@dataclass(frozen=True, slots=True)
class _Read:
    """What the rows are made of, one value per step."""

    steps: Steps
    events: Events
    sides: Sides
    mounting: Mounting
    angles: AngleSignals | None
    reasons: tuple[Exclusion | None, ...]
    doubts: tuple[tuple[Doubt, ...], ...]
    drops: Drops | None
    errors: DropErrors | None
    measures: StanceMeasures
    mended: Grid | None
    slips: tuple[FoundSlip, ...]


def find_gait(
    grid: Grid,
    *,
    clipped: ClippedTimes = NOTHING_CLIPPED,
    earlier: EarlierMounting = NOTHING_EARLIER,
    models: Models | None = None,
    samples: Samples | None = None,
    seek_slips_until_s: float | None = None,
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
    seek_slips_until_s : float, optional
        Look for slips of the sensor in strides that end before; by default nowhere.
    """
    read = _read(
        grid,
        clipped,
        earlier=earlier,
        models=shipped_models() if models is None else models,
        samples=samples,
        seek_slips_until_s=seek_slips_until_s,
    )
    if read is None:
        return None
    sides = read.sides.side
    columns = build_columns(read.steps, read.events, sides, read.reasons, read.drops)
    stances = build_stances(
        columns,
        read.events,
        sides,
        read.reasons,
        read.doubts,
        running=read.steps.running,
        errors=read.errors,
        measures=read.measures,
    )
    return FoundGait(
        read.mounting,
        read.angles,
        stances,
        columns,
        _bouts(read.steps, read.events, read.sides.bout_confidence),
        read.measures,
        _loose_percent(read.angles, read.steps),
        read.mended,
        read.steps,
        read.slips,
    )


def _read(
    grid: Grid,
    clipped: ClippedTimes,
    *,
    earlier: EarlierMounting,
    models: Models,
    samples: Samples | None,
    seek_slips_until_s: float | None,
) -> _Read | None:
    """Read all that the rows need; what it was read from is let go, since rows need room too."""
    aligned, slips, mended = align_across_slips(grid, earlier, until_s=seek_slips_until_s)
    if aligned is None:
        return None
    aligned, walked = with_walks(aligned, models)
    grid, steps = aligned.grid, aligned.steps
    sides = _sides(aligned, earlier, models)
    mounting = refined_mounting(aligned, sides.side, models)
    events = find_events(events_of(aligned), steps, grid, models)
    events = with_scored_strikes(events, walked, grid)
    events = with_possible_toe_offs(events, steps)
    angles = pelvis_angles(aligned, mounting, slips, earlier.slip_se_deg)
    loose = None if angles is None else angles.loose
    strike_se_s = strike_errors_s(events, grid, loose, steps.running)
    events = replace(events, foot_strike_se_s=strike_se_s)
    turns = turning_stances(events, steps, grid, aligned.turning, aligned.level.turning_radps())
    reasons = exclusions(events, steps, grid, turns=turns, clipped_s=clipped.harmful_s)
    turning_rates = _turning_rates(aligned)
    bend = in_bend(turning_rates)
    drops, errors = _drops(
        aligned,
        angles,
        events,
        sides.side,
        yaw_se_deg=mounting.alignment.yaw_se_deg,
        turning_rates=turning_rates,
    )
    impact = impact_peaks(samples, events.foot_strike_s, steps.running, clipped.any_s)
    return _Read(
        steps=steps,
        events=events,
        sides=sides,
        mounting=_with_movement(mounting, angles, aligned, slips),
        angles=angles,
        reasons=reasons_with_slips(reasons, events, grid, slips.slips),
        doubts=stance_doubts(
            events,
            grid,
            loose=loose,
            bend=bend,
            side_probability=sides.probability,
            clipped_s=clipped.any_s,
            running=steps.running,
        ),
        drops=drops,
        errors=errors,
        measures=stance_measures(
            aligned.level, angles, events.foot_strike_s, steps, impact_peak_mps2=impact
        ),
        mended=mended,
        slips=slips.slips,
    )


def _sides(aligned: Aligned, earlier: EarlierMounting, models: Models) -> Sides:
    grid, steps = aligned.grid, aligned.steps
    # Feet alternate on, whether or not the gyroscope sees it.
    is_blind = in_dead_stretches(times_at(steps.index, grid), grid)
    return find_sides(
        steps,
        aligned.harmonics,
        aligned.forward,
        step_turns(aligned.turning, steps) & ~is_blind,
        grid,
        models=models,
        earlier_votes=None if earlier.side is None else earlier.side.votes(steps, grid),
    )


def _turning_rates(aligned: Aligned) -> FloatArray:
    """Rate of turn at each step, without a gyroscope 0."""
    if aligned.grid.gyr_radps is None:
        return np.zeros(len(aligned.steps.index))
    return turning_rates_radps(aligned.level.turning_radps(), aligned.steps, aligned.grid)


def _drops(
    aligned: Aligned,
    angles: AngleSignals | None,
    events: Events,
    sides: tuple[Side, ...],
    *,
    yaw_se_deg: float,
    turning_rates: FloatArray,
) -> tuple[Drops | None, DropErrors | None]:
    """Give drops with their standard errors; none where there is no gyroscope that works."""
    if angles is None:
        return None, None
    signs = stance_signs(sides)
    signs[without_gyroscope(events.foot_strike_s, events.toe_off_s, aligned.grid)] = np.nan
    drops = stance_drops(
        angles.obliquity_deg, aligned.grid, events.foot_strike_s, events.toe_off_s, signs
    )
    errors = drop_errors(
        angles,
        aligned.grid,
        events,
        drops,
        yaw_se_deg=yaw_se_deg,
        lean_se_deg=lean_se_deg(turning_rates, aligned.steps),
        zero=aligned.mounting.alignment.zero,
    )
    return drops, errors


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
    strike = np.append(events.foot_strike_s, np.inf)
    for part, sure in zip(steps.bouts(), confidence, strict=True):
        last = part.stop - 1
        gait = Gait.RUNNING if steps.running[part.start] else Gait.WALKING
        # A bout that goes over into another gait ends where that one begins.
        end = min(strike[last] + events.step_time_s[last], strike[part.stop])
        bouts.append(Bout(float(events.foot_strike_s[part.start]), float(end), gait, sure))
    return tuple(bouts)
