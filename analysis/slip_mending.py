"""Signals as they would have been without the slips.

After a slip the sensor's axes are others.  Turned back into those before it, the rest of the
recording can be analysed as if nothing had happened; the standing zero holds for it as far as the
gait has stayed the same.  While the sensor slips, what it reads is its own movement: there the mean
of the strides around takes its place, and the stances are left out.
"""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from scipy.spatial.transform import Rotation

from analysis.events import Events
from analysis.geometry import turned
from analysis.grid import MAX_BRIDGED_S, Grid
from analysis.results import FloatArray
from analysis.slip import Slip, axis_words
from analysis.slip_timing import FoundSlip
from analysis.stances import Exclusion

# What re-alignment adds to the error of peak drop, and what it adds beside that with one stride,
# over slips of 15 and 30 degrees about each axis that were put into 48 treadmill trials.  Root mean
# squares: 0.45, 0.54, 0.55, 0.64, 0.60 and 0.81 deg for 13 to 16, 9 to 12, 6 to 8, 4 or 5, 3 and 2
# strides on the side that has fewer.
SLIP_SE_DEG = 0.42
SLIP_SE_OF_A_STRIDE_DEG = 0.8
N_STRIDES = 3  # on each side that stand in for the stride in which the sensor slips


def without_slips(grid: Grid, slips: Sequence[FoundSlip]) -> Grid:
    """Turn what comes after each slip back into the axes before it.

    Parameters
    ----------
    grid : Grid
        With gyroscope.
    slips : sequence of FoundSlip
        In order of time.

    Returns
    -------
    Grid
        Samples of a short slip are filled in and count as not recorded; a slip that is known less
        well in time parts two segments.
    """
    if grid.gyr_radps is None or not slips:
        return grid
    channels = [grid.acc_mps2.copy(), grid.gyr_radps.copy()]
    recorded, cuts = grid.recorded.copy(), []
    back = np.eye(3)
    moments = [_moment(grid, slip) for slip in slips]
    ends = [*moments[1:], len(grid.t_s)]
    for slip, start, stop in zip(slips, moments, ends, strict=True):
        back = back @ slip.turn.T
        for signal in channels:
            signal[start:stop] = turned(signal[start:stop], back)
    for slip, moment in zip(slips, moments, strict=True):
        if slip.stop - slip.start > MAX_BRIDGED_S * grid.rate_hz:
            cuts.append(moment)
            continue
        recorded[slip.start : slip.stop] = False
        for signal in channels:
            _fill(signal, slip)
    acc, gyr = channels
    segments = _parted(grid.segments, cuts)
    return replace(grid, acc_mps2=acc, gyr_radps=gyr, recorded=recorded, segments=segments)


def slip_se_deg(grid: Grid, slips: Sequence[FoundSlip]) -> FloatArray:
    """Give the standard error that re-alignment leaves in the obliquity, shape (n,)."""
    variance = np.zeros(len(grid.t_s))
    for slip in slips:
        variance[slip.start :] += realignment_se_deg(slip.n_strides) ** 2
    return np.sqrt(variance)


def realignment_se_deg(n_strides: int) -> float:
    """Give the standard error that one slip leaves in the obliquity after it.

    Parameters
    ----------
    n_strides : int
        That its turn was read from, on the side that has fewer.
    """
    return float(np.hypot(SLIP_SE_DEG, SLIP_SE_OF_A_STRIDE_DEG / np.sqrt(n_strides)))


def reasons_with_slips(
    reasons: tuple[Exclusion | None, ...], events: Events, grid: Grid, slips: Sequence[FoundSlip]
) -> tuple[Exclusion | None, ...]:
    """Reasons to leave out stances, with those during which the sensor slips."""
    start_s = events.foot_strike_s
    end_s = np.where(np.isfinite(events.toe_off_s), events.toe_off_s, start_s + 0.2)
    with_slips = list(reasons)
    for slip in slips:
        first_s, last_s = grid.t_s[slip.start], grid.t_s[slip.stop - 1]
        for k in np.flatnonzero((start_s <= last_s) & (end_s >= first_s)).tolist():
            with_slips[k] = Exclusion.SLIP
    return tuple(with_slips)


def told_slips(grid: Grid, slips: Sequence[FoundSlip], matrix: FloatArray) -> tuple[Slip, ...]:
    """Slips as they are told.

    Parameters
    ----------
    grid : Grid
    slips : sequence of FoundSlip
    matrix : FloatArray, shape (3, 3)
        Sensor axes before the first slip to pelvis axes.
    """
    told = []
    to_pelvis = matrix
    for slip in slips:
        vector = to_pelvis @ Rotation.from_matrix(slip.turn).as_rotvec()
        angle = float(np.linalg.norm(vector))
        start_s, end_s = float(grid.t_s[slip.start]), float(grid.t_s[slip.stop - 1])
        x, y, z = (vector / angle).tolist()
        middle_s = (start_s + end_s) / 2
        told.append(Slip(middle_s, start_s, end_s, float(np.degrees(angle)), axis_words((x, y, z))))
        to_pelvis = to_pelvis @ slip.turn.T
    return tuple(told)


def _moment(grid: Grid, slip: FoundSlip) -> int:
    """Sample from which on the axes are others: behind a pause, where one lies in the slip."""
    behind = [start for start, _ in grid.segments if slip.start < start < slip.stop]
    return behind[0] if behind else (slip.start + slip.stop) // 2


def _fill(signal: FloatArray, slip: FoundSlip) -> None:
    """Put the strides before, going over into those after, where the sensor slips; in place."""
    at = np.arange(slip.start, slip.stop)
    n_strides = int(np.ceil(len(at) / slip.stride)) + np.arange(N_STRIDES)
    share = ((at - slip.start + 0.5) / len(at))[:, None]
    total = np.zeros((len(at), 3))
    for sign, weight in ((-1, 1.0 - share), (1, share)):
        for k in n_strides.tolist():
            source = np.clip(at + sign * round(k * slip.stride), 0, len(signal) - 1)
            total += weight * signal[source] / N_STRIDES
    signal[slip.start : slip.stop] = total


def _parted(
    segments: tuple[tuple[int, int], ...], cuts: Sequence[int]
) -> tuple[tuple[int, int], ...]:
    """Part the segments at some samples."""
    starts = sorted({start for start, _ in segments} | set(cuts))
    stops = [*starts[1:], segments[-1][1]]
    return tuple(zip(starts, stops, strict=True))
