"""Fill gaps inside gait with what the neighbouring strides did at the same phase.

A smooth curve across a gap of 0.1 s cuts off what happens within it, and an angle that is
integrated across it is wrong from there on.  Strides resemble each other far more than any curve
resembles a stride: the mean of the strides around, shifted to meet the samples at both ends of the
gap, takes its place.
"""

from dataclasses import dataclass, replace

import numpy as np

from analysis.grid import Grid, gaps_of
from analysis.results import BoolArray, FloatArray, IntArray
from analysis.steps import Steps

# A shorter hole is smaller than what changes within it: a smooth curve is as good.
MIN_GAP_S = 0.025
# Strides of the same foot on each side of the gap; people change slowly.
STRIDES_EACH_SIDE = 6
N_PHASES = 64  # of a stride: up to 20 Hz in the slowest run
# A phase that fewer of these strides have recorded is not known well enough.
MIN_STRIDES = 2
CHUNK = 256  # gaps at a time, so that memory stays small


@dataclass(frozen=True, slots=True)
class _Gaps:
    """Gaps inside strides: the sample before, the sample after, and the stride they begin in."""

    before: IntArray
    after: IntArray
    stride: IntArray


@dataclass(frozen=True, slots=True)
class _Strides:
    """Strides from step to step but one, in grid samples, and their bouts."""

    start: FloatArray
    end: FloatArray
    bout: IntArray


def fill_gaps(grid: Grid, steps: Steps) -> Grid | None:
    """Fill the gaps that lie inside strides; None where there is nothing to fill.

    Parameters
    ----------
    grid : Grid
        Holes are bridged by smooth curves already.
    steps : Steps

    Returns
    -------
    Grid or None
        The same grid with other values where ``recorded`` is False; ``recorded`` stays as it is.
    """
    opening = np.flatnonzero(steps.bout[:-2] == steps.bout[2:])
    if not len(opening):
        return None
    start, end = steps.index[opening], steps.index[opening + 2]
    gaps = _gaps_in_strides(grid, start, end)
    if not len(gaps.before):
        return None
    strides = _Strides(start, end, steps.bout[opening])

    def filled(signal: FloatArray) -> FloatArray:
        copy = signal.copy()
        for first in range(0, len(gaps.before), CHUNK):
            part = slice(first, first + CHUNK)
            chunk = _Gaps(gaps.before[part], gaps.after[part], gaps.stride[part])
            _fill(copy, grid.recorded, chunk, strides)
        return copy

    return replace(
        grid,
        acc_mps2=filled(grid.acc_mps2),
        gyr_radps=None if grid.gyr_radps is None else filled(grid.gyr_radps),
    )


def long_gaps(grid: Grid) -> tuple[IntArray, IntArray]:
    """First missing and next recorded sample of each gap that is worth filling."""
    return gaps_of(grid, MIN_GAP_S)


def _gaps_in_strides(grid: Grid, start: FloatArray, end: FloatArray) -> _Gaps:
    first, after = long_gaps(grid)
    before = first - 1
    stride = np.searchsorted(start, before, side="right") - 1
    inside = (stride >= 0) & (after < len(grid.t_s)) & (before <= end[stride])
    return _Gaps(before[inside], after[inside], stride[inside])


def _fill(signal: FloatArray, recorded: BoolArray, gaps: _Gaps, strides: _Strides) -> None:
    """Fill some gaps in place; see `fill_gaps`.  Only recorded samples are read."""
    start, end = strides.start, strides.end
    own, which = np.unique(gaps.stride, return_inverse=True)
    mean, known = _mean_strides(signal, recorded, own, strides)
    # All samples of all gaps with the recorded ones at both ends, one after the other.
    n = gaps.after - gaps.before + 1
    gap = np.repeat(np.arange(len(n)), n)
    at = gaps.before[gap] + np.arange(len(gap)) - np.repeat(np.cumsum(n) - n, n)
    stride = gaps.stride[gap]
    phase = (at - start[stride]) / (end[stride] - start[stride]) % 1.0 * N_PHASES
    low = phase.astype(np.intp) % N_PHASES
    share = (phase - np.floor(phase))[:, None]
    row, high = which[gap], (low + 1) % N_PHASES
    usual = mean[row, low] * (1 - share) + mean[row, high] * share
    # Shifted along a straight line, so that it meets the recorded samples at both ends.
    off = signal[at] - usual
    last = np.cumsum(n) - 1
    along = ((at - gaps.before[gap]) / (gaps.after - gaps.before)[gap])[:, None]
    shifted = usual + off[(last - n + 1)[gap]] * (1 - along) + off[last[gap]] * along
    whole = np.ones(len(n), bool)
    np.logical_and.at(whole, gap, known[row, low] & known[row, high])
    chosen = whole[gap] & ~recorded[at]
    signal[at[chosen]] = shifted[chosen]


def _mean_strides(
    signal: FloatArray, recorded: BoolArray, own: IntArray, strides: _Strides
) -> tuple[FloatArray, BoolArray]:
    """Mean of the strides of the same foot around each stride of ``own``.

    Returns
    -------
    mean : FloatArray, shape (n_own, N_PHASES, 3)
    known : BoolArray, shape (n_own, N_PHASES)
        Where enough of the strides have been recorded.
    """
    start, end, bout = strides.start, strides.end, strides.bout
    near = own[:, None] + 2 * np.arange(-STRIDES_EACH_SIDE, STRIDES_EACH_SIDE + 1)
    there = (near >= 0) & (near < len(start))
    near = np.clip(near, 0, len(start) - 1)
    there &= bout[near] == bout[own][:, None]
    needed, place = np.unique(near, return_inverse=True)
    at = start[needed, None] + (end - start)[needed, None] * (np.arange(N_PHASES) / N_PHASES)
    low = np.minimum(at.astype(np.intp), len(signal) - 2)
    share = (at - low)[..., None]
    curves = signal[low] * (1 - share) + signal[low + 1] * share
    weights = (recorded[low] & recorded[low + 1]).astype(float)
    near = place.reshape(near.shape)
    total = np.zeros((len(own), N_PHASES))
    mean = np.zeros((len(own), N_PHASES, signal.shape[1]))
    for k in range(near.shape[1]):
        weight = weights[near[:, k]] * there[:, k, None]
        total += weight
        mean += curves[near[:, k]] * weight[..., None]
    return mean / np.maximum(total, 1.0)[..., None], total >= MIN_STRIDES
