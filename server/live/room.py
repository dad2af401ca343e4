"""The place where live sessions happen: at most one at a time."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace

from imu.recordings import Recording
from server.errors import LiveBusyError, NoLiveSessionError
from server.live.control import Control
from server.live.replay_session import ReplaySession
from server.live.sensor_session import SensorSession
from server.live.session import STATE_INTERVAL_S, LiveSession
from server.live.snapshot import Beat, LiveSnapshot, LiveSource, LiveState
from server.runs import NumberedStance


class LiveRoom:
    """Holds the running session, or the last one, so that late viewers still see it."""

    def __init__(self) -> None:
        self._session: LiveSession | None = None
        self._control = Control()
        self._is_closed = False

    def snapshot(self) -> LiveSnapshot:
        """Return what is going on."""
        if self._session is None:
            return LiveSnapshot(LiveState.IDLE)
        return self._told(self._session.snapshot())

    def check_free(self) -> None:
        """Refuse where a session is running.

        Raises
        ------
        LiveBusyError
        """
        if self._session is not None and not self._session.is_over:
            raise LiveBusyError

    def start(self, recording: Recording, *, run_id: str, title: str, speed: float) -> LiveSnapshot:
        """Play a recording.

        Raises
        ------
        LiveBusyError
            Another session is running.
        """
        self.check_free()
        self._session = ReplaySession(recording, run_id=run_id, title=title, speed=speed)
        self._session.start()
        return self._session.snapshot()

    def start_sensor(self, session: SensorSession) -> str:
        """Begin a sensor's run; returns the secret with which it is controlled.

        Raises
        ------
        LiveBusyError
            Another session is running.
        """
        self.check_free()
        self._session = session
        secret = self._control.take()
        session.start()
        return secret

    def take_control(self) -> str:
        """Take over the running session; returns the secret.

        Raises
        ------
        NoLiveSessionError
            None is running.
        """
        self._running()
        return self._control.take()

    def stop(self, secret: str | None = None, *, keep: bool = True) -> LiveSnapshot:
        """End the running session; a sensor's run is stored then, unless it is not to be kept.

        Raises
        ------
        NoLiveSessionError
            None is running.
        NotInControlError
            It is a sensor's, and somebody else controls it.
        """
        session = self._running()
        if isinstance(session, SensorSession):
            self._control.check(secret)
        if isinstance(session, SensorSession) and not keep:
            session.discard()
        else:
            session.stop()
        return self.snapshot()

    def forget_run(self, run_id: str) -> None:
        """End the session if it plays this run, because the run was deleted."""
        session = self._session
        if session is not None and session.run_id == run_id:
            session.stop("The run was deleted.")

    def close(self) -> None:
        """Let every viewer go and end the session, because the server ends."""
        self._is_closed = True
        if self._session is not None:
            self._session.stop("The server was ended.")

    async def finished(self) -> None:
        """Return once a sensor's run that was ended is stored."""
        if isinstance(self._session, SensorSession):
            await self._session.finished()

    async def watch(
        self, *, after: int, session_id: str | None
    ) -> AsyncIterator[NumberedStance | LiveSnapshot | Beat]:
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
            yield self._told(event) if isinstance(event, LiveSnapshot) else event
            if self._is_closed and not session.is_over:
                return

    def _running(self) -> LiveSession:
        session = self._session
        if session is None or session.state is not LiveState.RUNNING:
            raise NoLiveSessionError
        return session

    def _told(self, snapshot: LiveSnapshot) -> LiveSnapshot:
        if snapshot.source is not LiveSource.SENSOR:
            return snapshot
        return replace(snapshot, control_number=self._control.number)
