r"""From signals on a grid to stances: the whole way, each part in its own module.

::

    grid -> up -> vertical -> steps -> strides -> mounting -> sides
     ^                         | \-> events -> drops, exclusions -> stances
     \---------- slips --------/
"""

from dataclasses import dataclass, replace

import numpy as np

from analysis.alignment import (
    NOTHING_EARLIER,
    EarlierMounting,
    Mounting,
    find_level,
    find_mounting,
    level_matrix,
    turned_mounting,
)
from analysis.bends import in_bend, lean_se_deg, turning_rates_radps
from analysis.bridging import steady_across_gaps
from analysis.doubts import stance_doubts
from analysis.drop import Drops, stance_drops
from analysis.events import Events, event_signals, find_events, with_scored_strikes
from analysis.forward import turn_beyond_symmetry
from analysis.gaps import fill_gaps
from analysis.geometry import GRAVITY_MPS2, dot, turned
from analysis.grid import Grid
from analysis.impact import Samples, impact_peaks
from analysis.measures import StanceMeasures, Turning, stance_measures
from analysis.models import Models, shipped_models
from analysis.movement import moved_deg
from analysis.orientation import obliquity_rad, tilt_rad, up_in_sensor
from analysis.results import BoolArray, Bout, FloatArray
from analysis.rows import build_stances
from analysis.sides import find_sides
from analysis.slip_mending import reasons_with_slips, slip_se_deg, told_slips, without_slips
from analysis.slip_search import NOTHING_FOUND, SlipSearch, find_slips
from analysis.stances import Gait, Side, Stance
from analysis.steps import Steps, find_steps
from analysis.strides import StrideHarmonics, stride_harmonics
from analysis.uncertainty import AngleSignals, drop_errors, strike_errors_s
from analysis.validity import exclusions, step_turns, turning_mask
from analysis.walking import find_walks
from analysis.wobble import looseness, without_swing

MIN_STRIDES = 3  # fewer cannot tell forward from backward, or left from right


@dataclass(frozen=True, slots=True)
class Aligned:
    """Steps found and the sensor aligned, but no events yet.

    Attributes
    ----------
    grid : Grid
    up : FloatArray, shape (n, 3)
        Direction of up in sensor axes.
    channels : FloatArray, shape (n, 6) or (n, 3)
        Level acceleration x and y, vertical acceleration without gravity; with a gyroscope level
        turning rates x and y, and the rate about the vertical.
    turning : BoolArray, shape (n,)
        Samples inside a turn.
    steps : Steps
    harmonics : StrideHarmonics
    mounting : Mounting
    forward : FloatArray, shape (2,)
        Forward in level axes, by symmetry: what sides and events are read with.
    """

    grid: Grid
    up: FloatArray
    channels: FloatArray
    turning: BoolArray
    steps: Steps
    harmonics: StrideHarmonics
    mounting: Mounting
    forward: FloatArray


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


def align(grid: Grid, earlier: EarlierMounting = NOTHING_EARLIER) -> Aligned | None:
    """Find the steps and how the sensor sits; None where nobody walks or runs."""
    up, vertical, steps = steps_of(grid)
    if not len(steps.index):
        return None
    filled = fill_gaps(grid, steps)
    if filled is not None:
        grid = filled
        up, vertical, steps = steps_of(grid)
        if not len(steps.index):
            return None
    level_up, zero = find_level(grid, up, steps, earlier)
    level = level_matrix(level_up)
    columns = [turned(grid.acc_mps2, level[:2]), vertical[:, None]]
    turning = np.zeros(len(grid.t_s), bool)
    if grid.gyr_radps is not None:
        rate = dot(up, grid.gyr_radps)
        turning = turning_mask(rate, grid)
        columns += [turned(grid.gyr_radps, level[:2]), rate[:, None]]
    usable = ~step_turns(turning, steps)
    channels = np.hstack(columns)
    harmonics = stride_harmonics(steps, channels, usable)
    if len(harmonics.step) < MIN_STRIDES:
        return None
    mounting = find_mounting(level, zero, harmonics, steps, earlier)
    forward = (mounting.matrix @ level.T)[0, :2]
    return Aligned(grid, up, channels, turning, steps, harmonics, mounting, forward)


def steps_of(grid: Grid) -> tuple[FloatArray, FloatArray, Steps]:
    """Direction of up, shape (n, 3), vertical acceleration without gravity, and steps in it."""
    up = up_in_sensor(grid)
    vertical = dot(up, grid.acc_mps2) - GRAVITY_MPS2
    return up, vertical, find_steps(vertical, grid)


def with_walks(aligned: Aligned, models: Models) -> tuple[Aligned, FloatArray]:
    """Add the steps at the ends of walks; returns also the scored foot strikes, grid samples."""
    axes = "6axis" if aligned.grid.gyr_radps is not None else "3axis"
    model = models[f"walking_score_{axes}"]
    walks = find_walks(aligned.steps, aligned.channels, aligned.forward, aligned.grid, model)
    harmonics = replace(aligned.harmonics, step=walks.place[aligned.harmonics.step])
    return replace(aligned, steps=walks.steps, harmonics=harmonics), walks.strike_index


def refined_mounting(aligned: Aligned, sides: tuple[Side, ...], models: Models) -> Mounting:
    """Mounting of the aligned steps, with forward as far beyond symmetry as can be told."""
    turn = turn_beyond_symmetry(aligned.harmonics, aligned.steps, sides, aligned.forward, models)
    return aligned.mounting if turn is None else turned_mounting(aligned.mounting, *turn)


def align_across_slips(
    grid: Grid, earlier: EarlierMounting = NOTHING_EARLIER, *, seek: bool = True
) -> tuple[Aligned | None, SlipSearch, Grid | None]:
    """Align; where the sensor slipped, once more on the grid in the axes before the slips.

    The third value is that grid, None where nothing slipped.
    """
    aligned = align(grid, earlier)
    if aligned is None or not seek:
        return aligned, NOTHING_FOUND, None
    usable = ~step_turns(aligned.turning, aligned.steps)
    found = find_slips(aligned.grid, aligned.steps, usable, aligned.mounting.matrix[1])
    if not found.slips:
        return aligned, found, None
    mended = without_slips(grid, found.slips)
    again = align(mended, earlier)
    return (aligned, NOTHING_FOUND, None) if again is None else (again, found, mended)


def pelvis_angles(
    aligned: Aligned, mounting: Mounting, slips: SlipSearch = NOTHING_FOUND
) -> AngleSignals | None:
    """Angles of the pelvis; None without a gyroscope."""
    if aligned.grid.gyr_radps is None:
        return None
    up = turned(aligned.up, mounting.matrix)
    both_deg = np.degrees(np.column_stack((obliquity_rad(up), tilt_rad(up))))
    grid, inside = aligned.grid, aligned.steps.mask(len(up))
    bridged = steady_across_gaps(both_deg, grid, aligned.steps, inside)
    loose = looseness(bridged.angles_deg, grid, inside)
    obliquity_deg, tilt_deg = without_swing(bridged.angles_deg, loose, grid).T
    slip_se = slip_se_deg(grid, slips.slips) if slips.slips else None
    return AngleSignals(obliquity_deg, tilt_deg, loose, bridged.se_deg, slip_se)


def events_of(aligned: Aligned) -> FloatArray:
    """Signals that events are read from; see `analysis.events.event_signals`."""
    x, y = aligned.forward
    channels = aligned.channels
    fore_aft = x * channels[:, 0] + y * channels[:, 1]
    pitch_rate = None
    if aligned.grid.gyr_radps is not None:
        pitch_rate = x * channels[:, 4] - y * channels[:, 3]
    return event_signals(channels[:, 2], fore_aft, pitch_rate, aligned.grid)


def find_gait(
    grid: Grid,
    *,
    clipped_s: FloatArray,
    earlier: EarlierMounting = NOTHING_EARLIER,
    models: Models | None = None,
    samples: Samples | None = None,
    seek_slips: bool = False,
) -> FoundGait | None:
    """Find every stance; None where nobody walks or runs.

    Parameters
    ----------
    grid : Grid
    clipped_s : FloatArray, shape (n_clipped,)
        Times of the samples at the end of the sensor's range.
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
    in_turn = step_turns(aligned.turning, steps)
    found = find_sides(
        steps,
        aligned.harmonics,
        aligned.forward,
        in_turn,
        grid,
        models=models,
        earlier_votes=None if earlier.side is None else earlier.side.votes(steps, grid),
    )
    sides = found.side
    mounting = refined_mounting(aligned, sides, models)
    angles = pelvis_angles(aligned, mounting, slips)
    events = find_events(events_of(aligned), steps, grid, models)
    events = with_scored_strikes(events, walked, grid)
    reasons = exclusions(events, steps, grid, turning=aligned.turning, clipped_s=clipped_s)
    reasons = reasons_with_slips(reasons, events, grid, slips.slips)
    loose = None if angles is None else angles.loose
    events = replace(events, foot_strike_se_s=strike_errors_s(events, grid, loose))
    drops = errors = None
    bend_rates = _turning_rates(aligned)
    doubts = stance_doubts(
        events,
        grid,
        loose=loose,
        bend=in_bend(bend_rates),
        side_probability=found.probability,
    )
    if angles is not None:
        drops = _drops(angles, grid, events, sides)
        yaw_se_deg = mounting.alignment.yaw_se_deg
        lean = lean_se_deg(bend_rates, steps)
        errors = drop_errors(angles, grid, events, drops, yaw_se_deg=yaw_se_deg, lean_se_deg=lean)
    impact = impact_peaks(samples, events.foot_strike_s, steps.running, clipped_s)
    measures = _measures(aligned, angles, events, impact)
    return FoundGait(
        _with_movement(mounting, angles, aligned, slips),
        angles,
        build_stances(
            steps, events, sides, reasons, doubts, drops=drops, errors=errors, measures=measures
        ),
        _bouts(steps, events, found.bout_confidence),
        measures,
        _loose_percent(angles, steps),
        mended,
        steps,
    )


def _turning_rates(aligned: Aligned) -> FloatArray:
    """Rate of turn at each step, without a gyroscope 0."""
    if aligned.grid.gyr_radps is None:
        return np.zeros(len(aligned.steps.index))
    return turning_rates_radps(aligned.channels[:, 5], aligned.steps, aligned.grid)


def _drops(angles: AngleSignals, grid: Grid, events: Events, sides: tuple[Side, ...]) -> Drops:
    sign = {Side.LEFT: -1.0, Side.RIGHT: 1.0, Side.UNKNOWN: np.nan}
    return stance_drops(
        angles.obliquity_deg,
        grid,
        events.foot_strike_s,
        events.toe_off_s,
        np.array([sign[side] for side in sides]),
    )


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
