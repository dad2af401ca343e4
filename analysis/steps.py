"""Where somebody takes steps: candidates from the vertical, kept where they form a rhythm.

Each step lifts and lowers the pelvis once, so the low-passed vertical acceleration crosses zero
upwards once per step, shortly after foot strike in running and shortly before it in walking.
A crossing is a candidate; it becomes a step when it belongs to a bout: enough candidates in a
row, in even rhythm, strong enough, in a stretch of signal that repeats itself from stride to
stride, in which feet alternate and strike.  Vehicles, chairs, tables and children who are bounced
to sleep fail at one of these; which one is kept with each candidate.
"""

from dataclasses import dataclass

import numpy as np
from scipy.ndimage import median_filter

from analysis.alternation import gait_likeness
from analysis.candidates import NOTHING_REJECTED, Rejected, Rejection
from analysis.filters import low_pass
from analysis.grid import Grid
from analysis.results import BoolArray, FloatArray, IntArray
from analysis.rhythm import Rhythm, rhythm_of

# Fundamental of 230 steps/min is 3.8 Hz, second harmonic of a walk at 1.7 steps/s is 3.4 Hz.
STEP_CUTOFF_HZ = 3.0
# Below this rhythm a slower filter keeps the second harmonic of slow walking out.
SLOW_RHYTHM_HZ = 1.4
SLOW_CUTOFF_HZ = 2.0
# Peak to peak of the low-passed vertical acceleration.  Slowest walking seen: 1.7 m/s2.
MIN_SWING_MPS2 = 0.8
MIN_BOUT_SWING_MPS2 = 1.3
# Whoever stops sets the trailing foot down beside the other: a weak step, but on the beat.
MIN_CLOSING_SWING_MPS2 = 0.4
CLOSING_STEP_RATIO = (0.7, 1.4)
# Upper quartile over a bout of the autocorrelation at one stride.  Measured: 0.71 and more in
# walking bouts on a real sensor, 0.92 and more in running; independent random shaking of all
# channels, low-passed at 2 Hz, passes 0.5 in one window of fifty.
MIN_REPEAT = 0.6
# Lowest vertical acceleration around a running step, low-passed: -9.8 in free flight.  Measured:
# -10 and lower in running at 2.5 m/s and more, -4.5 and higher in walking.
FLIGHT_CUTOFF_HZ = 5.0
MAX_FLIGHT_MPS2 = -6.5
FLIGHT_SEARCH_S = 0.35
# 55 to 270 steps/min.
STEP_TIME_RANGE_S = (0.22, 1.1)
# Successive step times differ by less than this factor inside a bout.
MAX_STEP_RATIO = 1.7
MIN_STEPS = 5
MIN_STEPS_OF_A_GAIT = 3
# A first or last candidate weaker than this share of its neighbours is a sway, not a step.  Of the
# whole run it would say nothing: where walking goes over into running, steps grow tenfold.
MIN_END_SHARE = 0.3
N_END_NEIGHBOURS = 12


@dataclass(frozen=True, slots=True)
class Steps:
    """Steps in order of time.

    Attributes
    ----------
    index : FloatArray, shape (n_steps,)
        Upward zero crossing of the low-passed vertical acceleration, in grid samples.
    bout : IntArray, shape (n_steps,)
        Number of the bout, from 0.  A bout holds one gait.
    running : BoolArray, shape (n_steps,)
        True where the step is a running step.
    swing_mps2 : FloatArray, shape (n_steps,)
        Trough to peak around the crossing.
    rejected : Rejected
        Candidates that are no steps, each with its reason.
    """

    index: FloatArray
    bout: IntArray
    running: BoolArray
    swing_mps2: FloatArray
    rejected: Rejected = NOTHING_REJECTED

    def bouts(self) -> list[slice]:
        """One slice of steps per bout."""
        if not len(self.index):
            return []
        starts = np.flatnonzero(np.diff(self.bout, prepend=-1))
        return [slice(a, b) for a, b in zip(starts, [*starts[1:], len(self.bout)], strict=True)]

    def mask(self, n: int) -> BoolArray:
        """Grid samples from the first to the last step of each bout, shape (n,)."""
        inside = np.zeros(n, bool)
        for bout in self.bouts():
            inside[int(self.index[bout.start]) : int(self.index[bout.stop - 1]) + 1] = True
        return inside


def find_steps(vertical_mps2: FloatArray, grid: Grid) -> Steps:
    """Find the steps in a vertical acceleration (gravity removed), shape (n,)."""
    rhythm = rhythm_of(vertical_mps2, grid)
    smooth = low_pass(vertical_mps2, STEP_CUTOFF_HZ, grid)
    slow = rhythm.is_slower(SLOW_RHYTHM_HZ, len(smooth))
    if slow.any():
        slower = low_pass(vertical_mps2, SLOW_CUTOFF_HZ, grid, needed=slow)
        np.copyto(smooth, slower, where=slow)
    index, swing, segment = _candidates(smooth, grid)
    strong = np.flatnonzero(swing >= MIN_SWING_MPS2)
    first, last = _runs(index[strong], segment[strong], grid.rate_hz)
    reason: list[Rejection | None] = [Rejection.WEAK] * len(index)
    taken, run = _select(index[strong], swing[strong], first, last, rhythm)
    for k, why in zip(strong.tolist(), taken, strict=True):
        reason[k] = why
    kept, run = _gait_only(
        np.flatnonzero([why is None for why in reason]), run, index, grid, reason
    )
    keep, run = _with_closing_steps(kept, run, index, segment)
    for k in keep.tolist():
        reason[k] = None
    running = _is_running(index[keep], run, vertical_mps2, grid)
    changes = (np.diff(run, prepend=run[:1]) != 0) | (np.diff(running, prepend=running[:1]) != 0)
    told = tuple(why for why in reason if why is not None)
    rejected = Rejected(index[[why is not None for why in reason]], told)
    return Steps(index[keep], np.cumsum(changes), running, swing[keep], rejected)


def _candidates(smooth: FloatArray, grid: Grid) -> tuple[FloatArray, FloatArray, IntArray]:
    """Upward zero crossings with some swing: position, swing, segment number."""
    rising = np.flatnonzero((smooth[:-1] < 0) & (smooth[1:] >= 0))
    if not len(rising):
        return np.empty(0), np.empty(0), np.empty(0, np.intp)
    peaks = np.maximum.reduceat(smooth, rising)
    troughs = np.minimum.reduceat(smooth, np.concatenate(([0], rising[:-1] + 1)))
    swing = peaks - troughs
    at = rising + smooth[rising] / (smooth[rising] - smooth[rising + 1])
    starts = np.array([start for start, _ in grid.segments])
    segment = np.searchsorted(starts, rising, side="right") - 1
    inside = np.searchsorted(starts, rising + 1, side="right") - 1 == segment
    keep = (swing >= MIN_CLOSING_SWING_MPS2) & inside
    return at[keep], swing[keep], segment[keep]


def _runs(index: FloatArray, segment: IntArray, rate_hz: float) -> tuple[IntArray, IntArray]:
    """Split the candidates where the rhythm breaks: first and one-past-last of each run."""
    if not len(index):
        return np.empty(0, np.intp), np.empty(0, np.intp)
    step_s = np.diff(index) / rate_hz
    low, high = STEP_TIME_RANGE_S
    broken = (step_s < low) | (step_s > high) | (np.diff(segment) > 0)
    ratio = np.ones(len(step_s))
    ratio[1:] = step_s[1:] / np.maximum(step_s[:-1], 1e-9)
    # A break has been made at the earlier interval already: its ratio says nothing.
    ratio[1:][broken[:-1]] = 1.0
    broken |= (ratio > MAX_STEP_RATIO) | (ratio < 1 / MAX_STEP_RATIO)
    cuts = np.flatnonzero(broken) + 1
    return np.concatenate(([0], cuts)), np.concatenate((cuts, [len(index)]))


def _is_running(
    index: FloatArray, run: IntArray, vertical_mps2: FloatArray, grid: Grid
) -> BoolArray:
    """Tell running by its flight, in which next to nothing is felt; walking has none."""
    if not len(index):
        return np.empty(0, bool)
    band = low_pass(vertical_mps2, FLIGHT_CUTOFF_HZ, grid)
    at = index.astype(np.intp)
    reach = round(FLIGHT_SEARCH_S * grid.rate_hz)
    # On both sides: nothing flies before the first step of a run, nor after its last.
    edges = np.column_stack((np.maximum(at - reach, 0), np.minimum(at + reach, len(band)))).ravel()
    lowest = np.minimum.reduceat(np.append(band, 0.0), edges)[::2]
    running = lowest < MAX_FLIGHT_MPS2
    for number in np.unique(run):
        inside = run == number
        running[inside] = _steady(running[inside])
    return running


def _steady(labels: BoolArray) -> BoolArray:
    """Smooth labels over seven steps, so that no stretch is shorter than three of them."""
    smooth: BoolArray = median_filter(labels.astype(np.intp), 7, mode="mirror") > 0
    while True:
        edges = np.concatenate(([0], np.flatnonzero(np.diff(smooth)) + 1, [len(smooth)]))
        short = np.flatnonzero(np.diff(edges) < MIN_STEPS_OF_A_GAIT)
        if not len(short) or len(edges) == 2:
            return smooth
        smooth[edges[short[0]] : edges[short[0] + 1]] ^= True


def _select(
    index: FloatArray, swing: FloatArray, first: IntArray, last: IntArray, rhythm: Rhythm
) -> tuple[list[Rejection | None], IntArray]:
    """Tell why each candidate is in no bout, and number the runs of those that are."""
    reason: list[Rejection | None] = [None] * len(index)
    bouts: list[IntArray] = []
    repeat = rhythm.repeat_at(np.floor(index))
    for a, b in zip(first.tolist(), last.tolist(), strict=True):
        lo, hi = _trimmed(swing, a, b)
        why = None
        if hi - lo < MIN_STEPS:
            why = Rejection.NO_RHYTHM if b - a < MIN_STEPS_OF_A_GAIT else Rejection.TOO_FEW
        elif np.median(swing[lo:hi]) < MIN_BOUT_SWING_MPS2:
            why = Rejection.WEAK
        elif np.percentile(repeat[lo:hi], 75) < MIN_REPEAT:
            why = Rejection.NO_REPETITION
        else:
            bouts.append(np.full(hi - lo, len(bouts), np.intp))
        reason[a:b] = [Rejection.WEAK] * (lo - a) + [why] * (hi - lo) + [Rejection.WEAK] * (b - hi)
    return reason, np.concatenate(bouts) if bouts else np.empty(0, np.intp)


def _trimmed(swing: FloatArray, lo: int, hi: int) -> tuple[int, int]:
    """First and one past the last candidate of a run that are not weak beside their neighbours."""
    n = N_END_NEIGHBOURS
    while hi - lo >= MIN_STEPS and swing[lo] < MIN_END_SHARE * np.median(swing[lo:hi][:n]):
        lo += 1
    while hi - lo >= MIN_STEPS and swing[hi - 1] < MIN_END_SHARE * np.median(swing[lo:hi][-n:]):
        hi -= 1
    return lo, hi


def _gait_only(
    kept: IntArray, run: IntArray, index: FloatArray, grid: Grid, reason: list[Rejection | None]
) -> tuple[IntArray, IntArray]:
    """Leave out what does not alternate or strike, with its reason; number the runs anew."""
    likeness = gait_likeness(index[kept], run, grid)
    good = likeness.alternates & likeness.strikes
    if good.all():
        return kept, run
    edges = np.flatnonzero((np.diff(good) != 0) | (np.diff(run) != 0)) + 1
    part = np.searchsorted(edges, np.arange(len(kept)), side="right")
    few = np.bincount(part)[part] < MIN_STEPS
    for mask, why in (
        (~likeness.strikes, Rejection.NO_STRIKES),
        (~likeness.alternates, Rejection.NO_ALTERNATION),
        (good & few, Rejection.TOO_FEW),
    ):
        for k in kept[mask].tolist():
            reason[k] = why
    good &= ~few
    return kept[good], np.unique(part[good], return_inverse=True)[1].astype(np.intp)


def _with_closing_steps(
    kept: IntArray, run: IntArray, index: FloatArray, segment: IntArray
) -> tuple[IntArray, IntArray]:
    """Add to each run the step that closes it, where there is one.

    Parameters
    ----------
    kept, run : IntArray, shape (n_steps,)
        Positions among the candidates, and the number of the run.
    index, segment : arrays, shape (n_candidates,)

    Returns
    -------
    kept, run : IntArray
        In order of time.
    """
    low, high = CLOSING_STEP_RATIO
    last_of_run = np.flatnonzero(np.diff(run, append=-1) != 0).tolist()
    added, added_run = [], []
    for k in last_of_run:
        at, following = int(kept[k]), int(kept[k]) + 1
        step = index[at] - index[kept[k - 1]]
        while following < len(index) and index[following] - index[at] < low * step:
            following += 1
        if (
            following < len(index)
            and index[following] - index[at] <= high * step
            and segment[following] == segment[at]
            and not (k + 1 < len(kept) and kept[k + 1] <= following)
        ):
            added.append(following)
            added_run.append(run[k])
    kept, run = np.concatenate((kept, added)), np.concatenate((run, added_run))
    order = np.argsort(kept, kind="stable")
    return kept[order].astype(np.intp), run[order].astype(np.intp)
