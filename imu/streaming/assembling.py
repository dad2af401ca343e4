"""Put together what a sensor sent, in whatever order and however often it came.

A capture is made of parts.  Within a part the sensor counts its samples, so that each has its
place, is stored once, and what is missing is known exactly.  A new session begins a new part.

Times are those of the sensor's clock in the first part.  A session of the same boot has the same
clock, and its times stay as they are.  After a boot the sensor's clock begins anew: the host's
clock tells how much later it is, and device time goes on from there.  It is strictly increasing
over the whole capture; where the host's clock cannot tell (nothing of a part came live) the part
begins one sample after the part before.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from imu.drivers.base import Samples, StreamDescription
from imu.samples import SampleBatch
from imu.streaming.clock import ClockFit, DeviceClock
from imu.streaming.events import Missing, Origin
from imu.streaming.parts import Counts, Part

# A sensor that does not say its boot has the same clock as before if that is right to this much.
# A message waits for less than this; a clock that began anew is off by far more.
SAME_CLOCK_S = 2.0


@dataclass(frozen=True, slots=True, eq=False)
class Assembled:
    """Everything that came, in order.

    Attributes
    ----------
    t_s : float64 array, shape (n,)
        Device clock of the first part, strictly increasing, seconds.
    values : float32 array, shape (n, 3 or 6)
        Accelerations in m/s2, then rates in rad/s where all parts have them.
    """

    t_s: NDArray[np.float64]
    values: NDArray[np.float32]


class Assembler:
    """Puts the samples of one sensor in order.

    Parameters
    ----------
    keeps_samples : bool
        For `assembled`, after the capture.  Live, only what is missing is remembered.

    Attributes
    ----------
    parts : list of Part
        In the order in which they began.
    """

    def __init__(self, *, keeps_samples: bool = False) -> None:
        self.parts: list[Part] = []
        self._keeps_samples = keeps_samples
        self._last_live_s = -np.inf

    def begin(self, stream: StreamDescription) -> Part:
        """Begin a stream; one whose boot and session are known already goes on.

        Where a sensor has no such numbers, a stream goes on that is handed over again itself.
        """
        part = self._find(stream)
        if part is None:
            clock = self._clock_of_boot(stream.boot_id) or DeviceClock()
            part = Part(stream, clock, keeps_samples=self._keeps_samples)
            self.parts.append(part)
        return part

    def add_live(self, part: Part, samples: Samples, host_s: float) -> SampleBatch | None:
        """Take samples that came live.

        Parameters
        ----------
        part : Part
            Of `begin`.
        samples : Samples
        host_s : float
            When they came, host clock.

        Returns
        -------
        SampleBatch or None
            What is new for the gait stream, later than everything before.

        Raises
        ------
        SensorDataError
            These are no samples; nothing was stored.
        """
        self.note_live(part, samples, host_s)
        if self._last_live_s > part.last_live_s:
            part.start_live_behind(self._last_live_s)
        batch = part.live(samples)
        if batch is not None:
            self._last_live_s = float(batch.t_s[-1])
        return batch

    def note_live(self, part: Part, samples: Samples, host_s: float) -> None:
        """Take samples that came live, as `add_live` does, where nobody wants the batch.

        Raises
        ------
        SensorDataError
            These are no samples; nothing was stored.
        """
        part.store(samples, Origin.LIVE)
        if len(samples.t_s):
            if part.shift_s is None:
                self._place_live(part, samples, host_s)
            part.clock.add(float(samples.t_s[-1]), host_s)

    def add_refill(self, part: Part, samples: Samples) -> None:
        """Take samples that were fetched from the sensor's memory.

        Raises
        ------
        SensorDataError
            These are no samples; nothing was stored.
        """
        part.store(samples, Origin.MEMORY)

    @property
    def counts(self) -> Counts:
        """What came so far, all parts together."""
        return sum((part.counts for part in self.parts), Counts())

    def missing(self) -> list[Missing]:
        """Return what is missing, oldest first."""
        return [
            Missing(part.stream, first, stop)
            for part in self.parts
            for first, stop in part.missing()
        ]

    def assembled(self) -> Assembled:
        """Return everything that came, in order, and place the parts with all that is known.

        Raises
        ------
        ValueError
            If the assembler does not keep samples.
        """
        if not self._keeps_samples:
            raise ValueError("this assembler hands samples on and does not keep them")
        times, values = [np.empty(0)], []
        before: Part | None = None
        last_s = -np.inf
        for part in self.parts:
            t_s, of_part = part.samples()
            if not len(t_s):
                continue
            part.shift_s = _shift(before, part, float(t_s[0]), last_s)
            times.append(t_s + part.shift_s)
            values.append(of_part)
            before, last_s = part, float(times[-1][-1])
        width = min((v.shape[1] for v in values), default=3)
        trimmed = [v[:, :width] for v in values] or [np.empty((0, 3), np.float32)]
        # Of one part there is no need for a second copy: a day is half a gigabyte.
        together = trimmed[0] if len(trimmed) == 1 else np.concatenate(trimmed)
        return Assembled(np.concatenate(times), together)

    def _find(self, stream: StreamDescription) -> Part | None:
        if stream.boot_id is None or stream.session_id is None:
            # A sensor without such numbers: only the same description is the same stream.
            return next((p for p in self.parts if p.stream is stream), None)
        count = (stream.boot_id, stream.session_id)
        return next(
            (p for p in self.parts if (p.stream.boot_id, p.stream.session_id) == count), None
        )

    def _clock_of_boot(self, boot_id: int | None) -> DeviceClock | None:
        if boot_id is None:
            return None
        return next((p.clock for p in self.parts if p.stream.boot_id == boot_id), None)

    def _place_live(self, part: Part, samples: Samples, host_s: float) -> None:
        """Find how far the times of a part are shifted, from its first message."""
        before = next((p for p in reversed(self.parts) if p.shift_s is not None), None)
        last_s = float(samples.t_s[-1])
        if before is not None and part.stream.boot_id is None:
            fit = before.clock.fit()
            if fit is not None and abs(fit.host_s(last_s) - host_s) < SAME_CLOCK_S:
                part.clock = before.clock
        arrival = ClockFit(last_s, host_s - last_s, 0.0, 0.0, 0.0)
        part.shift_s = _shift(before, part, float(samples.t_s[0]), self._last_live_s, arrival)


def _shift(
    before: Part | None,
    part: Part,
    first_s: float,
    last_s: float,
    arrival: ClockFit | None = None,
) -> float:
    """Return what leads from a part's device time to the time of the capture.

    Parameters
    ----------
    before : Part or None
        The part before, already shifted.
    first_s : float
        Device time of the part's first sample.
    last_s : float
        Time of the last sample of the part before, shifted.
    arrival : ClockFit, optional
        What is known of the part's clock; otherwise its own fit.
    """
    if before is None:
        return 0.0
    behind_s = last_s + part.nominal_s - first_s
    shift_s = before.shift_s or 0.0
    if before.clock is not part.clock:
        old = before.clock.fit()
        new = arrival or part.clock.early or part.clock.fit()
        if old is None or new is None:
            return behind_s
        shift_s += old.device_s(new.host_s(first_s)) - first_s
    return shift_s if first_s + shift_s > last_s else behind_s
