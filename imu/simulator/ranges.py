"""True ranges of a simulated step and stride: rise of the sacrum, tilt and rotation."""

from dataclasses import dataclass

import numpy as np

from imu.simulator.motion import make_timeline, pose_at
from imu.simulator.parameters import SimulationParameters
from imu.simulator.strides import GaitStretch, strike_times_s
from imu.simulator.truth import FINE_S
from imu.simulator.waveforms import FloatArray, evaluate


@dataclass(frozen=True, slots=True)
class TrueRange:
    """Ranges from one foot strike on: of height to the next strike, of angles over the stride.

    A turn of the heading is no rotation of the pelvis and is not in it.
    """

    foot_strike_s: float
    is_left: bool
    vertical_oscillation_m: float
    tilt_range_deg: float
    rotation_range_deg: float


def true_ranges(parameters: SimulationParameters) -> tuple[TrueRange, ...]:
    """Give the ranges of every stride that is fully under way, in order of time."""
    timeline = make_timeline(parameters)
    ranges: list[TrueRange] = []
    for stretch in timeline.stretches:
        fine = np.arange(stretch.start_s, stretch.end_s, FINE_S)
        tilt_deg = np.degrees(pose_at(timeline, fine).tilt.value)
        ranges.extend(_of_stretch(stretch, fine, tilt_deg))
    return tuple(ranges)


def _of_stretch(stretch: GaitStretch, fine_s: FloatArray, tilt_deg: FloatArray) -> list[TrueRange]:
    stride_s = 120.0 / stretch.gait.cadence_spm
    series = np.column_stack((stretch.shapes.up_mps2 * stride_s**2, stretch.shapes.rotation_deg))
    height, rotation = evaluate(series, stretch.phase(fine_s)).T
    phases, strikes = strike_times_s(stretch)
    ranges = []
    for k in range(len(strikes) - 2):
        if stretch.share(strikes[[k, k + 2]]).value.min() < 1.0 - 1e-9:
            continue
        first, middle, last = np.searchsorted(fine_s, strikes[k : k + 3])
        ranges.append(
            TrueRange(
                foot_strike_s=float(strikes[k]),
                is_left=bool(np.isclose(phases[k] % 1.0, 0.0)),
                vertical_oscillation_m=float(np.ptp(height[first:middle])),
                tilt_range_deg=float(np.ptp(tilt_deg[first:last])),
                rotation_range_deg=float(np.ptp(rotation[first:last])),
            )
        )
    return ranges
