"""What a virtual sensor has to send: bounded, and it counts what it had to drop."""

from collections import deque
from collections.abc import Iterable
from dataclasses import replace

import firmware_protocol as fp

# Packets that a small microcontroller keeps: about a second and a half at 104 Hz, 10 in each.
MAX_PACKETS = 16


class Outbox:
    """DATA that waits for the link; when there is too much, the oldest is dropped."""

    def __init__(self) -> None:
        self._waiting: deque[fp.Data] = deque()
        self._has_skipped = False

    def __bool__(self) -> bool:
        """Whether something waits."""
        return bool(self._waiting)

    def put(self, packets: Iterable[fp.Data]) -> int:
        """Let packets wait; returns how many samples were dropped for it."""
        self._waiting.extend(packets)
        return self._drop(len(self._waiting) - MAX_PACKETS)

    def clear(self) -> int:
        """Drop everything; returns how many samples that were."""
        return self._drop(len(self._waiting))

    def take(self, *, compact: bool = False) -> bytes:
        """Take the oldest packet, encoded; it says if packets before it were dropped."""
        data = self._waiting.popleft()
        if self._has_skipped:
            data = replace(data, flags=data.flags | fp.DataFlags.PACKETS_SKIPPED)
            self._has_skipped = False
        if not compact:
            return fp.encode_data(data)
        low = fp.CompactData(data.seq & 0xFFFF, data.t_us & 0xFFFFFFFF, data.counts, data.flags)
        return fp.encode_compact_data(low)

    def _drop(self, n_packets: int) -> int:
        dropped = [self._waiting.popleft() for _ in range(n_packets)]
        self._has_skipped |= bool(dropped)
        return sum(data.n for data in dropped)
