"""How a worn sensor moves on the pelvis.

Each movement is a turn about a fixed axis by an angle that is an exact curve, so the gyroscope's
signal stays exactly the derivative of the sensor's orientation.  The sensor turns about its own
place: where it sits on the sacrum does not change.
"""

from dataclasses import dataclass

import numpy as np
from scipy.spatial.transform import Rotation

from imu.simulator.sensor import Sensor
from imu.simulator.smooth import Curve, step
from imu.simulator.waveforms import FloatArray


@dataclass(frozen=True, slots=True)
class Turning:
    """A turn about a fixed axis; ``axis`` has length 1, ``angle`` is in radians."""

    axis: FloatArray
    angle: Curve

    def rotation(self) -> Rotation:
        """Rotate from the axes that turn to those around them."""
        return Rotation.from_rotvec(self.angle.value[:, None] * self.axis)


def slipping(sensor: Sensor, t_s: FloatArray) -> tuple[Turning, ...]:
    """Turns of the sensor's slips, the last one first: it is the one nearest to the pelvis."""
    turnings = []
    for slip in reversed(sensor.slips):
        axis = np.array(slip.axis) / np.linalg.norm(slip.axis)
        angle = step(t_s, slip.time_s, slip.duration_s).scaled(np.radians(slip.angle_deg))
        turnings.append(Turning(axis, angle))
    return tuple(turnings)


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
    """How the sensor really sits at each of ``n`` samples, shape (n, 4)."""
    w, x, y, z = sensor.mount_sensor_to_pelvis_wxyz
    rotation = Rotation.from_quat((x, y, z, w))
    for turning in reversed(turnings):
        rotation = turning.rotation() * rotation
    wxyz: FloatArray = np.broadcast_to(rotation.as_quat()[..., [3, 0, 1, 2]], (n, 4))
    return wxyz
