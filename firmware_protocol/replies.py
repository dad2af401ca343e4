"""What a sensor answers: ``[op | 0x80, token, status, result]``, indicated by CONTROL."""

import struct
from collections.abc import Callable
from dataclasses import astuple, dataclass

from firmware_protocol.codes import MAX_LISTED_LOGS, Code, Op
from firmware_protocol.errors import ProtocolError, Reason
from firmware_protocol.logs import (
    LOG_ENTRY_BYTES,
    LogEntry,
    decode_log_entry,
    encode_log_entry,
)
from firmware_protocol.packing import BytesLike, check_length, pack, require

REPLY_BIT = 0x80
RANGE_DONE_OP = 0x8F


@dataclass(frozen=True, slots=True)
class Started:
    """A session runs.  ``t_us`` is the device time of sample 0; ``log_id`` may be `NO_LOG`."""

    session_id: int
    t_us: int
    log_id: int


@dataclass(frozen=True, slots=True)
class Streaming:
    """Notifications are on or off; the next sample will have this index."""

    next_seq: int


@dataclass(frozen=True, slots=True)
class Stopped:
    """The session has ended with this number of samples, lost ones counted."""

    n_samples: int


@dataclass(frozen=True, slots=True)
class TimeSet:
    """The wall time was taken at this device time."""

    t_us: int


@dataclass(frozen=True, slots=True)
class Pong:
    """A ping came in at ``t2_us`` and was answered at ``t3_us``, device time."""

    t1: int
    t2_us: int
    t3_us: int


@dataclass(frozen=True, slots=True)
class LogList:
    """Some of the ``n_total`` logs."""

    n_total: int
    entries: tuple[LogEntry, ...]


@dataclass(frozen=True, slots=True)
class RangeGranted:
    """So many bytes will come, and a `RangeDone` after them."""

    length: int


Result = Started | Streaming | Stopped | TimeSet | Pong | LogList | RangeGranted


@dataclass(frozen=True, slots=True)
class Reply:
    """The answer to a command.

    Attributes
    ----------
    op : int
        Of the command: an `Op`, or another number where the sensor did not know it.
    result : Result or None
        None where the status is not OK, and for operations that have none.
    """

    op: int
    token: int
    status: Code
    result: Result | None = None


@dataclass(frozen=True, slots=True)
class RangeDone:
    """The bytes that GET_RANGE asked for have been sent: these, with this checksum."""

    token: int
    status: Code
    log_id: int
    offset: int
    length: int
    crc32: int


_HEAD = struct.Struct("<BBB")
_LOG_LIST = struct.Struct("<HB")
_RANGE_DONE = struct.Struct("<BBBHIII")
_RESULTS: dict[int, tuple[Callable[..., Result], struct.Struct]] = {
    Op.START: (Started, struct.Struct("<IQH")),
    Op.STREAM: (Streaming, struct.Struct("<I")),
    Op.STOP: (Stopped, struct.Struct("<I")),
    Op.SET_TIME: (TimeSet, struct.Struct("<Q")),
    Op.PING: (Pong, struct.Struct("<QQQ")),
    Op.GET_RANGE: (RangeGranted, struct.Struct("<I")),
}
_WITHOUT_RESULT = frozenset({Op.CANCEL_RANGE, Op.ERASE, Op.SHUTDOWN})
_LAYOUT_OF = dict(_RESULTS.values())
_CODES = frozenset(Code)
_OPS = frozenset(Op)


def encode_reply(reply: Reply | RangeDone) -> bytes:
    """Encode an indication of CONTROL.

    Raises
    ------
    ProtocolError
        A value is out of bounds, or the result is another operation's.
    """
    if isinstance(reply, RangeDone):
        data = pack(_RANGE_DONE, RANGE_DONE_OP, *astuple(reply))
        decode_reply(data)
        return data
    require(_has_reply(reply.op), f"operation {reply.op} has no reply")
    head = pack(_HEAD, reply.op | REPLY_BIT, reply.token, reply.status)
    data = head + _encode_result(reply.result)
    decoded = decode_reply(data)
    fits = isinstance(decoded, Reply) and type(decoded.result) is type(reply.result)
    require(fits, "a reply has another operation's result")
    return data


def decode_reply(data: BytesLike, *, newer: bool = False) -> Reply | RangeDone:
    """Decode an indication of CONTROL.

    Raises
    ------
    ProtocolError
        The bytes are no reply.
    """
    check_length("reply", data, _HEAD.size, newer=True)
    marked, token, status = _HEAD.unpack_from(data)
    if not marked & REPLY_BIT:
        raise ProtocolError(Reason.UNKNOWN_OP, f"0x{marked:02x} is no reply's operation")
    require(status in _CODES, f"unknown status {status}")
    if marked == RANGE_DONE_OP:
        check_length("RANGE_DONE", data, _RANGE_DONE.size, newer=newer)
        _, _, _, log_id, offset, length, checksum = _RANGE_DONE.unpack_from(data)
        return RangeDone(token, Code(status), log_id, offset, length, checksum)
    op = marked & ~REPLY_BIT
    if status != Code.OK:
        check_length("refusal", data, _HEAD.size, newer=newer)
        return Reply(_known(op), token, Code(status))
    return Reply(_known(op), token, Code.OK, _decode_result(op, data, newer=newer))


def refusal_of(data: BytesLike, error: ProtocolError) -> Reply | None:
    """Return what a sensor replies to bytes that are no command.

    Returns
    -------
    Reply or None
        None for bytes that cannot be answered: without a token, or with the number of a reply.
    """
    if len(data) < 2 or not _has_reply(data[0]):
        return None
    unknown = error.reason is Reason.UNKNOWN_OP
    code = Code.UNKNOWN_OP if unknown else Code.INVALID_ARGUMENT
    return Reply(_known(data[0]), data[1], code)


def _has_reply(op: int) -> bool:
    return 0 <= op < REPLY_BIT and op | REPLY_BIT != RANGE_DONE_OP


def _known(op: int) -> int:
    return Op(op) if op in _OPS else op


def _encode_result(result: Result | None) -> bytes:
    if result is None:
        return b""
    if isinstance(result, LogList):
        head = pack(_LOG_LIST, result.n_total, len(result.entries))
        return head + b"".join(map(encode_log_entry, result.entries))
    return pack(_LAYOUT_OF[type(result)], *astuple(result))


def _decode_result(op: int, data: BytesLike, *, newer: bool) -> Result | None:
    if op == Op.LIST_LOGS:
        return _decode_log_list(data, newer=newer)
    if op in _WITHOUT_RESULT:
        check_length(Op(op).name, data, _HEAD.size, newer=newer)
        return None
    if op not in _RESULTS:
        raise ProtocolError(Reason.UNKNOWN_OP, f"a reply to unknown operation 0x{op:02x}")
    make, layout = _RESULTS[op]
    check_length(f"reply to {Op(op).name}", data, _HEAD.size + layout.size, newer=newer)
    result = make(*layout.unpack_from(data, _HEAD.size))
    if isinstance(result, Started):
        require(result.session_id != 0, "a session has no id")
    return result


def _decode_log_list(data: BytesLike, *, newer: bool) -> LogList:
    start = _HEAD.size + _LOG_LIST.size
    check_length("list of logs", data, start, newer=True)
    n_total, n_here = _LOG_LIST.unpack_from(data, _HEAD.size)
    require(n_here <= min(MAX_LISTED_LOGS, n_total), f"{n_here} of {n_total} logs in one list")
    check_length("list of logs", data, start + n_here * LOG_ENTRY_BYTES, newer=newer)
    places = range(start, start + n_here * LOG_ENTRY_BYTES, LOG_ENTRY_BYTES)
    entries = (decode_log_entry(data[place : place + LOG_ENTRY_BYTES]) for place in places)
    return LogList(n_total, tuple(entries))
