"""The strides of one stretch of gait: when each begins, and how much the pelvis drops in each."""

from dataclasses import dataclass

import numpy as np
from scipy.interpolate import CubicSpline

from imu.simulator.gaits import Gait
from imu.simulator.waveforms import FloatArray, StrideShapes, running_shapes, walking_shapes

# Fatigue and chance may not turn a drop into a hike.
MIN_DROP_DEG = 0.2


@dataclass(frozen=True, slots=True)
class GaitStretch:
    """One segment of walking or running.

    Attributes
    ----------
    start_s, end_s : float
        Half open.
    gait : Gait
    shapes : StrideShapes
    phase : CubicSpline
        Strides since the start, by time.  Integers are left foot strikes, halves right ones.
    left_deg, right_deg : CubicSpline
        Drop excursion of the stances by phase.
    n_strides : int
        Whole strides in the stretch.
    """

    start_s: float
    end_s: float
    gait: Gait
    shapes: StrideShapes
    phase: CubicSpline
    left_deg: CubicSpline
    right_deg: CubicSpline
    n_strides: int


def gait_stretch(
    gait: Gait,
    span_s: tuple[float, float],
    minutes_before: float,
    rng: np.random.Generator,
    *,
    runs: bool,
) -> GaitStretch:
    """Lay out the strides of a stretch; ``minutes_before`` is earlier time in the same gait."""
    start_s, end_s = span_s
    stride_s = 120.0 / gait.cadence_spm
    n = int(np.ceil((end_s - start_s) / stride_s)) + 3
    # Deviations of successive stride times are independent, so the rhythm wanders as people's do.
    times = start_s + np.concatenate(
        ([0.0], np.cumsum(stride_s + gait.stride_time_sd_s * rng.standard_normal(n)))
    )
    number = np.arange(n + 1.0)
    # Which foot goes first is a matter of chance.
    phase = CubicSpline(times, number + (0.5 if rng.random() < 0.5 else 0.0))
    minutes = minutes_before + (times - start_s) / 60.0

    def drops(base_deg: float, per_min_deg: float) -> CubicSpline:
        values = base_deg + per_min_deg * minutes + gait.drop_sd_deg * rng.standard_normal(n + 1)
        return CubicSpline(number, np.maximum(values, MIN_DROP_DEG))

    return GaitStretch(
        start_s,
        end_s,
        gait,
        running_shapes(gait) if runs else walking_shapes(gait),
        phase,
        drops(gait.drop_left_deg, gait.drift_left_deg_per_min),
        drops(gait.drop_right_deg, gait.drift_right_deg_per_min),
        int(np.searchsorted(times, end_s)) - 1,
    )


def strike_times_s(stretch: GaitStretch) -> tuple[FloatArray, FloatArray]:
    """Phases and times of all foot strikes inside a stretch, both feet."""
    dense = np.linspace(stretch.start_s, stretch.end_s, 1 + 50 * (stretch.n_strides + 2))
    phase = stretch.phase(dense)
    phases = np.arange(np.ceil(2 * phase[0]), np.floor(2 * phase[-1]) + 1) / 2
    return phases, times_at_phase(stretch, phases)


def times_at_phase(stretch: GaitStretch, phases: FloatArray) -> FloatArray:
    """Invert the phase by Newton's method from a linear guess."""
    dense = np.linspace(stretch.start_s, stretch.end_s + 2.0, 1 + 50 * (stretch.n_strides + 4))
    times = np.interp(phases, stretch.phase(dense), dense)
    rate = stretch.phase.derivative()
    for _ in range(3):
        times = times - (stretch.phase(times) - phases) / rate(times)
    return np.asarray(times, np.float64)
