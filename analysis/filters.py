"""Zero-phase filters that never reach across a long hole."""

import numpy as np
from scipy.signal import butter, sosfiltfilt

from analysis.grid import Grid
from analysis.results import BoolArray, FloatArray

ORDER = 2  # of the one-way filter; forward and backward make it four
MIN_SAMPLES = 16  # sosfiltfilt pads by 9 samples at each end
# Long signals are filtered in pieces, which bounds memory and stays in the processor's cache.  What
# a sample does is gone to one part in 1e10 after this many periods of the corner frequency.
PIECE_SAMPLES = 1 << 16
MEMORY_PERIODS = 6.0


def low_pass(
    values: FloatArray, cutoff_hz: float, grid: Grid, *, needed: BoolArray | None = None
) -> FloatArray:
    """Butterworth low-pass, forward and backward, each segment on its own.

    Parameters
    ----------
    values : FloatArray, shape (n,) or (n, k)
        Signals on the grid.
    cutoff_hz : float
        Corner of the one-way filter; at or above 0.45 of the grid rate nothing is filtered.
    grid : Grid
        Gives rate and segments.
    needed : BoolArray, shape (n,), optional
        Where the result is read; elsewhere it may be zero.

    Returns
    -------
    FloatArray
        Same shape.  A segment too short to filter becomes its mean.
    """
    if cutoff_hz >= 0.45 * grid.rate_hz:
        return values
    sos = butter(ORDER, cutoff_hz, fs=grid.rate_hz, output="sos")
    overlap = int(np.ceil(MEMORY_PERIODS / cutoff_hz * grid.rate_hz))
    columns = values.T
    # Rows of contiguous memory filter several times faster than columns.
    out = np.empty(columns.shape) if needed is None else np.zeros(columns.shape)
    for begin, end in grid.segments:
        if end - begin < MIN_SAMPLES:
            out[..., begin:end] = columns[..., begin:end].mean(axis=-1, keepdims=True)
            continue
        for start in range(begin, end, PIECE_SAMPLES):
            stop = min(start + PIECE_SAMPLES, end)
            if needed is not None and not needed[start:stop].any():
                continue
            first, last = max(begin, start - overlap), min(end, stop + overlap)
            piece = np.ascontiguousarray(columns[..., first:last], np.float64)
            filtered = sosfiltfilt(sos, piece, axis=-1)
            out[..., start:stop] = filtered[..., start - first : stop - first]
    return out.T
