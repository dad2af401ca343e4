"""Stances while they happen, from a stream of sample batches.

The stream keeps the last seconds of signal and runs the recorded analysis over them at fixed
points of the signal's own clock, so live and recorded results come from the same code and do not
depend on how the stream was cut into batches.  What has left the window but still counts is kept:
the standing pose and the symmetry of the strides.
"""

import numpy as np

from analysis.alignment import EarlierMounting
from analysis.errors import SignalError
from analysis.gait import FoundGait, find_gait
from analysis.grid import check_signals, to_grid
from analysis.quality import clipped_mask
from analysis.results import FloatArray, ZeroReference
from analysis.stances import Stance
from analysis.standing import quiet_stretches

WINDOW_S = 15.0  # about twenty strides: enough for sides and forward
HOP_S = 0.25
# A step is final once the signals that its events are read from, and the edge of the filters,
# have passed: 0.5 s for toe-off in running, one step more in walking.
SETTLE_S = 0.7
# Two detections closer than this are the same step seen from two windows.
SAME_STEP_S = 0.15
# Symmetry of this many strides is remembered; older strides fade.
MAX_REMEMBERED_STRIDES = 300.0


class GaitStream:
    """Push batches of samples, get stances.

    Parameters
    ----------
    sampling_rate_hz : float
        Nominal rate of the sensor.
    has_gyroscope : bool
        Without one there is no drop.

    Attributes
    ----------
    zero : ZeroReference
        Where zero obliquity comes from now; RUN_MEAN is the mean of the last seconds, and
        provisional.
    """

    def __init__(self, sampling_rate_hz: float, *, has_gyroscope: bool) -> None:
        self.sampling_rate_hz = sampling_rate_hz
        self.zero = ZeroReference.RUN_MEAN if has_gyroscope else ZeroReference.NONE
        self._has_gyroscope = has_gyroscope
        self._samples = np.empty((0, 7 if has_gyroscope else 4))
        self._n_hop = max(1, round(HOP_S * sampling_rate_hz))
        self._n_new = 0
        self._last_strike_s = -np.inf
        self._standing_up: FloatArray | None = None
        self._symmetry = np.zeros((2, 2))
        self._symmetry_from_s = -np.inf

    def push(
        self, t_s: FloatArray, acc_mps2: FloatArray, gyr_radps: FloatArray | None
    ) -> tuple[Stance, ...]:
        """Take consecutive samples and return the stances that have become final.

        Parameters
        ----------
        t_s : FloatArray, shape (n,)
            Later than all samples before.
        acc_mps2 : FloatArray, shape (n, 3)
        gyr_radps : FloatArray, shape (n, 3), or None
            None if and only if the stream has no gyroscope.

        Raises
        ------
        SignalError
            As `analysis.analyse_run`.
        """
        if not len(t_s):
            return ()
        gyr = gyr_radps if self._has_gyroscope else None
        check_signals(t_s, acc_mps2, gyr, self.sampling_rate_hz)
        if len(self._samples) and t_s[0] <= self._samples[-1, 0]:
            raise SignalError("a batch must be later than all batches before it.")
        columns = [np.asarray(t_s, float)[:, None], acc_mps2]
        if gyr is not None:
            columns.append(gyr)
        batch = np.hstack(columns)
        found: list[Stance] = []
        # Cut at fixed sample counts, whatever the batch: the cuts belong to the signal.
        while len(batch):
            part, batch = np.split(batch, [self._n_hop - self._n_new])
            self._samples = np.concatenate((self._samples, part))
            self._n_new += len(part)
            if self._n_new == self._n_hop:
                self._n_new = 0
                found.extend(self._analyse(before_s=float(self._samples[-1, 0]) - SETTLE_S))
        return tuple(found)

    def finish(self) -> tuple[Stance, ...]:
        """Return the last stances; the stream ends here."""
        return tuple(self._analyse(before_s=np.inf))

    def _analyse(self, *, before_s: float) -> list[Stance]:
        """Stances not reported yet that have ended before the given time."""
        if len(self._samples) < 2 * self._n_hop:
            return []
        newest_s = float(self._samples[-1, 0])
        self._samples = self._samples[self._samples[:, 0] > newest_s - WINDOW_S]
        t_s, acc = self._samples[:, 0], self._samples[:, 1:4]
        gyr = self._samples[:, 4:] if self._has_gyroscope else None
        grid = to_grid(t_s, acc, gyr, self.sampling_rate_hz)
        if gyr is not None:
            for start, stop in quiet_stretches(grid):
                self._standing_up = grid.acc_mps2[start:stop].mean(axis=0)
        gait = find_gait(
            grid,
            clipped_s=t_s[clipped_mask(acc, gyr)],
            earlier=EarlierMounting(self._standing_up, self._symmetry),
        )
        if gait is None:
            return []
        self._remember(gait, float(t_s[0]), newest_s)
        final = [
            stance
            for stance in gait.stances
            if stance.foot_strike_s > self._last_strike_s + SAME_STEP_S
            and (np.inf if stance.toe_off_s is None else stance.toe_off_s) <= before_s
        ]
        if final:
            self._last_strike_s = final[-1].foot_strike_s
        return final

    def _remember(self, gait: FoundGait, oldest_s: float, newest_s: float) -> None:
        """Keep the symmetry of windows that do not overlap, the older ones fading."""
        self.zero = gait.mounting.alignment.zero
        if oldest_s < self._symmetry_from_s:
            return
        self._symmetry_from_s = newest_s
        total = self._symmetry + gait.mounting.symmetry
        size = float(np.abs(np.linalg.eigvalsh(total)).max())
        self._symmetry = total * min(1.0, MAX_REMEMBERED_STRIDES / max(size, 1e-9))
