"""Which way is forward: from the symmetry of steps, and from what a person's own asymmetry tells.

A perfectly symmetric runner shows forward exactly: fore-aft acceleration and nodding are the same
in both steps, sway and rolling are opposite.  Nobody is that symmetric, and so the direction found
is off by about three degrees, much the same on every run of one person.  But whoever is uneven is
so in many channels at once, also in two that no turn of the sensor about the vertical can change:
vertical acceleration and the rate about the vertical.  A linear model of these asymmetries, fitted
to people whose mounting is known, tells how far symmetry is off.
"""

import numpy as np

from analysis.harmonics import ComplexArray
from analysis.models import Models
from analysis.results import FloatArray
from analysis.stances import Side
from analysis.steps import Steps
from analysis.strides import StrideHarmonics

STRIDES_PER_BLOCK = 16
# How far people are from perfect symmetry: root mean square error of the turn about the vertical
# over 48 treadmill trials with known mounting.
SYMMETRY_ERROR_DEG = 3.2
# A correction needs strides enough that the asymmetry is the person's and not that of a moment.
MIN_STRIDES = 6
MODEL = "running_forward_6axis"
EVEN_HARMONICS = np.array([2.0, 4.0, 6.0])
ODD_HARMONICS = np.array([1.0, 3.0, 5.0])


def symmetry_blocks(harmonics: StrideHarmonics) -> FloatArray:
    """Matrix per block of strides whose largest eigenvector points forward; shape (n, 2, 2).

    Forward is the level direction in which acceleration is most alike in both steps and the
    sway across it most opposite; for turning rates it is the other way round: nodding is alike,
    rolling opposite.
    """
    alike, opposite = harmonics.alike(), harmonics.opposite()
    n_blocks = max(1, len(alike) // STRIDES_PER_BLOCK)
    number, (size, rest) = np.arange(n_blocks + 1), divmod(len(alike), n_blocks)
    edges = number * size + np.minimum(number, rest)
    n = np.diff(edges)[:, None, None]
    same, other = (
        np.asarray(np.add.reduceat(part, edges[:-1]), np.complex128) / n
        for part in (alike, opposite)
    )
    blocks = _contrast(same[:, 0:2], other[:, 0:2])
    if alike.shape[1] > 3:
        blocks += _contrast(other[:, 3:5], same[:, 3:5])
    return blocks * n


def axis_angle_rad(matrix: FloatArray) -> FloatArray:
    """Angle of the eigenvector with the largest eigenvalue, free of sign; matrix (..., 2, 2)."""
    twice = np.arctan2(2 * matrix[..., 0, 1], matrix[..., 0, 0] - matrix[..., 1, 1])
    angle: FloatArray = np.asarray(twice / 2)
    return angle


def jackknife_se_deg(blocks: FloatArray) -> float:
    """Give the standard error of the axis angle by leaving out one block after the other [1]_.

    It knows how the blocks of one run differ, not how a person differs from perfect symmetry.

    Parameters
    ----------
    blocks : FloatArray, shape (n, 2, 2)
        From `symmetry_blocks`; fewer than three count as the known error of symmetry itself.

    References
    ----------
    .. [1] Tukey J. Bias and confidence in not quite large samples. Annals of Mathematical
       Statistics 1958;29:614.
    """
    n = len(blocks)
    if n < 3:
        return SYMMETRY_ERROR_DEG
    whole = blocks.sum(axis=0)
    centre = axis_angle_rad(whole)
    left_out = axis_angle_rad(whole - blocks)
    apart = (left_out - centre + np.pi / 2) % np.pi - np.pi / 2
    return float(np.degrees(np.sqrt((n - 1) / n * np.sum(apart**2))))


def turn_beyond_symmetry(
    harmonics: StrideHarmonics,
    steps: Steps,
    sides: tuple[Side, ...],
    forward: FloatArray,
    models: Models,
) -> tuple[float, float] | None:
    """How far forward lies to the left of where symmetry puts it, and the error of that.

    Parameters
    ----------
    harmonics : StrideHarmonics
        With a gyroscope.
    steps : Steps
    sides : tuple of Side, length n_steps
    forward : FloatArray, shape (2,)
        Forward by symmetry, in level axes.
    models : Models

    Returns
    -------
    turn_deg, se_deg : float, or None
        None where there are too few running strides of known side: the model is one of running.
    """
    features = forward_features(harmonics, steps, sides, forward)
    if features is None:
        return None
    model = models[MODEL]
    return float(model.predict(features[None])[0]), model.rmse


def forward_features(
    harmonics: StrideHarmonics, steps: Steps, sides: tuple[Side, ...], forward: FloatArray
) -> FloatArray | None:
    """Asymmetries of the mean running stride: zero for whoever is symmetric, shape (30,).

    Each is a Fourier coefficient that symmetry forbids, relative to the size of one that it
    allows, in the phase of the vertical acceleration.  All change their sign in a mirror.
    """
    is_left, is_right = (
        np.array([side is which for side in sides], float) for which in (Side.LEFT, Side.RIGHT)
    )
    left = (is_left - is_right)[harmonics.step]
    chosen = steps.running[harmonics.step] & (left != 0)
    if harmonics.values.shape[1] < 6 or chosen.sum() < MIN_STRIDES:
        return None
    values = _in_pelvis_axes(harmonics.values[chosen], forward)
    even = values[:, :, 1::2].mean(axis=0)
    odd = (values[:, :, 0::2] * left[chosen, None, None]).mean(axis=0)
    phase = np.angle(even[2, 0]) / 2  # of the stride; the vertical is a sine: never near the cut
    even_turn, odd_turn = (np.exp(-1j * phase * h) for h in (EVEN_HARMONICS, ODD_HARMONICS))
    forbidden = np.concatenate(
        (
            even[1] * even_turn / _size(even[0]),  # sway, by speeding up and braking
            even[3] * even_turn / _size(even[4]),  # rolling, by nodding
            even[5] * even_turn / _size(odd[5]),  # turning, by its own regular part
            odd[2] * odd_turn / _size(even[2]),  # up and down, by its own regular part
            odd[4] * odd_turn / _size(odd[3]),  # nodding, by rolling
        )
    )
    return np.concatenate((forbidden.real, forbidden.imag))


def _in_pelvis_axes(values: ComplexArray, forward: FloatArray) -> ComplexArray:
    """Turn the level channels of harmonics, shape (n, 6, n_harmonics), to forward and left."""
    x, y = forward
    turned = values.copy()
    for first in (0, 3):
        turned[:, first] = x * values[:, first] + y * values[:, first + 1]
        turned[:, first + 1] = -y * values[:, first] + x * values[:, first + 1]
    return turned


def _size(coefficients: ComplexArray) -> float:
    return float(np.sqrt((np.abs(coefficients) ** 2).sum())) + 1e-9


def _contrast(along: ComplexArray, across: ComplexArray) -> FloatArray:
    """Power along minus power across, over their sum, as symmetric matrices, shape (n, 2, 2)."""
    power_along, power_across = (
        np.einsum("bih,bjh->bij", part, part.conj()).real for part in (along, across)
    )
    total = np.maximum(np.trace(power_along + power_across, axis1=1, axis2=2), 1e-12)
    contrast: FloatArray = (power_along - power_across) / total[:, None, None]
    return contrast
