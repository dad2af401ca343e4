"""Keep what a stream session brings, and compare it with what a virtual sensor measured."""

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

import firmware_protocol as fp
from imu.drivers.base import Decoder, Driver, SensorFacts, StreamDescription
from imu.drivers.pinging import Ping
from imu.errors import SensorDataError
from imu.streaming.assembling import Assembler
from imu.streaming.events import LinkState, Missing, Notification, Origin
from imu.streaming.parts import Part
from imu.virtual.device import Firmware
from imu.virtual.device_clock import DeviceClock
from imu.virtual.measuring import Session

_Count = tuple[int | None, int | None]  # boot and session
# Behind the last sample that came: what a sensor may have though nothing told of it.
TAIL_SAMPLES = 1000


class Keeper:
    """A sink that puts everything together.

    Parameters
    ----------
    driver : Driver

    Attributes
    ----------
    assembler : Assembler
    streams : list of StreamDescription
    states : list of tuple of (LinkState, str or None)
    n_unreadable : int
        Messages that were no messages.
    latest_s : list of float
        Device times of the samples that came last.
    """

    def __init__(self, driver: Driver) -> None:
        self.assembler = Assembler(keeps_samples=True)
        self.streams: list[StreamDescription] = []
        self.states: list[tuple[LinkState, str | None]] = []
        self.n_unreadable = 0
        self.latest_s: list[float] = []
        self._driver = driver
        self._known: dict[_Count, tuple[Part, Decoder]] = {}
        self._came: dict[_Count, list[tuple[int, int]]] = {}

    def on_stream(self, stream: StreamDescription, facts: SensorFacts) -> None:
        """Begin a part."""
        del facts
        self.streams.append(stream)
        self._known[_key(stream)] = self.assembler.begin(stream), self._driver.decoder(stream)
        self._came.setdefault(_key(stream), [])

    def on_notification(self, notification: Notification) -> None:
        """Decode and keep."""
        self.latest_s = []
        part, decoder = self._known[_key(notification.stream)]
        try:
            decoded = decoder.decode(notification.channel, notification.payload)
        except SensorDataError:
            self.n_unreadable += 1
            return
        for samples in decoded:
            first = samples.first_index
            self.latest_s += samples.t_s.tolist()
            self._came[_key(notification.stream)].append((first, first + len(samples.t_s)))
            if notification.origin is Origin.LIVE:
                self.assembler.add_live(part, samples, notification.host_ns / 1e9)
            else:
                self.assembler.add_refill(part, samples)

    def on_state(self, state: LinkState, reason: str | None) -> None:
        """Remember it."""
        self.states.append((state, reason))

    def on_ping(self, stream: StreamDescription, ping: Ping) -> None:
        """Take no note: order and times are compared as they are without it."""

    def on_stopped(self, stream: StreamDescription, n_samples: int) -> None:
        """Take no note: the end is compared with the virtual sensor's truth."""

    def on_facts(self, facts: SensorFacts) -> None:
        """Facts are of no interest here."""

    def missing(self) -> list[Missing]:
        """Return what is missing, and what may lie behind the end of parts that are over."""
        parts = self.assembler.parts
        is_over = bool(self.states) and self.states[-1][0] is LinkState.STOPPING
        ends = [
            (part, part.counts.n_samples + part.counts.n_lost)
            for part in (parts if is_over else parts[:-1])
        ]
        tails = [Missing(part.stream, end, end + TAIL_SAMPLES) for part, end in ends]
        return self.assembler.missing() + tails

    def numbers(self, stream: StreamDescription) -> NDArray[np.int64]:
        """Return which samples of a stream came, in order."""
        ranges = [np.arange(first, stop) for first, stop in self._came[_key(stream)]]
        return np.unique(np.concatenate(ranges)) if ranges else np.empty(0, np.int64)

    @property
    def n_lost_links(self) -> int:
        """How often the link was lost."""
        return sum(
            state is LinkState.LOST and before is not LinkState.LOST
            for (before, _), (state, _) in pairwise(self.states)
        )


@dataclass(frozen=True, slots=True)
class Verdict:
    """What came of what was measured.

    Attributes
    ----------
    n_measured, n_kept : int
        Samples that the sensor measured, and that it wrote to its memory.
    n_have : int
    n_missing : int
        Of those kept, not here.
    n_conflicting : int
        Came twice with different values.
    is_in_order : bool
    time_error_s : float
        Largest, against the sensor's own truth, within each boot.
    boot_error_s : float
        How far off the time of the capture is after a boot, against true time; at most.
    """

    n_measured: int
    n_kept: int
    n_have: int
    n_missing: int
    n_conflicting: int
    is_in_order: bool
    time_error_s: float
    boot_error_s: float


class Truth:
    """Remembers each session that a virtual sensor begins.

    Parameters
    ----------
    firmware : Firmware
        `take_note` is to be called whenever a stream has begun, and before one ends.
    """

    def __init__(self, firmware: Firmware) -> None:
        self._firmware = firmware
        self._sessions: list[tuple[Session, DeviceClock]] = []
        self._n: list[int] = []

    def take_note(self) -> None:
        """Remember the session that runs, and how far it is."""
        session = self._firmware.session
        if session is None:
            return
        if not self._sessions or self._sessions[-1][0] is not session:
            self._sessions.append((session, self._firmware.clock))
            self._n.append(0)
        self._n[-1] = session.n_due(self._firmware.now_s())

    def judge(self, keeper: Keeper) -> Verdict:
        """Compare with what came."""
        assembler = keeper.assembler
        times_s = assembler.assembled().t_s
        first_clock = self._sessions[0][1]
        n_kept = n_have = n_missing = 0
        errors_s, levels_s = [], []
        for part, (session, clock) in zip(assembler.parts, self._sessions, strict=True):
            here = keeper.numbers(part.stream)
            in_memory = self._in_memory(part.stream.log_id)
            n_kept += len(in_memory)
            n_missing += len(np.setdiff1d(in_memory, here))
            measured_us = session.t_first_us + here * (1e6 / session.config.rate_hz)
            wanted_s = _device_s(first_clock, clock.true_s(np.asarray(measured_us, np.float64)))
            off_s = times_s[n_have : n_have + len(here)] - wanted_s
            n_have += len(here)
            levels_s.append(float(np.median(off_s)))
            errors_s.append(float(np.abs(off_s - levels_s[-1]).max()))
        return Verdict(
            n_measured=sum(self._n),
            n_kept=n_kept,
            n_have=n_have,
            n_missing=n_missing,
            n_conflicting=assembler.counts.n_conflicting,
            is_in_order=bool((np.diff(times_s) > 0).all()),
            time_error_s=max(errors_s),
            boot_error_s=float(np.abs(levels_s).max()),
        )

    def _in_memory(self, log_id: int | None) -> NDArray[np.int64]:
        log = None if log_id is None else self._firmware.log.get(log_id)
        if log is None:
            return np.empty(0, np.int64)
        size = fp.LOG_BLOCK_BYTES
        blocks = [
            fp.decode_log_block(bytes(log.data[at : at + size]))
            for at in range(0, len(log.data), size)
        ]
        return np.concatenate([np.arange(b.first_seq, b.first_seq + b.n) for b in blocks])


def _device_s(clock: DeviceClock, true_s: NDArray[np.float64]) -> NDArray[np.float64]:
    return (true_s - clock.booted_s) * (1.0 + clock.drift_ppm * 1e-6)


def _key(stream: StreamDescription) -> _Count:
    return stream.boot_id, stream.session_id
