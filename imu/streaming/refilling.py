"""Fetch from the sensor's memory what did not come live."""

import asyncio
from collections import Counter
from collections.abc import Callable

from imu.drivers.base import Memory
from imu.streaming.events import Missing, Notification, Origin, Sink

# At a time: some 25 kB, a second or two of radio beside a live stream.
CHUNK_SAMPLES = 2000
# What the sensor has not got after this many times asking, it will never have.  The newest samples
# are written to its memory a moment after they were sent: at 52 Hz a page is full after 0.4 s.
MAX_ASKED = 3
ASK_AGAIN_S = 0.5

_Key = tuple[int | None, int | None, int]


class Refill:
    """Asks for what is missing, piece by piece, and gives up what the sensor has not got.

    Parameters
    ----------
    sink : Sink
        Says what is missing, and takes what came.
    channel : str
        The driver's memory channel.
    host_ns : callable
    """

    def __init__(self, sink: Sink, channel: str, host_ns: Callable[[], int]) -> None:
        self._sink = sink
        self._channel = channel
        self._host_ns = host_ns
        self._asked: Counter[_Key] = Counter()
        self._not_before_ns: dict[_Key, int] = {}

    async def step(self, memory: Memory) -> bool:
        """Fetch the oldest missing piece, or wait for one that may be had a little later.

        Returns
        -------
        bool
            False where there is none left that can be had.

        Raises
        ------
        LinkLostError, SensorRefusedError
        """
        wanted = [m for m in self._sink.missing() if self._asked[_key(m)] < MAX_ASKED]
        if not wanted:
            return False
        now_ns = self._host_ns()
        first = next((m for m in wanted if now_ns >= self._not_before_ns.get(_key(m), 0)), None)
        if first is None:
            await asyncio.sleep(ASK_AGAIN_S)
        else:
            await self._fetch(memory, first)
        return True

    async def _fetch(self, memory: Memory, wanted: Missing) -> None:
        stop = min(wanted.stop, wanted.first + CHUNK_SAMPLES)
        messages = await memory.fetch(wanted.stream, wanted.first, stop)
        self._asked[_key(wanted)] += 1
        self._not_before_ns[_key(wanted)] = self._host_ns() + round(ASK_AGAIN_S * 1e9)
        for payload in messages:
            self._sink.on_notification(
                Notification(self._channel, payload, self._host_ns(), Origin.MEMORY, wanted.stream)
            )


def _key(missing: Missing) -> _Key:
    """Name a range by its beginning: fetching moves that, or has fetched nothing."""
    return missing.stream.boot_id, missing.stream.session_id, missing.first
