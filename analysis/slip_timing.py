"""The moment at which the sensor slipped, from the gyroscope."""

from dataclasses import dataclass, replace

import numpy as np
from scipy.spatial.transform import Rotation

from analysis.grid import Grid
from analysis.results import FloatArray
from analysis.stride_cycles import STRIDES

# The gyroscope is asked for the moment where the strides around leave no more than this open.
MAX_TIMED_STRIDES = 12
RAMPS_S = (0.2, 0.3, 0.4, 0.6, 0.8, 1.2, 1.6)  # durations of a slip that are tried
# From here on the stride does not tell which way the sensor turned.  A turn of 180 degrees is
# measured within 6 where few strides tell of it.
HALF_TURN_RAD = 2.9
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
    n_strides : int
        Strides that the turn was read from, on the side that has fewer.
    seen : bool
        Whether the gyroscope shows it: then start and stop are known well.
    """

    start: int
    stop: int
    turn: FloatArray
    stride: float
    n_strides: int = STRIDES
    seen: bool = False


def timed(slip: FoundSlip, grid: Grid, *, later: bool = False) -> FoundSlip:
    """Narrow the samples down to those in which the gyroscope shows the slip.

    About the axis of the slip the turning rate is that of some strides earlier, but for the slip
    itself, since a turn about an axis leaves what is along it.

    Parameters
    ----------
    slip : FoundSlip
        Between the strides before it and those after.
    grid : Grid
    later : bool
        Compare with some strides later instead.
    """
    rotation = Rotation.from_matrix(slip.turn).as_rotvec()
    stride, n = slip.stride, len(grid.t_s)
    a, b = slip.start - round(WIDER * stride), slip.stop + round(WIDER * stride)
    # The strides next to it may be mixed, too.
    half = round(stride / 2)
    whole = replace(slip, start=max(slip.start - half, 1), stop=min(slip.stop + half, n))
    if grid.gyr_radps is None or b - a > MAX_TIMED_STRIDES * stride:
        return whole
    # Three strides earlier or later, each one stride apart, since one is not quite like the other.
    shift = round(stride) if later else -round(stride)
    lag = shift * int(np.ceil((b - a) / stride))
    if min(a, a + lag + 2 * shift) < 0 or max(b, b + lag + 2 * shift) > n:
        return whole
    # What the sensor itself turns by is against what the movement seems to turn by.
    size = float(np.linalg.norm(rotation))
    axis = -rotation / size
    usual = sum(grid.gyr_radps[k : k + b - a] @ axis for k in a + lag + shift * np.arange(3)) / 3.0
    share = np.cumsum(grid.gyr_radps[a:b] @ axis - usual) / grid.rate_hz / size
    if size > HALF_TURN_RAD:
        share = np.sign(share[-1]) * share  # half a turn to either side is the same
    if not 0.5 < share[-1] < 1.5:
        return whole
    first, last = _ramp(share / share[-1], grid.rate_hz)
    return replace(slip, start=max(a + first, 1), stop=min(a + last, b), seen=True)


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
