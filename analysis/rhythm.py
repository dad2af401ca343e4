"""Step rate and repeatability of the movement over time.

Gait repeats itself from stride to stride in all six channels at once.  A bus, a chair or a hand
may shake at the same rate for a moment, but their channels do not come back together.
"""

from dataclasses import dataclass

import numpy as np

from analysis.grid import Grid, between_samples, gaps_of, in_dead_stretches
from analysis.layout import Layout, layout_of
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
# A curve across a shorter gap keeps what repeats below `BAND_HZ`.
MAX_CURVED_S = 0.1
# Pairs of samples one stride apart that a window needs, beside those of one without gaps.
MIN_PAIRS = 0.25


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
        Grid periods from the middle of one window to that of the next; the first is sample 0.
    layout : Layout
        Where the windows lie on the grid.
    """

    step_rate_hz: FloatArray
    repeat: FloatArray
    hop: int
    layout: Layout

    def repeat_at(self, index: FloatArray) -> FloatArray:
        """Repeatability at places on the grid, between windows in proportion."""
        return between_samples(self.repeat, self.layout.places(index) / self.hop)

    def is_slower(self, than_hz: float, n: int) -> BoolArray:
        """Whether the step rate of the nearest window is slower, for n grid samples."""
        slow = np.repeat(self.step_rate_hz < than_hz, self.hop)[self.hop // 2 :]
        slow = np.pad(slow, (0, max(0, self.layout.n_places - len(slow))), mode="edge")
        return self.layout.on_grid(slow)[:n]


@dataclass(frozen=True, slots=True)
class _Windows:
    """Overlapping windows of channels and of what is known of them, without copies.

    Attributes
    ----------
    channels : list of FloatArray, shape (n_windows, n_window) each
        0 where nothing is known.
    known : FloatArray, shape (n_windows, n_window)
        1, or 0 where samples are missing.
    """

    channels: list[FloatArray]
    known: FloatArray

    def power(self, part: slice, taper: FloatArray, n_frequencies: int) -> FloatArray:
        """Power spectrum per window, summed over the channels."""
        known = self.known[part]
        n_known = np.maximum(known.sum(axis=1, keepdims=True), 1.0)
        total: FloatArray = np.zeros(1)
        for channel in self.channels:
            windows = channel[part] - channel[part].sum(axis=1, keepdims=True) / n_known
            windows *= taper * known
            spectrum = np.fft.rfft(windows, N_FFT, axis=1)[:, :n_frequencies]
            total = total + spectrum.real**2 + spectrum.imag**2
        return total


def rhythm_of(vertical_mps2: FloatArray, grid: Grid) -> Rhythm:
    """Rhythm of the vertical acceleration, shape (n,), and of the grid's channels.

    Time goes on across holes and gaps, but nothing within them counts: what is before one and
    what is behind it are compared at the lag that they really have.
    """
    every = max(1, round(grid.rate_hz / DECIMATED_RATE_HZ))
    rate_hz = grid.rate_hz / every
    n_window, hop = round(WINDOW_S * rate_hz), max(1, round(HOP_S * rate_hz))
    taper = np.hanning(n_window)
    frequency = np.fft.rfftfreq(N_FFT, 1 / rate_hz)
    frequency = frequency[frequency <= BAND_HZ]
    layout = layout_of(grid, WINDOW_S)
    seen = _seen(grid, layout, every)
    view = np.lib.stride_tricks.sliding_window_view
    reach = (n_window // 2, n_window - n_window // 2)
    known = view(np.pad(seen, reach, constant_values=1.0), n_window)[::hop]

    def windows_of(signals: FloatArray) -> _Windows:
        laid_out = layout.blocks(signals, every)
        columns = [(c - c.sum() / max(seen.sum(), 1.0)) * seen for c in laid_out.T]
        return _Windows([view(np.pad(c, reach), n_window)[::hop] for c in columns], known)

    vertical = windows_of(vertical_mps2[:, None])
    sensors = [windows_of(s) for s in (grid.acc_mps2, grid.gyr_radps) if s is not None]
    inside = (frequency >= STEP_RATE_RANGE_HZ[0]) & (frequency <= STEP_RATE_RANGE_HZ[1])
    step_rate: FloatArray = np.empty(len(known))
    repeat: FloatArray = np.zeros(len(known))
    for start in range(0, len(step_rate), CHUNK_WINDOWS):
        part = slice(start, start + CHUNK_WINDOWS)
        strongest = np.argmax(vertical.power(part, taper, len(frequency))[:, inside], axis=1)
        step_rate[part] = frequency[inside][strongest]
        pairs = _pairs(known[part], taper)
        lag = 2 * rate_hz / step_rate[part]
        for windows in sensors:
            power = windows.power(part, taper, len(frequency))
            repeat[part] += _repeat(power, pairs, lag) / len(sensors)
    if grid.dead_s:
        # What repeats there is in the accelerometer alone.
        middle = layout.samples(np.arange(len(repeat)) * hop * every)
        repeat[in_dead_stretches(grid.t_s[middle], grid)] *= len(sensors)
    return Rhythm(step_rate, repeat, hop * every, layout)


def _seen(grid: Grid, layout: Layout, every: int) -> FloatArray:
    """1 for each block of samples that is known well enough, else 0."""
    curved = np.ones(len(grid.t_s))
    for first, stop in zip(*gaps_of(grid, MAX_CURVED_S), strict=True):
        curved[first:stop] = 0.0
    seen: FloatArray = (layout.blocks(curved[:, None], every)[:, 0] > 0.5).astype(float)
    return seen


def _pairs(known: FloatArray, taper: FloatArray) -> FloatArray:
    """Weights of the samples that each lag compares, shape (n_windows or 1, n_lags)."""
    n_lags = len(taper) * 2 // 3  # beyond that too little of the window overlaps
    of_taper = _autocorrelation(taper[None])[:, :n_lags]
    if known.all():
        return of_taper
    pairs = _autocorrelation(taper * known)[:, :n_lags]
    pairs[pairs < MIN_PAIRS * of_taper] = np.inf
    pairs[np.isinf(pairs[:, 0])] = np.inf
    return pairs


def _autocorrelation(weights: FloatArray) -> FloatArray:
    spectrum = np.fft.rfft(weights, N_FFT, axis=1)
    correlation: FloatArray = np.fft.irfft(spectrum.real**2 + spectrum.imag**2, N_FFT, axis=1)
    return correlation


def _repeat(power: FloatArray, pairs: FloatArray, stride_lag: FloatArray) -> FloatArray:
    """Largest autocorrelation near the stride lag, in samples, per window."""
    correlation = np.fft.irfft(power, N_FFT, axis=1)
    n_lags = pairs.shape[1]
    normal = correlation[:, :n_lags] / np.maximum(correlation[:, :1], 1e-12)
    normal = normal * np.where(np.isinf(pairs), 0.0, pairs[:, :1]) / pairs
    lags = np.round(stride_lag[:, None] * (1 + STRIDE_SEARCH)).astype(np.intp)
    found = np.take_along_axis(normal, np.minimum(lags, n_lags - 1), axis=1)
    largest: FloatArray = np.where(lags < n_lags, found, -1.0).max(axis=1)
    return np.clip(largest, -1.0, 1.0)
