"""Steps and how the sensor sits: what must be known before events and drops can be read."""

from dataclasses import dataclass, replace

import numpy as np

from analysis.alignment import (
    NOTHING_EARLIER,
    EarlierMounting,
    Mounting,
    find_level,
    find_mounting,
    gait_up,
    leans,
    level_matrix,
    turned_mounting,
)
from analysis.bridging import steady_across_gaps
from analysis.echo import echoed
from analysis.events import event_signals
from analysis.forward import turn_beyond_symmetry
from analysis.gaps import fill_gaps
from analysis.geometry import GRAVITY_MPS2, dot, turned
from analysis.grid import Grid, in_dead_stretches, times_at
from analysis.level import LevelSignals
from analysis.models import Models
from analysis.orientation import CHUNK_SAMPLES, obliquity_rad, tilt_rad, up_in_sensor
from analysis.results import BoolArray, FloatArray, ZeroReference
from analysis.slip_mending import slip_se_deg, without_slips
from analysis.slip_search import NOTHING_FOUND, SlipSearch, find_slips
from analysis.stances import Side
from analysis.steps import Steps, find_steps
from analysis.strides import StrideHarmonics, stride_harmonics
from analysis.uncertainty import AngleSignals
from analysis.validity import step_turns, turning_mask
from analysis.walking import find_walks
from analysis.wobble import looseness, without_swing

MIN_STRIDES = 3  # fewer cannot tell forward from backward, or left from right


@dataclass(frozen=True, slots=True)
class Aligned:
    """Steps found and the sensor aligned, but no events yet.

    Attributes
    ----------
    grid : Grid
    level : LevelSignals
        Direction of up, and the signals in level axes.
    turning : BoolArray, shape (n,)
        Samples inside a turn.
    steps : Steps
    harmonics : StrideHarmonics
    mounting : Mounting
    forward : FloatArray, shape (2,)
        Forward in level axes, by symmetry: what sides and events are read with.
    """

    grid: Grid
    level: LevelSignals
    turning: BoolArray
    steps: Steps
    harmonics: StrideHarmonics
    mounting: Mounting
    forward: FloatArray


def align(grid: Grid, earlier: EarlierMounting = NOTHING_EARLIER) -> Aligned | None:
    """Find the steps and how the sensor sits; None where nobody walks or runs."""
    up, steps = steps_of(grid)
    if not len(steps.index):
        return None
    filled = fill_gaps(grid, steps)
    if filled is not None:
        grid = filled
        del up  # so that there is never more than one: ten hours of it are 86 MB
        up, steps = steps_of(grid)
        if not len(steps.index):
            return None
    level_up, zero = find_level(grid, up, steps, earlier)
    aligned = _aligned(grid, up, steps, (level_up, zero), earlier)
    mean_up = gait_up(up, steps)
    if aligned is None or zero is not ZeroReference.STANDING:
        return aligned
    if not leans(aligned.mounting, mean_up):
        return aligned
    return _aligned(grid, up, steps, (mean_up, ZeroReference.RUN_MEAN), earlier)


def _aligned(
    grid: Grid,
    up: FloatArray,
    steps: Steps,
    level_up: tuple[FloatArray, ZeroReference],
    earlier: EarlierMounting,
) -> Aligned | None:
    """Align with a given direction of up, and where it comes from."""
    level = LevelSignals(grid, up, level_matrix(level_up[0]))
    turning = np.zeros(len(grid.t_s), bool)
    if level.has_gyroscope:
        # Turning or not, nothing may be learnt where the gyroscope stands still.
        turning = turning_mask(level.turning_radps(), grid) | in_dead_stretches(grid.t_s, grid)
    usable = ~step_turns(turning, steps)
    harmonics = stride_harmonics(steps, level, usable)
    if len(harmonics.step) < MIN_STRIDES:
        return None
    mounting = find_mounting(level.matrix, level_up[1], harmonics, steps, earlier)
    forward = (mounting.matrix @ level.matrix.T)[0, :2]
    return Aligned(grid, level, turning, steps, harmonics, mounting, forward)


def steps_of(grid: Grid) -> tuple[FloatArray, Steps]:
    """Direction of up, shape (n, 3), and the steps in the vertical acceleration."""
    up = up_in_sensor(grid)
    return up, find_steps(dot(up, grid.acc_mps2) - GRAVITY_MPS2, grid)


def with_walks(aligned: Aligned, models: Models) -> tuple[Aligned, FloatArray]:
    """Add the steps at the ends of walks; returns also the scored foot strikes, grid samples."""
    axes = "6axis" if aligned.grid.gyr_radps is not None else "3axis"
    model = models[f"walking_score_{axes}"]
    level, forward = gait_level(aligned)
    walks = find_walks(aligned.steps, level, forward, aligned.grid, model)
    harmonics = aligned.harmonics.placed(walks.place)
    return replace(aligned, steps=walks.steps, harmonics=harmonics), walks.strike_index


def refined_mounting(aligned: Aligned, sides: tuple[Side, ...], models: Models) -> Mounting:
    """Mounting of the aligned steps, with forward as far beyond symmetry as can be told."""
    turn = turn_beyond_symmetry(aligned.harmonics, aligned.steps, sides, aligned.forward, models)
    return aligned.mounting if turn is None else turned_mounting(aligned.mounting, *turn)


def align_across_slips(
    grid: Grid, earlier: EarlierMounting = NOTHING_EARLIER, *, until_s: float | None = np.inf
) -> tuple[Aligned | None, SlipSearch, Grid | None]:
    """Align; where the sensor slipped, once more on the grid in the axes before the slips.

    The third value is that grid, None where nothing slipped.  Slips are sought in strides that end
    before ``until_s``, and not at all with None.
    """
    grid = echoed(grid)  # before slips are mended: those are filled with better strides already
    aligned = align(grid, earlier)
    if aligned is None or until_s is None:
        return aligned, NOTHING_FOUND, None
    usable = ~step_turns(aligned.turning, aligned.steps)
    usable &= times_at(aligned.steps.index, aligned.grid) < until_s
    found = find_slips(aligned.grid, aligned.steps, usable, aligned.mounting.matrix[1])
    if not found.slips:
        return aligned, found, None
    mended = without_slips(grid, found.slips)
    again = align(mended, earlier)
    return (aligned, NOTHING_FOUND, None) if again is None else (again, found, mended)


def pelvis_angles(
    aligned: Aligned,
    mounting: Mounting,
    slips: SlipSearch = NOTHING_FOUND,
    earlier_se_deg: float = 0.0,
) -> AngleSignals | None:
    """Angles of the pelvis; None without a gyroscope.

    ``earlier_se_deg`` is the standard error that slips before these signals have left.
    """
    if aligned.grid.gyr_radps is None:
        return None
    grid, inside = aligned.grid, aligned.steps.mask(len(aligned.grid.t_s))
    both_deg = _angles_deg(aligned.level.up, mounting.matrix)
    bridged = steady_across_gaps(both_deg, grid, aligned.steps, inside)
    del both_deg  # 58 MB in ten hours
    loose = looseness(bridged.angles_deg, grid, inside)
    obliquity_deg, tilt_deg = without_swing(bridged.angles_deg, loose, grid).T
    slip_se = None
    if slips.slips or earlier_se_deg:
        slip_se = np.hypot(slip_se_deg(grid, slips.slips), earlier_se_deg)
    return AngleSignals(obliquity_deg, tilt_deg, loose, bridged.se_deg, slip_se)


def _angles_deg(up_in_sensor: FloatArray, sensor_to_pelvis: FloatArray) -> FloatArray:
    """Obliquity and tilt, shape (n, 2), a piece at a time so that nothing else is as long."""
    angles: FloatArray = np.empty((2, len(up_in_sensor)))
    for start in range(0, len(up_in_sensor), CHUNK_SAMPLES):
        part = slice(start, start + CHUNK_SAMPLES)
        up = turned(up_in_sensor[part], sensor_to_pelvis)
        angles[0, part], angles[1, part] = obliquity_rad(up), tilt_rad(up)
    np.degrees(angles, out=angles)
    return angles.T


def gait_level(aligned: Aligned) -> tuple[LevelSignals, FloatArray]:
    """Level signals against the mean pose of gait, and forward in them, shape (2,).

    Events are read against it and not against standing: whether somebody stood before moves none.
    """
    up = aligned.level.up
    level = LevelSignals(aligned.grid, up, level_matrix(gait_up(up, aligned.steps)))
    forward = level.matrix[:2] @ aligned.mounting.matrix[0]
    return level, forward / np.linalg.norm(forward)


def events_of(aligned: Aligned) -> FloatArray:
    """Signals that events are read from; see `analysis.events.event_signals`."""
    return event_signals(*gait_level(aligned))
