"""One replay through the live path: batches, gait stream, a numbered log of stances."""

import asyncio
import logging

from analysis.live import GaitStream
from imu.recordings import Recording
from imu.replay import replay
from server.live.session import LiveSession, slip_of
from server.live.snapshot import LiveSnapshot, LiveSource, LiveState

_log = logging.getLogger(__name__)


class ReplaySession(LiveSession):
    """Plays one recording."""

    def __init__(self, recording: Recording, *, run_id: str, title: str, speed: float) -> None:
        super().__init__(title=title)
        self.speed = speed
        self._run_id = run_id
        self._recording = recording
        self._position_s = 0.0
        has_gyroscope = recording.gyr_radps is not None
        self._stream = GaitStream(recording.sampling_rate_hz, has_gyroscope=has_gyroscope)
        self._task: asyncio.Task[None] | None = None

    @property
    def run_id(self) -> str | None:
        """The run that is played."""
        return self._run_id

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
            slip_deg=slip_of(self._stream),
            source=LiveSource.REPLAY,
        )

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
