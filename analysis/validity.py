"""Why a stance is left out: each reason is a mask over the stances, the first that holds counts.

Nothing is removed here.  A stance that is left out keeps its row, its times and its side.
"""

import numpy as np
from scipy.ndimage import median_filter

from analysis.events import Events
from analysis.filters import low_pass
from analysis.grid import Grid, lost_before
from analysis.results import BoolArray, FloatArray
from analysis.stances import Exclusion
from analysis.steps import Steps

MAX_GAP_S = 0.2  # longer gaps exclude, shorter ones are bridged
MIN_RECORDED_SHARE = 0.5  # of the samples of a stance
TURN_DEG = 90.0
TURN_WINDOW_S = 2.0
# Stride-by-stride rotation is above 0.6 Hz; a turn is slower.
TURN_CUTOFF_HZ = 0.5
# A step this much longer or shorter than its eleven neighbours' median is a stumble or a hop.
STUMBLE_RATIO = 1.35
N_NEIGHBOURS = 11


def turning_mask(turning_radps: FloatArray, grid: Grid) -> BoolArray:
    """Grid samples around which the pelvis turns by more than 90 degrees within 2 s.

    Parameters
    ----------
    turning_radps : FloatArray, shape (n,)
        Rate of turn about the vertical.
    grid : Grid
    """
    n, half = len(turning_radps), round(TURN_WINDOW_S / 2 * grid.rate_hz)
    heading: FloatArray = np.empty(n + 2 * half)
    inside = heading[half : half + n]
    np.cumsum(low_pass(turning_radps, TURN_CUTOFF_HZ, grid), out=inside)
    heading[:half], heading[half + n :] = inside[0], inside[-1]
    turned = heading[2 * half :] - heading[:n]
    mask: BoolArray = np.abs(turned, out=turned) > np.radians(TURN_DEG) * grid.rate_hz
    return mask


def step_turns(turning: BoolArray, steps: Steps) -> BoolArray:
    """Whether each step lies in a turn, shape (n_steps,)."""
    at = np.clip(np.round(steps.index).astype(np.intp), 0, len(turning) - 1)
    inside: BoolArray = turning[at]
    return inside


def exclusions(
    events: Events, steps: Steps, grid: Grid, *, turning: BoolArray, clipped_s: FloatArray
) -> tuple[Exclusion | None, ...]:
    """Reason to leave out each stance, or None.

    Parameters
    ----------
    events : Events
    steps : Steps
    grid : Grid
    turning : BoolArray, shape (n,)
        From `turning_mask`.
    clipped_s : FloatArray, shape (n_clipped,)
        Times of the samples at the end of the sensor's range.
    """
    start = events.foot_strike_s
    end = np.where(np.isfinite(events.toe_off_s), events.toe_off_s, start + 0.2)
    masks = (
        (Exclusion.EDGE, start < grid.t_s[0]),
        (Exclusion.GAP, _in_gap(start, end, grid)),
        (Exclusion.CLIPPED, np.searchsorted(clipped_s, end) > np.searchsorted(clipped_s, start)),
        (Exclusion.NO_TOE_OFF, ~np.isfinite(events.toe_off_s)),
        (Exclusion.TURN, step_turns(turning, steps)),
        (Exclusion.STUMBLE, _stumbles(steps)),
    )
    reasons: list[Exclusion | None] = [None] * len(start)
    for reason, mask in reversed(masks):
        for k in np.flatnonzero(mask).tolist():
            reasons[k] = reason
    return tuple(reasons)


def _in_gap(start_s: FloatArray, end_s: FloatArray, grid: Grid) -> BoolArray:
    """Stances that touch a gap of more than 0.2 s, or whose samples are half missing."""
    lost = ~grid.recorded
    edges = np.flatnonzero(np.diff(np.concatenate(([False], lost, [False]))))
    first, stop = edges[::2], edges[1::2]
    long = (stop - first) > MAX_GAP_S * grid.rate_hz
    gap_start, gap_end = grid.t_s[first[long]], grid.t_s[stop[long] - 1]
    # A gap touches the stance where the number of gaps begun before its end exceeds the number
    # ended before its start.
    touched = np.searchsorted(gap_start, end_s) > np.searchsorted(gap_end, start_s)
    a, b = np.searchsorted(grid.t_s, start_s), np.searchsorted(grid.t_s, end_s)
    share = 1 - (lost_before(b, grid) - lost_before(a, grid)) / np.maximum(b - a, 1)
    result: BoolArray = touched | (share < MIN_RECORDED_SHARE)
    return result


def _stumbles(steps: Steps) -> BoolArray:
    """Stances whose step takes much longer or shorter than those around it."""
    stumbles = np.zeros(len(steps.index), bool)
    for bout in steps.bouts():
        times = np.diff(steps.index[bout])
        if not len(times):
            continue
        usual = median_filter(times, min(N_NEIGHBOURS, len(times)), mode="nearest")
        ratio = times / usual
        odd = (ratio > STUMBLE_RATIO) | (ratio < 1 / STUMBLE_RATIO)
        stumbles[bout][:-1] |= odd
    return stumbles
