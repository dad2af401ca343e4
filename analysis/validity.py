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
# Samples per second that a stance needs, whatever the lengths of its gaps: events are read below
# 10 Hz (`analysis.events`), which takes more than 20.  With 55 % of the samples of treadmill runs
# dropped at random, strikes are off by 10 ms where 25 to 37 a second are left, by 7 ms where 50
# to 62 are, and by 14 to 21 ms below 25.
MIN_RECORDED_HZ = 25.0
DEFAULT_STANCE_S = 0.2  # where the toe-off is not known
# The orientation filter starts anew before and behind a gyroscope that stands still: three of its
# time constants; see `analysis.orientation`.
SETTLING_S = 3.0
TURN_DEG = 90.0
TURN_WINDOW_S = 2.0
# Stride-by-stride rotation is above 0.6 Hz; a turn is slower.
TURN_CUTOFF_HZ = 0.5
# A stance in which the pelvis turns more slowly than this lies beside the turn.  Walking straight
# ahead 95 % of the stances stay below 8 deg/s and 99 % below 16 (12 people, 72 walks).  A filter
# slower than this one smears a turn over half a second on both sides.
MIN_TURNING_DEG_PER_S = 15.0
STANCE_CUTOFF_HZ = 0.7
# A step this much longer or shorter than its eleven neighbours' median is a stumble or a hop.
STUMBLE_RATIO = 1.35
N_NEIGHBOURS = 11
# Whoever sets off or stops steps unevenly: of 144 walks with foot sensors the first step and the
# last three are off their walk's median by this much in 1 to 6 %, of 902 steps between them none.
N_OPENING_STEPS, N_CLOSING_STEPS = 1, 3


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


def turning_stances(
    events: Events, steps: Steps, grid: Grid, turning: BoolArray, turning_radps: FloatArray
) -> BoolArray:
    """Stances that lie in a turn and turn themselves, shape (n_steps,).

    A turn counts over 2 s, which is longer than most turns last: the last step before it and the
    first behind it are in the window, but not in the turn.

    Parameters
    ----------
    events : Events
    steps : Steps
    grid : Grid
    turning : BoolArray, shape (n,)
        From `turning_mask`.
    turning_radps : FloatArray, shape (n,)
        Rate of turn about the vertical.
    """
    inside = step_turns(turning, steps)
    if not inside.any():
        return inside
    rate = low_pass(turning_radps, STANCE_CUTOFF_HZ, grid)
    heading = np.cumsum(rate) / grid.rate_hz
    start_s, end_s = _spans(events)
    start, end = (np.interp(at, grid.t_s, heading) for at in (start_s, end_s))
    turned = np.abs(end - start) / (end_s - start_s)
    found: BoolArray = inside & (turned > np.radians(MIN_TURNING_DEG_PER_S))
    return found


def exclusions(
    events: Events, steps: Steps, grid: Grid, *, turns: BoolArray, clipped_s: FloatArray
) -> tuple[Exclusion | None, ...]:
    """Reason to leave out each stance, or None.

    Parameters
    ----------
    events : Events
    steps : Steps
    grid : Grid
    turns : BoolArray, shape (n_steps,)
        From `turning_stances`.
    clipped_s : FloatArray, shape (n_clipped,)
        Times of the samples at the end of the sensor's range.
    """
    start, end = _spans(events)
    masks = (
        (Exclusion.EDGE, start < grid.t_s[0]),
        (Exclusion.GYROSCOPE, without_gyroscope(start, end, grid)),
        (Exclusion.GAP, _in_gap(start, end, grid)),
        (Exclusion.CLIPPED, np.searchsorted(clipped_s, end) > np.searchsorted(clipped_s, start)),
        (Exclusion.NO_TOE_OFF, ~np.isfinite(events.toe_off_s)),
        (Exclusion.TURN, turns),
        (Exclusion.STUMBLE, _stumbles(start, steps)),
    )
    reasons: list[Exclusion | None] = [None] * len(start)
    for reason, mask in reversed(masks):
        for k in np.flatnonzero(mask).tolist():
            reasons[k] = reason
    return tuple(reasons)


def _spans(events: Events) -> tuple[FloatArray, FloatArray]:
    """Begin and end of each stance, where the end is not known the least that it lasts."""
    start = events.foot_strike_s
    return start, np.where(
        np.isfinite(events.toe_off_s), events.toe_off_s, start + DEFAULT_STANCE_S
    )


def without_gyroscope(start_s: FloatArray, end_s: FloatArray, grid: Grid) -> BoolArray:
    """Stances near a stretch in which the gyroscope stands still, shape (n_stances,)."""
    near = np.zeros(len(start_s), bool)
    for first_s, last_s in grid.dead_s:
        near |= (start_s <= last_s + SETTLING_S) & (end_s >= first_s - SETTLING_S)
    return near


def _in_gap(start_s: FloatArray, end_s: FloatArray, grid: Grid) -> BoolArray:
    """Stances that touch a gap of more than 0.2 s, or hold too few samples."""
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
    result: BoolArray = touched | (share * grid.rate_hz < MIN_RECORDED_HZ)
    return result


def _stumbles(strike_s: FloatArray, steps: Steps) -> BoolArray:
    """Stances whose step takes much longer or shorter than those around it."""
    stumbles = np.zeros(len(strike_s), bool)
    for bout in steps.bouts():
        times = np.diff(strike_s[bout])
        if not len(times):
            continue
        usual = median_filter(times, min(N_NEIGHBOURS, len(times)), mode="nearest")
        ratio = times / usual
        odd = (ratio > STUMBLE_RATIO) | (ratio < 1 / STUMBLE_RATIO)
        if not steps.running[bout.start]:
            odd[:N_OPENING_STEPS] = odd[-N_CLOSING_STEPS:] = False
        stumbles[bout][:-1] |= odd
    return stumbles
