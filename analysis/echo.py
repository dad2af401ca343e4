"""Fill gaps with what the signals did one stride before and one behind, before any step is known.

Steps are found in the vertical, and a smooth curve across a gap of a tenth of a second takes one
away or makes one up.  Gait repeats itself: where all channels come back after some time, what they
did that long before a gap and that long after it stands in for what is missing.  Once the steps are
known, `analysis.gaps` does the same better, stride by stride.
"""

from dataclasses import replace

import numpy as np

from analysis.filter_start import MAX_CHANGE, PERIOD_RANGE_S
from analysis.grid import Grid, gaps_of
from analysis.results import FloatArray, IntArray

# A curve across a shorter gap keeps what steps are found by.
MIN_GAP_S = 0.03
WINDOW_S = 6.0  # four strides of slow walking
HOP_S = 2.0
CHUNK_WINDOWS = 32  # at a time: 4 MB
# Pairs of samples that a lag needs, beside those of a window without gaps.
MIN_PAIRS = 0.25
N_PERIODS = 2  # looked at on each side


def echoed(grid: Grid) -> Grid:
    """Fill the gaps inside segments where the movement repeats itself.

    Parameters
    ----------
    grid : Grid
        Gaps are bridged by smooth curves.

    Returns
    -------
    Grid
        The same grid with other values where ``recorded`` is False; ``recorded`` stays as it is.
    """
    first, stop = gaps_of(grid, MIN_GAP_S)
    if not len(first):
        return grid
    starts = np.array([a for a, _ in grid.segments])
    segment = np.searchsorted(starts, first, side="right") - 1
    bounds = np.array(grid.segments)[segment]
    within = (first > bounds[:, 0]) & (stop < bounds[:, 1])
    first, stop, bounds = first[within], stop[within], bounds[within]
    periods = _periods(grid, (first + stop) // 2)
    signals = [grid.acc_mps2.copy(), None if grid.gyr_radps is None else grid.gyr_radps.copy()]
    for k in np.flatnonzero(periods).tolist():
        part = int(first[k]), int(stop[k])
        for signal in signals:
            if signal is not None:
                _fill(signal, grid, part, tuple(bounds[k].tolist()), int(periods[k]))
    acc, gyr = signals
    return grid if acc is None else replace(grid, acc_mps2=acc, gyr_radps=gyr)


def _periods(grid: Grid, at: IntArray) -> IntArray:
    """Give the period around each of these samples, 0 where nothing repeats; shape (m,)."""
    n_window, hop = round(WINDOW_S * grid.rate_hz), round(HOP_S * grid.rate_hz)
    window = at // hop
    needed, place = np.unique(window, return_inverse=True)
    sensors = [s for s in (grid.acc_mps2, grid.gyr_radps) if s is not None]
    found = np.zeros(len(needed), np.intp)
    for begin in range(0, len(needed), CHUNK_WINDOWS):
        part = slice(begin, begin + CHUNK_WINDOWS)
        middle = needed[part] * hop + hop // 2
        index = middle[:, None] + np.arange(n_window) - n_window // 2
        inside = (index >= 0) & (index < len(grid.t_s))
        index = np.clip(index, 0, len(grid.t_s) - 1)
        known = (grid.recorded[index] & inside).astype(float)
        found[part] = _best_lags([s[index] for s in sensors], known, grid.rate_hz)
    return found[place]


def _best_lags(windows: list[FloatArray], known: FloatArray, rate_hz: float) -> IntArray:
    """Lag at which all channels come back, per window of shape (n, 3); 0 where they do not."""
    low, high = (round(s * rate_hz) for s in PERIOD_RANGE_S)
    n_fft = 1 << int(np.ceil(np.log2(known.shape[1] + high)))
    weight = np.fft.rfft(known, n_fft, axis=1)

    def at_lags(spectrum: FloatArray) -> FloatArray:
        values: FloatArray = np.fft.irfft(spectrum, n_fft, axis=1)[:, low : high + 1]
        return values

    pairs = at_lags(np.abs(weight) ** 2)
    change = np.zeros(pairs.shape)
    for window in windows:
        mean = (window * known[..., None]).sum(axis=1) / np.maximum(known.sum(axis=1), 1.0)[:, None]
        off = (window - mean[:, None]) * known[..., None]
        squares = np.fft.rfft((off**2).sum(axis=2), n_fft, axis=1)
        spectra = np.fft.rfft(off, n_fft, axis=1)
        product = at_lags((np.abs(spectra) ** 2).sum(axis=2))
        power = at_lags(2.0 * (squares * weight.conj()).real)
        change += (1.0 - 2.0 * product / np.maximum(power, 1e-9)) / len(windows)
    lags = np.arange(low, high + 1)
    change[pairs < MIN_PAIRS * (known.shape[1] - lags)] = np.inf
    best = change.argmin(axis=1)
    return np.where(change.min(axis=1) <= MAX_CHANGE, lags[best], 0)


def _fill(
    signal: FloatArray, grid: Grid, gap: tuple[int, int], bounds: tuple[int, int], period: int
) -> None:
    """Fill one gap in place with the mean of what there is one and two periods away."""
    first, stop = gap
    at = np.arange(first - 1, stop + 1)
    total = np.zeros((len(at), signal.shape[1]))
    weight = np.zeros(len(at))
    for k in (-1, 1, -2, 2):
        near = at + k * period
        there = (near >= bounds[0]) & (near < bounds[1])
        near = np.clip(near, bounds[0], bounds[1] - 1)
        # The nearer period counts four times as much.
        share = (there & grid.recorded[near]) / k**2
        total += signal[near] * share[:, None]
        weight += share
    if weight.min() <= 0.0:
        return
    usual = total / weight[:, None]
    along = np.linspace(0.0, 1.0, len(at))[:, None]
    off = signal[at] - usual
    signal[at[1:-1]] = (usual + off[0] * (1.0 - along) + off[-1] * along)[1:-1]
