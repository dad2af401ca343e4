"""A stream of one sensor that goes on, whatever the radio does.

::

    connect ─▶ start or resume ─▶ streaming ─▶ stop ─▶ fetch the rest ─▶ stopped
       ▲                              │
       └────────── wait ◀── lost ◀────┘  link lost, or silence

The sensor goes on measuring while the link is away.  When it is back the same stream is resumed,
live at once, and what was missed is fetched from the sensor's memory beside it.  A sensor that has
started anew in between begins a new stream.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Protocol, TypeVar, cast

from imu.drivers.base import (
    Conversation,
    Driver,
    Link,
    Memory,
    OnBytes,
    StreamDescription,
    StreamSettings,
)
from imu.drivers.pinging import Pingable
from imu.errors import LinkLostError, SensorError, SensorRefusedError
from imu.streaming.events import LinkState, Notification, Origin, Sink
from imu.streaming.refilling import Refill

# A sensor sends ten times a second and more: silence for this long is a dead link.
SILENCE_S = 3.0
LOOK_S = 0.5  # between two looks at silence, and at what is missing
FACTS_S = 30.0
# Waits between attempts to find the sensor again; the last one repeats.  An attempt itself scans
# for some seconds.
BACK_OFF_S = (0.0, 0.5, 1.0, 2.0, 5.0)
# Times are exchanged often at first, since only the quickest exchange counts, and then rarely.
FIRST_PINGS, FIRST_PING_S, PING_S = 8, 0.5, 60.0
# At the end: for asking the sensor to stop, and for what was missed to be fetched.
STOP_S = 5.0
LAST_REFILL_S = 60.0

RADIO_FAILED = "The Bluetooth of this computer failed; connecting anew."

_T = TypeVar("_T")
_log = logging.getLogger(__name__)


class OpenLink(Link, Protocol):
    """A link that tells when it is lost."""

    @property
    def lost(self) -> asyncio.Event:
        """Set once the connection has ended, for whatever reason."""

    async def close(self) -> None:
        """End the connection; nothing comes from it afterwards."""


Connect = Callable[[], Awaitable[OpenLink]]


class StreamSession:
    """Keeps one stream going.

    Parameters
    ----------
    connect : callable
        Finds the sensor and connects; raises `SensorError`.
    driver : Driver
    sink : Sink
    settings : StreamSettings
    host_ns : callable
        This computer's steady clock.

    Attributes
    ----------
    state : LinkState
    n_reconnects : int
    """

    def __init__(
        self,
        connect: Connect,
        driver: Driver,
        sink: Sink,
        settings: StreamSettings,
        *,
        host_ns: Callable[[], int],
    ) -> None:
        self.state = LinkState.CONNECTING
        self.n_reconnects = 0
        self._connect = connect
        self._driver = driver
        self._sink = sink
        self._settings = settings
        self._host_ns = host_ns
        channel = driver.memory_channel
        self._refill = None if channel is None else Refill(sink, channel, host_ns)
        self._stream: StreamDescription | None = None
        self._early: list[tuple[int, bytes]] = []
        self._connection = 0  # what an older one sends is not heard
        self._heard_s = 0.0
        self._n_failed = 0
        self._stopping = asyncio.Event()

    def stop(self) -> None:
        """Ask the session to end; `run` returns once what was missed is fetched."""
        self._stopping.set()

    async def run(self) -> None:
        """Stream until `stop`.

        Raises
        ------
        SensorError
            The sensor could not be reached, or refused, at the very beginning.  Later that is
            told to the sink, and tried again until `stop`.
        """
        self._tell(LinkState.CONNECTING)
        reason = None
        try:
            while not self._stopping.is_set():
                try:
                    has_ended = await self._once()
                except Exception as error:
                    # A radio that fails in a way nobody foresaw ends no run that has begun.
                    if self._stream is None:
                        raise
                    if not isinstance(error, SensorError):
                        _log.exception("the radio failed")
                    reason = str(error) if isinstance(error, SensorError) else RADIO_FAILED
                    if self._stopping.is_set():
                        break
                    self._tell(LinkState.LOST, reason)
                    wait_s = BACK_OFF_S[min(self._n_failed, len(BACK_OFF_S) - 1)]
                    self._n_failed += 1
                    await self._until_stopped(asyncio.sleep(wait_s))
                else:
                    reason = None if has_ended else reason
        finally:
            self._tell(LinkState.STOPPED, reason)

    async def _once(self) -> bool:
        """Connect, and stream until `stop`; False where that came before there was a link."""
        link = await self._until_stopped(self._connect())
        if link is None:
            return False
        self._connection += 1
        try:
            conversation = self._driver.converse(link)
            await self._begin(conversation)
            self._n_failed = 0
            self._heard_s = asyncio.get_running_loop().time()
            self._tell(LinkState.STREAMING)
            await self._stream_over(link, conversation)
            await self._end(conversation)
            return True
        finally:
            self._connection += 1
            with suppress(SensorError):
                await link.close()

    async def _begin(self, conversation: Conversation) -> None:
        """Resume the stream, or start one."""
        facts = await conversation.facts()
        on_data = self._receiver(self._connection)
        if self._stream is not None and await conversation.resume(self._stream, on_data):
            self.n_reconnects += 1
            self._sink.on_facts(facts)
            return
        # What comes before the sensor's answer belongs to the new stream.
        before, self._stream, self._early = self._stream, None, []
        try:
            stream = await conversation.start(self._settings, on_data)
        except SensorError:
            self._stream = before
            raise
        self.n_reconnects += before is not None
        self._sink.on_stream(stream, facts)
        self._stream = stream
        for host_ns, payload in self._early:
            self._hand_on(stream, host_ns, payload)
        self._early = []

    async def _stream_over(self, link: OpenLink, conversation: Conversation) -> None:
        """Return when `stop` is asked for; raises `LinkLostError` when the link is."""
        tasks = [
            asyncio.create_task(self._stopping.wait()),
            asyncio.create_task(self._watch(link)),
            asyncio.create_task(self._ask_facts(conversation)),
        ]
        if self._driver.capabilities.has_ping:
            tasks.append(asyncio.create_task(self._ask_time(cast("Pingable", conversation))))
        if self._refill is not None:
            tasks.append(
                asyncio.create_task(self._fetch(self._refill, cast("Memory", conversation)))
            )
        try:
            done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
        for task in done:
            task.result()

    async def _end(self, conversation: Conversation) -> None:
        """Stop the sensor and fetch what is still missing."""
        self._tell(LinkState.STOPPING)
        try:
            async with asyncio.timeout(STOP_S):
                n_samples = await conversation.stop()
            if n_samples is not None and self._stream is not None:
                self._sink.on_stopped(self._stream, n_samples)
            if self._refill is not None:
                memory = cast("Memory", conversation)
                async with asyncio.timeout(LAST_REFILL_S):
                    while await self._refill.step(memory):
                        pass
        except TimeoutError as error:
            raise LinkLostError("The sensor did not answer at the end of the run.") from error

    async def _watch(self, link: OpenLink) -> None:
        """Raise when the link is lost, or has been silent for too long."""
        while True:
            with suppress(TimeoutError):
                await asyncio.wait_for(link.lost.wait(), LOOK_S)
                raise LinkLostError("The link to the sensor was lost; looking for it.")
            silent_s = asyncio.get_running_loop().time() - self._heard_s
            if silent_s > SILENCE_S:
                raise LinkLostError(f"No signal for {silent_s:.0f} s; connecting anew.")

    async def _ask_facts(self, conversation: Conversation) -> None:
        while True:
            await asyncio.sleep(FACTS_S)
            self._sink.on_facts(await conversation.facts())

    async def _ask_time(self, conversation: Pingable) -> None:
        n = 0
        while True:
            n += 1
            await asyncio.sleep(FIRST_PING_S if n <= FIRST_PINGS else PING_S)
            try:
                ping = await conversation.ping(self._host_ns)
            except SensorRefusedError:  # over a link whose messages are too short for it
                n = FIRST_PINGS
                continue
            if self._stream is not None:
                self._sink.on_ping(self._stream, ping)

    async def _fetch(self, refill: Refill, memory: Memory) -> None:
        while True:
            if not await refill.step(memory):
                await asyncio.sleep(LOOK_S)

    def _receiver(self, connection: int) -> OnBytes:
        def receive(payload: bytes) -> None:
            if connection != self._connection:
                return
            host_ns = self._host_ns()
            self._heard_s = asyncio.get_running_loop().time()
            if self._stream is None:
                self._early.append((host_ns, payload))
            else:
                self._hand_on(self._stream, host_ns, payload)

        return receive

    def _hand_on(self, stream: StreamDescription, host_ns: int, payload: bytes) -> None:
        channel = self._driver.data_channel
        self._sink.on_notification(Notification(channel, payload, host_ns, Origin.LIVE, stream))

    async def _until_stopped(self, work: Awaitable[_T]) -> _T | None:
        """Do something, or give it up and return None when `stop` is asked for."""
        task = asyncio.ensure_future(work)
        stopping = asyncio.create_task(self._stopping.wait())
        try:
            await asyncio.wait((task, stopping), return_when=asyncio.FIRST_COMPLETED)
            return task.result() if task.done() else None
        finally:
            stopping.cancel()
            task.cancel()
            await asyncio.gather(task, stopping, return_exceptions=True)

    def _tell(self, state: LinkState, reason: str | None = None) -> None:
        self.state = state
        self._sink.on_state(state, reason)
