"""What makes a rhythm gait: feet that alternate, and strikes.

A bounce, a heave or a sway can be as even as any walk.  Gait differs in two ways that depend on
neither the mounting nor the speed.  Feet alternate: what the two steps of a stride do in opposite
directions (swaying, rolling, turning) is there, with the stride's odd harmonics, and in step with
what both do alike; and what both do alike is there too, or it is a mere sway.  Feet strike: the
force rises more abruptly than in a sine, which puts the fourth and sixth harmonic of the stride
beside the second.  See Menz, Lord & Fitzpatrick 2003 (doi:10.1016/S0966-6362(02)00159-5) for the
harmonics of the pelvis in walking.
"""

from dataclasses import dataclass

import numpy as np
from scipy.ndimage import median_filter

from analysis.grid import Grid
from analysis.harmonics import N_PHASES, stride_curves, stride_fourier
from analysis.results import BoolArray, FloatArray, IntArray

# Strides that are averaged before they are judged: what does not keep step with them fades.
STRIDES_PER_BLOCK = 6
# Below, by harmonics of the specific force, averaged over the block, all axes together.  Lowest and
# highest of 344 blocks of real walking, 644 of real running (validation data) and 234 simulated
# (2 to 6 m/s, 130 to 230 steps/min; walking from 0.5 m/s), against a simulated person who bounces
# a child, one who sways from foot to foot, and a vehicle that heaves on even waves.
#
# Root mean square of the odd harmonics.  Gait 0.47 and more; heaving vehicle 0.22 and less.
MIN_OPPOSITE_MPS2 = 0.3
# Odd harmonics over even ones.  Gait 0.13 to 0.71; bouncing from 0.01, swaying 1.8 and more.
OPPOSITE_SHARE = (0.08, 1.2)
# Fourth and sixth harmonic over the second.  Gait 0.14 and more; bouncing and swaying up to 0.03.
MIN_ABRUPTNESS = 0.07
# A stretch of fewer blocks than that is not cut out of a bout that is gait around it: a turn on
# the spot, a stumble.
MEDIAN_BLOCKS = 3
CHUNK = 512  # strides at a time: 400 kB per array, which stay in a processor's cache


@dataclass(frozen=True, slots=True)
class GaitLikeness:
    """What each step is part of, shape (n_steps,) each.

    Attributes
    ----------
    alternates : BoolArray
        Two steps of a stride differ as left and right do.
    strikes : BoolArray
        The force rises as abruptly as a foot strike makes it.
    """

    alternates: BoolArray
    strikes: BoolArray


def gait_likeness(index: FloatArray, run: IntArray, grid: Grid) -> GaitLikeness:
    """Tell, in blocks of six strides, what in a rhythm is gait.

    Parameters
    ----------
    index : FloatArray, shape (n_steps,)
        In grid samples; runs of three steps at least.
    run : IntArray, shape (n_steps,)
        Number of the run, from 0, in order of time.
    grid : Grid
    """
    if not len(index):
        return GaitLikeness(np.empty(0, bool), np.empty(0, bool))
    first = np.searchsorted(run, run)
    last = np.searchsorted(run, run, side="right") - 1
    place, n_strides = np.arange(len(index)) - first, last - first - 1
    n_blocks = np.maximum(1, np.round(n_strides / STRIDES_PER_BLOCK)).astype(np.intp)
    # The last two steps of a run open no stride; they share the fate of the one that does.
    in_run = np.minimum(place, n_strides - 1) * n_blocks // n_strides
    block = np.cumsum((np.diff(in_run, prepend=0) != 0) | (np.diff(run, prepend=run[0]) != 0))
    opening = np.flatnonzero(place < n_strides)
    power = _block_power(index, opening, np.where(place % 2, -1.0, 1.0), block, grid)
    odd, even = power[:, 0::2].sum(axis=1), power[:, 1::2].sum(axis=1) + 1e-12
    low, high = OPPOSITE_SHARE
    alternates = (2 * odd > MIN_OPPOSITE_MPS2**2) & (odd > low**2 * even) & (odd < high**2 * even)
    strikes = power[:, 3] + power[:, 5] > MIN_ABRUPTNESS**2 * power[:, 1]
    run_of_block = run[np.searchsorted(block, np.arange(len(power)))]
    return GaitLikeness(
        _without_outliers(alternates, run_of_block)[block],
        _without_outliers(strikes, run_of_block)[block],
    )


def _block_power(
    index: FloatArray, opening: IntArray, parity: FloatArray, block: IntArray, grid: Grid
) -> FloatArray:
    """Power of each harmonic of the averaged stride of each block, shape (n_blocks, 6)."""
    n_blocks = int(block[-1]) + 1
    total = np.zeros((n_blocks, N_PHASES, 3))
    for start in range(0, len(opening), CHUNK):
        at = opening[start : start + CHUNK]
        curves = stride_curves(index[at], index[at + 2], grid.acc_mps2)
        # Strides of the other foot begin half a stride later: all sum up in step.
        other = parity[at] < 0
        curves[other] = np.roll(curves[other], N_PHASES // 2, axis=1)
        edges = np.flatnonzero(np.diff(block[at], prepend=-1))
        total[block[at[edges]]] += np.add.reduceat(curves, edges)
    n = np.bincount(block[opening], minlength=n_blocks)
    values = stride_fourier(total / n[:, None, None])
    power: FloatArray = (values.real**2 + values.imag**2).sum(axis=1)
    return power


def _without_outliers(labels: BoolArray, run_of_block: IntArray) -> BoolArray:
    """Let the blocks before and after outvote a single one within a run."""
    smooth = labels.copy()
    for number in np.unique(run_of_block):
        inside = run_of_block == number
        smooth[inside] = median_filter(
            labels[inside].astype(np.intp), MEDIAN_BLOCKS, mode="nearest"
        )
    return smooth
