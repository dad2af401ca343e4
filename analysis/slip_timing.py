"""The moment at which the sensor slipped, from the gyroscope."""

from dataclasses import dataclass

import numpy as np
from scipy.spatial.transform import Rotation

from analysis.grid import Grid
from analysis.results import FloatArray

# The gyroscope is asked for the moment where the strides around leave no more than this open.
MAX_TIMED_STRIDES = 12
RAMPS_S = (0.2, 0.3, 0.4, 0.6, 0.8, 1.2, 1.6)  # durations of a slip that are tried
HALF_TURN_RAD = 3.0
RAMP_MARGIN_S = 0.1  # a turn starts and ends smoothly, and the moment is known so well
WIDER = 1.5  # strides to look beyond them, since single strides tell a small turn badly


@dataclass(frozen=True, slots=True)
class FoundSlip:
    """A slip in sensor axes and on the grid.

    Attributes
    ----------
    start, stop : int
        Half-open range of grid samples that the slip lies in.
    turn : FloatArray, shape (3, 3)
        ``after = before @ turn.T``: what the same movement reads after the slip.
    stride : float
        Grid samples per stride around it.
    """

    start: int
    stop: int
    turn: FloatArray
    stride: float


def timed(start: int, stop: int, turn: FloatArray, stride: float, grid: Grid) -> FoundSlip:
    """Narrow the samples down to those in which the gyroscope shows the slip.

    About the axis of the slip the turning rate is that of some strides earlier, but for the slip
    itself, since a turn about an axis leaves what is along it.
    """
    rotation = Rotation.from_matrix(turn).as_rotvec()
    a, b = start - round(WIDER * stride), stop + round(WIDER * stride)
    lag = round(stride) * int(np.ceil((b - a) / stride))
    # Three strides earlier, each one stride apart, since one is not quite like the other.
    earliest = a - lag - 2 * round(stride)
    # The strides next to it may be mixed, too.
    half = round(stride / 2)
    whole = FoundSlip(max(start - half, 1), min(stop + half, len(grid.t_s)), turn, stride)
    if grid.gyr_radps is None or b - a > MAX_TIMED_STRIDES * stride:
        return whole
    if earliest < 0 or b > len(grid.t_s):
        return whole
    # What the sensor itself turns by is against what the movement seems to turn by.
    size = float(np.linalg.norm(rotation))
    along = grid.gyr_radps[earliest:b] @ (-rotation / size)
    shift = round(stride)
    usual = sum(along[k * shift : k * shift + b - a] for k in range(3)) / 3.0
    share = np.cumsum(along[-(b - a) :] - usual) / grid.rate_hz / size
    if size > HALF_TURN_RAD:
        share = np.sign(share[-1]) * share  # half a turn to either side is the same
    if not 0.5 < share[-1] < 1.5:
        return whole
    first, last = _ramp(share / share[-1], grid.rate_hz)
    return FoundSlip(max(a + first, 1), min(a + last, b), turn, stride)


def _ramp(share: FloatArray, rate_hz: float) -> tuple[int, int]:
    """Half-open range of the straight rise from 0 to 1 that fits a curve best, shape (n,)."""
    at = np.arange(len(share))
    best, found = np.inf, (0, len(share))
    for duration_s in RAMPS_S:
        n = max(2, round(duration_s * rate_hz))
        first = np.arange(0, max(len(share) - n, 1), 2)
        rises = np.clip((at - first[:, None]) / n, 0.0, 1.0)
        errors = np.square(rises - share).sum(axis=1)
        k = int(np.argmin(errors))
        if errors[k] < best:
            best, found = float(errors[k]), (int(first[k]), min(int(first[k]) + n, len(share)))
    margin = round(RAMP_MARGIN_S * rate_hz)
    return max(found[0] - margin, 0), min(found[1] + margin, len(share))
