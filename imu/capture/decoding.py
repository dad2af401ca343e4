"""From the messages of a journal to samples in order."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from imu.capture.rows import StoredNotification, StoredStream
from imu.drivers.base import Decoder, StreamDescription
from imu.errors import SensorDataError
from imu.streaming.assembling import Assembler
from imu.streaming.events import Origin
from imu.streaming.parts import Part

DecoderFor = Callable[[StreamDescription], Decoder]


@dataclass(frozen=True, slots=True, eq=False)
class Decoded:
    """What the messages of a journal hold.

    Attributes
    ----------
    assembler : Assembler
        With all samples.
    parts : list of (Part, StoredStream)
        Each part with the stream that began it.
    n_messages : int
    n_not_decoded : int
        Messages that were no message of this sensor, or of no stream.
    """

    assembler: Assembler
    parts: list[tuple[Part, StoredStream]]
    n_messages: int
    n_not_decoded: int


class _Stream:
    """A stream with its decoders: one for each way, because both remember what came before."""

    def __init__(self, part: Part, decoders: dict[Origin, Decoder]) -> None:
        self.part = part
        self.decoders = decoders


def decode(
    streams: Iterable[StoredStream],
    notifications: Iterable[StoredNotification],
    decoder_for: DecoderFor,
) -> Decoded:
    """Decode all messages; those that cannot be are counted.

    Raises
    ------
    ImuError
        There is no decoder for a stream.
    """
    assembler = Assembler(keeps_samples=True)
    by_number: dict[int, _Stream] = {}
    parts: list[tuple[Part, StoredStream]] = []
    for stored in streams:
        part = assembler.begin(stored.description)
        if all(part is not known for known, _ in parts):
            parts.append((part, stored))
        decoders = {origin: decoder_for(stored.description) for origin in Origin}
        by_number[stored.number] = _Stream(part, decoders)
    n_messages = n_not_decoded = 0
    for message in notifications:
        n_messages += 1
        stream = by_number.get(message.stream)
        if stream is None or not _take(assembler, stream, message):
            n_not_decoded += 1
    return Decoded(assembler, parts, n_messages, n_not_decoded)


def _take(assembler: Assembler, stream: _Stream, message: StoredNotification) -> bool:
    """Store the samples of a message; False where it is none."""
    try:
        decoder = stream.decoders[message.origin]
        for samples in decoder.decode(message.channel, message.payload):
            if message.origin is Origin.LIVE:
                assembler.note_live(stream.part, samples, message.host_ns / 1e9)
            else:
                assembler.add_refill(stream.part, samples)
    except SensorDataError:
        return False
    return True
