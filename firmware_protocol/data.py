"""Samples on the air: DATA notifications."""

import struct
from dataclasses import dataclass

from firmware_protocol.codes import MAX_SAMPLES, NO_FLAGS, SAMPLE_BYTES, DataFlags
from firmware_protocol.errors import ProtocolError, Reason
from firmware_protocol.packing import BytesLike, check_length, pack, require

DATA_TYPE = 0x11
COMPACT_DATA_TYPE = 0x21
_HEAD = struct.Struct("<BBIQB")
_COMPACT_HEAD = struct.Struct("<BBHI")
_SAMPLE = struct.Struct("<6h")

Sample = tuple[int, int, int, int, int, int]


@dataclass(frozen=True, slots=True)
class Data:
    """Consecutive samples.

    Attributes
    ----------
    seq : int
        Index of the first sample since START, so that a gap is counted in samples.
    t_us : int
        Device time of the first sample, in microseconds since boot.
    counts : bytes
        Little-endian 16-bit counts, 12 bytes for each sample: specific force x, y, z and angular
        rate x, y, z.  ``numpy.frombuffer(counts, "<i2").reshape(-1, 6)`` needs no copy.
    """

    seq: int
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


@dataclass(frozen=True, slots=True)
class CompactData:
    """One sample for a link whose MTU is too small for more.

    Attributes
    ----------
    seq_low : int
        The low 16 bits of the sample's index.
    t_us_low : int
        The low 32 bits of its device time.
    counts : bytes
        As in `Data`; 12 bytes.
    """

    seq_low: int
    t_us_low: int
    counts: bytes
    flags: DataFlags = NO_FLAGS


def pack_samples(samples: tuple[Sample, ...] | list[Sample]) -> bytes:
    """Pack counts of samples.

    Raises
    ------
    ProtocolError
        A count is out of bounds.
    """
    return b"".join(pack(_SAMPLE, *sample) for sample in samples)


def samples_of(counts: bytes) -> tuple[Sample, ...]:
    """Unpack counts of samples."""
    return tuple(_SAMPLE.iter_unpack(counts))


def encode_data(data: Data) -> bytes:
    """Encode a DATA notification.

    Raises
    ------
    ProtocolError
        A value is out of bounds.
    """
    _check_whole(data.counts)
    head = pack(_HEAD, DATA_TYPE, data.flags, data.seq, data.t_us, min(data.n, 255))
    message = head + data.counts
    decode_data(message)
    return message


def decode_data(data: BytesLike, *, newer: bool = False) -> Data:
    """Decode a DATA notification.

    Raises
    ------
    ProtocolError
        The bytes are no DATA.
    """
    check_length("DATA", data, _HEAD.size, newer=True)
    kind, flags, seq, t_us, n = _HEAD.unpack_from(data)
    if kind != DATA_TYPE:
        raise ProtocolError(Reason.UNKNOWN_TYPE, f"DATA of unknown type 0x{kind:02x}")
    require(1 <= n <= MAX_SAMPLES, f"DATA has {n} samples")
    end = _HEAD.size + SAMPLE_BYTES * n
    check_length("DATA", data, end, newer=newer)
    return Data(seq, t_us, bytes(data[_HEAD.size : end]), DataFlags(flags))


def encode_compact_data(data: CompactData) -> bytes:
    """Encode a compact DATA notification of 20 bytes.

    Raises
    ------
    ProtocolError
        A value is out of bounds.
    """
    _check_whole(data.counts)
    head = pack(_COMPACT_HEAD, COMPACT_DATA_TYPE, data.flags, data.seq_low, data.t_us_low)
    message = head + data.counts
    decode_compact_data(message)
    return message


def decode_compact_data(data: BytesLike, *, newer: bool = False) -> CompactData:
    """Decode a compact DATA notification.

    Raises
    ------
    ProtocolError
        The bytes are no compact DATA.
    """
    size = _COMPACT_HEAD.size + SAMPLE_BYTES
    check_length("compact DATA", data, _COMPACT_HEAD.size, newer=True)
    kind, flags, seq_low, t_us_low = _COMPACT_HEAD.unpack_from(data)
    if kind != COMPACT_DATA_TYPE:
        raise ProtocolError(Reason.UNKNOWN_TYPE, f"compact DATA of unknown type 0x{kind:02x}")
    check_length("compact DATA", data, size, newer=newer)
    return CompactData(seq_low, t_us_low, bytes(data[_COMPACT_HEAD.size : size]), DataFlags(flags))


def decode_any_data(data: BytesLike, *, newer: bool = False) -> Data | CompactData:
    """Decode a notification of the DATA characteristic, whichever of the two it is.

    Raises
    ------
    ProtocolError
        The bytes are neither.
    """
    if len(data) > 0 and data[0] == COMPACT_DATA_TYPE:
        return decode_compact_data(data, newer=newer)
    return decode_data(data, newer=newer)


def expand(data: CompactData, near_seq: int, near_t_us: int) -> Data:
    """Give a compact packet its whole index and time: those nearest to what is known.

    Parameters
    ----------
    near_seq, near_t_us : int
        Within 32 767 samples and 35 minutes of the truth; for instance of the packet before.
    """
    return Data(
        _nearest(data.seq_low, near_seq, 1 << 16),
        _nearest(data.t_us_low, near_t_us, 1 << 32),
        data.counts,
        data.flags,
    )


def _nearest(low: int, near: int, wrap: int) -> int:
    """Return the number with these low bits that is nearest to ``near``, and not negative."""
    ahead = (low - near) % wrap
    nearest = near + (ahead if ahead < wrap // 2 else ahead - wrap)
    return nearest if nearest >= 0 else nearest + wrap


def _check_whole(counts: bytes) -> None:
    require(len(counts) % SAMPLE_BYTES == 0, f"{len(counts)} bytes of counts are no whole samples")
