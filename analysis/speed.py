"""Running speed from contact time: how it changes inside one run, not a substitute for GPS.

During contact the body passes over the foot, so speed is the way of contact over contact time
(McMahon & Cheng 1990, https://doi.org/10.1016/0021-9290(90)90042-2).  A runner who goes faster
also lengthens that way; where it grows with the square root of the speed, contact time falls with
it, and speed is proportional to contact time to the power of -2.  The power measured is -1.88.
``bench/fit_speed.py`` fits it to what this analysis finds and prints the errors; docs/drift.md has
them.
"""

import numpy as np

from analysis.results import FloatArray

EXPONENT = -1.881
"""Change of log speed per change of log contact time inside one person, fitted to 16 people at
2.5, 3.5 and 4.5 m/s (Fukuchi et al. 2017, https://doi.org/10.7717/peerj.3298)."""

REFERENCE_CONTACT_S = 0.230
REFERENCE_SPEED_MPS = 3.506
"""Speed that these people have on average at the reference contact time."""

CONTACT_RANGE_S = (0.14, 0.36)
"""Contact times of the people above were 0.166 to 0.317 s; beyond it by more than a seventh
nothing is known.  Walking, with 0.5 s and more, is outside."""


def speed_from_contact_mps(contact_time_s: FloatArray) -> FloatArray:
    """Estimate running speed from contact time.

    Single stances are noisy (an error of 10 ms is one of 8 % in speed): use medians of many.

    Parameters
    ----------
    contact_time_s : FloatArray, shape (n,)
        Of running; NaN where it is not known.

    Returns
    -------
    FloatArray, shape (n,)
        Relative inside one person; NaN outside of :data:`CONTACT_RANGE_S`.
    """
    low, high = CONTACT_RANGE_S
    known = np.where((contact_time_s >= low) & (contact_time_s <= high), contact_time_s, np.nan)
    speed: FloatArray = REFERENCE_SPEED_MPS * (known / REFERENCE_CONTACT_S) ** EXPONENT
    return speed


def distance_along_m(
    moving_s: FloatArray, at_s: FloatArray, speed_mps: FloatArray, distance_m: float
) -> FloatArray:
    """Lay a known distance along a run in the shape of its estimated speed.

    Parameters
    ----------
    moving_s : FloatArray, shape (n,)
        Moving time where the distance is wanted, not decreasing; the last value is at
        ``distance_m``, the first at zero.
    at_s, speed_mps : FloatArray, shape (m,)
        Moving times, increasing, at which speed was estimated; where none of it is known, speed
        counts as constant.
    distance_m : float
        Distance of the whole run.

    Returns
    -------
    FloatArray, shape (n,)
        Covered distance: the estimate is scaled so that it integrates to ``distance_m``.
    """
    known = np.isfinite(speed_mps)
    steps_s = np.diff(moving_s)
    if known.any():
        middle_s = (moving_s[1:] + moving_s[:-1]) / 2.0
        steps_s = steps_s * np.interp(middle_s, at_s[known], speed_mps[known])
    covered = np.concatenate(([0.0], np.cumsum(steps_s)))
    return covered * (distance_m / covered[-1]) if covered[-1] > 0.0 else covered
