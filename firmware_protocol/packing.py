"""What all messages have in common: lengths, numbers that fit, and the checksum."""

import struct
import zlib
from math import isfinite

from firmware_protocol.errors import ProtocolError, Reason

BytesLike = bytes | bytearray | memoryview


def crc32(data: BytesLike, start: int = 0) -> int:
    """CRC-32 as in zlib, PNG and Ethernet: of ``b"123456789"`` it is 0xCBF43926.

    ``start`` is the checksum of what came before, so that a long thing can be told in pieces.
    """
    return zlib.crc32(data, start)


def check_length(name: str, data: BytesLike, expected: int, *, newer: bool = False) -> None:
    """Hold a message to its length; more is let pass from a sender with a newer minor version.

    Raises
    ------
    ProtocolError
        Too short or too long.
    """
    if len(data) < expected:
        problem = f"{name} has {len(data)} bytes and needs {expected}"
        raise ProtocolError(Reason.TOO_SHORT, problem)
    if len(data) > expected and not newer:
        problem = f"{name} has {len(data)} bytes where {expected} end it"
        raise ProtocolError(Reason.TOO_LONG, problem)


def require(condition: bool, problem: str) -> None:  # noqa: FBT001, reads like assert
    """Hold a value to its meaning.

    Raises
    ------
    ProtocolError
        With the reason "invalid value".
    """
    if not condition:
        raise ProtocolError(Reason.INVALID_VALUE, problem)


def require_scale(name: str, scale: float, *, may_be_zero: bool = False) -> None:
    """Hold a scale to being a positive number.

    Raises
    ------
    ProtocolError
        With the reason "invalid value".
    """
    positive = scale > 0 or (may_be_zero and scale == 0)
    require(positive and isfinite(scale), f"{name} is no scale: {scale}")


def pack(layout: struct.Struct, *values: float) -> bytes:
    """Pack numbers.

    Raises
    ------
    ProtocolError
        A number does not fit into its field.
    """
    try:
        return layout.pack(*values)
    except (struct.error, OverflowError) as error:
        raise ProtocolError(Reason.INVALID_VALUE, f"a number does not fit: {error}") from error
