"""Step rate and repeatability of the movement over time.

Gait repeats itself from stride to stride in all six channels at once.  A bus, a chair or a hand
may shake at the same rate for a moment, but their channels do not come back together.
"""

from dataclasses import dataclass

import numpy as np

from analysis.grid import Grid, between_samples, in_dead_stretches
from analysis.results import BoolArray, FloatArray

# 66 to 250 steps/min: from a stroll to a sprint.
STEP_RATE_RANGE_HZ = (1.1, 4.2)
WINDOW_S = 4.0  # three strides of slow walking
HOP_S = 2.0
BAND_HZ = 6.0  # two harmonics of most steps
DECIMATED_RATE_HZ = 25.0
CHUNK_WINDOWS = 128  # at a time: 260 kB, which stay in a processor's cache
N_FFT = 256  # twice the window and more, so that the autocorrelation does not wrap
# Stride times are searched this far around two periods of the strongest step rate.
STRIDE_SEARCH = np.linspace(-0.12, 0.12, 9)


@dataclass(frozen=True, slots=True)
class Rhythm:
    """Rhythm of the movement, in windows of four seconds that overlap by half.

    Attributes
    ----------
    step_rate_hz : FloatArray, shape (n_windows,)
        Strongest frequency of the vertical acceleration in the range of steps.
    repeat : FloatArray, shape (n_windows,)
        Autocorrelation at one stride over all channels, -1 to 1.
    hop : int
        Grid samples from the middle of one window to that of the next; the first is sample 0.
    """

    step_rate_hz: FloatArray
    repeat: FloatArray
    hop: int

    def repeat_at(self, index: FloatArray) -> FloatArray:
        """Repeatability at places on the grid, between windows in proportion."""
        return between_samples(self.repeat, index / self.hop)

    def is_slower(self, than_hz: float, n: int) -> BoolArray:
        """Whether the step rate of the nearest window is slower, for n grid samples."""
        slow = np.repeat(self.step_rate_hz < than_hz, self.hop)[self.hop // 2 :][:n]
        return np.pad(slow, (0, n - len(slow)), mode="edge")


def rhythm_of(vertical_mps2: FloatArray, grid: Grid) -> Rhythm:
    """Rhythm of the vertical acceleration, shape (n,), and of the grid's channels."""
    every = max(1, round(grid.rate_hz / DECIMATED_RATE_HZ))
    rate_hz = grid.rate_hz / every
    n_window, hop = round(WINDOW_S * rate_hz), max(1, round(HOP_S * rate_hz))
    taper = np.hanning(n_window)
    frequency = np.fft.rfftfreq(N_FFT, 1 / rate_hz)
    frequency = frequency[frequency <= BAND_HZ]

    def windows_of(signals: FloatArray) -> list[FloatArray]:
        """Windows of each column, shape (n_windows, n_window) each, without copies."""
        columns = [c - c.mean() for c in np.atleast_2d(_decimate(signals, every).T)]
        reach = (n_window // 2, n_window - n_window // 2)
        view = np.lib.stride_tricks.sliding_window_view
        return [view(np.pad(c, reach), n_window)[::hop] for c in columns]

    def power_of(columns: list[FloatArray], part: slice) -> FloatArray:
        """Power spectrum per window, summed over the columns."""
        total: FloatArray = np.zeros(1)
        for column in columns:
            windows = column[part] - column[part].mean(axis=1, keepdims=True)
            windows *= taper
            spectrum = np.fft.rfft(windows, N_FFT, axis=1)[:, : len(frequency)]
            total = total + spectrum.real**2 + spectrum.imag**2
        return total

    vertical = windows_of(vertical_mps2)
    sensors = [windows_of(s) for s in (grid.acc_mps2, grid.gyr_radps) if s is not None]
    inside = (frequency >= STEP_RATE_RANGE_HZ[0]) & (frequency <= STEP_RATE_RANGE_HZ[1])
    step_rate: FloatArray = np.empty(len(vertical[0]))
    repeat: FloatArray = np.zeros(len(vertical[0]))
    for start in range(0, len(step_rate), CHUNK_WINDOWS):
        part = slice(start, start + CHUNK_WINDOWS)
        strongest = np.argmax(power_of(vertical, part)[:, inside], axis=1)
        step_rate[part] = frequency[inside][strongest]
        lag = 2 * rate_hz / step_rate[part]
        for columns in sensors:
            repeat[part] += _repeat(power_of(columns, part), taper, lag) / len(sensors)
    if grid.dead_s:
        # What repeats there is in the accelerometer alone.
        middle = np.minimum(np.arange(len(repeat)) * hop * every, len(grid.t_s) - 1)
        repeat[in_dead_stretches(grid.t_s[middle], grid)] *= len(sensors)
    return Rhythm(step_rate, repeat, hop * every)


def _decimate(signals: FloatArray, every: int) -> FloatArray:
    """Mean of each ``every`` samples: enough, since only frequencies far below are looked at."""
    n = len(signals) // every
    if n == 0:
        return signals[:1] / every
    blocks = signals[: n * every].reshape(n, every, *signals.shape[1:])
    mean: FloatArray = np.einsum("ne...->n...", blocks) / every
    return mean


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
