"""How a worn sensor moves on the pelvis.

Each movement is a turn about a fixed axis by an angle that is an exact curve, so the gyroscope's
signal stays exactly the derivative of the sensor's orientation.  The sensor turns about its own
place: where it sits on the sacrum does not change.
"""

from dataclasses import dataclass

import numpy as np
from scipy import signal
from scipy.interpolate import CubicSpline
from scipy.spatial.transform import Rotation

from imu.simulator.motion import Timeline, pose_at
from imu.simulator.pose import pelvis_to_world
from imu.simulator.sensor import Sensor, Wobble
from imu.simulator.smooth import Curve, step
from imu.simulator.waveforms import FloatArray

# The swing is solved at this rate: 100 samples in a period of 5 Hz.
FINE_HZ = 500.0


@dataclass(frozen=True, slots=True)
class Turning:
    """A turn about a fixed axis; ``axis`` has length 1, ``angle`` is in radians."""

    axis: FloatArray
    angle: Curve

    def rotation(self) -> Rotation:
        """Rotate from the axes that turn to those around them."""
        return Rotation.from_rotvec(self.angle.value[:, None] * self.axis)


def turnings_at(timeline: Timeline, t_s: FloatArray) -> tuple[Turning, ...]:
    """All turns between pelvis and sensor at increasing times, the outermost first."""
    sensor = timeline.parameters.sensor
    swings = () if sensor.wobble is None else _swinging(sensor.wobble, timeline, t_s)
    return swings + _slipping(sensor, t_s)


def _slipping(sensor: Sensor, t_s: FloatArray) -> tuple[Turning, ...]:
    """Give the turns of the slips; the last one is the one nearest to the pelvis."""
    turnings = []
    for slip in reversed(sensor.slips):
        axis = np.array(slip.axis) / np.linalg.norm(slip.axis)
        angle = step(t_s, slip.time_s, slip.duration_s).scaled(np.radians(slip.angle_deg))
        turnings.append(Turning(axis, angle))
    return tuple(turnings)


def _swinging(wobble: Wobble, timeline: Timeline, t_s: FloatArray) -> tuple[Turning, ...]:
    """Turn about the forward axis, then about the lateral axis that turned with it."""
    end_s = max(timeline.parameters.duration_s, t_s[-1])
    fine_s = np.arange(-1.0, np.ceil(end_s * FINE_HZ) + 2.0) / FINE_HZ
    pose = pose_at(timeline, fine_s)
    lateral = np.einsum("ni,ni->n", pelvis_to_world(pose)[:, :, 1], pose.acceleration_mps2)
    in_gait = np.zeros(len(fine_s), bool)
    for stretch in timeline.stretches:
        in_gait |= (fine_s >= stretch.start_s) & (fine_s < stretch.end_s)
    turnings = []
    for axis, drive, rms_deg in (
        ((1.0, 0.0, 0.0), lateral, wobble.about_forward_deg),
        ((0.0, 1.0, 0.0), pose.acceleration_mps2[:, 2], wobble.about_lateral_deg),
    ):
        swing = _oscillation(drive, wobble)
        rms = float(np.sqrt(np.mean(swing[in_gait if in_gait.any() else slice(None)] ** 2)))
        # A sensor that nothing moves does not swing.
        size = np.radians(rms_deg) / rms if rms > 0.0 else 0.0
        # The spline is the swing: its derivative is exact, whatever it was fitted to.
        spline = CubicSpline(fine_s, size * swing)
        angle = Curve(spline(t_s), spline(t_s, 1), spline(t_s, 2))
        turnings.append(Turning(np.array(axis), angle))
    return tuple(turnings)


def _oscillation(drive: FloatArray, wobble: Wobble) -> FloatArray:
    """Answer of the oscillator to a drive at ``FINE_HZ`` that is linear between its samples."""
    omega = 2 * np.pi * wobble.frequency_hz
    system = ([omega**2], [1.0, 2 * wobble.damping_ratio * omega, omega**2])
    numerator, denominator, _ = signal.cont2discrete(system, 1 / FINE_HZ, method="foh")
    answer: FloatArray = signal.lfilter(np.ravel(numerator), denominator, drive)
    return answer


def felt(
    acc: FloatArray, gyr: FloatArray, turnings: tuple[Turning, ...]
) -> tuple[FloatArray, FloatArray]:
    """Signals in pelvis axes, shape (n, 3), become those in the axes that move on the pelvis."""
    for turning in turnings:
        inverse = turning.rotation().inv()
        acc = inverse.apply(acc)
        gyr = inverse.apply(gyr) + turning.angle.rate[:, None] * turning.axis
    return acc, gyr


def sensor_to_pelvis_wxyz(turnings: tuple[Turning, ...], sensor: Sensor, n: int) -> FloatArray:
    """Tell how the sensor really sits at each of ``n`` samples, shape (n, 4)."""
    w, x, y, z = sensor.mount_sensor_to_pelvis_wxyz
    rotation = Rotation.from_quat((x, y, z, w))
    for turning in reversed(turnings):
        rotation = turning.rotation() * rotation
    wxyz: FloatArray = np.broadcast_to(rotation.as_quat()[..., [3, 0, 1, 2]], (n, 4))
    return wxyz
