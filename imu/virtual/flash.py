"""The memory of a virtual sensor: logs of 256-byte blocks that only grow."""

import zlib
from dataclasses import dataclass, field, replace

import firmware_protocol as fp


@dataclass(slots=True)
class Log:
    """One run in the memory."""

    entry: fp.LogEntry
    data: bytearray = field(default_factory=bytearray)
    n_samples: int = 0
    is_closed: bool = False


class Flash:
    """What a sensor keeps without power.

    Parameters
    ----------
    capacity_bytes : int
    """

    def __init__(self, capacity_bytes: int = 16 << 20) -> None:
        self.capacity_bytes = capacity_bytes
        self._logs: dict[int, Log] = {}
        self._next_id = 1

    @property
    def n_bytes(self) -> int:
        """Bytes that are written."""
        return sum(len(log.data) for log in self._logs.values())

    @property
    def is_full(self) -> bool:
        """Whether not even one block fits."""
        return self.n_bytes + fp.LOG_BLOCK_BYTES > self.capacity_bytes

    def begin(self, entry: fp.LogEntry) -> int:
        """Begin a log and return its number; ``entry`` is what is known at the beginning."""
        log_id, self._next_id = self._next_id, self._next_id % (fp.NO_LOG - 1) + 1
        self._logs[log_id] = Log(entry)
        return log_id

    def append(self, log_id: int, block: fp.LogBlock) -> bool:
        """Write a block; False where there is no room."""
        if self.is_full:
            return False
        log = self._logs[log_id]
        log.data += fp.encode_log_block(block)
        log.n_samples += block.n
        return True

    def close(self, log_id: int) -> None:
        """End a log."""
        self._logs[log_id].is_closed = True

    def close_all(self) -> None:
        """End what was being written when the power went."""
        for log in self._logs.values():
            log.is_closed = True

    def get(self, log_id: int) -> Log | None:
        """Return a log, None where there is none of this number."""
        return self._logs.get(log_id)

    def erase(self, log_id: int) -> None:
        """Forget a log."""
        del self._logs[log_id]

    def listed(self, first: int) -> fp.LogList:
        """List up to four logs from a place on, oldest first."""
        here = list(self._logs.items())[first : first + fp.MAX_LISTED_LOGS]
        entries = tuple(_entry(log_id, log) for log_id, log in here)
        return fp.LogList(len(self._logs), entries)


def _entry(log_id: int, log: Log) -> fp.LogEntry:
    flags = log.entry.flags | (fp.LogFlags.CLOSED if log.is_closed else fp.LogFlags(0))
    return replace(
        log.entry,
        log_id=log_id,
        flags=flags,
        n_samples=log.n_samples,
        n_bytes=len(log.data),
        crc32=zlib.crc32(log.data) if log.is_closed else 0,
    )
