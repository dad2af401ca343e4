"""The pelvis in motion: angles, rates and acceleration at any time, exactly.

All angles are smooth functions of time whose derivatives are known in closed form, so the
gyroscope's signal is exactly the derivative of the orientation.
"""

from dataclasses import dataclass

import numpy as np
from scipy.interpolate import CubicSpline

from imu.errors import SimulationError
from imu.simulator.moves import add_movement
from imu.simulator.parameters import Activity, Segment, SimulationParameters
from imu.simulator.pose import Pose
from imu.simulator.smooth import Curve, constant, sines, steady, steady_rate, step, window
from imu.simulator.strides import GaitPart, GaitStretch, lay_out
from imu.simulator.waveforms import GRAVITY_MPS2, FloatArray, derivative, evaluate

BEND_EASE_S = 1.0  # into a bend and out of it: about three steps
GRADE_TILT_DEG_PER_PERCENT = 0.3  # plausible: uphill the pelvis leans forward with the trunk
POSTURE_S = 1.2  # to sit down or stand up
SIT_TILT_DEG = -25.0  # against standing: a seated pelvis rolls backward
SIT_HEIGHT_M = -0.42
SWAY_HZ = (0.08, 0.6)  # quiet standing has its power below 0.5 Hz
IMPACT_TIME_CONSTANT_S = 0.008
RADIANS = np.pi / 180
ROCKING_HZ = (0.3, 3.0)  # a vehicle's body on its suspension


@dataclass(frozen=True, slots=True)
class Timeline:
    """Segments with their times, and the strides of those with gait."""

    spans: tuple[tuple[float, float, Segment], ...]
    stretches: tuple[GaitStretch, ...]
    parameters: SimulationParameters
    shake_seed: int


def make_timeline(parameters: SimulationParameters) -> Timeline:
    """Place the segments one after the other and lay out the strides.

    Raises
    ------
    SimulationError
        A segment is joined to one without gait.
    """
    rng = np.random.default_rng(parameters.seed)
    spans: list[tuple[float, float, Segment]] = []
    chains: list[list[GaitPart]] = []
    start_s, minutes = 0.0, {Activity.RUN: 0.0, Activity.WALK: 0.0}
    for segment in parameters.segments:
        if segment.joined and not (spans and spans[-1][2].activity in minutes):
            raise SimulationError("a joined segment must follow one that walks or runs")
        end_s = start_s + segment.duration_s
        spans.append((start_s, end_s, segment))
        if segment.activity in minutes:
            runs = segment.activity is Activity.RUN
            gait = segment.gait or (parameters.run if runs else parameters.walk)
            part = GaitPart(
                gait,
                runs,
                start_s,
                end_s,
                minutes_before=minutes[segment.activity],
                grade_percent=segment.grade_percent,
                bend_deg=segment.turn_deg if segment.steady_turn else 0.0,
                stumbles=tuple((start_s + time_s, factor) for time_s, factor in segment.stumbles),
            )
            chains = [*chains[:-1], [*chains[-1], part]] if segment.joined else [*chains, [part]]
            minutes[segment.activity] += segment.duration_s / 60.0
        start_s = end_s
    stretches = [
        stretch for k, chain in enumerate(chains) for stretch in lay_out(tuple(chain), k, rng)
    ]
    return Timeline(tuple(spans), tuple(stretches), parameters, int(rng.integers(2**31)))


def pose_at(timeline: Timeline, t_s: FloatArray) -> Pose:
    """Evaluate the motion at increasing times, shape (n,)."""
    parameters, n = timeline.parameters, len(t_s)
    rng = np.random.default_rng(timeline.shake_seed)
    heading, tilt, height = _postures(timeline, t_s)
    sway = np.radians(parameters.sway_deg)
    obliquity = constant(np.radians(parameters.standing_obliquity_deg), n)
    obliquity = obliquity + sines(t_s, sway, SWAY_HZ, 7, rng)
    tilt = tilt + sines(t_s, sway, SWAY_HZ, 7, rng)
    obliquity = obliquity + _lean(timeline, t_s)
    rotation = heading + constant(0.0, n)  # gait is added below; the heading stays as it is
    local = np.column_stack((np.zeros(n), np.zeros(n), height.acceleration))
    for start_s, _, segment in timeline.spans:
        for movement in segment.moves:
            add_movement(movement, start_s, t_s, (rotation, obliquity, tilt), local)
    for stretch in timeline.stretches:
        inside = slice(*np.searchsorted(t_s, (stretch.start_s, stretch.end_s)))
        angles, moves = _gait(stretch, t_s[inside], treadmill=parameters.treadmill)
        moves[:, 1] += _centripetal(stretch, t_s[inside], heading.rate[inside], parameters)
        for curve, extra in zip((rotation, obliquity, tilt), angles, strict=True):
            _add(curve, extra, inside)
        local[inside] += moves
    _shake(timeline, t_s, (obliquity, tilt), local, rng)
    return Pose(rotation, obliquity, tilt, _to_world(local, heading.value))


def _postures(timeline: Timeline, t_s: FloatArray) -> tuple[Curve, Curve, Curve]:
    """Heading, tilt and height that the segments ask for, without gait."""
    standing = np.radians(timeline.parameters.standing_tilt_deg)
    n = len(t_s)
    heading, tilt, height = constant(0.0, n), constant(standing, n), constant(0.0, n)
    for start_s, end_s, segment in timeline.spans:
        if segment.turn_deg:
            shape = (
                steady(t_s, start_s, segment.duration_s, BEND_EASE_S)
                if segment.steady_turn
                else step(t_s, start_s, segment.duration_s)
            )
            heading = heading + shape.scaled(np.radians(segment.turn_deg))
        if segment.activity in (Activity.SIT, Activity.RIDE):
            seated = window(t_s, start_s, end_s, POSTURE_S)
            tilt = tilt + seated.scaled(np.radians(SIT_TILT_DEG))
            height = height + seated.scaled(SIT_HEIGHT_M)
    return heading, tilt, height


def _lean(timeline: Timeline, t_s: FloatArray) -> Curve:
    """Obliquity of a person who leans into steady bends, so that the foot is under the force."""
    lean = constant(0.0, len(t_s))
    if timeline.parameters.treadmill:
        return lean
    for stretch in timeline.stretches:
        part = stretch.part
        if part.bend_deg == 0.0:
            continue
        turning = steady_rate(t_s, part.start_s, part.end_s - part.start_s, BEND_EASE_S)
        # For small angles; a bend to the left lowers the left side.
        lean_rad = np.radians(part.bend_deg) * part.gait.speed_mps / GRAVITY_MPS2
        lean = lean + turning.scaled(lean_rad)
    return lean


def _gait(
    stretch: GaitStretch, t_s: FloatArray, *, treadmill: bool
) -> tuple[tuple[Curve, Curve, Curve], FloatArray]:
    """Angles (rotation, obliquity, tilt) and acceleration (forward, left, up) that gait adds."""
    shapes, gait = stretch.shapes, stretch.gait
    phase = Curve(stretch.phase(t_s), stretch.phase(t_s, 1), stretch.phase(t_s, 2))
    stride_s = stretch.part.stride_s
    series = np.column_stack(
        (
            RADIANS * shapes.background_deg,
            RADIANS * shapes.left_drop,
            RADIANS * shapes.right_drop,
            RADIANS * shapes.rotation_deg,
            RADIANS * shapes.tilt_deg,
            shapes.forward_mps2 * stride_s**2,
            shapes.left_mps2 * stride_s**2,
            shapes.up_mps2 * stride_s**2,
        )
    )
    # One sum over harmonics for the values and both derivatives.
    together = np.hstack([derivative(series, order) for order in (0, 1, 2)])
    values, slopes, bends = np.split(evaluate(together, phase.value), 3, axis=1)
    curves = [_chained(values[:, k], slopes[:, k], bends[:, k], phase) for k in range(8)]
    left_drop, right_drop = (_by_phase(s, phase) for s in (stretch.left_deg, stretch.right_deg))
    share = stretch.share(t_s)
    # A drop of the swing side is negative obliquity in left stance, positive in right stance.
    swing = curves[0] + (curves[1] * left_drop).scaled(-1.0) + curves[2] * right_drop
    obliquity = swing + constant(np.radians(gait.obliquity_offset_deg), len(t_s))
    grade_percent = stretch.part.grade_percent
    tilt_deg = gait.tilt_deg + GRADE_TILT_DEG_PER_PERCENT * grade_percent
    tilt = curves[4] + constant(np.radians(tilt_deg), len(t_s))
    angles = (share * curves[3], share * obliquity, share * tilt)
    moves = np.column_stack([(share * curve).acceleration for curve in curves[5:]])
    if not treadmill:
        moves[:, 0] += gait.speed_mps * share.rate
        moves[:, 2] += gait.speed_mps * grade_percent / 100 * share.rate
    if gait.impact_mps2 > 0:
        moves[:, 2] += share.value * _impacts(phase.value, stride_s, gait.impact_mps2)
    return angles, moves


def _by_phase(spline: CubicSpline, phase: Curve) -> Curve:
    return _chained(spline(phase.value), spline(phase.value, 1), spline(phase.value, 2), phase)


def _chained(value: FloatArray, slope: FloatArray, bend: FloatArray, phase: Curve) -> Curve:
    """Chain rule: derivatives by phase, shape (n,) each, become derivatives by time."""
    return Curve(value, slope * phase.rate, bend * phase.rate**2 + slope * phase.acceleration)


def _centripetal(
    stretch: GaitStretch, t_s: FloatArray, turn_radps: FloatArray, parameters: SimulationParameters
) -> FloatArray:
    speed = 0.0 if parameters.treadmill else stretch.gait.speed_mps
    force: FloatArray = speed * stretch.share(t_s).value * turn_radps
    return force


def _impacts(phase: FloatArray, stride_s: float, peak_mps2: float) -> FloatArray:
    """Transient behind each foot strike, its mean taken off so that nobody takes off."""
    since = (phase % 0.5) * stride_s / IMPACT_TIME_CONSTANT_S
    shape = since * np.exp(1.0 - since)
    mean = np.e * IMPACT_TIME_CONSTANT_S / (0.5 * stride_s)
    impact: FloatArray = peak_mps2 * (shape - mean)
    return impact


def _shake(
    timeline: Timeline,
    t_s: FloatArray,
    angles: tuple[Curve, Curve],
    local: FloatArray,
    rng: np.random.Generator,
) -> None:
    """Add the vibration of vehicles, in place."""
    for start_s, end_s, segment in timeline.spans:
        if segment.activity is not Activity.RIDE:
            continue
        shaking = segment.shaking or timeline.parameters.shaking
        inside = slice(*np.searchsorted(t_s, (start_s, end_s)))
        part = t_s[inside]
        share = window(part, start_s, end_s, POSTURE_S)
        band = (shaking.low_hz, shaking.high_hz)
        for axis in range(3):
            local[inside, axis] += share.value * sines(part, shaking.acc_mps2, band, 40, rng).value
        for curve in angles:
            rock = sines(part, np.radians(shaking.rotation_deg), ROCKING_HZ, 12, rng)
            _add(curve, share * rock, inside)


def _add(curve: Curve, extra: Curve, inside: slice) -> None:
    curve.value[inside] += extra.value
    curve.rate[inside] += extra.rate
    curve.acceleration[inside] += extra.acceleration


def _to_world(local: FloatArray, heading_rad: FloatArray) -> FloatArray:
    sin, cos = np.sin(heading_rad), np.cos(heading_rad)
    return np.column_stack(
        (
            cos * local[:, 0] - sin * local[:, 1],
            sin * local[:, 0] + cos * local[:, 1],
            local[:, 2],
        )
    )
