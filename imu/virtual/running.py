"""A session that runs on a virtual sensor: what of it was sent, and what was written."""

from dataclasses import dataclass

import firmware_protocol as fp
from imu.virtual.flash import Flash
from imu.virtual.measuring import Session


@dataclass(slots=True)
class Running:
    """A session that runs.

    Attributes
    ----------
    session : Session
    session_id : int
    log_id : int
        ``NO_LOG`` without one.
    is_streaming : bool
    sent, logged : int
        Samples that were sent or passed over, and that were written to the log.
    """

    session: Session
    session_id: int
    log_id: int
    is_streaming: bool
    sent: int = 0
    logged: int = 0

    def write(self, flash: Flash, n: int, *, whole_only: bool) -> None:
        """Write samples up to n to the log; ends the log where there is no room."""
        if self.log_id == fp.NO_LOG:
            return
        while self.logged < n:
            stop = min(self.logged + fp.SAMPLES_PER_BLOCK, n)
            if whole_only and stop - self.logged < fp.SAMPLES_PER_BLOCK:
                return
            for block in self.session.block(self.logged, stop):
                page = fp.LogBlock(block.first, block.t_us, block.counts.tobytes(), block.flags)
                if not flash.append(self.log_id, page):
                    flash.close(self.log_id)
                    self.log_id = fp.NO_LOG
                    return
            self.logged = stop

    def pack(self, n: int, samples_per_packet: int) -> list[fp.Data]:
        """Pack samples up to n for the link, whole packets only."""
        if not self.is_streaming:
            self.sent = n
            return []
        packets: list[fp.Data] = []
        while self.sent + samples_per_packet <= n:
            blocks = self.session.block(self.sent, self.sent + samples_per_packet)
            packets += [fp.Data(b.first, b.t_us, b.counts.tobytes(), b.flags) for b in blocks]
            self.sent += samples_per_packet
        return packets
