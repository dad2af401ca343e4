"""A virtual sensor sends a range of its memory, piece by piece."""

from dataclasses import dataclass

import firmware_protocol as fp
from imu.virtual.flash import Flash
from imu.virtual.refusal import Refusal


@dataclass(slots=True)
class _Range:
    token: int
    log_id: int
    offset: int
    data: bytes
    n_sent: int = 0


class Reading:
    """At most one range at a time.

    Parameters
    ----------
    flash : Flash
    """

    def __init__(self, flash: Flash) -> None:
        self._flash = flash
        self._range: _Range | None = None

    @property
    def is_busy(self) -> bool:
        """Whether a range is being sent."""
        return self._range is not None

    def begin(self, token: int, command: fp.GetRange) -> fp.RangeGranted:
        """Begin to send a range of a log; raises `Refusal`."""
        if self._range is not None:
            raise Refusal(fp.Code.BUSY)
        log = self._flash.get(command.log_id)
        if log is None:
            raise Refusal(fp.Code.NOT_FOUND)
        data = bytes(log.data[command.offset : command.offset + command.length])
        if data:
            self._range = _Range(token, command.log_id, command.offset, data)
        return fp.RangeGranted(len(data))

    def cancel(self) -> None:
        """Send no more of it."""
        self._range = None

    def next(self, n_bytes: int) -> tuple[bytes | None, bytes | None]:
        """Return the next LOG notification, and the indication that ends the range."""
        sending = self._range
        if sending is None:
            return None, None
        piece = sending.data[sending.n_sent : sending.n_sent + n_bytes]
        chunk = fp.LogChunk(sending.log_id, sending.offset + sending.n_sent, piece)
        sending.n_sent += len(piece)
        if sending.n_sent < len(sending.data):
            return fp.encode_log_chunk(chunk), None
        self._range = None
        done = fp.RangeDone(
            sending.token,
            fp.Code.OK,
            sending.log_id,
            sending.offset,
            len(sending.data),
            fp.crc32(sending.data),
        )
        return fp.encode_log_chunk(chunk), fp.encode_reply(done)
