"""The firmware of a virtual Movesense: bytes in, bytes out, on a clock that is handed in.

It does what public clients and Movesense's own sample tell of the real one; see
`imu.drivers.movesense_gsp` for the sources.  It is no proof that a real sensor does the same.
"""

import struct
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

import firmware_protocol as fp
from imu.drivers.movesense_gsp import (
    RESTART_MODE,
    STATUS_OK,
    TOO_MANY_REQUESTS,
    Answer,
    Command,
)
from imu.virtual.counts import Felt, scales
from imu.virtual.device_clock import DeviceClock

SERIAL = "210330000123"
# Four samples at 52 Hz were captured, eight at 104 Hz are told by several clients; what is known
# of neither goes on in the same way.
SAMPLES_PER_MESSAGE = {52: 4, 104: 8, 208: 16}
MAX_SUBSCRIPTIONS = 4
_PREFIX = "Meas/IMU6/"
_NOT_FOUND, _NO_STORAGE, _ACCEPTED = 404, 507, 202
_MS_PER_WRAP = 1 << 32


class MovesenseFirmware:
    """Everything of a Movesense but the radio.

    Parameters
    ----------
    felt : Felt
        What it measures.
    now_s : callable
        True time, seconds.
    drift_ppm : float
        Of its clock.
    rate_error : float
        By how much of itself its sampling rate is too high.
    uptime_ms : int
        What its clock shows when it is made: near 2**32 it wraps.
    acc_range_g : int
    unit_mps2 : float
        What it calls 1 in its accelerations.

    Attributes
    ----------
    battery_percent : int
    is_exhausted : bool
        Answers 429 to every request, until it restarts.
    is_silent : bool
        As the oldest firmware: answers a SUBSCRIBE only where it has no place left, and an
        UNSUBSCRIBE never.
    wants_slash : bool
        Whether its paths begin with one.
    n_restarts : int
    """

    def __init__(
        self,
        felt: Felt,
        now_s: Callable[[], float],
        *,
        drift_ppm: float = 0.0,
        rate_error: float = 0.0,
        uptime_ms: int = 60_000,
        acc_range_g: int = 8,
        unit_mps2: float = 1.0,
    ) -> None:
        self.battery_percent = 87
        self.is_exhausted = False
        self.is_silent = False
        self.wants_slash = True
        self.n_restarts = 0
        self._felt = felt
        self._now_s = now_s
        self._drift_ppm = drift_ppm
        self._rate_error = rate_error
        self._unit_mps2 = unit_mps2
        self._config = fp.Config(104, acc_range_g, 2000, 8, *scales(acc_range_g, 2000))
        self._worn_s = now_s()
        self._clock = DeviceClock(now_s() - uptime_ms / 1000, drift_ppm)
        self._streams: dict[int, tuple[int, int, int]] = {}  # reference: rate, first us, sent

    def restart(self) -> None:
        """Start anew: the clock begins at zero, and nobody is subscribed."""
        self.n_restarts += 1
        self.is_exhausted = False
        self._clock = DeviceClock(self._now_s() - 1.0, self._drift_ppm)
        self._streams.clear()

    def unlink(self) -> None:
        """Take note that the link is gone: it ends all subscriptions."""
        self._streams.clear()

    def command(self, data: bytes) -> bytes | None:
        """Take what was written and return the answer; None where there is none."""
        if len(data) < 2:
            return None
        kind, reference, argument = data[0], data[1], data[2:]
        if kind == Command.PUT_SYSTEMMODE and argument == bytes([RESTART_MODE]):
            return _result(reference, _ACCEPTED)
        if kind == Command.HELLO and not self.is_exhausted:
            told = f"{SERIAL}\0Movesense\x000C8CDC3872E8\0GattData\x002.3.1\0".encode()
            return bytes([Answer.RESULT, reference, 1]) + told
        if self.is_exhausted:
            return _result(reference, TOO_MANY_REQUESTS)
        if kind == Command.SUBSCRIBE:
            status = self._subscribe(reference, argument.rstrip(b"\0").decode(errors="replace"))
        elif kind == Command.UNSUBSCRIBE:
            known = self._streams.pop(reference, None) is not None
            status = STATUS_OK if known else _NOT_FOUND
        else:
            status = _NOT_FOUND
        return None if self.is_silent and status != _NO_STORAGE else _result(reference, status)

    def is_restart(self, data: bytes) -> bool:
        """Whether a command asks for a restart; it is answered first."""
        return data[:1] == bytes([Command.PUT_SYSTEMMODE]) and data[2:] == bytes([RESTART_MODE])

    def due(self) -> list[bytes]:
        """Return the messages that are to be sent now, each with its head and whole."""
        messages: list[bytes] = []
        for reference, (rate_hz, first_us, sent) in self._streams.items():
            n = SAMPLES_PER_MESSAGE[rate_hz]
            since_us = self._clock.t_us(self._now_s()) - first_us
            n_due = int(since_us * self._true_rate(rate_hz) / 1e6) + 1
            head = bytes([Answer.DATA, reference])
            firsts = range(sent, n_due - n + 1, n)
            messages += [head + self._message(rate_hz, first_us, first, n) for first in firsts]
            self._streams[reference] = (rate_hz, first_us, sent + n * len(firsts))
        return messages

    def _subscribe(self, reference: int, path: str) -> int:
        prefix = f"/{_PREFIX}" if self.wants_slash else _PREFIX
        rate = path.removeprefix(prefix)
        if not path.startswith(prefix) or not rate.isdigit():
            return _NOT_FOUND
        if int(rate) not in SAMPLES_PER_MESSAGE:
            return 501
        if len(self._streams) >= MAX_SUBSCRIPTIONS:
            return _NO_STORAGE
        self._streams[reference] = (int(rate), self._clock.t_us(self._now_s()), 0)
        return STATUS_OK

    def _true_rate(self, rate_hz: int) -> float:
        return rate_hz * (1.0 + self._rate_error)

    def _message(self, rate_hz: int, first_us: int, first: int, n: int) -> bytes:
        numbers = np.arange(first, first + n, dtype=np.float64)
        t_us: NDArray[np.float64] = first_us + numbers * (1e6 / self._true_rate(rate_hz))
        counts = self._felt.counts(self._clock.true_s(t_us) - self._worn_s, self._config)
        acc = counts[:, :3] * self._config.acc_scale / self._unit_mps2
        gyr = np.degrees(counts[:, 3:] * self._config.gyr_scale)
        t_ms = int(t_us[0] // 1000) % _MS_PER_WRAP
        blocks = np.concatenate([acc, gyr]).astype("<f4")
        return struct.pack("<I", t_ms) + blocks.tobytes()


def _result(reference: int, status: int) -> bytes:
    return struct.pack("<BBH", Answer.RESULT, reference, status)
