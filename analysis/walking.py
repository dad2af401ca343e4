"""Walks with the steps that open and close them, and the time of each of their foot strikes."""

from dataclasses import dataclass, replace

import numpy as np

from analysis.grid import Grid
from analysis.level import LevelSignals
from analysis.models import LinearModel
from analysis.results import FloatArray
from analysis.steps import Steps
from analysis.strike_score import Peaks, score_channels, score_peaks

# The rhythm's step comes this much before foot strike in walking, on average.
STEP_BEFORE_STRIKE_S = 0.08
# A peak of the score this near is the step's foot strike.
NEAR_S = 0.15
MIN_STRIKE_HEIGHT = 0.15
# Heights at which a peak beyond the ends of a walk is a step, and how far away in steps it may be.
# Chosen on people left out of the fit; whoever starts to walk shifts weight first, which looks
# more like a step than what follows the last one does.
MIN_OPENING_HEIGHT = 0.35
MIN_CLOSING_HEIGHT = 0.2
END_STEP_RATIO = (0.5, 1.6)
AROUND_S = 2.5  # scored beyond each end


@dataclass(frozen=True, slots=True)
class Walks:
    """Steps with those at the ends of walks, and what the score says of them.

    Attributes
    ----------
    steps : Steps
    place : NDArray, shape (n_steps_before,)
        Where each of the steps that were known before is among them.
    strike_index : FloatArray, shape (n_steps,)
        Foot strike in grid samples; NaN in running, and where no peak is near.
    """

    steps: Steps
    place: np.ndarray[tuple[int], np.dtype[np.intp]]
    strike_index: FloatArray


def find_walks(
    steps: Steps, level: LevelSignals, forward: FloatArray, grid: Grid, model: LinearModel
) -> Walks:
    """Score the walks among the bouts; see `Walks`.

    Parameters
    ----------
    steps : Steps
    level : LevelSignals
    forward : FloatArray, shape (2,)
        In level axes.
    grid : Grid
    model : LinearModel
        Score of a foot strike.
    """
    strike = np.full(len(steps.index), np.nan)
    added: list[tuple[float, int]] = []  # foot strike, and the step of the same bout beside it
    for bout in steps.bouts():
        if steps.running[bout.start]:
            continue
        ends = int(steps.index[bout.start]), int(steps.index[bout.stop - 1])
        peaks = _peaks_around(ends, level, forward, grid, model)
        strike[bout] = _nearest(peaks, steps.index[bout], grid.rate_hz)
        before, behind = _free_range(steps, bout)
        if added:
            before = max(before, added[-1][0])  # the step that closed the walk before
        added += _end_steps(strike[bout], bout, peaks, (before, behind))
    return _inserted(steps, strike, added, grid.rate_hz)


def _peaks_around(
    ends: tuple[int, int],
    level: LevelSignals,
    forward: FloatArray,
    grid: Grid,
    model: LinearModel,
) -> Peaks:
    reach = round(AROUND_S * grid.rate_hz)
    start, stop = next(s for s in grid.segments if s[0] <= ends[0] < s[1])
    a, b = max(start, ends[0] - reach), min(stop, ends[1] + reach)
    part = replace(
        grid,
        t_s=grid.t_s[a:b],
        acc_mps2=grid.acc_mps2[a:b],
        gyr_radps=None if grid.gyr_radps is None else grid.gyr_radps[a:b],
        recorded=grid.recorded[a:b],
        segments=((0, b - a),),
    )
    peaks = score_peaks(
        score_channels(level.channels(slice(a, b)), forward, part), grid.rate_hz, model
    )
    return Peaks(peaks.index + a, peaks.height)


def _nearest(peaks: Peaks, step_index: FloatArray, rate_hz: float) -> FloatArray:
    """Foot strike of each step: the nearest peak that is high enough, else NaN."""
    high = peaks.index[peaks.height >= MIN_STRIKE_HEIGHT]
    expected = step_index + STEP_BEFORE_STRIKE_S * rate_hz
    if not len(high):
        return np.full(len(step_index), np.nan)
    right = np.clip(np.searchsorted(high, expected), 0, len(high) - 1)
    left = np.maximum(right - 1, 0)
    closer = np.abs(high[left] - expected) < np.abs(high[right] - expected)
    near = np.where(closer, high[left], high[right])
    found: FloatArray = np.where(np.abs(near - expected) < NEAR_S * rate_hz, near, np.nan)
    # One peak for one step.
    found[1:][found[1:] == found[:-1]] = np.nan
    return found


def _free_range(steps: Steps, bout: slice) -> tuple[float, float]:
    """Where no other bout has a step: from the last step before to the first one behind."""
    before = steps.index[bout.start - 1] if bout.start else -np.inf
    behind = steps.index[bout.stop] if bout.stop < len(steps.index) else np.inf
    return float(before), float(behind)


def _end_steps(
    strike: FloatArray, bout: slice, peaks: Peaks, free: tuple[float, float]
) -> list[tuple[float, int]]:
    known = strike[np.isfinite(strike)]
    if len(known) < 3:
        return []
    step = float(np.median(np.diff(known)))
    low, high = END_STEP_RATIO
    found = []
    for end, sign, least, beside in (
        (known[0], -1.0, MIN_OPENING_HEIGHT, bout.start),
        (known[-1], 1.0, MIN_CLOSING_HEIGHT, bout.stop - 1),
    ):
        away = sign * (peaks.index - end) / step
        chosen = (away > low) & (away < high) & (peaks.height >= least)
        # Where another bout goes on within two steps, this one neither opens nor closes.
        goes_on = sign * (free[int(sign > 0)] - end) < 2 * step
        if chosen.any() and not goes_on:
            found.append((float(peaks.index[chosen][np.argmax(peaks.height[chosen])]), beside))
    return found


def _inserted(
    steps: Steps, strike: FloatArray, added: list[tuple[float, int]], rate_hz: float
) -> Walks:
    if not added:
        return Walks(steps, np.arange(len(steps.index)), strike)
    of_added = np.array([at for at, _ in added])
    beside = np.array([k for _, k in added])
    index = np.concatenate((steps.index, of_added - STEP_BEFORE_STRIKE_S * rate_hz))
    source = np.concatenate((np.arange(len(steps.index)), beside))
    order = np.argsort(index, kind="stable")
    source = source[order]
    whole = replace(
        steps,
        index=index[order],
        bout=steps.bout[source],
        running=steps.running[source],
        swing_mps2=steps.swing_mps2[source],
    )
    place = np.argsort(order, kind="stable")[: len(steps.index)]
    return Walks(whole, place, np.concatenate((strike, of_added))[order])
