"""What the orientation filter is given before a segment begins.

The filter averages gravity over a second or two.  Where a segment begins in the middle of a run
(behind a pause without samples, or a recording started late) there is nothing to average but part
of a stride, and up is wrong by one to three degrees until the first second is over.  Gait repeats
itself, though: its first whole strides, put in front once more, let the filter settle before the
segment begins.
"""

from functools import partial

import numpy as np

from analysis.results import FloatArray

# Strides and pairs of strides, from a sprint to a stroll.
PERIOD_RANGE_S = (0.5, 1.6)
SEEN_S = 4.0  # where the period is looked for
# Mean square of what changes from one period to the next, over that of two unrelated ones: 0.01
# to 0.13 in recorded running, a median of 0.34 in walks with turns, 0.5 to 1.1 in standing still.
MAX_CHANGE = 0.4
# In front: three times the filter's time constant.
LEAD_S = 3.0
# What is left of it, measured on the first stances behind the pauses of 31 treadmill trials: an
# error of 0.43 deg at once, no more than elsewhere (0.22) after a second.
START_SE_DEG = 0.4
START_DECAY_S = 0.3


def lead_in(acc: FloatArray, gyr: FloatArray, rate_hz: float) -> slice:
    """Find whole periods of gait at the beginning; an empty slice where it is no gait.

    Parameters
    ----------
    acc, gyr : FloatArray, shape (n, 3)
        Segment of a recording, m/s2 and rad/s.
    rate_hz : float

    Returns
    -------
    slice
        As long as one period, or two: repeated in front of the segment it goes over into it.
    """
    shortest, longest = (round(s * rate_hz) for s in PERIOD_RANGE_S)
    n_seen = min(len(acc), round(SEEN_S * rate_hz))
    if n_seen < 2 * longest:
        return slice(0, 0)
    seen = np.hstack((_scaled(acc[:n_seen]), _scaled(gyr[:n_seen])))
    lags = range(shortest, longest + 1)
    change = np.fromiter(map(partial(_change, seen), lags), float, len(lags))
    best = int(np.argmin(change))
    return slice(0, lags[best] if change[best] <= MAX_CHANGE else 0)


def with_lead_in(signals: FloatArray, lead: slice, rate_hz: float) -> tuple[FloatArray, int]:
    """Repeat the lead-in in front of signals; returns also how many samples that adds."""
    n = lead.stop - lead.start
    if not n:
        return signals, 0
    times = int(np.ceil(LEAD_S * rate_hz / n))
    return np.concatenate([signals[lead]] * times + [signals]), times * n


def start_se_deg(since_s: FloatArray) -> FloatArray:
    """Give the standard error left in obliquity this long after a segment began, same shape."""
    se: FloatArray = START_SE_DEG * np.exp(-since_s / START_DECAY_S)
    return se


def _scaled(values: FloatArray) -> FloatArray:
    centred = values - values.mean(axis=0)
    scaled: FloatArray = centred / max(float(np.sqrt(np.mean(centred**2))), 1e-12)
    return scaled


def _change(values: FloatArray, lag: int) -> float:
    """Mean square of the difference at a lag, 1 for signals that have nothing in common."""
    early, late = values[:-lag], values[lag:]
    power = float(np.mean(early**2) + np.mean(late**2))
    return float(np.mean((late - early) ** 2)) / power if power > 0.0 else 1.0
