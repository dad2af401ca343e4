"""Shapes of pelvic motion over one stride, as Fourier series with exact derivatives.

Phase 0 is the left foot strike, 0.5 the right foot strike.  Shapes are given by a few knots over
the left step, taken from published figures; the right step mirrors them.

Sources
-------
Schache, Bennell, Blanch & Wrigley 1999 (Gait & Posture 10, 30-47): pelvis and hips in running:
    the swing side drops after the strike, lowest at mid-stance, and rises until toe-off; tilt
    swings twice per stride, least in the first half of stance, most around toe-off.
Preece, Mason & Bramah 2016 (doi:10.1016/j.humov.2015.11.014): the same in 28 runners.
Novacheck 1998 (Gait & Posture 7, 77-95): in running the pelvis is turned towards the leading
    leg's other side at foot strike, in walking towards the opposite.
Clark, Ryan & Weyand 2017 (doi:10.1242/jeb.138057): vertical force is one skewed bump per stance;
    mean force over a step is body weight.
Gullstrand 2009 (doi:10.1016/j.gaitpost.2009.03.001): the sacrum rises and falls as the centre of
    mass does, within 1.5 mm.
Zijlstra & Hof 2003 (doi:10.1016/S0966-6362(02)00190-X): the pelvis of a walker is lowest in
    double support, highest at mid-stance, and moves sideways over the stance foot; its forward
    acceleration is largest just before the strike.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.interpolate import PchipInterpolator

from imu.errors import SimulationError
from imu.simulator.gaits import Gait

FloatArray = NDArray[np.float64]
ComplexArray = NDArray[np.complex128]
Knots = tuple[tuple[float, float], ...]

GRAVITY_MPS2 = 9.80665

# 16 harmonics of 1.2 to 1.5 strides per second end at 19 to 24 Hz, where bone-fixed pelvic motion
# has ended and below half of any sampling rate in use.
N_HARMONICS = 16
_N_PHASE = 512

# Share of running stance in which the pelvis is decelerated; the force on a plate lasts longer.
LOADED = (0.06, 0.92)


@dataclass(frozen=True, slots=True)
class StrideShapes:
    """Fourier coefficients, shape (N_HARMONICS + 1,) each; value = Re sum c_h exp(2 pi i h phase).

    Attributes
    ----------
    background_deg : obliquity without any drop
    left_drop, right_drop : drop of one stance, peak about 1
    rotation_deg, tilt_deg : around their means
    forward_mps2, left_mps2, up_mps2 : displacement of the sacrum by squared stride time
    """

    background_deg: ComplexArray
    left_drop: ComplexArray
    right_drop: ComplexArray
    rotation_deg: ComplexArray
    tilt_deg: ComplexArray
    forward_mps2: ComplexArray
    left_mps2: ComplexArray
    up_mps2: ComplexArray


def running_shapes(gait: Gait) -> StrideShapes:
    """Shapes of running; see the module for sources."""
    stride_s = 120.0 / gait.cadence_spm
    left, right = gait.contact_left_s / stride_s, gait.contact_right_s / stride_s
    if max(left, right) >= 0.5:
        raise SimulationError(
            "running has a flight phase: contact times must be shorter than half of the stride "
            f"({stride_s / 2:.3f} s)"
        )
    d = (left + right) / 2
    hike = gait.hike_deg
    start = 0.4 * hike
    background = (
        (0.0, -start),
        (0.38 * d, -start),
        (0.7 * d, 0.1 * hike),
        (d, hike),
        (_behind(d, 0.47), 0.35 * hike),
    )
    rotation = ((0.0, 0.31), (0.11, 0.5), (0.28, 0.05), (0.38, -0.1), (0.45, -0.2))
    tilt = ((0.0, 0.0), (0.11, -0.45), (0.2, -0.33), (0.37, 0.55), (0.44, 0.4))
    release = 1.12 * d if 1.12 * d < 0.46 else (d + 0.5) / 2
    fore = (
        (0.0, -0.1),
        (0.2 * d, -0.5),
        (0.35 * d, 0.0),
        (0.55 * d, 1.0),
        (0.75 * d, 0.5),
        (0.97 * d, -0.25),
        (release, -0.4),
        (_behind(release, 0.46), -0.25),
    )
    side = ((0.0, 0.1), (0.4 * d, 1.0), (0.72 * d, -0.2), (d, -0.35), (_behind(d, 0.44), 0.3))
    vertical = _bump(left, 0.0) + _bump(right, 0.5)
    return StrideShapes(
        background_deg=_series(_mirrored(background, odd=True)),
        left_drop=_series(_drop(left, 0.0, 0.38)),
        right_drop=_series(_drop(right, 0.5, 0.38)),
        rotation_deg=_series(gait.rotation_range_deg * _mirrored(rotation, odd=True)),
        tilt_deg=_series(gait.tilt_range_deg * _mirrored(tilt, odd=False)),
        forward_mps2=_displacement(gait.fore_aft_mps2 * _mirrored(fore, odd=False)),
        left_mps2=_displacement(gait.lateral_mps2 * _mirrored(side, odd=True)),
        up_mps2=_displacement(GRAVITY_MPS2 * vertical),
    )


def walking_shapes(gait: Gait) -> StrideShapes:
    """Shapes of walking; see the module for sources."""
    stride_s = 120.0 / gait.cadence_spm
    left, right = gait.contact_left_s / stride_s, gait.contact_right_s / stride_s
    if min(left, right) < 0.5:
        raise SimulationError(
            "walking has double support: contact times must be longer than half of the stride "
            f"({stride_s / 2:.3f} s)"
        )
    hike = gait.hike_deg
    background = ((0.0, -0.2 * hike), (0.14, -0.3 * hike), (0.33, 0.3 * hike), (0.45, 0.5 * hike))
    rotation = ((0.0, -0.5), (0.12, -0.42), (0.25, -0.05), (0.38, 0.3))
    tilt = ((0.0, 0.0), (0.12, 0.5), (0.25, 0.0), (0.4, -0.5))
    fore = ((0.0, 0.3), (0.06, -0.6), (0.14, -0.9), (0.25, -0.1), (0.36, 0.35), (0.46, 1.0))
    side = ((0.0, 0.4), (0.06, 1.0), (0.16, 0.0), (0.3, -0.55), (0.42, -0.75))
    # Vertical acceleration of an inverted pendulum: upward from shortly before the strike, when
    # the trailing foot pushes off, through double support, with a dent between both peaks.
    up = (
        (0.0, 0.45),
        (0.04, 1.0),
        (0.09, 0.2),
        (0.14, 0.4),
        (0.2, -0.1),
        (0.26, -0.4),
        (0.36, -0.45),
        (0.42, -0.25),
        (0.46, 0.15),
    )
    lift_mps2 = 3.3 * gait.speed_mps  # about 4.5 m/s2 at 1.35 m/s, Zijlstra & Hof's figure 2
    return StrideShapes(
        background_deg=_series(_mirrored(background, odd=True)),
        left_drop=_series(_drop(left, 0.0, 0.26)),
        right_drop=_series(_drop(right, 0.5, 0.26)),
        rotation_deg=_series(gait.rotation_range_deg * _mirrored(rotation, odd=True)),
        tilt_deg=_series(gait.tilt_range_deg * _mirrored(tilt, odd=False)),
        forward_mps2=_displacement(gait.fore_aft_mps2 * _mirrored(fore, odd=False)),
        left_mps2=_displacement(gait.lateral_mps2 * _mirrored(side, odd=True)),
        up_mps2=_displacement(lift_mps2 * _mirrored(up, odd=False)),
    )


def evaluate(coefficients: ComplexArray, phase: FloatArray) -> FloatArray:
    """Sum Fourier series at phases.

    Parameters
    ----------
    coefficients : complex128 array, shape (n_harmonics + 1, m)
        One column per series.
    phase : float64 array, shape (n,)
        Strides.

    Returns
    -------
    float64 array, shape (n, m)
    """
    # One contiguous row per term: half the time of one column per term.
    n_terms = len(coefficients)
    turn = np.exp(2j * np.pi * phase)
    terms = np.empty((2 * n_terms, len(phase)))
    power = np.ones_like(turn)
    for harmonic in range(n_terms):
        terms[2 * harmonic] = power.real
        terms[2 * harmonic + 1] = power.imag
        power *= turn
    weights = np.empty((coefficients.shape[1], 2 * n_terms))
    weights[:, 0::2] = coefficients.real.T
    weights[:, 1::2] = -coefficients.imag.T
    summed: FloatArray = (weights @ terms).T
    return summed


def derivative(coefficients: ComplexArray, order: int = 1) -> ComplexArray:
    """Fourier coefficients of the derivative by phase; harmonics along axis 0."""
    harmonics = np.arange(len(coefficients)).reshape(-1, *[1] * (coefficients.ndim - 1))
    differentiated: ComplexArray = coefficients * (2j * np.pi * harmonics) ** order
    return differentiated


def _phases() -> FloatArray:
    return np.arange(_N_PHASE) / _N_PHASE


def _behind(previous: float, knot: float) -> float:
    """Place a knot of flight, or half-way to the next strike where the stance lasts so long."""
    return knot if knot > previous + 1e-9 else (previous + 0.5) / 2


def _mirrored(step: Knots, *, odd: bool) -> FloatArray:
    """Shape over the stride from knots over the left step; odd shapes change sign on the right."""
    x = np.array([knot[0] for knot in step])
    y = np.array([knot[1] for knot in step])
    sign = -1.0 if odd else 1.0
    stride_x = np.concatenate([x, x + 0.5])
    stride_y = np.concatenate([y, sign * y])
    xs = np.concatenate([stride_x - 1.0, stride_x, stride_x + 1.0])
    shape: FloatArray = PchipInterpolator(xs, np.tile(stride_y, 3))(_phases())
    return shape


def _drop(stance: float, strike: float, peak: float) -> FloatArray:
    """One stance's drop: 0 at the strike, 1 at ``peak`` of the stance, back to 0 at toe-off."""
    since = (_phases() - strike + 0.25) % 1.0 - 0.25
    knots_x = np.array([-0.25, 0.0, peak * stance, 0.75 * stance, stance, 0.75])
    knots_y = np.array([0.0, 0.0, 1.0, 0.15, 0.0, 0.0])
    shape: FloatArray = PchipInterpolator(knots_x, knots_y)(since)
    return shape


def _bump(stance: float, strike: float) -> FloatArray:
    """Vertical force of one stance in body weights; its mean over the stride is one half.

    Its peak lies at 40 % of stance.  The first and last parts of stance carry little: the leg is
    stopped before the pelvis is, and pushes off after the pelvis has gone.
    """
    since = ((_phases() - strike) % 1.0) / stance
    loaded = np.clip((since - LOADED[0]) / (LOADED[1] - LOADED[0]), 0.0, 1.0)
    bump = np.sin(np.pi * loaded**0.75) ** 1.3
    scaled: FloatArray = bump * (0.5 / bump.mean())
    return scaled


def _series(shape: FloatArray) -> ComplexArray:
    """Fourier coefficients; the last harmonics fade out so that corners do not ring."""
    spectrum = np.fft.rfft(shape)[: N_HARMONICS + 1] / len(shape)
    spectrum[1:] *= 2
    fade = np.sinc(np.arange(N_HARMONICS + 1) / (N_HARMONICS + 1.0))
    faded: ComplexArray = spectrum * fade
    return faded


def _displacement(acceleration_mps2: FloatArray) -> ComplexArray:
    """Integrate a periodic acceleration twice by phase; its mean is left out."""
    spectrum = _series(acceleration_mps2)
    factors = (2j * np.pi * np.arange(N_HARMONICS + 1)) ** 2
    spectrum[0] = 0.0
    spectrum[1:] /= factors[1:]
    return spectrum
