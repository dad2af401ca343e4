"""Strides in sensor axes, and the rotation that turns one mean stride into another.

Finding it is Wahba's problem [1]_, solved by a singular value decomposition.

References
----------
.. [1] Wahba G. A least squares estimate of satellite attitude. SIAM Review 1965;7:409.
   doi:10.1137/1007077
"""

from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from analysis.grid import Grid
from analysis.results import BoolArray, FloatArray, IntArray
from analysis.steps import Steps

N_PHASES = 16  # of a stride: up to 10 Hz, and what is faster differs between strides anyway
# Metres per second squared that weigh as much as a radian per second.  Of 1 to 12 the value with
# the smallest natural turns between a dozen strides and the next on 48 treadmill trials: 0.5, 0.7
# and 0.9 degrees about the forward, side-to-side and vertical axes.
GYR_WEIGHT = 5.0
# Strides on each side that are compared, and the fewest that are.
STRIDES = 16
MIN_STRIDES = 10
# At other step rates the stride has another shape.
MAX_RATE_CHANGE = 0.05


@dataclass(frozen=True, slots=True)
class Cycles:
    """Strides of one gait that do not overlap, resampled to phases.

    Attributes
    ----------
    curves : FloatArray, shape (n_strides, 2 * 16, 3)
        Specific force and weighted turning rate at each phase, in sensor axes.
    start, end : FloatArray, shape (n_strides,)
        In grid samples.
    """

    curves: FloatArray
    start: FloatArray
    end: FloatArray


def stride_cycles(grid: Grid, steps: Steps, usable: BoolArray) -> Cycles:
    """Every other stride of the usable steps, so that all of a bout open with the same foot."""
    if grid.gyr_radps is None or len(steps.index) < 3:
        return Cycles(np.empty((0, 2 * N_PHASES, 3)), np.empty(0), np.empty(0))
    step = np.arange(len(steps.index) - 2)
    even = (step - np.searchsorted(steps.bout, steps.bout[:-2])) % 2 == 0
    whole = (steps.bout[:-2] == steps.bout[2:]) & usable[:-2] & usable[2:]
    opening = step[even & whole]
    start, end = steps.index[opening], steps.index[opening + 2]
    at = start[:, None] + (end - start)[:, None] * (np.arange(N_PHASES) / N_PHASES)
    near = np.rint(at).astype(np.intp)
    curves = np.empty((len(near), 2 * N_PHASES, 3))
    curves[:, :N_PHASES] = grid.acc_mps2.take(near, axis=0)
    rate = grid.gyr_radps.take(near, axis=0)
    # A bend turns without end, and a gyroscope has an offset.
    rate -= np.einsum("kni->ki", rate)[:, None] / N_PHASES
    np.multiply(rate, GYR_WEIGHT, out=curves[:, N_PHASES:])
    return Cycles(_same_foot(curves, steps.bout[opening]), start, end)


def turn_between(
    before: FloatArray, after: FloatArray
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Rotation that maps one mean stride onto the other.

    Parameters
    ----------
    before, after : FloatArray, shape (..., n, 3)

    Returns
    -------
    turn : FloatArray, shape (..., 3, 3)
        ``after`` is nearly ``before @ turn.T``.
    apart, left : FloatArray, shape (...)
        Mean square difference without and with the turn.
    """
    u, sizes, vt = np.linalg.svd(np.swapaxes(after, -1, -2) @ before)
    handed = np.sign(np.linalg.det(u @ vt))
    u[..., 2] *= handed[..., None]
    sizes[..., 2] *= handed
    n = before.shape[-2] * 3
    power = (_squares(before) + _squares(after)) / n
    apart = _squares(after - before) / n
    return u @ vt, apart, np.maximum(power - 2.0 * sizes.sum(-1) / n, 0.0)


def nearly_turned(before: FloatArray, after: FloatArray) -> FloatArray:
    """Angle of the rotation between pairs of mean strides, shape (n_pairs, n, 3), roughly.

    In degrees, to first order and several times as fast as `turn_between`; infinite where the two
    are so unlike each other that the angle may be any.
    """
    product = np.swapaxes(after, -1, -2) @ before
    across = product - np.swapaxes(product, -1, -2)
    torque = np.stack((across[:, 2, 1], across[:, 0, 2], across[:, 1, 0]), axis=-1)
    trace = np.trace(product, axis1=-2, axis2=-1)
    alike = trace > 0.5 * _squares(before)
    inertia = trace[:, None, None] * np.eye(3) - (product + np.swapaxes(product, -1, -2)) / 2.0
    inertia[~alike] = np.eye(3)
    angle = np.degrees(np.linalg.norm(np.linalg.solve(inertia, torque[..., None]), axis=(1, 2)))
    return np.where(alike, angle, np.inf)


def _squares(curves: FloatArray) -> FloatArray:
    total: FloatArray = np.einsum("...ni,...ni->...", curves, curves)
    return total


def angle_deg(turn: FloatArray) -> FloatArray:
    """Angle of rotations, shape (..., 3, 3)."""
    cosine = (np.trace(turn, axis1=-2, axis2=-1) - 1.0) / 2.0
    angle: FloatArray = np.degrees(np.arccos(np.clip(cosine, -1.0, 1.0)))
    return angle


def _same_foot(curves: FloatArray, bout: IntArray) -> FloatArray:
    """Shift the strides of each bout by a step where that fits those before it better."""
    starts = np.flatnonzero(np.diff(bout, prepend=-1))
    for a, b in pairwise([*starts[1:].tolist(), len(bout)]):
        before, after = (
            curves[part].mean(axis=0)
            for part in (slice(max(a - STRIDES, 0), a), slice(a, min(a + STRIDES, b)))
        )
        if turn_between(before, _a_step_later(after))[2] < turn_between(before, after)[2]:
            curves[a:b] = _a_step_later(curves[a:b])
    return curves


def _a_step_later(curves: FloatArray) -> FloatArray:
    """Shift strides by half a stride, shape (..., 2 * 16, 3)."""
    halves = curves.reshape(*curves.shape[:-2], 2, N_PHASES, 3)
    shifted: FloatArray = np.roll(halves, N_PHASES // 2, axis=-2).reshape(curves.shape)
    return shifted
