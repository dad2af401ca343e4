"""The sensor's own copy of its samples: entries of the list, blocks of flash, chunks on the air."""

import struct
from dataclasses import dataclass

from firmware_protocol.codes import (
    LOG_BLOCK_BYTES,
    MAX_LOG_CHUNK_BYTES,
    NO_FLAGS,
    NO_LOG,
    SAMPLE_BYTES,
    SAMPLES_PER_BLOCK,
    DataFlags,
    LogFlags,
)
from firmware_protocol.data import Sample, samples_of
from firmware_protocol.errors import ProtocolError, Reason
from firmware_protocol.packing import (
    BytesLike,
    check_length,
    crc32,
    pack,
    require,
    require_scale,
)

_ENTRY = struct.Struct("<HHIIIQqHHHHffII")
_CHUNK_HEAD = struct.Struct("<HI")
_BLOCK_HEAD = struct.Struct("<IQBBH")
_CHECKSUM = struct.Struct("<I")
_CHECKED_BYTES = LOG_BLOCK_BYTES - _CHECKSUM.size
LOG_ENTRY_BYTES = _ENTRY.size


@dataclass(frozen=True, slots=True)
class LogEntry:
    """One log in the sensor's list.

    Attributes
    ----------
    t_first_us : int
        Device time of its first sample; only a host that knew this ``boot_id`` can map it.
    unix_first_us : int
        Wall time of its first sample, 0 where it is not known.
    n_bytes : int
        A multiple of 256; grows while the log is open.
    crc32 : int
        Of all its bytes; holds for a closed log only.
    """

    log_id: int
    flags: LogFlags
    boot_id: int
    session_id: int
    n_samples: int
    t_first_us: int
    unix_first_us: int
    rate_hz: int
    acc_range_g: int
    gyr_range_dps: int
    acc_scale: float
    gyr_scale: float
    n_bytes: int
    crc32: int

    @property
    def is_closed(self) -> bool:
        """Whether nothing will be added to it."""
        return bool(self.flags & LogFlags.CLOSED)


@dataclass(frozen=True, slots=True)
class LogChunk:
    """A LOG notification: up to 238 bytes of a log."""

    log_id: int
    offset: int
    data: bytes


@dataclass(frozen=True, slots=True)
class LogBlock:
    """A page of flash: up to 19 consecutive samples.  Attributes as in `Data`."""

    first_seq: int
    t_us: int
    counts: bytes
    flags: DataFlags = NO_FLAGS

    @property
    def n(self) -> int:
        """How many samples there are."""
        return len(self.counts) // SAMPLE_BYTES

    @property
    def samples(self) -> tuple[Sample, ...]:
        """The counts of each sample."""
        return samples_of(self.counts)


def encode_log_entry(entry: LogEntry) -> bytes:
    """Encode the 56 bytes of an entry.

    Raises
    ------
    ProtocolError
        A value is out of bounds.
    """
    data = pack(
        _ENTRY,
        entry.log_id,
        entry.flags,
        entry.boot_id,
        entry.session_id,
        entry.n_samples,
        entry.t_first_us,
        entry.unix_first_us,
        entry.rate_hz,
        entry.acc_range_g,
        entry.gyr_range_dps,
        0,
        entry.acc_scale,
        entry.gyr_scale,
        entry.n_bytes,
        entry.crc32,
    )
    decode_log_entry(data)
    return data


def decode_log_entry(data: BytesLike) -> LogEntry:
    """Decode an entry, which is 56 bytes in every version 1.

    Raises
    ------
    ProtocolError
        The bytes are no entry.
    """
    check_length("log entry", data, _ENTRY.size)
    fields = _ENTRY.unpack_from(data)
    log_id, flags, *ids, rate_hz, acc_range_g, gyr_range_dps, _ = fields[:11]
    acc_scale, gyr_scale, n_bytes, checksum = fields[11:]
    boot_id, session_id, n_samples, t_first_us, unix_first_us = ids
    require(log_id != NO_LOG, "a log has the number of no log")
    require(boot_id != 0 and session_id != 0, f"log {log_id} has no boot id or no session id")
    require(rate_hz > 0 and acc_range_g > 0, f"log {log_id} has a rate or range of 0")
    require_scale("acc_scale", acc_scale)
    require_scale("gyr_scale", gyr_scale, may_be_zero=gyr_range_dps == 0)
    require(n_bytes % LOG_BLOCK_BYTES == 0, f"log {log_id} has {n_bytes} bytes: no whole blocks")
    return LogEntry(
        log_id,
        LogFlags(flags),
        boot_id,
        session_id,
        n_samples,
        t_first_us,
        unix_first_us,
        rate_hz,
        acc_range_g,
        gyr_range_dps,
        acc_scale,
        gyr_scale,
        n_bytes,
        checksum,
    )


def encode_log_chunk(chunk: LogChunk) -> bytes:
    """Encode a LOG notification.

    Raises
    ------
    ProtocolError
        A value is out of bounds.
    """
    message = pack(_CHUNK_HEAD, chunk.log_id, chunk.offset) + chunk.data
    decode_log_chunk(message)
    return message


def decode_log_chunk(data: BytesLike) -> LogChunk:
    """Decode a LOG notification.

    Raises
    ------
    ProtocolError
        The bytes are no LOG.
    """
    check_length("LOG", data, _CHUNK_HEAD.size + 1, newer=True)
    most = _CHUNK_HEAD.size + MAX_LOG_CHUNK_BYTES
    if len(data) > most:
        problem = f"LOG has {len(data)} bytes, more than {most}"
        raise ProtocolError(Reason.TOO_LONG, problem)
    log_id, offset = _CHUNK_HEAD.unpack_from(data)
    require(log_id != NO_LOG, "LOG has the number of no log")
    return LogChunk(log_id, offset, bytes(data[_CHUNK_HEAD.size :]))


def log_block_checksum(data: BytesLike) -> int:
    """CRC-32 of a block's samples and filling, and then of its head.

    Not in the order of the bytes, on purpose: a CRC-32 over blocks that end with their own plain
    CRC-32 depends on nothing but their number, and a log's checksum would prove nothing.
    """
    view = memoryview(data)
    return crc32(view[: _BLOCK_HEAD.size], crc32(view[_BLOCK_HEAD.size : _CHECKED_BYTES]))


def encode_log_block(block: LogBlock) -> bytes:
    """Encode 256 bytes of flash.

    Raises
    ------
    ProtocolError
        A value is out of bounds.
    """
    whole = len(block.counts) % SAMPLE_BYTES == 0 and 1 <= block.n <= SAMPLES_PER_BLOCK
    require(whole, f"{len(block.counts)} bytes of counts are not 1 to 19 whole samples")
    head = pack(_BLOCK_HEAD, block.first_seq, block.t_us, block.n, block.flags, 0)
    checked = (head + block.counts).ljust(_CHECKED_BYTES, b"\xff")
    return checked + _CHECKSUM.pack(log_block_checksum(checked))


def decode_log_block(data: BytesLike) -> LogBlock:
    """Decode 256 bytes of flash.

    Raises
    ------
    ProtocolError
        The bytes are no block, or not the ones that were written.
    """
    check_length("log block", data, LOG_BLOCK_BYTES)
    (checksum,) = _CHECKSUM.unpack_from(data, _CHECKED_BYTES)
    if log_block_checksum(data) != checksum:
        raise ProtocolError(Reason.CHECKSUM, "log block has another checksum than it says")
    first_seq, t_us, n, flags, _ = _BLOCK_HEAD.unpack_from(data)
    require(1 <= n <= SAMPLES_PER_BLOCK, f"log block has {n} samples")
    end = _BLOCK_HEAD.size + SAMPLE_BYTES * n
    return LogBlock(first_seq, t_us, bytes(data[_BLOCK_HEAD.size : end]), DataFlags(flags))
