"""A driver with the plainest bytes: number, time and count of samples, and then the samples."""

import struct
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from imu.capture.journal import JournalWriter
from imu.drivers.base import Samples, SensorFacts, StreamDescription
from imu.errors import JournalError, SensorDataError

RATE_HZ = 1000.0
N = 10  # samples per message, 100 messages a second
DATA, MEMORY = "data", "memory"
_HEAD = struct.Struct("<IQB")

FACTS = SensorFacts("Fake", "0042", "1.2.3", battery_percent=77)


def stream(boot_id: int | None = 11, session_id: int | None = 21) -> StreamDescription:
    return StreamDescription("fake", RATE_HZ, boot_id, session_id, None, {"acc_scale": 0.5})


def values(numbers: np.ndarray) -> np.ndarray:
    """Six axes that tell their number, and lie within what a worn sensor measures."""
    low, high = numbers % 2000 * 0.001, numbers // 2000 * 0.001
    zero = np.zeros(len(numbers))
    return np.column_stack([low, high, zero + 9.81, low, high, zero]).astype(np.float32)


def numbers_of(acc_mps2: np.ndarray) -> list[int]:
    return [round(high * 1000) * 2000 + round(low * 1000) for low, high, _ in acc_mps2.tolist()]


def message(first: int, n: int = N, *, booted_us: int = 0) -> bytes:
    t_us = booted_us + 1_000_000 + round(first / RATE_HZ * 1e6)
    return _HEAD.pack(first, t_us, n) + values(np.arange(first, first + n)).tobytes()


class ByteDecoder:
    def decode(self, channel: str, payload: bytes) -> list[Samples]:
        assert channel in (DATA, MEMORY)
        if len(payload) < _HEAD.size:
            raise SensorDataError("too short")
        first, t_us, n = _HEAD.unpack_from(payload)
        if len(payload) != _HEAD.size + 24 * n:
            raise SensorDataError("cut off")
        axes = np.frombuffer(payload, np.float32, offset=_HEAD.size).reshape(n, 6).astype(float)
        t_s = t_us / 1e6 + np.arange(n) / RATE_HZ
        return [Samples(first, t_s, axes[:, :3], axes[:, 3:])]


def decoder_for(description: StreamDescription) -> ByteDecoder:
    assert description.settings == {"acc_scale": 0.5}
    return ByteDecoder()


class Clock:
    """The host's steady clock and the time of day, moved by hand."""

    def __init__(self) -> None:
        self.host = 7_000_000_000

    def host_ns(self) -> int:
        return self.host

    def wall_ns(self) -> int:
        return self.host + 1_772_000_000 * 1_000_000_000


def no_trouble(error: JournalError) -> None:
    raise AssertionError(error)


def new_journal(folder: Path, clock: Clock, **options: object) -> JournalWriter:
    keywords = {"on_trouble": no_trouble, **options}
    return JournalWriter.create(folder, host_ns=clock.host_ns, wall_ns=clock.wall_ns, **keywords)


def feed(
    writer: JournalWriter, clock: Clock, n: int, *, number: int = 1, start: int = 0
) -> Iterator[int]:
    """Append messages in the sensor's time; yields the number of each."""
    for i in range(start, start + n):
        clock.host += 10_000_000
        writer.append(number, DATA, message(i * N), clock.host)
        yield i


def write_capture(folder: Path, n: int, clock: Clock | None = None) -> Path:
    """Write a whole capture of n messages and close it."""
    clock = clock or Clock()
    writer = new_journal(folder, clock)
    writer.begin_stream(stream(), FACTS)
    for i in feed(writer, clock, n):
        if i % 200 == 0:
            writer.flush()  # ten thousand times faster than time, any disk is slow
    writer.close()
    return writer.path
