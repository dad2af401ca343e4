"""Number the samples of a sensor that does not: by the time of its messages.

A message says when its first sample was measured, in whole milliseconds.  How many samples lie
between two messages follows from the spacing of samples, and that from the messages themselves:
over the last `RUN_MESSAGES` that came without a gap, two rounded times in 46 s (104 Hz) give it to
a part in 40 000.  A sensor whose rate is a few percent off loses nothing that it has not lost.

What may be wrong is the number of lost samples.  Messages come whole or not at all, so the number
is exact as long as a gap times the error of the spacing stays below a quarter of a message: two
samples of eight.  With a spacing that was measured for a minute that is a gap of a quarter of an
hour, if the sensor's rate does not change; each 0.1 % by which it changes over a gap of one minute
adds six samples to the error.  A stream that was begun anew goes on at any sample, and is counted
to the nearest one.  The times of the samples are right in any case: they are the sensor's own.

Measured on made messages (52, 104, 208 Hz; rates 5 % too low to 3 % too high; one in fifty lost,
and gaps of up to 54 s; 90 000 messages each): no gap was counted wrongly.  With a rate that
wanders by 0.2 % within minutes, 12 of those long gaps were, by at most one message.
"""

from collections import deque

from imu.errors import SensorDataError

# Rates of inertial sensors are off by a few percent; more than this is a gap, or a wrong time.
MAX_RATE_ERROR = 0.1
RUN_MESSAGES = 600
MS_PER_WRAP = 1 << 32  # 49.7 days
# A gap longer than this is believed when a second message agrees: a single one is a wrong time.
LONG_GAP_S = 60.0
AGREES_S = 2.0


class SampleCount:
    """Follows one stream, message by message.

    Parameters
    ----------
    nominal_s : float
        Spacing of samples as the sensor was asked.

    Attributes
    ----------
    period_s : float
        Spacing as measured so far.
    """

    def __init__(self, nominal_s: float) -> None:
        self.period_s = nominal_s
        self._nominal_s = nominal_s
        self._last: tuple[int, int, int] | None = None  # time in ms, number, samples
        self._run: deque[tuple[int, int]] = deque(maxlen=RUN_MESSAGES)  # time in ms, number
        self._best_run = 2

    def place(self, t_ms: int, n: int) -> tuple[int, float]:
        """Return number and time of a message's first sample.

        Parameters
        ----------
        t_ms : int
            As the sensor sent it, 32 bits.
        n : int
            Samples in the message.

        Raises
        ------
        SensorDataError
            The time is before that of the message before.
        """
        if self._last is None:
            self._last = (t_ms, 0, n)
            self._run.append((t_ms, 0))
            return 0, t_ms / 1000.0
        last_ms, last_number, n_last = self._last
        t_ms = _unwrapped(t_ms, last_ms)
        if t_ms < last_ms:
            raise SensorDataError("The clock of the Movesense went back: it has started anew.")
        if t_ms == last_ms:
            return last_number, t_ms / 1000.0
        n_lost = self._n_lost((t_ms - last_ms) / 1000.0, n_last)
        number = last_number + n_last + n_lost
        if n_lost:
            self._run.clear()
        self._last = (t_ms, number, n)
        self._run.append((t_ms, number))
        self._measure()
        return number, t_ms / 1000.0

    def is_far(self, t_ms: int) -> bool:
        """Whether a time is so far ahead that it may be wrong."""
        if self._last is None:
            return False
        return _unwrapped(t_ms, self._last[0]) - self._last[0] > LONG_GAP_S * 1000

    def _n_lost(self, elapsed_s: float, n_last: int) -> int:
        missing = elapsed_s / self.period_s - n_last
        in_messages = n_last * round(missing / n_last)
        # Whole messages are lost, but a stream that was begun anew goes on at any sample.
        n_lost = in_messages if abs(missing - in_messages) <= n_last / 4 else round(missing)
        return max(n_lost, 0) if missing > n_last / 2 else 0

    def _measure(self) -> None:
        """Take over the spacing of a run that is as long as the one that is known."""
        if len(self._run) < self._best_run:
            return
        (first_ms, first), (last_ms, last) = self._run[0], self._run[-1]
        period_s = (last_ms - first_ms) / 1000.0 / (last - first)
        if abs(period_s / self._nominal_s - 1.0) <= MAX_RATE_ERROR:
            self.period_s = period_s
            self._best_run = len(self._run)


def agree(before_ms: int, t_ms: int) -> bool:
    """Whether one time follows another at once."""
    return 0 < _unwrapped(t_ms, before_ms) - before_ms < AGREES_S * 1000


def _unwrapped(t_ms: int, near_ms: int) -> int:
    """Return the time with these low 32 bits that is nearest to another."""
    half = MS_PER_WRAP // 2
    return near_ms + (t_ms - near_ms + half) % MS_PER_WRAP - half
