"""When each sample was measured: from the times of messages, and the spacing between them.

A message says when its first sample was measured.  A sensor's rate is off by a few percent, so
that its last sample would be off by milliseconds if the others followed at the nominal spacing.
They follow at the spacing that leads to the next message, where that follows without a gap.
"""

import numpy as np
from numpy.typing import NDArray

# Inertial sensors' rates are specified to 10 % at worst; a spacing off by twice that is a time
# stamp that jumped, not a rate.
MAX_RATE_ERROR = 0.2
# Times that would stand still or go back are kept apart by the resolution of sensors' clocks.
LEAST_STEP_S = 1e-6


def is_plausible(spacing_s: float, nominal_s: float) -> bool:
    """Whether a spacing between samples can be a sensor's."""
    return abs(spacing_s / nominal_s - 1.0) <= MAX_RATE_ERROR


def sample_times(
    numbers: NDArray[np.int64],
    message_numbers: NDArray[np.int64],
    message_t_s: NDArray[np.float64],
    nominal_s: float,
) -> NDArray[np.float64]:
    """Return the time of each sample, strictly increasing.

    Parameters
    ----------
    numbers : int64 array, shape (n,)
        Of the samples, strictly increasing.
    message_numbers, message_t_s : arrays, shape (m,)
        Number and time of the first sample of each message, in the order in which they came; of
        two with the same number the first counts.  Each stretch of samples begins with one.
    nominal_s : float
        Spacing as the sensor was asked.

    Returns
    -------
    float64 array, shape (n,)
    """
    firsts, i_first = np.unique(message_numbers, return_index=True)
    first_t_s = message_t_s[i_first]
    spacing_s = _spacings(numbers, firsts, first_t_s, nominal_s)
    i = np.searchsorted(firsts, numbers, side="right") - 1
    t_s = first_t_s[i] + (numbers - firsts[i]) * spacing_s[i]
    return strictly_increasing(t_s)


def strictly_increasing(t_s: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return times in which each is later than the one before; those that are already stay."""
    if (np.diff(t_s) > 0).all():
        return t_s
    least_s = LEAST_STEP_S * np.arange(len(t_s))
    pushed: NDArray[np.float64] = np.maximum.accumulate(t_s - least_s) + least_s
    return pushed


def _spacings(
    numbers: NDArray[np.int64],
    firsts: NDArray[np.int64],
    first_t_s: NDArray[np.float64],
    nominal_s: float,
) -> NDArray[np.float64]:
    """Return the spacing behind each message: to the next one, or the last that was measured."""
    n_between = np.diff(firsts)
    measured_s = np.diff(first_t_s) / n_between
    has_all = np.diff(np.searchsorted(numbers, firsts)) == n_between
    is_good = has_all & (np.abs(measured_s / nominal_s - 1.0) <= MAX_RATE_ERROR)
    if not is_good.any():
        return np.full(len(firsts), nominal_s)
    # The last good one before, or for those at the beginning the first good one.
    last_good = np.maximum.accumulate(np.where(is_good, np.arange(len(is_good)), -1))
    last_good = np.where(last_good < 0, np.argmax(is_good), last_good)
    spacing_s: NDArray[np.float64] = measured_s[np.append(last_good, last_good[-1])]
    return spacing_s
