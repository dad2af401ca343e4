"""What comes next in a gait, from what came after the moments that were most like now.

A filter that runs both ways, or a feature that is read behind a step, bends at the newest sample of
a stream, and the usual answer is to wait until the edge has passed.  Gait repeats itself: the
samples that followed the most similar moments of the last seconds tell the next half second well
enough that the edge can be moved there.  Finding such moments and averaging what followed is the
method of analogues (Lorenz 1969, doi:10.1175/1520-0469(1969)26<636:APARBN>2.0.CO;2).
"""

from dataclasses import replace

import numpy as np

from analysis.grid import Grid
from analysis.results import FloatArray, IntArray

# Behind the newest sample: what toe-off in running is read from, and the edge of the filters.
AHEAD_S = 0.6
# What must be alike: most of a stride, so that left is not taken for right.
LIKE_S = 0.5
SEARCHED_S = 8.0  # back: some ten strides of running, six of walking
N_MOMENTS = 4
# Mean squared difference over the variance; 2 for signals that have nothing to do with each other.
MAX_DIFFERENCE = 0.8


def continued(grid: Grid) -> Grid:
    """Append `AHEAD_S` of forecast to the last segment; the same grid where nothing is alike.

    The forecast counts as recorded: it moves the edge of filters and is not measured itself, so
    nothing may be reported from it.
    """
    start, stop = grid.segments[-1]
    n_ahead, n_like = round(AHEAD_S * grid.rate_hz), round(LIKE_S * grid.rate_hz)
    start = max(start, stop - round(SEARCHED_S * grid.rate_hz))
    columns = [grid.acc_mps2] if grid.gyr_radps is None else [grid.acc_mps2, grid.gyr_radps]
    recent = np.hstack([column[start:stop] for column in columns])
    if len(recent) < 2 * n_like + n_ahead:
        return grid
    moments = _like_now(recent, n_like, n_ahead)
    if not len(moments):
        return grid
    ahead = np.arange(1, n_ahead + 1)
    followed = recent[moments[:, None] + ahead].mean(axis=0)
    acc = np.concatenate((grid.acc_mps2, followed[:, :3]))
    gyr = grid.gyr_radps
    return replace(
        grid,
        t_s=np.concatenate((grid.t_s, grid.t_s[-1] + ahead / grid.rate_hz)),
        acc_mps2=acc,
        gyr_radps=None if gyr is None else np.concatenate((gyr, followed[:, 3:])),
        recorded=np.concatenate((grid.recorded, np.ones(n_ahead, bool))),
        segments=(*grid.segments[:-1], (grid.segments[-1][0], stop + n_ahead)),
    )


def _like_now(recent: FloatArray, n_like: int, n_ahead: int) -> IntArray:
    """Find the samples up to which the signal, shape (n, k), was most like its end."""
    scaled = (recent - recent.mean(axis=0)) / (recent.std(axis=0) + 1e-9)
    windows = np.lib.stride_tricks.sliding_window_view(scaled, n_like, axis=0)
    product = np.einsum("nkl,kl->n", windows, windows[-1])
    power = np.concatenate(([0.0], np.cumsum((scaled**2).sum(axis=1))))
    size = power[n_like:] - power[:-n_like]
    difference = (size + size[-1] - 2 * product) / (n_like * scaled.shape[1])
    last = len(windows) - 1 - n_ahead
    inner = difference[1:last]
    lowest = (inner <= difference[: last - 1]) & (inner < difference[2 : last + 1])
    found = np.flatnonzero(lowest & (inner < MAX_DIFFERENCE)) + 1
    best: IntArray = found[np.argsort(difference[found], kind="stable")[:N_MOMENTS]]
    return best + n_like - 1
