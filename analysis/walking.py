"""Walks with the steps that open and close them, and the time of each of their foot strikes."""

from dataclasses import dataclass, replace

import numpy as np

from analysis.grid import Grid
from analysis.level import LevelSignals
from analysis.models import LinearModel
from analysis.results import FloatArray, IntArray
from analysis.steps import Steps
from analysis.strike_chain import best_chain, nearest
from analysis.strike_score import Peaks, score_channels, score_peaks

# The rhythm's step comes this much before foot strike in walking, on average.
STEP_BEFORE_STRIKE_S = 0.08
# A foot strike this near is that of the rhythm's step; others are steps of their own.
NEAR_S = 0.15
AROUND_S = 2.5  # scored beyond each end
# Nearer than this to the first or last sample the score cannot tell whether there is one more.
EDGE_S = 1.0


@dataclass(frozen=True, slots=True)
class Walks:
    """Steps with those at the ends of walks, and what the score says of them.

    Attributes
    ----------
    steps : Steps
    place : IntArray, shape (n_steps_before,)
        Where each of the steps that were known before is among them; -1 where it is none.
    strike_index : FloatArray, shape (n_steps,)
        Foot strike in grid samples; NaN in running, and where no peak is near.
    """

    steps: Steps
    place: IntArray
    strike_index: FloatArray


@dataclass(frozen=True, slots=True)
class _Found:
    """Steps of one bout: grid samples, and the steps before that they are, and that are near.

    Shape (n,) each; ``known`` is -1 for a new step.
    """

    index: FloatArray
    strike: FloatArray
    known: IntArray
    beside: IntArray


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
    if steps.running.all():
        return Walks(steps, np.arange(len(steps.index)), np.full(len(steps.index), np.nan))
    found: list[_Found] = []
    for bout in steps.bouts():
        at = np.arange(bout.start, bout.stop)
        if steps.running[bout.start]:
            found.append(_Found(steps.index[bout], np.full(len(at), np.nan), at, at))
            continue
        ends = int(steps.index[bout.start]), int(steps.index[bout.stop - 1])
        peaks = _peaks_around(ends, level, forward, grid, model)
        closed = float(found[-1].index[-1]) if found else -np.inf
        free = _free_range(steps, bout, closed, grid)
        found.append(_steps_of_walk(steps.index[bout], at, peaks, free, grid.rate_hz))
    return _joined(steps, found)


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


@dataclass(frozen=True, slots=True)
class _Free:
    """Grid samples between which a walk may have steps, and whether it begins and ends there."""

    low: float
    high: float
    opens: bool
    closes: bool


def _free_range(steps: Steps, bout: slice, closed: float, grid: Grid) -> _Free:
    """Where a walk may have steps: up to those of the bouts around.

    Where another bout goes on within two steps, or the signal begins or ends, this one neither
    opens nor closes.

    Parameters
    ----------
    steps : Steps
    bout : slice
    closed : float
        The last step of the bout before, with what has been added to it.
    grid : Grid
    """
    first, last = float(steps.index[bout.start]), float(steps.index[bout.stop - 1])
    before = float(steps.index[bout.start - 1]) if bout.start else -np.inf
    behind = float(steps.index[bout.stop]) if bout.stop < len(steps.index) else np.inf
    step = float(np.median(np.diff(steps.index[bout])))
    start, stop = next(s for s in grid.segments if s[0] <= first < s[1])
    edge, near = EDGE_S * grid.rate_hz, NEAR_S * grid.rate_hz
    opens = first - before >= 2 * step and first - start >= edge
    closes = behind - last >= 2 * step and stop - last >= edge
    low = closed + step / 2 if opens else first - near
    high = behind - step / 2 if closes else last + near
    strikes_later = STEP_BEFORE_STRIKE_S * grid.rate_hz
    return _Free(low + strikes_later, high + strikes_later, opens, closes)


def _steps_of_walk(
    index: FloatArray, at: IntArray, peaks: Peaks, free: _Free, rate_hz: float
) -> _Found:
    """Take the best chain through a walk; steps of the rhythm keep their place.

    Parameters
    ----------
    index : FloatArray, shape (n_steps,)
        Of the rhythm's steps, in grid samples.
    at : IntArray, shape (n_steps,)
        Their numbers among all steps.
    peaks : Peaks
    free : _Free
    rate_hz : float
    """
    usable = (peaks.index > free.low) & (peaks.index < free.high)
    expected = index + STEP_BEFORE_STRIKE_S * rate_hz
    chain = best_chain(
        peaks.index[usable] / rate_hz,
        peaks.height[usable],
        expected / rate_hz,
        opens=free.opens,
        closes=free.closes,
    )
    strike = chain.time_s * rate_hz
    beside = nearest(expected, strike)
    mutual = nearest(strike, expected)[beside] == np.arange(len(strike))
    same = mutual & (np.abs(strike - expected[beside]) < NEAR_S * rate_hz)
    return _Found(
        np.where(same, index[beside], strike - STEP_BEFORE_STRIKE_S * rate_hz),
        np.where(chain.step < 0, strike, np.nan),
        np.where(same, at[beside], -1),
        at[beside],
    )


def _joined(steps: Steps, found: list[_Found]) -> Walks:
    """All bouts one after the other, and where the steps before are among them."""
    index, strike = (
        np.concatenate([getattr(f, name) for f in found]) for name in ("index", "strike")
    )
    known, beside = (
        np.concatenate([getattr(f, name) for f in found]) for name in ("known", "beside")
    )
    place = np.full(len(steps.index), -1)
    place[known[known >= 0]] = np.flatnonzero(known >= 0)
    whole = replace(
        steps,
        index=index,
        bout=steps.bout[beside],
        running=steps.running[beside],
        swing_mps2=steps.swing_mps2[beside],
    )
    return Walks(whole, place, strike)
