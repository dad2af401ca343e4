"""Contralateral pelvic drop of each stance."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from analysis.grid import Grid
from analysis.results import FloatArray, IntArray
from analysis.stances import Side

CHUNK_STANCES = 1024  # searched at a time: 200 kB per array, which stay in a processor's cache


@dataclass(frozen=True, slots=True)
class Drops:
    """Drop of each stance, degrees, positive where the swing side is lower; NaN where unknown.

    Attributes
    ----------
    peak_deg : FloatArray, shape (n_stances,)
        Maximum from foot strike to toe-off.
    excursion_deg : FloatArray, shape (n_stances,)
        That maximum minus the value at foot strike.
    mid_stance_deg : FloatArray, shape (n_stances,)
        Value at half stance.
    peak_s : FloatArray, shape (n_stances,)
        When the maximum is reached, in the recording's own time.
    """

    peak_deg: FloatArray
    excursion_deg: FloatArray
    mid_stance_deg: FloatArray
    peak_s: FloatArray


def stance_signs(sides: Sequence[Side]) -> FloatArray:
    """Sign of the obliquity that is drop: -1 left, +1 right, NaN where the side is unknown."""
    signs: FloatArray = np.full(len(sides), np.nan)
    for side, sign in ((Side.LEFT, -1.0), (Side.RIGHT, 1.0)):
        signs[[one is side for one in sides]] = sign
    return signs


def stance_drops(
    obliquity_deg: FloatArray,
    grid: Grid,
    foot_strike_s: FloatArray,
    toe_off_s: FloatArray,
    stance_sign: FloatArray,
) -> Drops:
    """Read the drop of each stance from the obliquity on the grid.

    Parameters
    ----------
    obliquity_deg : FloatArray, shape (n,)
        Positive where the right side is up.
    grid : Grid
    foot_strike_s, toe_off_s : FloatArray, shape (n_stances,)
    stance_sign : FloatArray, shape (n_stances,)
        -1 for a left stance, +1 for a right one, NaN where the side is unknown.
    """

    def at(times: FloatArray) -> FloatArray:
        values: FloatArray = stance_sign * np.interp(times, grid.t_s, obliquity_deg)
        return values

    n = len(foot_strike_s)
    known = np.isfinite(toe_off_s) & np.isfinite(stance_sign) & (toe_off_s > foot_strike_s)
    peak, peak_s = np.full(n, np.nan), np.full(n, np.nan)
    if known.any():
        first = np.searchsorted(grid.t_s, foot_strike_s[known])
        stop = np.maximum(np.searchsorted(grid.t_s, toe_off_s[known]), first + 1)
        edges = np.column_stack((first, stop)).ravel()
        # A stance may last to the end of the recording, and no range may begin behind it.
        at_end = stop.max() >= len(obliquity_deg)
        padded = np.append(obliquity_deg, 0.0) if at_end else obliquity_deg
        highest = np.maximum.reduceat(padded, edges)[::2]
        lowest = np.minimum.reduceat(padded, edges)[::2]
        sampled = np.where(stance_sign[known] > 0, highest, -lowest)
        sought = stance_sign[known] * sampled
        parts = [slice(k, k + CHUNK_STANCES) for k in range(0, len(first), CHUNK_STANCES)]
        sampled_s = np.concatenate(
            [_first_at(padded, sought[k], first[k], stop[k], grid) for k in parts]
        )
        peak_s[known], peak[known] = _largest(
            (sampled_s, foot_strike_s[known], toe_off_s[known]),
            (sampled, at(foot_strike_s)[known], at(toe_off_s)[known]),
        )
    excursion = peak - at(foot_strike_s)
    middle = np.where(known, at((foot_strike_s + toe_off_s) / 2), np.nan)
    return Drops(peak, excursion, middle, peak_s)


def _first_at(
    values: FloatArray, sought: FloatArray, first: IntArray, stop: IntArray, grid: Grid
) -> FloatArray:
    """Give the times of the first sample of each range [first, stop) that has the value sought."""
    n = stop - first
    which = np.repeat(np.arange(len(n)), n)
    at = first[which] + np.arange(len(which)) - np.repeat(np.cumsum(n) - n, n)
    there = np.flatnonzero(values[at] == sought[which])
    _, chosen = np.unique(which[there], return_index=True)
    times: FloatArray = grid.t_s[np.minimum(at[there[chosen]], len(grid.t_s) - 1)]
    return times


def _largest(
    times: tuple[FloatArray, ...], values: tuple[FloatArray, ...]
) -> tuple[FloatArray, FloatArray]:
    """Of several candidates for each stance the one with the largest value: when, and what."""
    stacked = np.stack(values)
    best = stacked.argmax(axis=0)[None]
    when = np.take_along_axis(np.stack(times), best, axis=0)[0]
    return when, np.take_along_axis(stacked, best, axis=0)[0]
