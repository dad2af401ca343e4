"""One part of a capture: the samples that a sensor counted in one go."""

from array import array
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from imu.drivers.base import Samples, StreamDescription
from imu.errors import SensorDataError
from imu.samples import SampleBatch
from imu.streaming.clock import DeviceClock
from imu.streaming.coverage import Coverage, Range
from imu.streaming.events import Origin
from imu.streaming.holding import Held
from imu.streaming.spacing import LEAST_STEP_S, is_plausible, sample_times, strictly_increasing

# Live, samples are held for this long to compare those that come again right after a reconnect.
LIVE_HELD_S = 30.0


@dataclass(frozen=True, slots=True)
class Counts:
    """What came of a stream, in samples.

    Attributes
    ----------
    n_samples : int
        There now, whatever way they came.
    n_lost : int
        Missing now, between the first of the count and the last that came.
    n_refilled : int
        Of those there, fetched from the sensor's memory.
    n_duplicate : int
        Came again, and were dropped.
    n_conflicting : int
        Of these, had other values than the first time.  The first ones stayed.
    """

    n_samples: int = 0
    n_lost: int = 0
    n_refilled: int = 0
    n_duplicate: int = 0
    n_conflicting: int = 0

    def __add__(self, other: "Counts") -> "Counts":
        return Counts(
            self.n_samples + other.n_samples,
            self.n_lost + other.n_lost,
            self.n_refilled + other.n_refilled,
            self.n_duplicate + other.n_duplicate,
            self.n_conflicting + other.n_conflicting,
        )


class Part:
    """Samples with one count: one session of one boot of a sensor.

    Parameters
    ----------
    stream : StreamDescription
    clock : DeviceClock
        Of the boot that the part belongs to.
    keeps_samples : bool
        For `samples`; otherwise what was handed on is let go.

    Attributes
    ----------
    shift_s : float or None
        What is added to device time so that time goes on from the part before; None until known.
    """

    def __init__(
        self, stream: StreamDescription, clock: DeviceClock, *, keeps_samples: bool
    ) -> None:
        self.stream = stream
        self.clock = clock
        self.shift_s: float | None = None
        self.nominal_s = 1.0 / stream.sampling_rate_hz
        self._keeps_samples = keeps_samples
        self._coverage = Coverage()
        self._held = Held()
        self._width: int | None = None
        self._message_numbers = array("q")
        self._message_t_s = array("d")
        self._n_refilled = self._n_duplicate = self._n_conflicting = 0
        # Live: the number that comes next, and the last message's number, time and end.
        self._live_next = 0
        self._last_message: tuple[int, float, int] | None = None
        self._spacing_s = self.nominal_s
        self._last_live_s = -np.inf

    @property
    def counts(self) -> Counts:
        """What came so far."""
        n = self._coverage.n
        return Counts(
            n,
            self._coverage.stop - n,
            self._n_refilled,
            self._n_duplicate,
            self._n_conflicting,
        )

    def missing(self) -> list[Range]:
        """Return what is missing between sample 0 and the last that came, in order."""
        return self._coverage.missing()

    def store(self, samples: Samples, origin: Origin) -> None:
        """Take note of samples that came live or from memory, in any order.

        Raises
        ------
        SensorDataError
            These are no samples: not finite, or with a gyroscope where there was none.
        """
        values = self._values(samples)
        first = samples.first_index
        n = len(values)
        new = self._coverage.add(first, first + n)
        n_new = sum(stop - start for start, stop in new)
        if n_new < n:
            self._n_duplicate += n - n_new
            self._n_conflicting += self._held.n_differing(first, values)
        if origin is Origin.MEMORY:
            self._n_refilled += n_new
        for start, stop in new:
            self._held.add(start, values[start - first : stop - first])
        if self._keeps_samples:
            if n:
                self._message_numbers.append(first)
                self._message_t_s.append(float(samples.t_s[0]))
        else:
            held_n = int(LIVE_HELD_S * self.stream.sampling_rate_hz)
            self._held.forget_before(self._coverage.stop - held_n)

    def live(self, samples: Samples) -> SampleBatch | None:
        """Turn what came live into a batch for the gait stream; None where nothing is new.

        Live does not wait: what comes late, or from memory, is not in it.
        """
        n_old = max(self._live_next - samples.first_index, 0)
        n = len(samples.t_s)
        if n_old >= n:
            return None
        self._measure_spacing(samples)
        t_s = float(samples.t_s[0]) + np.arange(n_old, n) * self._spacing_s + (self.shift_s or 0.0)
        t_s = np.maximum(t_s, self._last_live_s + LEAST_STEP_S)
        t_s = strictly_increasing(t_s)
        self._live_next = samples.first_index + n
        self._last_live_s = float(t_s[-1])
        gyr = samples.gyr_radps
        return SampleBatch(t_s, samples.acc_mps2[n_old:], None if gyr is None else gyr[n_old:])

    def start_live_behind(self, t_s: float) -> None:
        """Let live times begin later than the last one of another part."""
        self._last_live_s = t_s

    @property
    def last_live_s(self) -> float:
        """Time of the last sample handed on live, shifted; minus infinity before the first."""
        return float(self._last_live_s)

    def samples(self) -> tuple[NDArray[np.float64], NDArray[np.float32]]:
        """Return device times, shape (n,), and values, shape (n, 3 or 6), in order."""
        numbers, values = self._held.everything()
        if not len(numbers):
            return np.empty(0), values
        t_s = sample_times(
            numbers,
            np.asarray(self._message_numbers),
            np.asarray(self._message_t_s),
            self.nominal_s,
        )
        return t_s, values

    def _measure_spacing(self, samples: Samples) -> None:
        first, t_s = samples.first_index, float(samples.t_s[0])
        if self._last_message is not None and self._last_message[2] == first:
            spacing_s = (t_s - self._last_message[1]) / (first - self._last_message[0])
            if is_plausible(spacing_s, self.nominal_s):
                self._spacing_s = spacing_s
        self._last_message = (first, t_s, first + len(samples.t_s))

    def _values(self, samples: Samples) -> NDArray[np.float32]:
        gyr = samples.gyr_radps
        axes = [samples.acc_mps2] if gyr is None else [samples.acc_mps2, gyr]
        values = np.concatenate(axes, axis=1).astype(np.float32)
        if self._width is None:
            self._width = values.shape[1]
        if values.shape[1] != self._width:
            raise SensorDataError("The gyroscope came or went in the middle of a stream.")
        if not (np.isfinite(values).all() and np.isfinite(samples.t_s).all()):
            raise SensorDataError("The sensor sent values that are no numbers.")
        return values
