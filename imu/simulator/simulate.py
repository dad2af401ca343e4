"""From parameters to a recording with its exact truth."""

from dataclasses import dataclass

import numpy as np
from scipy.spatial.transform import Rotation

from imu.recordings import JsonValue, Recording
from imu.simulator.motion import Timeline, make_timeline, pose_at
from imu.simulator.parameters import Activity, SimulationParameters
from imu.simulator.pose import body_rates, pelvis_to_world, specific_force
from imu.simulator.sensing import arrived, sample_times_s, sense
from imu.simulator.truth import TrueStance, true_stances
from imu.simulator.waveforms import FloatArray
from imu.simulator.wearing import felt, sensor_to_pelvis_wxyz, turnings_at


@dataclass(frozen=True, slots=True)
class Truth:
    """What was simulated.

    Attributes
    ----------
    stances : tuple of TrueStance
    t_s : FloatArray, shape (n,)
        Times of all samples by the sensor's clock, lost ones included.
    pelvis_to_world_wxyz : FloatArray, shape (n, 4)
    obliquity_deg : FloatArray, shape (n,)
        Right side up is positive; not relative to standing.
    sensor_to_pelvis_wxyz : FloatArray, shape (n, 4)
        How the sensor sat on the pelvis: constant unless it moved.
    """

    stances: tuple[TrueStance, ...]
    t_s: FloatArray
    pelvis_to_world_wxyz: FloatArray
    obliquity_deg: FloatArray
    sensor_to_pelvis_wxyz: FloatArray


@dataclass(frozen=True, slots=True)
class SimulatedRun:
    """A recording as a sensor would have made it, and what really happened."""

    recording: Recording
    truth: Truth


def simulate(parameters: SimulationParameters) -> SimulatedRun:
    """Simulate a recording; the same parameters give the same arrays.

    Raises
    ------
    SimulationError
        Parameters that do not fit together.
    """
    timeline = make_timeline(parameters)
    sensor = parameters.sensor
    # Draws of their own, so that an uneven clock changes nothing else.
    clock_s = sample_times_s(
        sensor, parameters.duration_s, np.random.default_rng((parameters.seed, 2))
    )
    t_s = clock_s / sensor.clock_rate
    pose = pose_at(timeline, t_s)
    matrices = pelvis_to_world(pose)
    turnings = turnings_at(timeline, t_s)
    acc, gyr = felt(specific_force(pose, matrices), body_rates(pose), turnings)
    rng = np.random.default_rng((parameters.seed, 1))
    acc, gyr = sense(acc, gyr, sensor, rng)
    there = arrived(clock_s, sensor, rng) & ~_paused(timeline, t_s)
    metadata: dict[str, JsonValue] = {
        "sampling_rate_hz": sensor.sampling_rate_hz,
        "sensor": "simulated",
        "location": "pelvis",
        **dict(parameters.metadata),
    }
    recording = Recording(clock_s[there], acc[there], gyr[there], metadata)
    truth = Truth(
        stances=tuple(s.on_clock(sensor.clock_rate) for s in true_stances(timeline)),
        t_s=clock_s,
        pelvis_to_world_wxyz=Rotation.from_matrix(matrices).as_quat()[:, [3, 0, 1, 2]],
        obliquity_deg=np.degrees(pose.obliquity.value),
        sensor_to_pelvis_wxyz=sensor_to_pelvis_wxyz(turnings, sensor, len(t_s)),
    )
    return SimulatedRun(recording, truth)


def _paused(timeline: Timeline, t_s: FloatArray) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    paused = np.zeros(len(t_s), bool)
    for start_s, end_s, segment in timeline.spans:
        if segment.activity is Activity.PAUSE:
            paused |= (t_s >= start_s) & (t_s < end_s)
    return paused
