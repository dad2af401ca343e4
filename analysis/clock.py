"""Time stamps that come in bunches: a phone stamps the packet, not the sample.

Whoever writes down when packets of several samples arrived has groups of samples at nearly the same
time, then nothing until the next packet.  Nothing is missing there: over the long run there are as
many samples as the rate says.  Samples are taken at even times, so they get even times again, as
early as the packets with the shortest way allow; only where the count falls behind for good are
samples missing.
"""

from collections import deque

import numpy as np
from scipy.ndimage import minimum_filter1d, uniform_filter1d

from analysis.results import FloatArray

# Of the sampling period: neighbours of an uneven clock are seldom closer, those in a packet always.
TOGETHER_PERIODS = 0.5
# Packets of two samples make half of all spacings that short; a very uneven clock one in ten.
MIN_TOGETHER_SHARE = 0.3
# More samples than the rate allows are no packets but another rate (oscillators: a few percent).
MAX_RATE_RATIO = 1.1
MIN_SAMPLES = 100
# The least delayed of the packets within this, and of so many at least, is hardly delayed: one that
# comes late is followed by some in quick succession.
AROUND_S = 1.5
MIN_PACKETS = 15
# The drift of one clock against another changes slowly.
SMOOTH_PACKETS = 101
# Of a packet: when the least delayed packets come later by this, samples are missing.
LOST_SHARE = 0.6
SAME_SIZE_SHARE = 0.9


def even_times(t_s: FloatArray, sampling_rate_hz: float) -> FloatArray | None:
    """Give samples that were stamped in packets even times.

    Parameters
    ----------
    t_s : FloatArray, shape (n,)
        Strictly increasing.
    sampling_rate_hz : float
        Nominal rate.

    Returns
    -------
    FloatArray, shape (n,), or None
        None where the time stamps are not bunched.
    """
    spacing = np.diff(t_s) * sampling_rate_hz
    together = spacing < TOGETHER_PERIODS
    if len(t_s) < MIN_SAMPLES or together.mean() < MIN_TOGETHER_SHARE:
        return None
    if len(spacing) > MAX_RATE_RATIO * spacing.sum():
        return None
    last = np.flatnonzero(np.append(~together, True))  # sample of each packet
    packet = np.searchsorted(last, np.arange(len(t_s)))
    behind = (t_s[last] - t_s[0]) * sampling_rate_hz - last
    size = np.diff(last, prepend=-1).astype(float)
    n_around = max(MIN_PACKETS, round(AROUND_S * sampling_rate_hz / float(np.median(size))))
    lost = _lost_before(behind, size, n_around)
    index = np.arange(len(t_s)) + lost[packet]
    late = behind - lost
    drift = np.polyfit(index[last], late, 1)  # of the sensor's clock against the phone's
    least = minimum_filter1d(late - np.polyval(drift, index[last]), n_around, mode="nearest")
    smooth = uniform_filter1d(least, SMOOTH_PACKETS, mode="nearest")
    delay = np.polyval(drift, index) + np.interp(index, index[last], smooth)
    even: FloatArray = (index + delay) / sampling_rate_hz + t_s[0]
    return even


def _lost_before(behind: FloatArray, size: FloatArray, n_around: int) -> FloatArray:
    """Count the samples that are missing before each packet, all together.

    Parameters
    ----------
    behind : FloatArray, shape (n_packets,)
        How many more samples there should have been when each packet came.
    size : FloatArray, shape (n_packets,)
        Samples in each packet.
    n_around : int
        Packets of which one is hardly delayed.
    """
    usual = float(np.median(size))
    # Packets of one size are lost as a whole.
    unit = usual if (size == usual).mean() > SAME_SIZE_SHARE else 1.0
    # The least delayed of this packet and those that follow, against those before.
    after = minimum_filter1d(behind, n_around, mode="nearest", origin=-(n_around // 2))
    before: deque[float] = deque([float(after[0])], maxlen=n_around)
    lost = np.zeros(len(behind))
    so_far = 0.0
    for k, (own, least) in enumerate(zip(behind.tolist(), after.tolist(), strict=True)):
        later = least - so_far - min(before)
        if later > max(LOST_SHARE * usual, 1.0):
            so_far += round(later / unit) * unit
        lost[k] = so_far
        before.append(own - so_far)
    return lost
