"""The same messages over a wire: frames for USB, flash dumps and tests.

::

    68 4C | u8 channel | u16 length | payload | u32 crc32 of channel, length and payload
"""

import struct
from collections.abc import Iterator
from dataclasses import dataclass

from firmware_protocol.packing import BytesLike, crc32, pack, require

FRAME_START = b"\x68\x4c"
MAX_PAYLOAD_BYTES = 512
_HEAD = struct.Struct("<2sBH")
_LENGTH_BYTES = struct.Struct("<BH")
_CHECKSUM = struct.Struct("<I")


@dataclass(frozen=True, slots=True)
class Frame:
    """One message; ``channel`` is the low byte of its characteristic's number."""

    channel: int
    payload: bytes


@dataclass(frozen=True, slots=True)
class Noise:
    """Consecutive bytes that belong to no frame."""

    n_bytes: int


def encode_frame(channel: int, payload: BytesLike) -> bytes:
    """Put a message into a frame.

    Raises
    ------
    ProtocolError
        The payload is longer than 512 bytes, or the channel larger than 255.
    """
    require(len(payload) <= MAX_PAYLOAD_BYTES, f"a frame cannot hold {len(payload)} bytes")
    checked = pack(_LENGTH_BYTES, channel, len(payload)) + bytes(payload)
    return FRAME_START + checked + _CHECKSUM.pack(crc32(checked))


class FrameDecoder:
    """Finds frames in a stream of bytes that may have been cut anywhere and disturbed.

    The same bytes give the same frames in whatever pieces they come; noise is told as soon as it
    is known to be noise, so that a stretch of it may be told in several pieces.  Every byte ends
    up in a frame, in noise, or waits for more.
    """

    def __init__(self) -> None:
        self._waiting = bytearray()

    @property
    def n_waiting(self) -> int:
        """Bytes that may be the beginning of a frame."""
        return len(self._waiting)

    def feed(self, data: BytesLike) -> list[Frame | Noise]:
        """Take bytes; return what is known by now, in order."""
        self._waiting += data
        return list(self._events())

    def _events(self) -> Iterator[Frame | Noise]:
        buffer, place, noise = bytes(self._waiting), 0, 0
        while True:
            start = _next_start(buffer, place)
            noise += start - place
            place = start
            size = _frame_size(buffer, place)
            if size is None or (place + size > len(buffer) and size <= _LONGEST):
                break
            frame = _frame_of(buffer[place : place + size]) if size <= _LONGEST else None
            if frame is None:
                noise, place = noise + 1, place + 1
                continue
            if noise:
                yield Noise(noise)
            yield frame
            noise, place = 0, place + size
        if noise:
            yield Noise(noise)
        del self._waiting[:place]


_LONGEST = _HEAD.size + MAX_PAYLOAD_BYTES + _CHECKSUM.size


def _next_start(buffer: bytes, place: int) -> int:
    """Return where the next frame may begin, at the earliest."""
    start = buffer.find(FRAME_START, place)
    if start >= 0:
        return start
    ends_in_half = len(buffer) > place and buffer[-1] == FRAME_START[0]
    return len(buffer) - 1 if ends_in_half else len(buffer)


def _frame_size(buffer: bytes, place: int) -> int | None:
    """Return the size that the frame at ``place`` says it has; None where that is not known yet."""
    if len(buffer) - place < _HEAD.size:
        return None
    _, _, length = _HEAD.unpack_from(buffer, place)
    return int(_HEAD.size + length + _CHECKSUM.size)


def _frame_of(data: bytes) -> Frame | None:
    """Return the frame that these bytes are, if their checksum is right."""
    checked = data[len(FRAME_START) : -_CHECKSUM.size]
    (checksum,) = _CHECKSUM.unpack_from(data, len(data) - _CHECKSUM.size)
    return Frame(checked[0], checked[_LENGTH_BYTES.size :]) if checksum == crc32(checked) else None
