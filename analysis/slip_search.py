"""Whether the sensor turned on the pelvis half-way, when, and how far.

A sensor that slips turns all six channels by one rotation at once, while the gait stays the same.
So the mean of the strides before, turned by one rotation, is the mean of those after.  A change of
pace or of slope changes the shape of the stride, which no rotation undoes, or takes its time.

Of slips put into 48 treadmill trials at half-time, all of 15 degrees are found, about any axis.  Of
10 degrees 48, 45 and 48 are (forward, side-to-side and vertical axis), of 8 degrees 48, 32 and 45.
None is found in these trials and in 72 walks as they are, nor in 144 simulated runs and walks with
changes of pace, hills, turns, stops, tracks, losses and swinging belts.  Ten strides are needed on
either side.
"""

from dataclasses import dataclass

import numpy as np
from scipy.spatial.transform import Rotation

from analysis.grid import Grid
from analysis.results import BoolArray, FloatArray
from analysis.slip_timing import FoundSlip, timed
from analysis.slip_turns import turns_apart
from analysis.steps import Steps
from analysis.stride_cycles import (
    MAX_RATE_CHANGE,
    MIN_STRIDES,
    N_PHASES,
    STRIDES,
    Cycles,
    angle_deg,
    nearly_turned,
    stride_cycles,
    turn_between,
)

BLOCK = 4  # strides that are looked at together at first
MIN_BLOCKS, MAX_BLOCKS = 2, STRIDES // BLOCK
# Largest natural turn between neighbouring dozens of strides in the 48 trials: 2.7 degrees.
MIN_ANGLE_DEG = 6.0
# A hill tilts the pelvis: by 8.5 degrees where a simulated slope of -14 % turns into one of 15 %,
# in a second or more.  So turns about the side-to-side axis have to be larger, and the smaller of
# them quicker.
MIN_NOD_DEG = 7.0
SURE_NOD_DEG = 9.5
MAX_NOD_S = 0.9
# A slip turns gravity as well: it then points where it did within this.  A dozen strides and the
# next differ by 2.5 degrees at most in the 48 trials.
MAX_GRAVITY_DEG = 3.0
# Share of the difference between the two sides that one rotation takes away, from the smallest
# angles to those of 20 degrees and more.  Measured: 0.2 and more for slips of 8 degrees put into
# the 48 trials, 0.5 for 15 degrees; 0.23 at most where strides in a turn look like a large slip.
MIN_EXPLAINED = (0.2, 0.5)
LARGE_ANGLE_DEG = 20.0
# A slip is over within seconds: from these strides before it to these after it lies most of the
# way.  A creep over eight strides and more stays below.
NEAR_STRIDES = 4
MIN_SUDDEN = 0.6
REFINE_STRIDES = 6
MAX_SLIPS = 6


@dataclass(frozen=True, slots=True)
class SlipSearch:
    """What was found.

    Attributes
    ----------
    slips : tuple of FoundSlip
        In order of time.
    creep_rad : FloatArray, shape (3,)
        Rotation vector in sensor axes by which the sensor turned slowly from the first to the
        last third of the strides, without the slips; zero where that cannot be told.
    """

    slips: tuple[FoundSlip, ...]
    creep_rad: FloatArray


NOTHING_FOUND = SlipSearch((), np.zeros(3))


def find_slips(grid: Grid, steps: Steps, usable: BoolArray, lateral: FloatArray) -> SlipSearch:
    """Find where the sensor slipped, in order of time.

    Parameters
    ----------
    grid : Grid
        With gyroscope; otherwise nothing is found.
    steps : Steps
    usable : BoolArray, shape (n_steps,)
        Steps whose stride may be used (no turn).
    lateral : FloatArray, shape (3,)
        Side-to-side axis of the pelvis in sensor axes.

    Returns
    -------
    SlipSearch
        Each ``turn`` is that of its own slip alone.
    """
    raw = [stride_cycles(grid, steps, usable & kind) for kind in (steps.running, ~steps.running)]
    gaits = raw
    found: list[FoundSlip] = []
    while len(found) < MAX_SLIPS:
        slips = [
            s for s in (_largest_slip(cycles, grid, lateral) for cycles in gaits) if s is not None
        ]
        if not slips:
            break
        # The slip that is known best in time: the other gait may see it late.
        slip = min(slips, key=lambda s: s.stop - s.start)
        found.append(slip)
        gaits = [_turned_back(cycles, slip) for cycles in gaits]
    in_time = turns_apart(found, raw)
    longest = max(raw, key=lambda cycles: len(cycles.start))
    for slip in reversed(in_time):
        longest = _turned_back(longest, slip)
    return SlipSearch(in_time, _creep_rad(longest))


def _largest_slip(cycles: Cycles, grid: Grid, lateral: FloatArray) -> FoundSlip | None:
    """Find the slip that explains most of the differences in this gait."""
    n = len(cycles.start) // BLOCK
    # Blocks of strides; the slip lies in the block before the first one after it, or at its edge.
    first = np.arange(MIN_BLOCKS + 1, n - MIN_BLOCKS + 1)
    if not len(first):
        return None
    curves = cycles.curves[: n * BLOCK]
    total = _summed(curves.reshape(n, BLOCK, *curves.shape[1:]).mean(axis=1))
    log_s = np.log(cycles.end - cycles.start)[: n * BLOCK]
    log_total = _summed(log_s.reshape(n, BLOCK).mean(axis=1))
    low, high = np.maximum(first - 1 - MAX_BLOCKS, 0), np.minimum(first + MAX_BLOCKS, n)
    n_before, n_after = first - 1 - low, high - first
    before = (total[first - 1] - total[low]) / n_before[:, None, None]
    after = (total[high] - total[first]) / n_after[:, None, None]
    change = (log_total[high] - log_total[first]) / n_after
    change -= (log_total[first - 1] - log_total[low]) / n_before
    likely = np.abs(change) < MAX_RATE_CHANGE
    likely &= nearly_turned(before, after) > MIN_ANGLE_DEG / 2
    first, before, after = first[likely], before[likely], after[likely]
    turn, apart, left = turn_between(before, after)
    explained = apart - left
    likely = _is_slip(turn, explained / apart, lateral)
    for k in sorted(np.flatnonzero(likely).tolist(), key=lambda k: -explained[k])[:MAX_SLIPS]:
        slip = _refined(cycles, int(first[k]) * BLOCK - BLOCK // 2, grid, lateral)
        if slip is not None:
            return slip
    return None


def _summed(values: FloatArray) -> FloatArray:
    """Give the sums of the first 0, 1, ... n rows."""
    total: FloatArray = np.cumsum(np.concatenate((np.zeros_like(values[:1]), values)), axis=0)
    return total


def _is_slip(turn: FloatArray, explained: FloatArray, lateral: FloatArray) -> BoolArray:
    """Whether turns, shape (..., 3, 3), that explain these shares are large and clear enough."""
    angle = angle_deg(turn)
    smallest = MIN_ANGLE_DEG + (MIN_NOD_DEG - MIN_ANGLE_DEG) * _nod(turn, lateral)
    share = np.interp(angle, (MIN_ANGLE_DEG, LARGE_ANGLE_DEG), MIN_EXPLAINED)
    slip: BoolArray = (angle > smallest) & (explained > share)
    return slip


def _nod(turn: FloatArray, lateral: FloatArray) -> FloatArray:
    """How far turns, shape (..., 3, 3), are about the side-to-side axis, 0 to 1."""
    # The axis of a turn is that of what the matrix is skew by.
    skew = turn - np.swapaxes(turn, -1, -2)
    vector = np.stack((skew[..., 2, 1], skew[..., 0, 2], skew[..., 1, 0]), axis=-1)
    squares = np.maximum(np.square(vector).sum(axis=-1), 1e-12)
    nod: FloatArray = np.square(vector @ lateral) / squares
    return nod


def _refined(cycles: Cycles, first: int, grid: Grid, lateral: FloatArray) -> FoundSlip | None:
    """Find the stride in which the sensor slipped; None where the change is not sudden."""
    n, curves = len(cycles.start), cycles.curves
    near = np.arange(max(first - REFINE_STRIDES, 1), min(first + REFINE_STRIDES, n - 1))
    sides = [curves[max(near[0] - STRIDES, 0) : first - 1], curves[first : near[-1] + STRIDES]]
    at = first
    for _ in range(2):
        before, after = (side.mean(axis=0) for side in sides)
        # Only what the rotation changes: the rest varies from stride to stride.
        way = before @ turn_between(before, after)[0].T - before
        along = ((curves[near] - before) * way).sum((1, 2)) / np.square(way).sum()
        # The stride that splits best: those before it lie near 0, those after it near 1.
        cost = along**2
        cost_before = np.cumsum(cost) - cost
        cost_after = np.cumsum(((along - 1.0) ** 2)[::-1])[::-1] - (along - 1.0) ** 2
        at = int(near[np.argmin(cost_before + cost_after)])
        sides = [curves[max(at - STRIDES, 0) : at], curves[at + 1 : at + 1 + STRIDES]]
    if min(len(side) for side in sides) < MIN_STRIDES - 1:
        return None
    before, after = (side.mean(axis=0) for side in sides)
    turn, apart, left = turn_between(before, after)
    way = before @ turn.T - before
    last, next_ = sides[0][-NEAR_STRIDES:].mean(axis=0), sides[1][:NEAR_STRIDES].mean(axis=0)
    sudden = float(((next_ - last) * way).sum() / np.square(way).sum())
    if sudden < MIN_SUDDEN or not _is_slip(turn, 1.0 - left / apart, lateral):
        return None
    stride = float(np.median(cycles.end[near] - cycles.start[near]))
    if _gravity_off_deg(before, after, turn) > MAX_GRAVITY_DEG:
        return None
    slip = timed(int(cycles.end[at - 1]), int(cycles.start[at + 1]), turn, stride, grid)
    like_a_hill = _nod(turn, lateral) > 0.5 and angle_deg(turn) < SURE_NOD_DEG
    return None if like_a_hill and slip.stop - slip.start > MAX_NOD_S * grid.rate_hz else slip


def _gravity_off_deg(before: FloatArray, after: FloatArray, turn: FloatArray) -> float:
    """Angle that a turn leaves between the mean specific forces of two mean strides."""
    a, b = (side[:N_PHASES].mean(axis=0) for side in (before @ turn.T, after))
    return float(np.degrees(np.arctan2(np.linalg.norm(np.cross(a, b)), a @ b)))


def _creep_rad(cycles: Cycles) -> FloatArray:
    """Rotation vector from the first to the last third of the strides of one gait."""
    third = len(cycles.start) // 3
    if third < MIN_STRIDES:
        return np.zeros(3)
    duration_s = cycles.end - cycles.start
    change = np.log(duration_s[-third:].mean() / duration_s[:third].mean())
    if abs(change) > MAX_RATE_CHANGE:
        return np.zeros(3)
    turn, _, _ = turn_between(cycles.curves[:third].mean(axis=0), cycles.curves[-third:].mean(0))
    vector: FloatArray = Rotation.from_matrix(turn).as_rotvec()
    return vector


def _turned_back(cycles: Cycles, slip: FoundSlip) -> Cycles:
    """Turn the strides after a slip back to what they would have been without it."""
    curves = cycles.curves.copy()
    later = cycles.start >= (slip.start + slip.stop) / 2
    curves[later] = curves[later] @ slip.turn
    return Cycles(curves, cycles.start, cycles.end)
