"""A gyroscope that shows a turn where there is none: its offset, found and taken off.

The orientation filter learns an offset of up to 2 deg/s; what is beyond leans its "up".
"""

from dataclasses import replace

import numpy as np

from analysis.grid import Grid, in_dead_stretches
from analysis.results import FloatArray
from analysis.standing import quiet_stretches

# Below, the filter deals with it: simulated, an offset of 5 deg/s moves no mean drop by more than
# 0.03 deg, one of 8 deg/s by 0.3 deg.  And below, the mean rate may be the person's: up to
# 2.8 deg/s across the vertical in 48 treadmill trials, up to 4.8 deg/s in the standing of 72 walks.
MIN_BIAS_RADPS = float(np.radians(5.0))
# The mean over a recording that ends within a stride holds up to half a swing of it: of 3 rad/s at
# 1.4 Hz that is 3.9 deg/s in 10 s, and less than 5 deg/s.  Shorter ones say nothing.
MIN_MEAN_S = 10.0


def without_bias(grid: Grid) -> tuple[Grid, float]:
    """Take a large constant offset of the gyroscope off.

    The offset is the mean turning rate in quiet standing.  Where nobody stands it is the mean over
    the recording, but for the part about the vertical, in which somebody may truly turn; some
    strides only tell nothing then.

    Parameters
    ----------
    grid : Grid

    Returns
    -------
    grid : Grid
        The same where there is no such offset.
    bias_radps : float
        Size of what was taken off, 0 where nothing was.
    """
    if grid.gyr_radps is None:
        return grid, 0.0
    # Along columns, which is many times as fast as along rows; where it is dead it is 0.
    mean = np.array([axis.mean() for axis in grid.gyr_radps.T])
    alive = ~in_dead_stretches(grid.t_s, grid) if grid.dead_s else np.ones(1, bool)
    mean /= max(float(alive.mean()), 1e-9)
    if np.linalg.norm(mean) < MIN_BIAS_RADPS:
        return grid, 0.0
    bias = _standing_rate(grid, grid.gyr_radps)
    if bias is None:
        if float(alive.mean()) * len(grid.t_s) < MIN_MEAN_S * grid.rate_hz:
            return grid, 0.0
        up = grid.acc_mps2.mean(axis=0)
        up = up / max(float(np.linalg.norm(up)), 1e-9)
        bias = mean - (mean @ up) * up
    size = float(np.linalg.norm(bias))
    if size < MIN_BIAS_RADPS:
        return grid, 0.0
    gyr = grid.gyr_radps - bias * alive[:, None]
    return replace(grid, gyr_radps=gyr), size


def _standing_rate(grid: Grid, gyr: FloatArray) -> FloatArray | None:
    """Median over the quiet stretches of their mean rates, shape (3,); None without any."""
    quiet = quiet_stretches(grid, any_offset=True)
    dead = in_dead_stretches(grid.t_s[np.array([start for start, _ in quiet], np.intp)], grid)
    means = [
        gyr[start:stop].mean(axis=0)
        for (start, stop), is_dead in zip(quiet, dead.tolist(), strict=True)
        if not is_dead
    ]
    if not means:
        return None
    rate: FloatArray = np.median(means, axis=0)
    return rate
