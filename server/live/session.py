"""What every live session has: stances that are numbered and kept, and viewers."""

import asyncio
import secrets
import time
from abc import ABC, abstractmethod
from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import replace

from analysis.live import GaitStream
from analysis.stances import Stance
from server.live.snapshot import Beat, LiveSnapshot, LiveState
from server.runs import NumberedStance

# Viewers hear at least this often where the session is, so that their clock runs in a pause.
STATE_INTERVAL_S = 2.0


class LiveSession(ABC):
    """Keeps every stance of a session, numbered from 1.

    Stances are few (three a second), so all are kept and a viewer is only a place in the log:
    one that is slow or late costs no memory.
    """

    def __init__(self, *, title: str) -> None:
        self.id = secrets.token_hex(6)
        self.title = title
        self.state = LiveState.RUNNING
        self.reason: str | None = None
        self.stances: list[NumberedStance] = []
        self._changed = asyncio.Event()
        self._n_changes = 0  # of the state; a viewer is told at once
        self._beat: Beat | None = None

    @property
    def run_id(self) -> str | None:
        """The stored run, where there is one."""
        return None

    @property
    def is_over(self) -> bool:
        """Whether nothing more will happen."""
        return self.state not in (LiveState.RUNNING, LiveState.SAVING)

    @abstractmethod
    def start(self) -> None:
        """Begin; needs a running event loop."""

    @abstractmethod
    def stop(self, reason: str | None = None) -> None:
        """End it, if it is running; what was seen so far stays."""

    @abstractmethod
    def snapshot(self) -> LiveSnapshot:
        """Return where the session is."""

    async def watch(self, after: int) -> AsyncIterator[NumberedStance | LiveSnapshot | Beat]:
        """Yield every stance behind number ``after``, and now and then where the session is.

        Of beats a viewer gets the latest, never a backlog.

        It begins with a snapshot and ends, once the session does, with another: the only one
        that says neither RUNNING nor SAVING.
        """
        n_seen = after if 0 <= after <= len(self.stances) else 0
        yield replace(self.snapshot(), state=LiveState.RUNNING)
        told_s, n_told, beat = time.monotonic(), self._n_changes, self._beat
        while True:
            changed = self._changed
            while n_seen < len(self.stances):
                n_seen += 1
                yield self.stances[n_seen - 1]
            if self.is_over:
                yield self.snapshot()
                return
            if self._beat is not None and self._beat is not beat:
                beat = self._beat
                yield beat
                continue
            # Also while stances come: they do not say how far the recording has been played.
            left_s = told_s + STATE_INTERVAL_S - time.monotonic()
            if left_s <= 0 or n_told != self._n_changes:
                n_told = self._n_changes
                yield self.snapshot()
                told_s = time.monotonic()
                continue
            with suppress(TimeoutError):
                await asyncio.wait_for(changed.wait(), left_s)

    def _add(self, found: tuple[Stance, ...]) -> None:
        if found and not self.is_over:
            self.stances += (
                NumberedStance(number, stance)
                for number, stance in enumerate(found, start=len(self.stances) + 1)
            )
            self._wake()

    def _tell(self) -> None:
        """Have every viewer told at once how things are."""
        self._n_changes += 1
        self._wake()

    def _end(self, state: LiveState) -> None:
        if not self.is_over:
            self.state = state
            self._wake()

    def _wake(self) -> None:
        changed, self._changed = self._changed, asyncio.Event()
        changed.set()


def slip_of(stream: GaitStream) -> float | None:
    """Return by how much the sensor slipped last, degrees."""
    return None if stream.last_slip is None else stream.last_slip.angle_deg
