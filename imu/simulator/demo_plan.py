"""Six weeks of one invented runner, for the demo.

Weeks of easy runs with a long run each, a first one after a long break, one that drifts on the
right with fatigue, one with a clear difference between the sides, one on a treadmill, one walk,
and one with a poor radio link.
"""

from dataclasses import dataclass, replace

import numpy as np

from imu.simulator.gaits import running, walking
from imu.simulator.parameters import Activity, Segment, SimulationParameters
from imu.simulator.sensor import Sensor

# The sensor sits a little tilted, as on any waistband: 8 deg forward, 3 deg to the side.
WORN_WXYZ = (0.99720, 0.02611, 0.06973, 0.00183)


@dataclass(frozen=True, slots=True)
class DemoRun:
    """One recording of the demo.

    Attributes
    ----------
    parameters : SimulationParameters
    days_before : float
        How long before the end of the plan the run starts.
    title, kind : str
        Kind is ``easy``, ``long``, ``intervals``, ``treadmill`` or ``walk``.
    distance_m : float
        As a watch would have measured it.
    """

    parameters: SimulationParameters
    days_before: float
    title: str
    kind: str
    distance_m: float


@dataclass(frozen=True, slots=True)
class _Entry:
    """A line of the plan; drops are left and right excursions in degrees."""

    days_before: float
    title: str
    kind: str
    minutes: float
    speed_mps: float
    left_deg: float
    right_deg: float
    drift_right_deg_per_min: float = 0.0
    loss_rate: float = 0.002


_PLAN = (
    _Entry(41.4, "First run after a break", "easy", 8, 2.6, 3.3, 3.9),
    _Entry(39.3, "Easy run", "easy", 9, 2.7, 3.2, 3.7),
    _Entry(36.2, "Long run", "long", 12, 2.6, 3.4, 3.9, 0.02),
    _Entry(34.4, "Easy run", "easy", 8, 2.8, 3.1, 3.6),
    _Entry(32.3, "Treadmill", "treadmill", 8, 2.9, 3.0, 3.4),
    _Entry(29.2, "Long run", "long", 14, 2.6, 3.2, 3.8, 0.02),
    _Entry(27.4, "Easy run", "easy", 9, 2.8, 3.0, 3.5),
    _Entry(25.3, "Strides", "intervals", 9, 2.7, 3.1, 3.6),
    _Entry(22.2, "Long run, tired at the end", "long", 22, 2.7, 3.1, 2.4, 0.1),
    _Entry(20.4, "Walk", "walk", 8, 1.4, 3.6, 4.0),
    _Entry(18.3, "Easy run", "easy", 9, 2.8, 3.0, 5.6),
    _Entry(15.2, "Long run", "long", 14, 2.7, 3.1, 3.7, 0.02),
    _Entry(13.4, "Easy run, poor signal", "easy", 8, 2.8, 3.1, 3.5, loss_rate=0.22),
    _Entry(11.3, "Treadmill", "treadmill", 8, 3.0, 3.0, 3.3),
    _Entry(8.2, "Long run", "long", 15, 2.7, 3.1, 3.6, 0.03),
    _Entry(6.4, "Easy run", "easy", 10, 2.8, 3.0, 3.4),
    _Entry(4.3, "Strides", "intervals", 9, 2.8, 3.0, 3.4),
    _Entry(1.2, "Long run", "long", 16, 2.7, 3.1, 3.5, 0.03),
)


def demo_plan(seed: int = 7) -> tuple[DemoRun, ...]:
    """Make the plan, oldest run first; the same seed gives the same runs."""
    rng = np.random.default_rng(seed)
    return tuple(_demo_run(entry, int(rng.integers(2**31)), rng) for entry in _PLAN)


def _demo_run(entry: _Entry, seed: int, rng: np.random.Generator) -> DemoRun:
    # Nobody runs quite the same on two days.
    left = entry.left_deg + 0.15 * rng.standard_normal()
    right = entry.right_deg + 0.15 * rng.standard_normal()
    gait = walking(entry.speed_mps) if entry.kind == "walk" else running(entry.speed_mps)
    gait = replace(
        gait,
        drop_left_deg=left,
        drop_right_deg=right,
        drop_sd_deg=0.7,
        drift_right_deg_per_min=entry.drift_right_deg_per_min,
    )
    parameters = SimulationParameters(
        segments=_segments(entry),
        run=gait if entry.kind != "walk" else running(),
        walk=gait if entry.kind == "walk" else walking(),
        sensor=Sensor(
            mount_sensor_to_pelvis_wxyz=WORN_WXYZ,
            acc_bias_mps2=(0.04, -0.03, 0.05),
            gyr_bias_radps=(0.004, -0.003, 0.002),
            loss_rate=entry.loss_rate,
        ),
        standing_obliquity_deg=float(0.5 * rng.standard_normal()),
        treadmill=entry.kind == "treadmill",
        seed=seed,
    )
    return DemoRun(
        parameters,
        entry.days_before,
        entry.title,
        entry.kind,
        round(_distance_m(parameters), -1),
    )


def _segments(entry: _Entry) -> tuple[Segment, ...]:
    stand = Segment(Activity.STAND, 8.0)
    seconds = 60.0 * entry.minutes
    if entry.kind == "walk":
        half = Segment(Activity.WALK, seconds / 2)
        return (stand, half, Segment(Activity.STAND, 3.0, turn_deg=180.0), half, stand)
    if entry.kind == "intervals":
        block = (Segment(Activity.RUN, seconds / 5), Segment(Activity.WALK, 20.0))
        return (stand, *(block * 5), stand)
    if entry.kind == "long":
        # A kerb to wait at: the watch is paused, the sensor too.
        first = Segment(Activity.RUN, 0.45 * seconds)
        rest = Segment(Activity.RUN, 0.55 * seconds)
        return (stand, first, Segment(Activity.PAUSE, 20.0), rest, stand)
    return (stand, Segment(Activity.RUN, seconds), stand)


def _distance_m(parameters: SimulationParameters) -> float:
    speeds = {Activity.RUN: parameters.run.speed_mps, Activity.WALK: parameters.walk.speed_mps}
    return sum(speeds.get(s.activity, 0.0) * s.duration_s for s in parameters.segments)
