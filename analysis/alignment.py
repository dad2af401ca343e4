"""How the sensor sits on the pelvis: up from standing, forward from the symmetry of steps."""

from dataclasses import dataclass, replace

import numpy as np

from analysis import geometry
from analysis.earlier_side import EarlierSide
from analysis.forward import (
    SYMMETRY_ERROR_DEG,
    axis_angle_rad,
    jackknife_se_deg,
    symmetry_blocks,
)
from analysis.grid import Grid
from analysis.results import Alignment, FloatArray, ZeroReference
from analysis.standing import like_standing, standing_up
from analysis.steps import Steps
from analysis.strides import StrideHarmonics

# Fore-aft against vertical acceleration at the step frequency.  In running the body brakes first
# and speeds up after the vertical peak; in walking it is fastest at foot strike and brakes from
# there (Zijlstra & Hof 2003, doi:10.1016/S0966-6362(02)00190-X).  Measured: running -71 to -14
# degrees, walking 78 to 136 degrees: each within 60 degrees of its centre, where 90 would flip.
FORE_AFT_PHASE_RUNNING_DEG = -42.0
FORE_AFT_PHASE_WALKING_DEG = 107.0

# Mean obliquity of gait against that of standing: at most 3.6 degrees on 48 treadmill trials.
# Beyond twice that the sensor sat differently when the person stood.
MAX_STANDING_LEAN_DEG = 8.0


@dataclass(frozen=True, slots=True)
class Mounting:
    """Alignment plus the matrix that applies it.

    Attributes
    ----------
    alignment : Alignment
    matrix : FloatArray, shape (3, 3)
        ``vectors_pelvis = vectors_sensor @ matrix.T``.
    symmetry : FloatArray, shape (3, 3)
        What the turn about the vertical was read from, in sensor axes: its largest eigenvector
        points forward.  It grows with the number of strides.
    """

    alignment: Alignment
    matrix: FloatArray
    symmetry: FloatArray


@dataclass(frozen=True, slots=True)
class EarlierMounting:
    """What earlier signals of the same mounting have told, for a live stream.

    Attributes
    ----------
    standing_up : FloatArray, shape (3,), or None
        Direction of up in sensor axes while the person stood.
    symmetry : FloatArray, shape (3, 3)
        As in `Mounting`, without the signals at hand.
    side : EarlierSide or None
        Of a foot strike that may lie in the signals at hand.
    slip_se_deg : float
        Standard error that slips since then have left in the obliquity.
    """

    standing_up: FloatArray | None
    symmetry: FloatArray
    side: EarlierSide | None = None
    slip_se_deg: float = 0.0


NOTHING_EARLIER = EarlierMounting(None, np.zeros((3, 3)))


def level_matrix(up: FloatArray) -> FloatArray:
    """Smallest turn that brings the direction ``up``, shape (3,), to the z axis; shape (3, 3)."""
    z = up / np.linalg.norm(up)
    helper = np.array([1.0, 0.0, 0.0]) if abs(z[0]) < 0.9 else np.array([0.0, 1.0, 0.0])
    x = helper - (helper @ z) * z
    x /= np.linalg.norm(x)
    return np.stack((x, np.cross(z, x), z))


def find_level(
    grid: Grid, up: FloatArray, steps: Steps, earlier: EarlierMounting = NOTHING_EARLIER
) -> tuple[FloatArray, ZeroReference]:
    """Direction that counts as up, in sensor axes, and where it comes from.

    Parameters
    ----------
    grid : Grid
    up : FloatArray, shape (n, 3)
        From `analysis.orientation.up_in_sensor`.
    steps : Steps
        With at least one step.
    earlier : EarlierMounting
        Its standing counts before that of the grid.
    """
    mean_up = gait_up(up, steps)
    if grid.gyr_radps is None:
        return mean_up, ZeroReference.NONE
    standing = earlier.standing_up
    if standing is None or not like_standing(standing, mean_up):
        standing = standing_up(grid, mean_up, int(steps.index[0]))
    if standing is None:
        return mean_up, ZeroReference.RUN_MEAN
    return standing, ZeroReference.STANDING


def gait_up(up: FloatArray, steps: Steps) -> FloatArray:
    """Mean direction of up over all bouts, shape (3,), from up in sensor axes, shape (n, 3)."""
    total = np.zeros(3)
    for bout in steps.bouts():
        part = slice(int(steps.index[bout][0]), int(steps.index[bout][-1]) + 1)
        total += [column[part].sum() for column in up.T]  # many times as fast as along rows
    mean_up: FloatArray = total / np.linalg.norm(total)
    return mean_up


def leans(mounting: Mounting, mean_up: FloatArray) -> bool:
    """Whether a standing zero cannot be this mounting's: the pelvis would lean through all gait."""
    sideways = float(np.clip(mounting.matrix[1] @ mean_up, -1.0, 1.0))
    return bool(abs(np.degrees(np.arcsin(sideways))) > MAX_STANDING_LEAN_DEG)


def find_mounting(
    level: FloatArray,
    zero: ZeroReference,
    harmonics: StrideHarmonics,
    steps: Steps,
    earlier: EarlierMounting = NOTHING_EARLIER,
) -> Mounting:
    """Find forward among the level directions, by the symmetry of steps.

    Its sign follows from the phase of fore-aft against vertical acceleration.

    Parameters
    ----------
    level : FloatArray, shape (3, 3)
        Sensor axes to level axes.
    zero : ZeroReference
    harmonics : StrideHarmonics
        Channels: level acceleration x, y, vertical acceleration, and with a gyroscope level
        turning rate x, y and turning rate about the vertical.
    steps : Steps
        The steps that the harmonics were taken from.
    earlier : EarlierMounting
        Its symmetry is added to that of these strides.
    """
    blocks = symmetry_blocks(harmonics)
    symmetry = blocks.sum(axis=0)
    angle = axis_angle_rad(symmetry + level[:2] @ earlier.symmetry @ level[:2].T)
    forward = np.array([np.cos(angle), np.sin(angle)])
    direction = _direction(harmonics, steps, forward)
    if direction < 0:
        forward = -forward
    matrix = _turn_to(forward) @ level
    alignment = Alignment(
        sensor_to_pelvis_wxyz=geometry.from_matrix(matrix),
        zero=zero,
        confidence=float(min(1.0, abs(direction))),
        yaw_se_deg=float(np.hypot(jackknife_se_deg(blocks), SYMMETRY_ERROR_DEG)),
        moved_deg=None,
    )
    return Mounting(alignment, matrix, level[:2].T @ symmetry @ level[:2])


def turned_mounting(mounting: Mounting, turn_deg: float, se_deg: float) -> Mounting:
    """Turn forward to the left by an angle that is known within ``se_deg``.

    The error of symmetry that the mounting came with is replaced by that of the angle; what the
    strides differ among each other stays.
    """
    angle = np.radians(turn_deg)
    matrix = _turn_to(np.array([np.cos(angle), np.sin(angle)])) @ mounting.matrix
    of_strides = mounting.alignment.yaw_se_deg**2 - SYMMETRY_ERROR_DEG**2
    alignment = replace(
        mounting.alignment,
        sensor_to_pelvis_wxyz=geometry.from_matrix(matrix),
        yaw_se_deg=float(np.sqrt(max(of_strides, 0.0) + se_deg**2)),
    )
    return replace(mounting, alignment=alignment, matrix=matrix)


def _turn_to(forward: FloatArray) -> FloatArray:
    """Turn about the vertical that brings a level direction, shape (2,), to the x axis."""
    x, y = forward
    return np.array([[x, y, 0.0], [-y, x, 0.0], [0.0, 0.0, 1.0]])


def _direction(harmonics: StrideHarmonics, steps: Steps, forward: FloatArray) -> float:
    """Agreement with the fore-aft phase of gait, -1 to 1; negative: ``forward`` is backward."""
    step_frequency = harmonics.alike()[:, :, 0]
    fore_aft = step_frequency[:, 0:2] @ forward
    running = steps.running[harmonics.step]
    centre = np.where(running, FORE_AFT_PHASE_RUNNING_DEG, FORE_AFT_PHASE_WALKING_DEG)
    product = fore_aft * step_frequency[:, 2].conj() * np.exp(-1j * np.radians(centre))
    return float(product.real.sum() / max(np.abs(product).sum(), 1e-12))
