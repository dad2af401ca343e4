"""Zero-phase filters that never reach across a long hole."""

from functools import cache

import numpy as np
from scipy.signal import butter, lfilter, lfilter_zi

from analysis.grid import Grid
from analysis.results import BoolArray, FloatArray

ORDER = 2  # of the one-way filter; forward and backward make it four
PAD_SAMPLES = 9  # at each end: three times the samples that the one-way filter looks at
MIN_SAMPLES = 16
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
            filtered = _both_ways(piece, cutoff_hz, grid.rate_hz)
            out[..., start:stop] = filtered[..., start - first : stop - first]
    return out.T


def _both_ways(rows: FloatArray, cutoff_hz: float, rate_hz: float) -> FloatArray:
    """Filter rows, shape (..., n), forward and backward.

    The same as scipy's ``filtfilt``, whose preparations for each call take longer than the filter
    itself on some seconds.
    """
    numerator, denominator, steady = _design(cutoff_hz, rate_hz)
    pad = [(0, 0)] * (rows.ndim - 1) + [(PAD_SAMPLES, PAD_SAMPLES)]
    passed: FloatArray = np.pad(rows, pad, mode="reflect", reflect_type="odd")
    for _ in range(2):
        passed, _ = lfilter(numerator, denominator, passed, zi=steady * passed[..., :1])
        passed = passed[..., ::-1]
    return passed[..., PAD_SAMPLES:-PAD_SAMPLES]


@cache
def _design(cutoff_hz: float, rate_hz: float) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Give the one-way filter, numerator and denominator, and its state after a row of ones."""
    numerator, denominator = butter(ORDER, cutoff_hz, fs=rate_hz)
    return numerator, denominator, lfilter_zi(numerator, denominator)
