"""Bends: where somebody runs round a curve, and what that does to the drop.

In a bend the runner leans, and so does what an accelerometer feels as down.  Up is found from it
over seconds, so in a steady bend it leans with the runner: obliquity is then told against the force
under the feet and no longer against gravity, and the two differ by atan(speed * turning rate / g).
One side's peak drop reads larger by that, the other's smaller.  The excursion hardly changes: both
its ends lean alike (simulated track, 4 m/s: root mean square error 1.9 deg in the peak, 0.05 deg in
the excursion).
"""

import numpy as np
from scipy.ndimage import maximum_filter1d

from analysis.geometry import GRAVITY_MPS2
from analysis.grid import Grid, between_samples
from analysis.results import BoolArray, FloatArray
from analysis.steps import Steps

# The pelvis turns to and fro in every stride, and a runner weaves a little: the turn is taken over
# whole strides.
N_STRIDES = 4
# A track of 36.5 m radius turns by 4.7 deg/s at 3 m/s.
MIN_BEND_DEG_PER_S = 4.0
# The speed is not known.  What is faster than most distance runs and than a brisk walk stands in
# for it, so that the lean is told rather too large than too small.
RUNNING_SPEED_MPS = 4.5
WALKING_SPEED_MPS = 1.6


def turning_rates_radps(rate_radps: FloatArray, steps: Steps, grid: Grid) -> FloatArray:
    """Give the rate of turn, to either side, around each step, shape (n_steps,).

    It is the mean over four strides, and of those the largest within two strides before and after:
    the lean follows the turn with some delay, and so does what is made of it.

    Parameters
    ----------
    rate_radps : FloatArray, shape (n,)
        Rate of turn about the vertical.
    steps : Steps
    grid : Grid

    Returns
    -------
    FloatArray, shape (n_steps,)
        Not negative; zero where no whole stride tells.
    """
    # The sum ends with the sample before the step, and a part of the step's own.
    at_step = between_samples(np.cumsum(rate_radps), steps.index - 1.0) / grid.rate_hz
    rates = np.zeros(len(steps.index))
    for bout in steps.bouts():
        n = bout.stop - bout.start
        place = np.arange(n)
        # An even number of steps on both sides, so that left and right cancel.
        before = np.minimum(N_STRIDES, place // 2 * 2)
        after = np.minimum(N_STRIDES, (n - 1 - place) // 2 * 2)
        first, last = bout.start + place - before, bout.start + place + after
        takes = np.maximum(steps.index[last] - steps.index[first], 1.0) / grid.rate_hz
        rates[bout] = (at_step[last] - at_step[first]) / takes
    largest: FloatArray = maximum_filter1d(np.abs(rates), 2 * N_STRIDES + 1)
    return largest


def in_bend(rates_radps: FloatArray) -> BoolArray:
    """Tell which steps lie in a bend, shape (n_steps,)."""
    bent: BoolArray = rates_radps > np.radians(MIN_BEND_DEG_PER_S)
    return bent


def lean_se_deg(rates_radps: FloatArray, steps: Steps) -> FloatArray:
    """Give how far peak and mid-stance drop may be off in a bend; 0 outside; shape (n_steps,)."""
    speed = np.where(steps.running, RUNNING_SPEED_MPS, WALKING_SPEED_MPS)
    lean = np.degrees(np.arctan(speed * rates_radps / GRAVITY_MPS2))
    told: FloatArray = np.where(in_bend(rates_radps), lean, 0.0)
    return told
