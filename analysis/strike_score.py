"""How much a moment of walking looks like a foot strike: a score over time, and its peaks.

The rhythm of the vertical tells that somebody walks, but not the steps with which a walk opens and
closes: they are weak and off the beat.  A linear filter over all channels, fitted to foot sensors,
scores each moment by what surrounds it for 0.4 s on both sides; it peaks at foot strikes.  Inside
a walk its peaks say when each foot came down; at the ends they say whether there was one more step.
"""

from dataclasses import dataclass

import numpy as np

from analysis.filters import low_pass
from analysis.grid import Grid
from analysis.models import LinearModel
from analysis.results import FloatArray, IntArray

OFFSETS_S: FloatArray = np.linspace(-0.4, 0.4, 21)
HOP_S = 0.02  # between the moments that are scored
CUTOFF_HZ = 6.0
SLOW_HZ = 0.5  # slower is posture and the turn of a corner, not a step
SHARP_HZ = 10.0
# What a channel is divided by, about its spread in walking: vertical and fore-aft acceleration,
# sway, sharpness (m/s2); nodding, rolling and turning (rad/s).
SCALES_3 = np.array([2.5, 1.5, 1.2, 1.5])
SCALES_6 = np.concatenate((SCALES_3, [0.5, 0.4, 0.4]))
MAX_SCALED = 4.0
MIN_PEAK = 0.05


@dataclass(frozen=True, slots=True)
class Peaks:
    """Peaks of the score: time in grid samples of the whole grid, and height; shape (n,) each.

    A height of 1 is what a clear foot strike has.
    """

    index: FloatArray
    height: FloatArray


def score_channels(level: FloatArray, forward: FloatArray, grid: Grid) -> FloatArray:
    """Channels that the score is read from, scaled; shape (n, 7), or (n, 4) without gyroscope.

    Sway, rolling and turning enter by their size, since they are opposite in both feet.

    Parameters
    ----------
    level : FloatArray, shape (n, 6) or (n, 3)
        As `analysis.level.LevelSignals.channels`.
    forward : FloatArray, shape (2,)
        In level axes.
    grid : Grid
        Of the same samples.
    """
    x, y = forward
    acc = np.column_stack(
        (level[:, 2], x * level[:, 0] + y * level[:, 1], x * level[:, 1] - y * level[:, 0])
    )
    sharp = np.linalg.norm(acc - low_pass(acc, SHARP_HZ, grid), axis=1)[:, None]
    columns = [acc, sharp]
    if level.shape[1] > 3:
        nod, roll = x * level[:, 4] - y * level[:, 3], x * level[:, 3] + y * level[:, 4]
        columns.append(np.column_stack((nod, roll, level[:, 5])))
    smooth = low_pass(np.hstack(columns), CUTOFF_HZ, grid)
    quick = smooth - low_pass(smooth, SLOW_HZ, grid)
    signed = np.column_stack((smooth[:, 0], quick[:, 1], np.abs(quick[:, 2]), smooth[:, 3]))
    if level.shape[1] > 3:
        signed = np.column_stack((signed, quick[:, 4], np.abs(quick[:, 5:])))
    scales = SCALES_6 if level.shape[1] > 3 else SCALES_3
    scaled: FloatArray = np.clip(signed / scales, -MAX_SCALED, MAX_SCALED)
    return scaled


def moments(n: int, rate_hz: float) -> IntArray:
    """List the samples that are scored: every 0.02 s, and far enough from the ends."""
    margin = int(np.ceil(OFFSETS_S[-1] * rate_hz)) + 1
    return np.arange(margin, n - margin, max(1, round(HOP_S * rate_hz)), dtype=np.intp)


def features_at(channels: FloatArray, at: IntArray, rate_hz: float) -> FloatArray:
    """Channels around some samples; shape (n, n_offsets * n_channels)."""
    around = [channels[at + shift] for shift in _shifts(rate_hz)]
    return np.hstack(around)


def score_peaks(channels: FloatArray, rate_hz: float, model: LinearModel) -> Peaks:
    """Peaks of the score over some seconds of walking, in samples of these channels."""
    at = moments(len(channels), rate_hz)
    if len(at) < 3:
        return Peaks(np.empty(0), np.empty(0))
    weights = model.coefficients / model.sd
    score = np.full(len(at), model.intercept - float(model.mean @ weights))
    # Offset by offset: all features of an hour at once would not fit into memory.
    for shift, weight in zip(_shifts(rate_hz), weights.reshape(len(OFFSETS_S), -1), strict=True):
        score += np.einsum("ij,j->i", channels[at + shift], weight)
    return _peaks(score, at)


def _shifts(rate_hz: float) -> IntArray:
    shifts: IntArray = np.round(OFFSETS_S * rate_hz).astype(np.intp)
    return shifts


def _peaks(score: FloatArray, at: IntArray) -> Peaks:
    """Local maxima, refined by a parabola through three moments."""
    before, here, after = score[:-2], score[1:-1], score[2:]
    top = np.flatnonzero((here > before) & (here >= after) & (here >= MIN_PEAK))
    bend = before[top] - 2 * here[top] + after[top]
    shift = 0.5 * (before[top] - after[top]) / bend
    return Peaks(at[top + 1] + shift * (at[1] - at[0]), here[top])
