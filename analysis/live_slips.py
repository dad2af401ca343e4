"""A slip of the sensor inside a live window: when it is settled, and signals as if it were over.

While a slip is young, each look at the window finds it anew and mends the signals, as the recorded
analysis does: the more strides there are behind it, the better its turn is known.  Once it is
settled, all that came before it is turned into the axes of now, once and for all.
"""

from dataclasses import dataclass, replace

import numpy as np

from analysis.gait import FoundGait
from analysis.geometry import turned
from analysis.grid import MAX_BRIDGED_S, Grid
from analysis.results import FloatArray
from analysis.slip_mending import without_slips
from analysis.slip_timing import FoundSlip

# Some seven strides of running or five of walking; a window of 15 s has more before it.
SETTLED_S = 5.0


@dataclass(frozen=True, slots=True)
class YoungSlip:
    """A slip that was found in a window, with its times, and whether the look before found one."""

    slip: FoundSlip
    start_s: float
    end_s: float
    is_lasting: bool = False

    def on(self, grid: Grid) -> FoundSlip:
        """Return the slip on another grid; it may lie before its first sample."""
        start, stop = np.searchsorted(grid.t_s, (self.start_s, self.end_s)).tolist()
        return replace(self.slip, start=start, stop=stop + 1)

    def is_settled(self, newest_s: float) -> bool:
        """Whether enough strides have come after it."""
        return newest_s - self.end_s > SETTLED_S


def first_slip(gait: FoundGait, grid: Grid) -> YoungSlip | None:
    """First slip of a window, None without any."""
    if not gait.slips:
        return None
    slip = gait.slips[0]
    return YoungSlip(slip, float(grid.t_s[slip.start]), float(grid.t_s[slip.stop - 1]))


def in_axes_after(samples: FloatArray, young: YoungSlip, grid: Grid) -> FloatArray:
    """Turn the samples before a slip into the axes after it.

    Parameters
    ----------
    samples : FloatArray, shape (n, 7)
        Time, specific force, turning rate.
    young : YoungSlip
    grid : Grid
        Made of these samples.

    Returns
    -------
    FloatArray, shape (m, 7)
        Samples of the slip itself are replaced by the strides around it; without those of a slip
        that is known less well in time.
    """
    slip, start_s, stop_s = young.on(grid), young.start_s, young.end_s
    before, after = samples[samples[:, 0] < start_s], samples[samples[:, 0] > stop_s]
    during = samples[len(before) : len(samples) - len(after)].copy()
    t_s, acc, gyr = before[:, 0], before[:, 1:4], before[:, 4:]
    before = np.column_stack((t_s, turned(acc, slip.turn), turned(gyr, slip.turn)))
    if not slip.start or slip.stop - slip.start > MAX_BRIDGED_S * grid.rate_hz:
        return np.concatenate((before, after))
    mended = without_slips(grid, (slip,))
    part = slice(slip.start, slip.stop)
    columns = ((1, mended.acc_mps2), (4, mended.gyr_radps))
    for first, signal in ((k, signal) for k, signal in columns if signal is not None):
        for k, channel in enumerate(turned(signal[part], slip.turn).T, start=first):
            during[:, k] = np.interp(during[:, 0], grid.t_s[part], channel)
    return np.concatenate((before, during, after))
