"""Whether the sensor turned on the pelvis half-way, when, and how far.

A sensor that slips turns all six channels by one rotation at once, while the gait stays the same.
So the mean of the strides before, turned by one rotation, is the mean of those after.  A change of
pace or of slope changes the shape of the stride, which no rotation undoes, or takes its time.

Of slips put into 48 treadmill trials at half-time, all of 15 degrees are found, about any axis.  Of
10 degrees 48, 45 and 48 are (forward, side-to-side and vertical axis), of 8 degrees 48, 32 and 45.
None is found in these trials and in 72 walks as they are, nor in 144 simulated runs and walks with
changes of pace, hills, turns, stops, tracks, losses and swinging belts.

Near the first or last stride two strides on one side are enough where the gyroscope shows the slip
as well, six on the other side provided.  Of slips put into 12 of the trials a tenth of the run
(three or four strides) from either end, all of 15 to 90 degrees but one are found, about any axis,
and of 8 degrees all about the forward axis and 17 of 24 about the vertical.  Not found there: nods
below 12 degrees, which may be those of starting and stopping, and, of those that come a tenth
before the end, 5 of 12 half turns about the vertical, since strides around them count as a turn of
the body.
"""

from dataclasses import dataclass

import numpy as np
from scipy.spatial.transform import Rotation

from analysis.grid import Grid
from analysis.results import BoolArray, FloatArray
from analysis.slip_places import FEW, is_slip, nod, places
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
    stride_cycles,
    turn_between,
)

MAX_TRIES = 6  # places, of which each is likelier than the next
# Smaller nods that take longer may be a hill; see `analysis.slip_places`.
SURE_NOD_DEG = 9.5
MAX_NOD_S = 0.9
# Who starts or stops may nod as well: then few strides tell of nothing smaller.
SURE_NOD_OF_FEW_DEG = 12.0
# A slip turns gravity as well: it then points where it did within this.  A dozen strides and the
# next differ by 2.5 degrees at most in the 48 trials.
MAX_GRAVITY_DEG = 3.0
# Two strides differ from the others by 2.9 degrees, and one of them may be mixed.
MAX_GRAVITY_OF_FEW_DEG = 5.0
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
    for at in places(cycles, lateral)[:MAX_TRIES]:
        slip = _refined(cycles, at, grid, lateral)
        if slip is not None:
            return slip
    return None


def _refined(cycles: Cycles, at: int, grid: Grid, lateral: FloatArray) -> FoundSlip | None:
    """Find the stride in which the sensor slipped; None where the change is not sudden."""
    n, curves = len(cycles.start), cycles.curves
    near = np.arange(max(at - REFINE_STRIDES, FEW), min(at + REFINE_STRIDES, n - FEW))
    sides = _sides(curves, at)
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
        sides = _sides(curves, at)
    before, after = (side.mean(axis=0) for side in sides)
    turn, apart, left = turn_between(before, after)
    way = before @ turn.T - before
    last, next_ = sides[0][-NEAR_STRIDES:].mean(axis=0), sides[1][:NEAR_STRIDES].mean(axis=0)
    sudden = float(((next_ - last) * way).sum() / np.square(way).sum())
    if sudden < MIN_SUDDEN or not is_slip(turn, 1.0 - left / apart, lateral):
        return None
    n_strides = min(len(side) for side in sides)
    most_deg = MAX_GRAVITY_DEG if n_strides >= MIN_STRIDES - 1 else MAX_GRAVITY_OF_FEW_DEG
    if _gravity_off_deg(before, after, turn) > most_deg:
        return None
    slip = timed(
        FoundSlip(
            int(cycles.end[at - 1]),
            int(cycles.start[at + 1]),
            turn,
            float(np.median(cycles.end[near] - cycles.start[near])),
            n_strides,
        ),
        grid,
        later=len(sides[1]) > len(sides[0]),
    )
    return slip if _is_sure(slip, grid, lateral) else None


def _sides(curves: FloatArray, at: int) -> tuple[FloatArray, FloatArray]:
    """Strides before and after the one in which the sensor slipped."""
    return curves[max(at - STRIDES, 0) : at], curves[at + 1 : at + 1 + STRIDES]


def _is_sure(slip: FoundSlip, grid: Grid, lateral: FloatArray) -> bool:
    """Whether it is no hill, and seen by the gyroscope where few strides tell of it."""
    angle, is_nod = angle_deg(slip.turn), nod(slip.turn, lateral) > 0.5
    if slip.n_strides < MIN_STRIDES - 1 and not (
        slip.seen and (angle > SURE_NOD_OF_FEW_DEG or not is_nod)
    ):
        return False
    like_a_hill = is_nod and angle < SURE_NOD_DEG
    return not (like_a_hill and slip.stop - slip.start > MAX_NOD_S * grid.rate_hz)


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
