"""Whether the sensor kept its place on the pelvis."""

import numpy as np

from analysis.results import FloatArray, IntArray
from analysis.steps import Steps

# A slow turn about the vertical from here on counts.  Natural ones between a dozen strides and the
# next: 2.7 degrees at most on 48 treadmill trials.
MIN_TURN_DEG = 6.0
# A pelvis tilts forward with pace and slope: by up to 5.4 degrees between 2.5 and 4.5 m/s in one
# person of the 48 treadmill trials, by 4 to 9 on simulated hills of 6 to 15 %.
TILT_OF_PACE_DEG = 10.0
MIN_STEPS = 120  # a minute of walking: less cannot tell a shift from a change of pace


def moved_deg(
    obliquity_deg: FloatArray, tilt_deg: FloatArray, steps: Steps, turned_deg: float = 0.0
) -> float | None:
    """Angle between the mean pose of the first and of the last third of the steps.

    Parameters
    ----------
    obliquity_deg, tilt_deg : FloatArray, shape (n,)
    steps : Steps
    turned_deg : float
        How far the sensor crept about the vertical, from `analysis.slip_search`.

    Returns
    -------
    float or None
        Degrees; None for fewer than 120 steps.
    """
    n = len(steps.index)
    if n < MIN_STEPS:
        return None
    at = np.clip(np.round(steps.index).astype(np.intp), 0, len(obliquity_deg) - 1)
    # Means over whole strides (two steps of one bout), so that the movement itself cancels.
    whole = steps.bout[:-2] == steps.bout[2:]
    first, last = at[:-2][whole], at[2:][whole]
    if len(first) < MIN_STEPS // 2:
        return None
    pose = np.column_stack([_means(angle, first, last) for angle in (obliquity_deg, tilt_deg)])
    third = len(pose) // 3
    shift = np.median(pose[-third:], axis=0) - np.median(pose[:third], axis=0)
    # The pelvis itself tilts with slope and pace; only what it cannot do is the sensor's.
    shift[1] = max(abs(shift[1]) - TILT_OF_PACE_DEG, 0.0)
    turn = turned_deg if abs(turned_deg) >= MIN_TURN_DEG else 0.0
    return float(np.sqrt(np.sum(shift**2) + turn**2))


def _means(values: FloatArray, first: IntArray, last: IntArray) -> FloatArray:
    """Means over the samples from behind ``first`` up to ``last``, shape (m,)."""
    total = np.cumsum(values)
    means: FloatArray = (total[last] - total[first]) / (last - first)
    return means
