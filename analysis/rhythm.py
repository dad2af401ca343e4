"""Step rate and repeatability of the movement over time.

Gait repeats itself from stride to stride in all six channels at once.  A bus, a chair or a hand
may shake at the same rate for a moment, but their channels do not come back together.
"""

from dataclasses import dataclass

import numpy as np

from analysis.grid import Grid
from analysis.results import FloatArray

# 66 to 250 steps/min: from a stroll to a sprint.
STEP_RATE_RANGE_HZ = (1.1, 4.2)
WINDOW_S = 4.0  # three strides of slow walking
HOP_S = 2.0
BAND_HZ = 6.0  # two harmonics of most steps
DECIMATED_RATE_HZ = 25.0
N_FFT = 256  # twice the window and more, so that the autocorrelation does not wrap
# Stride times are searched this far around two periods of the strongest step rate.
STRIDE_SEARCH = np.linspace(-0.12, 0.12, 9)


@dataclass(frozen=True, slots=True)
class Rhythm:
    """Rhythm of the movement, on the grid.

    Attributes
    ----------
    step_rate_hz : FloatArray, shape (n,)
        Strongest frequency of the vertical acceleration in the range of steps.
    repeat : FloatArray, shape (n,)
        Autocorrelation at one stride over all channels, -1 to 1.
    """

    step_rate_hz: FloatArray
    repeat: FloatArray


def rhythm_of(vertical_mps2: FloatArray, grid: Grid) -> Rhythm:
    """Rhythm of the vertical acceleration, shape (n,), and of the grid's channels."""
    every = max(1, round(grid.rate_hz / DECIMATED_RATE_HZ))
    rate_hz = grid.rate_hz / every
    n_window, hop = round(WINDOW_S * rate_hz), max(1, round(HOP_S * rate_hz))
    taper = np.hanning(n_window)
    frequency = np.fft.rfftfreq(N_FFT, 1 / rate_hz)
    in_band = frequency <= BAND_HZ

    def power_of(signals: FloatArray) -> FloatArray:
        """Power spectrum per window, summed over the columns."""
        total: FloatArray = np.zeros(0)
        for column in np.atleast_2d(_decimate(signals, every).T):
            padded = np.pad(column - column.mean(), (n_window // 2, n_window - n_window // 2))
            windows = np.lib.stride_tricks.sliding_window_view(padded, n_window)[::hop]
            windows = (windows - windows.mean(axis=1, keepdims=True)) * taper
            power = np.abs(np.fft.rfft(windows, N_FFT, axis=1)) ** 2 * in_band
            total = power if not total.size else total + power
        return total

    vertical = power_of(vertical_mps2)
    inside = (frequency >= STEP_RATE_RANGE_HZ[0]) & (frequency <= STEP_RATE_RANGE_HZ[1])
    step_rate = frequency[inside][np.argmax(vertical[:, inside], axis=1)]
    lag = 2 * rate_hz / step_rate
    repeat = _repeat(power_of(grid.acc_mps2), taper, lag)
    if grid.gyr_radps is not None:
        repeat = (repeat + _repeat(power_of(grid.gyr_radps), taper, lag)) / 2
    at = np.arange(len(vertical_mps2)) / (hop * every)
    nearest = np.clip(np.round(at).astype(np.intp), 0, len(step_rate) - 1)
    return Rhythm(step_rate[nearest], np.interp(at, np.arange(len(repeat)), repeat))


def _decimate(signals: FloatArray, every: int) -> FloatArray:
    """Mean of each ``every`` samples: enough, since only frequencies far below are looked at."""
    n = max(1, len(signals) // every)
    total = signals[: n * every : every].copy()
    for offset in range(1, every):
        total[: len(signals[offset : n * every : every])] += signals[offset : n * every : every]
    return total / every


def _repeat(power: FloatArray, taper: FloatArray, stride_lag: FloatArray) -> FloatArray:
    """Largest autocorrelation near the stride lag, in samples, per window."""
    correlation = np.fft.irfft(power, N_FFT, axis=1)
    of_taper = np.fft.irfft(np.abs(np.fft.rfft(taper, N_FFT)) ** 2, N_FFT)
    n_lags = len(taper) * 2 // 3  # beyond that too little of the window overlaps
    normal = correlation[:, :n_lags] / np.maximum(correlation[:, :1], 1e-12)
    normal = normal * (of_taper[0] / of_taper[:n_lags])
    lags = np.round(stride_lag[:, None] * (1 + STRIDE_SEARCH)).astype(np.intp)
    found = np.take_along_axis(normal, np.minimum(lags, n_lags - 1), axis=1)
    largest: FloatArray = np.where(lags < n_lags, found, -1.0).max(axis=1)
    return np.clip(largest, -1.0, 1.0)
