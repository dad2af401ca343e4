"""The place where live sessions happen: at most one at a time."""

import asyncio
from collections.abc import AsyncIterator

from imu.recordings import Recording
from server.errors import LiveBusyError, NoLiveSessionError
from server.live.session import STATE_INTERVAL_S, LiveSession, LiveSnapshot, LiveState
from server.runs import NumberedStance


class LiveRoom:
    """Holds the running session, or the last one, so that late viewers still see it."""

    def __init__(self) -> None:
        self._session: LiveSession | None = None
        self._is_closed = False

    def snapshot(self) -> LiveSnapshot:
        """Return what is going on."""
        if self._session is None:
            return LiveSnapshot(LiveState.IDLE)
        return self._session.snapshot()

    def start(self, recording: Recording, *, run_id: str, title: str, speed: float) -> LiveSnapshot:
        """Play a recording.

        Raises
        ------
        LiveBusyError
            Another one is playing.
        """
        if self._session is not None and self._session.state is LiveState.RUNNING:
            raise LiveBusyError
        self._session = LiveSession(recording, run_id=run_id, title=title, speed=speed)
        self._session.start()
        return self._session.snapshot()

    def stop(self) -> LiveSnapshot:
        """End the running session.

        Raises
        ------
        NoLiveSessionError
            None is running.
        """
        if self._session is None or self._session.state is not LiveState.RUNNING:
            raise NoLiveSessionError
        self._session.stop()
        return self._session.snapshot()

    def forget_run(self, run_id: str) -> None:
        """End the session if it plays this run, because the run was deleted."""
        if self._session is not None and self._session.run_id == run_id:
            self._session.stop("The run was deleted.")

    def close(self) -> None:
        """End the session and let every viewer go, because the server ends."""
        self._is_closed = True
        if self._session is not None:
            self._session.stop()

    async def watch(
        self, *, after: int, session_id: str | None
    ) -> AsyncIterator[NumberedStance | LiveSnapshot]:
        """Yield a session's stances from number ``after`` on; wait for one while there is none.

        ``after`` counts in the session ``session_id``; in any other all are yielded.
        """
        while self._session is None:
            yield self.snapshot()
            await asyncio.sleep(STATE_INTERVAL_S / 4)
            if self._is_closed:
                return
        session = self._session
        is_same = session_id in (None, session.id)
        async for event in session.watch(after if is_same else 0):
            yield event
