"""Whether the sensor swings on its belt, and angles without that swing.

A pelvis hardly turns faster than ten times a second: bone and muscle are too heavy for it.  A
sensor on a loose belt does.  Where its angles hold more of that than a pelvis makes, what is faster
than a pelvis is taken off.  What the belt adds below that cannot be told from the runner: a belt
that swings at 5 Hz is driven by the steps and repeats with them.
"""

import numpy as np

from analysis.filters import low_pass
from analysis.grid import Grid
from analysis.results import BoolArray, FloatArray, IntArray

WINDOW_S = 5.12
CHUNK_WINDOWS = 64  # at a time: 260 kB, which stay in a processor's cache
PELVIS_BAND_HZ = (1.0, 8.0)
BELT_BAND_HZ = (12.0, 20.0)
# Belt band over pelvis band, added over obliquity and tilt.  Measured over windows of 5 s of 48
# treadmill trials: 0.02 to 0.09 on a firm sensor, 0.10 to 0.25 on a wobbling one.
FIRM_RATIO = 0.09
LOOSE_RATIO = 0.11
# Of 5 to 20 Hz the cut with the smallest error of peak and excursion on the wobbling trials, with
# true events and true mounting (excursion 0.29 instead of 0.64 deg).
PELVIS_CUTOFF_HZ = 9.0


def looseness(angles_deg: FloatArray, grid: Grid, inside: BoolArray) -> FloatArray:
    """How loose the sensor is, 0 (firm) to 1 (swings), per grid sample.

    Parameters
    ----------
    angles_deg : FloatArray, shape (n, 2)
        Obliquity and tilt.
    grid : Grid
    inside : BoolArray, shape (n,)
        Samples inside gait; elsewhere the value is that of the nearest gait.

    Returns
    -------
    FloatArray, shape (n,)
    """
    n_window = round(WINDOW_S * grid.rate_hz)
    starts = _windows_of_gait(inside, grid, n_window)
    if not len(starts):
        return np.zeros(len(angles_deg))
    frequency = np.fft.rfftfreq(n_window, 1 / grid.rate_hz)
    belt, pelvis = (
        (frequency >= low) & (frequency < high) for low, high in (BELT_BAND_HZ, PELVIS_BAND_HZ)
    )
    taper = np.hanning(n_window)
    ratio = np.zeros(len(starts))
    for angle in angles_deg.T:
        all_windows = np.lib.stride_tricks.sliding_window_view(angle, n_window)
        for first in range(0, len(starts), CHUNK_WINDOWS):
            part = slice(first, first + CHUNK_WINDOWS)
            windows = all_windows[starts[part]]
            windows -= windows.mean(axis=1, keepdims=True)
            spectrum = np.fft.rfft(windows * taper, axis=1)
            power = spectrum.real**2 + spectrum.imag**2
            of_pelvis = np.maximum(power[:, pelvis].sum(axis=1), 1e-12)
            ratio[part] += np.sqrt(power[:, belt].sum(axis=1) / of_pelvis)
    loose = np.clip((ratio - FIRM_RATIO) / (LOOSE_RATIO - FIRM_RATIO), 0.0, 1.0)
    if not loose.any():
        return np.zeros(len(angles_deg))
    return np.interp(np.arange(len(angles_deg)), starts + n_window / 2, loose)


def without_swing(angles_deg: FloatArray, loose: FloatArray, grid: Grid) -> FloatArray:
    """Low-pass the angles, shape (n, 2), as far as the sensor is loose."""
    if not loose.any():
        return angles_deg
    swings = loose > 0.0
    slow = low_pass(angles_deg, PELVIS_CUTOFF_HZ, grid, needed=swings)
    steady = angles_deg.copy()
    steady[swings] += loose[swings, None] * (slow[swings] - angles_deg[swings])
    return steady


def _windows_of_gait(inside: BoolArray, grid: Grid, n_window: int) -> IntArray:
    """First samples of windows in a row that lie in one segment and mostly in gait."""
    starts = [
        np.arange(start, stop - n_window + 1, n_window, dtype=np.intp)
        for start, stop in grid.segments
    ]
    first = np.concatenate(starts) if starts else np.empty(0, np.intp)
    if not len(first):
        return first
    windows = np.lib.stride_tricks.sliding_window_view(inside, n_window)[first]
    chosen: IntArray = first[windows.sum(axis=1) > n_window / 2]
    return chosen
