"""Where the pelvis points, and what a gyroscope and an accelerometer on it feel."""

from dataclasses import dataclass

import numpy as np

from imu.simulator.smooth import Curve
from imu.simulator.waveforms import GRAVITY_MPS2, FloatArray


@dataclass(frozen=True, slots=True)
class Pose:
    """The pelvis at given times.

    Attributes
    ----------
    rotation, obliquity, tilt : Curve
        Radians; rotation positive to the left, obliquity right side up, tilt forward.
    acceleration_mps2 : FloatArray, shape (n, 3)
        World axes, z up.
    """

    rotation: Curve
    obliquity: Curve
    tilt: Curve
    acceleration_mps2: FloatArray


def body_rates(pose: Pose) -> FloatArray:
    """Angular velocity in pelvis axes, shape (n, 3), rad/s, of the order rotation-obliquity-tilt.

    A positive obliquity is a negative turn about the forward axis.
    """
    roll, roll_rate = -pose.obliquity.value, -pose.obliquity.rate
    sin_roll, cos_roll = np.sin(roll), np.cos(roll)
    sin_tilt, cos_tilt = np.sin(pose.tilt.value), np.cos(pose.tilt.value)
    turn = pose.rotation.rate
    return np.column_stack(
        (
            cos_tilt * roll_rate - sin_tilt * cos_roll * turn,
            pose.tilt.rate + sin_roll * turn,
            sin_tilt * roll_rate + cos_tilt * cos_roll * turn,
        )
    )


def pelvis_to_world(pose: Pose) -> FloatArray:
    """Rotation matrices, shape (n, 3, 3): about z, then the new x, then the new y."""
    a, b, c = pose.rotation.value, -pose.obliquity.value, pose.tilt.value
    sa, ca, sb, cb, sc, cc = np.sin(a), np.cos(a), np.sin(b), np.cos(b), np.sin(c), np.cos(c)
    rows = (
        (ca * cc - sa * sb * sc, -sa * cb, ca * sc + sa * sb * cc),
        (sa * cc + ca * sb * sc, ca * cb, sa * sc - ca * sb * cc),
        (-cb * sc, sb, cb * cc),
    )
    return np.moveaxis(np.array(rows), -1, 0)


def specific_force(pose: Pose, matrices: FloatArray) -> FloatArray:
    """Give what an accelerometer at the sacrum feels, pelvis axes, shape (n, 3)."""
    felt = pose.acceleration_mps2 + np.array([0.0, 0.0, GRAVITY_MPS2])
    force: FloatArray = np.einsum("nij,ni->nj", matrices, felt)
    return force
