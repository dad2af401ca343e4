"""What a host asks of a sensor: ``[op, token, arguments]``, written to CONTROL."""

import struct
from collections.abc import Callable
from dataclasses import astuple, dataclass

from firmware_protocol.codes import Op, StartFlags
from firmware_protocol.errors import ProtocolError, Reason
from firmware_protocol.packing import BytesLike, check_length, pack, require


@dataclass(frozen=True, slots=True)
class Start:
    """Begin a session.  At least one flag is set."""

    flags: StartFlags


@dataclass(frozen=True, slots=True)
class Stream:
    """Send, or no longer send, the running session's DATA over this link."""

    on: bool


@dataclass(frozen=True, slots=True)
class Stop:
    """End the session, and close its log."""


@dataclass(frozen=True, slots=True)
class SetTime:
    """Tell the sensor the wall time, in microseconds since 1970-01-01 UTC."""

    unix_us: int


@dataclass(frozen=True, slots=True)
class Ping:
    """Ask for the device time.  ``t1`` is the host's own and comes back as it is."""

    t1: int


@dataclass(frozen=True, slots=True)
class ListLogs:
    """Ask for up to four logs, from the one at place ``first``, oldest first."""

    first: int


@dataclass(frozen=True, slots=True)
class GetRange:
    """Ask for bytes of a log.  ``length`` is at least 1."""

    log_id: int
    offset: int
    length: int


@dataclass(frozen=True, slots=True)
class CancelRange:
    """Have no more bytes of a log sent."""


@dataclass(frozen=True, slots=True)
class Erase:
    """Erase a closed log; its checksum proves that the host has it."""

    log_id: int
    crc32: int


@dataclass(frozen=True, slots=True)
class Shutdown:
    """Switch the sensor off."""


Command = (
    Start | Stream | Stop | SetTime | Ping | ListLogs | GetRange | CancelRange | Erase | Shutdown
)

_HEAD = struct.Struct("<BB")
_NOTHING = struct.Struct("<")
_DESTINATIONS = StartFlags.STREAM | StartFlags.LOG
_LAYOUTS: dict[Op, tuple[Callable[..., Command], struct.Struct]] = {
    Op.START: (Start, struct.Struct("<B")),
    Op.STREAM: (Stream, struct.Struct("<B")),
    Op.STOP: (Stop, _NOTHING),
    Op.SET_TIME: (SetTime, struct.Struct("<q")),
    Op.PING: (Ping, struct.Struct("<Q")),
    Op.LIST_LOGS: (ListLogs, struct.Struct("<H")),
    Op.GET_RANGE: (GetRange, struct.Struct("<HII")),
    Op.CANCEL_RANGE: (CancelRange, _NOTHING),
    Op.ERASE: (Erase, struct.Struct("<HI")),
    Op.SHUTDOWN: (Shutdown, _NOTHING),
}
_OPS = {made: op for op, (made, _) in _LAYOUTS.items()}


def op_of(command: Command) -> Op:
    """Return the operation that a command asks for."""
    return _OPS[type(command)]


def encode_command(command: Command, token: int) -> bytes:
    """Encode a command; its reply will carry the same token, 0 to 255.

    Raises
    ------
    ProtocolError
        A value is out of bounds.
    """
    op = op_of(command)
    data = pack(_HEAD, op, token) + pack(_LAYOUTS[op][1], *astuple(command))
    decode_command(data)
    return data


def decode_command(data: BytesLike, *, newer: bool = False) -> tuple[int, Command]:
    """Decode a command into its token and itself.

    Raises
    ------
    ProtocolError
        The bytes are no command.  `refusal_of` makes a sensor's reply out of it.
    """
    check_length("command", data, _HEAD.size, newer=True)
    op, token = data[0], data[1]
    if op not in _OPS.values():
        raise ProtocolError(Reason.UNKNOWN_OP, f"unknown operation 0x{op:02x}")
    make, layout = _LAYOUTS[Op(op)]
    check_length(Op(op).name, data, _HEAD.size + layout.size, newer=newer)
    arguments = layout.unpack_from(data, _HEAD.size)
    if op == Op.START:
        flags = StartFlags(arguments[0])
        require(bool(flags & _DESTINATIONS), "START neither streams nor logs")
        return token, Start(flags)
    if op == Op.STREAM:
        require(arguments[0] <= 1, f"STREAM is neither on nor off: {arguments[0]}")
        return token, Stream(bool(arguments[0]))
    if op == Op.GET_RANGE:
        require(arguments[2] > 0, "GET_RANGE asks for no bytes")
    return token, make(*arguments)
