"""Stances while they happen, from a stream of sample batches.

The stream keeps the last seconds of signal and runs the recorded analysis over them at points of
the signal's own clock, so live and recorded results come from the same code and do not depend on
how the stream was cut into batches.  It looks when the next stance should have ended, and a
forecast of the next half second moves the edge of every filter away from that stance.  What has
left the window but still counts is kept in `analysis.remembered`.
"""

from dataclasses import replace

import numpy as np

from analysis.bias import without_bias
from analysis.clipping import clipped_times
from analysis.errors import SignalError, StreamEndedError
from analysis.faults import without_faults
from analysis.forecast import continued
from analysis.gait import FoundGait, find_gait
from analysis.grid import MAX_BRIDGED_S, Grid, check_rate, check_signals
from analysis.live_slips import YoungSlip, first_slip, in_axes_after
from analysis.noise import without_noise
from analysis.remembered import MOVED_DEG, Remembered
from analysis.results import FloatArray, ZeroReference
from analysis.slip import Slip
from analysis.stances import Stance, blind
from analysis.units import UnitWatch

WINDOW_S = 15.0  # about twenty strides: enough for sides and forward
# From toe-off to when a stance is told.
SETTLE_S = 0.15
# A toe-off may be found this much later than expected and the stance is still told.
SLACK_S = 0.02
# Between two looks at the signal: while stances are expected, and while there are none.
HOP_RANGE_S = (0.04, 0.6)
HOP_S = 0.3
# Two detections closer than this are the same step seen from two windows.
SAME_STEP_S = 0.15
# Steps that the pose is taken over, and that a bout needs before the pose is that of steady gait.
N_POSE_STEPS = 6
N_STEADY_STEPS = 14


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
        provisional.  The longest quiet standing before the first step counts; where there was
        none, the longest since.
    n_mountings : int
        How often the sensor was found to sit in another way than before, plus one.  What an
        earlier mounting told (standing, forward, sides) is forgotten then.
    last_slip : Slip or None
        The last slip after which the sensor was re-aligned, nothing being forgotten.  It is found
        two or three strides after it; the stances between were told as if nothing had happened.

    Raises
    ------
    SignalError
        A rate that gait cannot be read from.
    """

    def __init__(self, sampling_rate_hz: float, *, has_gyroscope: bool) -> None:
        check_rate(sampling_rate_hz)
        self.sampling_rate_hz = sampling_rate_hz
        self.zero = ZeroReference.RUN_MEAN if has_gyroscope else ZeroReference.NONE
        self.n_mountings = 1
        self.last_slip: Slip | None = None
        self._has_gyroscope = has_gyroscope
        self._samples = np.empty((0, 7 if has_gyroscope else 4))
        self._waiting: list[FloatArray] = []
        self._units = UnitWatch(WINDOW_S, sampling_rate_hz, has_gyroscope=has_gyroscope)
        self._newest_s = -np.inf
        self._due_s = -np.inf
        self._told: Stance | None = None
        self._bout_before_s = -np.inf
        self._memory = Remembered()
        self._slip: YoungSlip | None = None
        self._has_ended = False
        self._has_drops = False

    def push(
        self, t_s: FloatArray, acc_mps2: FloatArray, gyr_radps: FloatArray | None
    ) -> tuple[Stance, ...]:
        """Take consecutive samples and return the stances that have become final.

        A stance is told within a step of its toe-off.  What is taken over more than the stance
        (``tilt_range_deg``, ``rotation_range_deg``) is left to the recorded analysis.

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
            As `analysis.analyse_run`; the stream is as it was before, and can go on.  Units are
            judged by the samples of 15 s, and batches refused until those are as they should be.
        StreamEndedError
            After `finish`.
        """
        if self._has_ended:
            raise StreamEndedError
        batch = self._checked(t_s, acc_mps2, gyr_radps)
        found: list[Stance] = []
        # Where the stream is looked at is up to the samples' times, whatever the batch.
        while len(batch):
            if batch[0, 0] - self._newest_s > MAX_BRIDGED_S:
                found.extend(self._look(at_end=True))
                self._due_s = batch[0, 0] + HOP_S
            pauses = np.flatnonzero(np.diff(batch[:, 0]) > MAX_BRIDGED_S)
            n_due = int(np.searchsorted(batch[:, 0], self._due_s)) + 1
            n_taken = min(n_due, int(pauses[0]) + 1 if len(pauses) else len(batch))
            part, batch = np.split(batch, [n_taken])
            self._waiting.append(part)
            self._newest_s = float(part[-1, 0])
            if self._newest_s >= self._due_s:
                found.extend(self._look(at_end=False))
        return tuple(found)

    def finish(self) -> tuple[Stance, ...]:
        """Return the last stances; the stream ends here."""
        self._has_ended = True
        return tuple(self._look(at_end=True))

    def _checked(
        self, t_s: FloatArray, acc_mps2: FloatArray, gyr_radps: FloatArray | None
    ) -> FloatArray:
        """One array of a batch, time first, in memory of its own."""
        t_s = np.asarray(t_s, float)
        if not t_s.size:
            return np.empty((0, self._samples.shape[1]))
        acc = np.asarray(acc_mps2, float)
        columns = [t_s[..., None], acc]
        gyr = None
        if self._has_gyroscope:
            if gyr_radps is None:
                raise SignalError("gyr_radps is missing; the stream was opened with a gyroscope.")
            gyr = np.asarray(gyr_radps, float)
            columns.append(gyr)
        check_signals(t_s, acc, gyr, self.sampling_rate_hz)
        if t_s[0] <= self._newest_s:
            raise SignalError("a batch must be later than all batches before it.")
        batch = np.hstack(columns)
        self._units.take(batch)
        return batch

    def _look(self, *, at_end: bool) -> list[Stance]:
        """Stances that are final and have not been told, and when to look again.

        At the end of an uninterrupted signal all are final, and nothing comes next.
        """
        self._due_s = self._newest_s + HOP_S
        self._samples = np.concatenate((self._samples, *self._waiting))
        self._waiting = []
        self._samples = self._samples[self._samples[:, 0] > self._newest_s - WINDOW_S]
        if len(self._samples) < 2 * HOP_S * self.sampling_rate_hz:
            return []
        gyr = self._samples[:, 4:] if self._has_gyroscope else None
        t_s, acc = self._samples[:, 0], self._samples[:, 1:4]
        sound = without_faults(t_s, acc, gyr, self.sampling_rate_hz)
        sound = without_noise(sound, self.sampling_rate_hz)
        grid, _ = without_bias(sound.on_grid(self.sampling_rate_hz))
        if grid.gyr_radps is not None:
            self._memory = self._memory.with_quiet_of(grid)
        clipped = clipped_times(sound.t_s, sound.acc_mps2, sound.gyr_radps)
        gait = find_gait(
            grid if at_end else continued(grid),
            clipped=clipped,
            earlier=self._memory.earlier(),
            seek_slips_until_s=self._newest_s,
        )
        if gait is None:
            return []
        if grid.gyr_radps is None and self._has_drops:
            gait = replace(gait, stances=blind(gait.stances))
        if self._settle_slip(gait, grid, at_end=at_end) or self._forget_if_moved(gait, grid):
            return self._look(at_end=at_end)
        self.zero = gait.mounting.alignment.zero
        return self._final(gait, at_end=at_end)

    def _final(self, gait: FoundGait, *, at_end: bool) -> list[Stance]:
        told_s = -np.inf if self._told is None else self._told.foot_strike_s
        final: list[Stance] = []
        bout = self._bout_offset(gait)
        for stance in gait.stances:
            if stance.foot_strike_s <= told_s + SAME_STEP_S:
                continue
            toe_off_s = np.inf if stance.toe_off_s is None else stance.toe_off_s
            ripe_s = toe_off_s + SETTLE_S
            if not at_end and ripe_s > self._newest_s + SLACK_S:
                # A forecast stance is not told, but it says when to look again.
                low_s, high_s = HOP_RANGE_S
                self._due_s = self._newest_s + min(max(ripe_s - self._newest_s, low_s), high_s)
                break
            final.append(
                replace(
                    stance,
                    bout=stance.bout + bout,
                    tilt_range_deg=None,
                    rotation_range_deg=None,
                )
            )
        if final:
            self._has_drops |= final[-1].peak_drop_deg is not None
            for stance in final:
                if self._told is not None and stance.bout != self._told.bout:
                    self._bout_before_s = self._told.foot_strike_s
                self._told = stance
                oldest_s = float(self._samples[0, 0])
                n_seen = sum(
                    oldest_s < s.foot_strike_s < stance.foot_strike_s for s in gait.stances
                )
                self._memory = self._memory.with_told(stance, n_seen)
        return final

    def _bout_offset(self, gait: FoundGait) -> int:
        """Give what to add to the number of a bout in the window to count bouts in the stream."""
        if self._told is None:
            return 0
        before = [
            s for s in gait.stances if s.foot_strike_s <= self._told.foot_strike_s + SAME_STEP_S
        ]
        if not before:
            return self._told.bout + 1
        same = self._told.foot_strike_s - before[-1].foot_strike_s <= SAME_STEP_S
        return self._told.bout - before[-1].bout + (0 if same else 1)

    def _settle_slip(self, gait: FoundGait, grid: Grid, *, at_end: bool) -> bool:
        """Turn all that came before the first slip into the axes after it, once it is settled."""
        found = first_slip(gait, grid)
        # One that was found twice and is not any more has come too near to the edge.
        lost = self._slip if self._slip and self._slip.is_lasting else None
        slip = found or lost
        if found is not None:
            self.last_slip = gait.mounting.alignment.slips[0]
            if not at_end and not found.is_settled(self._newest_s):
                self._slip = replace(found, is_lasting=self._slip is not None)
                return False
        self._slip = None
        if slip is None:
            return False
        self._samples = in_axes_after(self._samples, slip, grid)
        self._memory = self._memory.turned(slip.slip, slip.end_s)
        return True

    def _forget_if_moved(self, gait: FoundGait, grid: Grid) -> bool:
        """Remember what the strides tell, or begin anew where the sensor sits differently."""
        strikes_s = [
            s.foot_strike_s
            for s in gait.stances
            if s.bout == gait.stances[-1].bout and s.foot_strike_s < self._newest_s
        ]
        if len(strikes_s) <= N_POSE_STEPS:
            return False
        acc = grid.acc_mps2 if gait.mended is None else gait.mended.acc_mps2
        times_s = strikes_s[-1::-N_POSE_STEPS]
        stop, first, earlier = (*np.searchsorted(grid.t_s, times_s[:3]).tolist(), 0)[:3]
        pose = acc[first:stop].mean(axis=0)
        is_steady = len(strikes_s) >= N_STEADY_STEPS
        has_moved = self._memory.has_moved(pose, MOVED_DEG if is_steady else 2 * MOVED_DEG)
        if has_moved and is_steady:
            # A slip within the bout is found as such first, from fewer strides.
            has_moved = self._memory.has_moved(acc[earlier:first].mean(axis=0), MOVED_DEG)
        if has_moved:
            # Put on anew in a pause, or slipped within a bout: then nothing that was seen counts.
            self._memory = self._memory.since(np.inf if is_steady else self._pause_s(strikes_s[0]))
            self._samples = self._samples[self._samples[:, 0] >= strikes_s[-1 - N_POSE_STEPS] - 0.5]
            self.n_mountings += 1
            return True
        if is_steady:
            span_s = float(grid.t_s[0]), self._newest_s
            self._memory = self._memory.with_strides(gait.mounting.symmetry, pose, span_s)
        return False

    def _pause_s(self, began_s: float) -> float:
        """Last foot strike that was told before the bout that began then."""
        if self._told is None:
            return -np.inf
        told_s = self._told.foot_strike_s
        return told_s if told_s < began_s - SAME_STEP_S else self._bout_before_s
