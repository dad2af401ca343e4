"""One replay through the live path: batches, gait stream, a numbered log of stances."""

import asyncio
import logging
import secrets
import time
from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import dataclass, replace
from enum import StrEnum

from analysis.live import GaitStream
from analysis.results import ZeroReference
from analysis.stances import Stance
from imu.recordings import Recording
from imu.replay import replay
from server.runs import NumberedStance

_log = logging.getLogger(__name__)

# Viewers hear at least this often where the session is, so that their clock runs in a pause.
STATE_INTERVAL_S = 2.0


class LiveState(StrEnum):
    """Where a session is."""

    IDLE = "idle"  # there is none
    RUNNING = "running"
    ENDED = "ended"  # the recording is over
    STOPPED = "stopped"  # somebody ended it
    FAILED = "failed"  # the server could not go on


@dataclass(frozen=True, slots=True)
class LiveSnapshot:
    """What a session is doing.

    Attributes
    ----------
    state : LiveState
        All else is None while idle.
    reason : str or None
        Why it ended, where neither the recording's end nor a person who ended it says enough.
    position_s : float
        Seconds of the recording that have been played, holes included.
    zero : ZeroReference
        RUN_MEAN is provisional: the mean of the last seconds.
    """

    state: LiveState
    reason: str | None = None
    session_id: str | None = None
    run_id: str | None = None
    title: str | None = None
    speed: float | None = None
    position_s: float | None = None
    duration_s: float | None = None
    n_stances: int | None = None
    has_gyroscope: bool | None = None
    zero: ZeroReference | None = None


class LiveSession:
    """Plays one recording and keeps every stance of it, numbered from 1.

    Stances are few (three a second), so all are kept and a viewer is only a place in the log:
    one that is slow or late costs no memory.
    """

    def __init__(self, recording: Recording, *, run_id: str, title: str, speed: float) -> None:
        self.id = secrets.token_hex(6)
        self.run_id = run_id
        self.title = title
        self.speed = speed
        self.state = LiveState.RUNNING
        self.reason: str | None = None
        self.stances: list[NumberedStance] = []
        self._recording = recording
        self._position_s = 0.0
        has_gyroscope = recording.gyr_radps is not None
        self._stream = GaitStream(recording.sampling_rate_hz, has_gyroscope=has_gyroscope)
        self._changed = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begin to play; needs a running event loop."""
        self._task = asyncio.create_task(self._play())

    def stop(self, reason: str | None = None) -> None:
        """End it, if it is running; what was seen so far stays."""
        if self.state is LiveState.RUNNING:
            self.reason = reason
            self._end(LiveState.STOPPED)
            if self._task is not None:
                self._task.cancel()

    def snapshot(self) -> LiveSnapshot:
        """Return where the session is."""
        return LiveSnapshot(
            state=self.state,
            reason=self.reason,
            session_id=self.id,
            run_id=self.run_id,
            title=self.title,
            speed=self.speed,
            position_s=self._position_s,
            duration_s=self._recording.duration_s,
            n_stances=len(self.stances),
            has_gyroscope=self._recording.gyr_radps is not None,
            zero=self._stream.zero,
        )

    async def watch(self, after: int) -> AsyncIterator[NumberedStance | LiveSnapshot]:
        """Yield every stance behind number ``after``, and now and then where the session is.

        It begins with a snapshot and ends, once the session does, with another: the only one
        that does not say RUNNING.
        """
        n_seen = after if 0 <= after <= len(self.stances) else 0
        yield replace(self.snapshot(), state=LiveState.RUNNING)
        told_s = time.monotonic()
        while True:
            changed = self._changed
            while n_seen < len(self.stances):
                n_seen += 1
                yield self.stances[n_seen - 1]
            if self.state is not LiveState.RUNNING:
                yield self.snapshot()
                return
            # Also while stances come: they do not say how far the recording has been played.
            left_s = told_s + STATE_INTERVAL_S - time.monotonic()
            if left_s <= 0:
                yield self.snapshot()
                told_s = time.monotonic()
                continue
            with suppress(TimeoutError):
                await asyncio.wait_for(changed.wait(), left_s)

    async def _play(self) -> None:
        try:
            start_s = float(self._recording.t_s[0])
            async for batch in replay(self._recording, speed=self.speed):
                # The analysis takes longer than other requests should wait for the event loop.
                found = await asyncio.to_thread(
                    self._stream.push, batch.t_s, batch.acc_mps2, batch.gyr_radps
                )
                self._position_s = float(batch.t_s[-1]) - start_s
                self._add(found)
            self._add(await asyncio.to_thread(self._stream.finish))
            self._end(LiveState.ENDED)
        except asyncio.CancelledError:
            self._end(LiveState.STOPPED)
            raise
        except Exception:  # noqa: BLE001 - a background task has nobody else to tell
            _log.exception("the live session failed")
            self._end(LiveState.FAILED)

    def _add(self, found: tuple[Stance, ...]) -> None:
        if found and self.state is LiveState.RUNNING:
            self.stances += (
                NumberedStance(number, stance)
                for number, stance in enumerate(found, start=len(self.stances) + 1)
            )
            self._wake()

    def _end(self, state: LiveState) -> None:
        if self.state is LiveState.RUNNING:
            self.state = state
            self._wake()

    def _wake(self) -> None:
        changed, self._changed = self._changed, asyncio.Event()
        changed.set()
