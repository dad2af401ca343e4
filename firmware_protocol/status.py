"""How a sensor is: STATUS, once a second."""

import struct
from dataclasses import dataclass
from math import isfinite

from firmware_protocol.codes import NO_LOG, State, StatusFlags
from firmware_protocol.errors import ProtocolError, Reason
from firmware_protocol.packing import BytesLike, check_length, pack, require

STATUS_VERSION = 1
_STATUS = struct.Struct("<BBHIIIIHhHH")
_UNKNOWN_TEMPERATURE = -32768
_NO_FLASH = 0xFFFF


@dataclass(frozen=True, slots=True)
class Status:
    """How a sensor is.

    Attributes
    ----------
    session_id : int
        0 where no session runs.
    next_seq : int
        Index that the next sample will have.
    n_dropped : int
        Samples since START that were not sent although they should have been.
    battery_mv : int
        0 where it is not measured.
    temperature_c : float or None
        To 0.01 of a degree; None where it is not known.
    log_fill_permille : int or None
        None without flash.
    log_id : int
        `NO_LOG` where nothing is logged.
    """

    state: State
    flags: StatusFlags
    boot_id: int
    session_id: int = 0
    next_seq: int = 0
    n_dropped: int = 0
    battery_mv: int = 0
    temperature_c: float | None = None
    log_fill_permille: int | None = None
    log_id: int = NO_LOG


def encode_status(status: Status) -> bytes:
    """Encode the 28 bytes of STATUS.

    Raises
    ------
    ProtocolError
        A value is out of bounds.
    """
    temperature, fill = status.temperature_c, status.log_fill_permille
    data = pack(
        _STATUS,
        STATUS_VERSION,
        status.state,
        status.flags,
        status.boot_id,
        status.session_id,
        status.next_seq,
        status.n_dropped,
        status.battery_mv,
        _UNKNOWN_TEMPERATURE if temperature is None else _hundredths(temperature),
        _NO_FLASH if fill is None else fill,
        status.log_id,
    )
    decode_status(data)
    return data


def decode_status(data: BytesLike, *, newer: bool = False) -> Status:
    """Decode STATUS.

    Raises
    ------
    ProtocolError
        The bytes are no STATUS.
    """
    check_length("STATUS", data, 1, newer=True)
    if data[0] != STATUS_VERSION:
        raise ProtocolError(Reason.UNSUPPORTED_VERSION, f"STATUS of version {data[0]}")
    check_length("STATUS", data, _STATUS.size, newer=newer)
    _, state, flags, boot_id, *counted, battery_mv, temperature, fill, log_id = _STATUS.unpack_from(
        data
    )
    session_id, next_seq, n_dropped = counted
    require(state in _STATES, f"unknown state {state}")
    require(boot_id != 0, "STATUS has no boot id")
    require(fill <= 1000 or fill == _NO_FLASH, f"STATUS has a log fill of {fill} permille")
    return Status(
        State(state),
        StatusFlags(flags),
        boot_id,
        session_id,
        next_seq,
        n_dropped,
        battery_mv,
        None if temperature == _UNKNOWN_TEMPERATURE else temperature / 100,
        None if fill == _NO_FLASH else fill,
        log_id,
    )


_STATES = frozenset(State)


def _hundredths(temperature_c: float) -> int:
    require(isfinite(temperature_c), f"{temperature_c} is no temperature")
    return round(temperature_c * 100)
