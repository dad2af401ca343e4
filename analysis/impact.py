"""The impact peak: a short peak of the force that the sensor feels, right after foot strike.

Read from the samples as they were recorded, since the grid of the other measures is too coarse.
"""

from dataclasses import dataclass

import numpy as np

from analysis.results import BoolArray, FloatArray

# A transient of 20 Hz and more rises and falls within 25 ms: five samples.
MIN_RATE_HZ = 200.0
# From before the strike by twice its standard error (5 ms) to where the force of fast runners
# reaches the peak that every stance has (40 % of a contact of 160 ms).
WINDOW_S = (-0.01, 0.065)
# The peak stands out from the trough behind it by this much at least: fifty times the noise of a
# common sensor at 200 Hz (0.01 m/s2).
MIN_PROMINENCE_MPS2 = 0.5


@dataclass(frozen=True, slots=True)
class Samples:
    """The samples as they were recorded.

    Attributes
    ----------
    t_s : FloatArray, shape (n,)
    acc_mps2 : FloatArray, shape (n, 3)
        Specific force in sensor axes.
    rate_hz : float
        Nominal rate.
    """

    t_s: FloatArray
    acc_mps2: FloatArray
    rate_hz: float


def impact_peaks(
    samples: Samples | None, foot_strike_s: FloatArray, running: BoolArray, clipped_s: FloatArray
) -> FloatArray:
    """Give the impact peak of each running stance, m/s², shape (n_stances,).

    The largest local maximum of the resultant specific force around foot strike that is followed
    by a trough.  The resultant does not depend on how the sensor sits.

    Parameters
    ----------
    samples : Samples or None
        None where they are not at hand, as in the live stream.
    foot_strike_s : FloatArray, shape (n_stances,)
    running : BoolArray, shape (n_stances,)
    clipped_s : FloatArray, shape (n_clipped,)
        Times of the samples at the end of the sensor's range.

    Returns
    -------
    FloatArray
        NaN in walking, below 200 Hz, where a sample is missing or at the end of the range, and
        where the force rises without a peak of its own.
    """
    peaks = np.full(len(foot_strike_s), np.nan)
    if samples is None or samples.rate_hz < MIN_RATE_HZ or not running.any():
        return peaks
    start_s, end_s = foot_strike_s + WINDOW_S[0], foot_strike_s + WINDOW_S[1]
    n_window = int(np.ceil((WINDOW_S[1] - WINDOW_S[0]) * samples.rate_hz))
    first = np.searchsorted(samples.t_s, start_s)
    last = first + n_window - 1
    inside = running & (last < len(samples.t_s))
    inside &= np.searchsorted(clipped_s, end_s) == np.searchsorted(clipped_s, start_s)
    # One missing sample makes the window longer by a period.
    longest_s = (n_window - 0.5) / samples.rate_hz
    reach_s = samples.t_s[np.minimum(last, len(samples.t_s) - 1)] - start_s
    inside &= reach_s <= longest_s + 0.5 / samples.rate_hz
    rows = np.flatnonzero(inside)
    force = samples.acc_mps2[first[rows, None] + np.arange(n_window)]
    resultant = np.sqrt(np.einsum("ijk,ijk->ij", force, force))
    trough = np.minimum.accumulate(resultant[:, ::-1], axis=1)[:, ::-1]
    middle = resultant[:, 1:-1]
    is_peak = (middle > resultant[:, :-2]) & (middle >= resultant[:, 2:])
    is_peak &= middle - trough[:, 1:-1] >= MIN_PROMINENCE_MPS2
    highest = np.where(is_peak, middle, -np.inf).max(axis=1, initial=-np.inf)
    peaks[rows] = np.where(np.isfinite(highest), highest, np.nan)
    return peaks
