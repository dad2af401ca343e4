"""Where in a gait the sensor may have slipped: strides whose two sides one rotation makes alike.

Inside a gait blocks of strides are compared first; near its ends, where fewer strides than two
blocks are left on one side, every stride is tried.
"""

import numpy as np

from analysis.results import BoolArray, FloatArray, IntArray
from analysis.stride_cycles import (
    MAX_RATE_CHANGE,
    STRIDES,
    Cycles,
    angle_deg,
    nearly_turned,
    turn_between,
)

BLOCK = 4  # strides that are looked at together at first
MIN_BLOCKS, MAX_BLOCKS = 2, STRIDES // BLOCK
# Fewest strides on one side, and then on the other.
FEW, MANY = 2, 6
NEAR_END = (MIN_BLOCKS + 1) * BLOCK  # strides from the ends that are tried one by one
# Largest natural turn between neighbouring dozens of strides in the 48 trials: 2.7 degrees.
MIN_ANGLE_DEG = 6.0
# A hill tilts the pelvis: by 8.5 degrees where a simulated slope of -14 % turns into one of 15 %,
# in a second or more.  So turns about the side-to-side axis have to be larger.
MIN_NOD_DEG = 7.0
# Share of the difference between the two sides that one rotation takes away, from the smallest
# angles to those of 20 degrees and more.  Measured: 0.2 and more for slips of 8 degrees put into
# the 48 trials, 0.5 for 15 degrees; 0.23 at most where strides in a turn look like a large slip.
MIN_EXPLAINED = (0.2, 0.5)
LARGE_ANGLE_DEG = 20.0


def places(cycles: Cycles, lateral: FloatArray) -> list[int]:
    """Strides in which the sensor may have slipped, the most likely first.

    Parameters
    ----------
    cycles : Cycles
    lateral : FloatArray, shape (3,)
        Side-to-side axis of the pelvis in sensor axes.
    """
    found = [*_between_blocks(cycles, lateral), *_near_ends(cycles, lateral)]
    return [at for _, at in sorted(found, reverse=True)]


def is_slip(turn: FloatArray, explained: FloatArray | float, lateral: FloatArray) -> BoolArray:
    """Whether turns, shape (..., 3, 3), that explain these shares are large and clear enough."""
    angle = angle_deg(turn)
    smallest = MIN_ANGLE_DEG + (MIN_NOD_DEG - MIN_ANGLE_DEG) * nod(turn, lateral)
    share = np.interp(angle, (MIN_ANGLE_DEG, LARGE_ANGLE_DEG), MIN_EXPLAINED)
    slip: BoolArray = (angle > smallest) & (explained > share)
    return slip


def nod(turn: FloatArray, lateral: FloatArray) -> FloatArray:
    """How far turns, shape (..., 3, 3), are about the side-to-side axis, 0 to 1."""
    # The axis of a turn is that of what the matrix is skew by.
    skew = turn - np.swapaxes(turn, -1, -2)
    vector = np.stack((skew[..., 2, 1], skew[..., 0, 2], skew[..., 1, 0]), axis=-1)
    squares = np.maximum(np.square(vector).sum(axis=-1), 1e-12)
    share: FloatArray = np.square(vector @ lateral) / squares
    return share


def _between_blocks(cycles: Cycles, lateral: FloatArray) -> list[tuple[float, int]]:
    """Explained difference and stride of the places between blocks."""
    n = len(cycles.start) // BLOCK
    # The slip lies in the block before the first one after it, or at its edge.
    first = np.arange(MIN_BLOCKS + 1, n - MIN_BLOCKS + 1)
    if not len(first):
        return []
    curves = cycles.curves[: n * BLOCK]
    blocks = curves.reshape(n, BLOCK, *curves.shape[1:]).mean(axis=1)
    log_s = np.log(cycles.end - cycles.start)[: n * BLOCK].reshape(n, BLOCK).mean(axis=1)
    found = _likely(blocks, log_s, first - 1, MAX_BLOCKS, lateral)
    return [(explained, (at + 1) * BLOCK - BLOCK // 2) for explained, at in found]


def _near_ends(cycles: Cycles, lateral: FloatArray) -> list[tuple[float, int]]:
    """Explained difference and stride of the places near the first and the last stride."""
    n = len(cycles.start)
    found: list[tuple[float, int]] = []
    log_s = np.log(cycles.end - cycles.start)
    at = np.arange(FEW, n - FEW)
    halves = [at[at < NEAR_END], at[at >= max(n - NEAR_END, NEAR_END)]]
    # One look at both ends of a few strides is faster than two.
    for at in halves if n > 2 * (NEAR_END + STRIDES) else [np.concatenate(halves)]:
        at = at[(at >= MANY) | (n - 1 - at >= MANY)]  # noqa: PLW2901
        if len(at):
            a, b = max(int(at[0]) - STRIDES, 0), int(at[-1]) + 1 + STRIDES
            likely = _likely(cycles.curves[a:b], log_s[a:b], at - a, STRIDES, lateral)
            found += [(explained, k + a) for explained, k in likely]
    return found


def _likely(
    curves: FloatArray, log_s: FloatArray, at: IntArray, reach: int, lateral: FloatArray
) -> list[tuple[float, int]]:
    """Explained difference and place, of those where one rotation makes the sides alike.

    Parameters
    ----------
    curves : FloatArray, shape (n, 2 * 16, 3)
    log_s : FloatArray, shape (n,)
        Logarithm of the duration of each stride.
    at : IntArray, shape (m,)
        Places to try, which count for neither side.
    reach : int
        How many on each side are compared.
    lateral : FloatArray, shape (3,)
    """
    total, log_total = _summed(curves), _summed(log_s)
    low, high = np.maximum(at - reach, 0), np.minimum(at + 1 + reach, len(curves))
    n_before, n_after = at - low, high - at - 1
    before = (total[at] - total[low]) / n_before[:, None, None]
    after = (total[high] - total[at + 1]) / n_after[:, None, None]
    change = (log_total[high] - log_total[at + 1]) / n_after
    change -= (log_total[at] - log_total[low]) / n_before
    likely = np.abs(change) < MAX_RATE_CHANGE
    likely &= nearly_turned(before, after) > MIN_ANGLE_DEG / 2
    at, before, after = at[likely], before[likely], after[likely]
    turn, apart, left = turn_between(before, after)
    explained = apart - left
    slip = is_slip(turn, explained / apart, lateral)
    return list(zip(explained[slip].tolist(), at[slip].tolist(), strict=True))


def _summed(values: FloatArray) -> FloatArray:
    """Give the sums of the first 0, 1, ... n rows."""
    total: FloatArray = np.cumsum(np.concatenate((np.zeros_like(values[:1]), values)), axis=0)
    return total
