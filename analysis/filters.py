"""Zero-phase filters that never reach across a long hole."""

import numpy as np
from scipy.signal import butter, sosfiltfilt

from analysis.grid import Grid
from analysis.results import FloatArray

ORDER = 2  # of the one-way filter; forward and backward make it four
MIN_SAMPLES = 16  # sosfiltfilt pads by 9 samples at each end


def low_pass(values: FloatArray, cutoff_hz: float, grid: Grid) -> FloatArray:
    """Butterworth low-pass, forward and backward, each segment on its own.

    Parameters
    ----------
    values : FloatArray, shape (n,) or (n, k)
        Signals on the grid.
    cutoff_hz : float
        Corner of the one-way filter; at or above 0.45 of the grid rate nothing is filtered.
    grid : Grid
        Gives rate and segments.

    Returns
    -------
    FloatArray
        Same shape.  A segment too short to filter becomes its mean.
    """
    if cutoff_hz >= 0.45 * grid.rate_hz:
        return values
    sos = butter(ORDER, cutoff_hz, fs=grid.rate_hz, output="sos")
    # Rows of contiguous memory filter several times faster than columns.
    rows = np.ascontiguousarray(values.T)
    out = np.empty_like(rows)
    for start, stop in grid.segments:
        part = rows[..., start:stop]
        if stop - start < MIN_SAMPLES:
            out[..., start:stop] = part.mean(axis=-1, keepdims=True)
        else:
            out[..., start:stop] = sosfiltfilt(sos, part, axis=-1)
    return out.T
