"""Write down everything that a sensor sends, as it is, within a second.

Messages are put into a queue and written by a thread of its own, so that a slow disk never holds
up the radio.  When the disk is full or too slow, messages wait in memory and the person is told
once; as soon as it goes on, nothing is missing.  Only when the queue is full as well are messages
refused, and then they are counted.
"""

import sqlite3
import threading
import time
import uuid
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from imu.capture.journal_file import SUFFIX, create, primary_code
from imu.capture.rows import CLOSED, REFUSED, Insert, StoredEvent, StoredNotification, StoredStream
from imu.drivers.base import SensorFacts, StreamDescription
from imu.errors import JournalError
from imu.recordings import JsonValue
from imu.streaming.events import Origin

# Twice as often as promised (each second), so that a commit may take half a second itself.
COMMIT_S = 0.5
# Ten minutes of a sensor that sends 100 times a second, 20 MB.
CAPACITY = 60_000
# What lies this long unwritten is worth telling: the promise is a second.
SLOW_NS = 5_000_000_000
# Rows per transaction: when a full disk has some room again, what fits is kept.
ROWS_PER_COMMIT = 1000


@dataclass(frozen=True, slots=True)
class JournalStatus:
    """How far the journal is.

    Attributes
    ----------
    n_safe : int
        Rows on the disk.
    n_waiting : int
        Rows in memory.
    n_refused : int
        Messages that found no room; they are lost unless the sensor has them.
    trouble : str or None
        What is wrong with the disk now.
    """

    n_safe: int
    n_waiting: int
    n_refused: int
    trouble: str | None


class JournalWriter:
    """Writes one capture.  `create` makes it.

    All methods but `flush` and `close` return at once.
    """

    def __init__(
        self,
        path: Path,
        connection: sqlite3.Connection,
        *,
        on_trouble: Callable[[JournalError], None],
        host_ns: Callable[[], int],
        wall_ns: Callable[[], int],
        commit_s: float,
        capacity: int,
    ) -> None:
        self.path = path
        self._connection = connection
        self._on_trouble = on_trouble
        self._host_ns, self._wall_ns = host_ns, wall_ns
        self._commit_s = commit_s
        self._capacity = capacity
        self._queue: deque[Insert] = deque()
        self._taken: deque[Insert] = deque()  # by the thread, not committed yet
        self._n_streams = self._n_safe = self._n_refused = self._n_refused_noted = 0
        self._began_ns = self._safe_ns = host_ns()
        self._waiting_ns: int | None = None  # since when something waits
        self._trouble: str | None = None
        self._is_slow = self._is_refusing = False
        self._closing = False
        self._wake = threading.Event()
        self._tried = threading.Condition()
        self._n_tries = 0
        self._thread = threading.Thread(target=self._run, name=f"journal {path.name}", daemon=True)
        self._thread.start()

    @classmethod
    def create(
        cls,
        folder: Path,
        *,
        on_trouble: Callable[[JournalError], None],
        metadata: Mapping[str, JsonValue] | None = None,
        host_ns: Callable[[], int] = time.monotonic_ns,
        wall_ns: Callable[[], int] = time.time_ns,
        commit_s: float = COMMIT_S,
        capacity: int = CAPACITY,
        max_pages: int | None = None,
    ) -> "JournalWriter":
        """Begin a capture.

        Parameters
        ----------
        folder : Path
            Gets a file of its own for the capture; must exist.
        on_trouble : callable
            Told once when the disk is full, slow or broken, and once when messages are refused.
            May be called from any thread; what happens to messages is said in the error.
        metadata : mapping, optional
            For the recording: title, activity and the like.
        host_ns, wall_ns : callable
            The steady clock that stamps messages, and the time of day.
        commit_s : float
            Between two commits, at most half of what may be lost.
        capacity : int
            Rows that may wait in memory.
        max_pages : int, optional
            Limit of the file in pages of 4 kB.

        Raises
        ------
        JournalError
            The folder cannot be written.
        """
        began = datetime.fromtimestamp(wall_ns() // 1_000_000_000, UTC)
        path = folder / f"{began:%Y-%m-%dT%H-%M-%SZ}-{uuid.uuid4().hex[:8]}{SUFFIX}"
        return cls(
            path,
            create(path, metadata or {}, max_pages=max_pages),
            on_trouble=on_trouble,
            host_ns=host_ns,
            wall_ns=wall_ns,
            commit_s=commit_s,
            capacity=capacity,
        )

    def begin_stream(self, stream: StreamDescription, facts: SensorFacts) -> int:
        """Take note of a stream, before its first message; return its number."""
        self._n_streams += 1
        stored = StoredStream(self._n_streams, stream, facts, self._wall_ns(), self._host_ns())
        self._queue.append(stored.insert())
        return self._n_streams

    def append(
        self,
        stream: int,
        channel: str,
        payload: bytes,
        host_ns: int,
        origin: Origin = Origin.LIVE,
    ) -> None:
        """Take a message.  What finds no room is counted and told, never silently dropped."""
        if self._n_waiting >= self._capacity:
            self._refuse()
            return
        self._note_waiting(host_ns)
        message = StoredNotification(stream, channel, host_ns, origin, bytes(payload))
        self._queue.append(message.insert())

    def note(self, kind: str, detail: Mapping[str, JsonValue] | None = None) -> None:
        """Take note of an event: a lost link, a mark of the person, the battery."""
        self._queue.append(StoredEvent(self._host_ns(), kind, detail or {}).insert())

    @property
    def status(self) -> JournalStatus:
        """How far the journal is."""
        return JournalStatus(self._n_safe, self._n_waiting, self._n_refused, self._trouble)

    def flush(self) -> JournalStatus:
        """Have everything written that was handed over before; blocks."""
        with self._tried:
            # The try that runs now may have begun before.
            wanted = self._n_tries + 2
            while self._n_tries < wanted and self._thread.is_alive():
                self._wake.set()
                self._tried.wait(self._commit_s)
        return self.status

    def close(self) -> None:
        """Write what waits and end the capture; blocks.

        Raises
        ------
        JournalError
            Not everything could be written; the message says what is safe.
        """
        if self._closing:
            return
        self.note(CLOSED)
        self._closing = True
        self._wake.set()
        self._thread.join()
        self._connection.close()
        if self._n_waiting:
            raise JournalError(self._trouble or self._what_is_safe())

    @property
    def _n_waiting(self) -> int:
        return len(self._queue) + len(self._taken)

    def _run(self) -> None:
        is_last = False
        while not is_last:
            self._wake.wait(self._commit_s)
            self._wake.clear()
            is_last = self._closing
            self._write_waiting()
            with self._tried:
                self._n_tries += 1
                self._tried.notify_all()

    def _write_waiting(self) -> None:
        """Commit what waits, in order; after a failure it goes on waiting."""
        n_left = self._n_waiting
        while n_left > 0:
            while self._queue and len(self._taken) < ROWS_PER_COMMIT:
                self._taken.append(self._queue.popleft())
            try:
                self._commit(self._taken)
            except sqlite3.Error as error:
                self._tell_failure(error)
                return
            n_left -= len(self._taken)
            self._n_safe += len(self._taken)
            self._taken = deque()
            self._safe_ns = self._host_ns()
        self._waiting_ns = None
        self._trouble = None
        self._is_slow = self._is_refusing = False
        if self._n_refused > self._n_refused_noted:
            n = self._n_refused - self._n_refused_noted
            self._n_refused_noted += n
            self.note(REFUSED, {"n": n})
            self._write_waiting()

    def _commit(self, rows: deque[Insert]) -> None:
        connection = self._connection
        connection.execute("BEGIN IMMEDIATE")
        try:
            for statement, values in rows:
                connection.execute(statement, values)
            connection.execute("COMMIT")
        except sqlite3.Error:
            if connection.in_transaction:
                connection.execute("ROLLBACK")
            raise

    def _note_waiting(self, host_ns: int) -> None:
        if self._waiting_ns is None:
            self._waiting_ns = host_ns
        elif host_ns - self._waiting_ns > SLOW_NS and not self._is_slow and not self._trouble:
            self._is_slow = True
            self._tell(
                f"The disk is slow: {self._n_waiting} messages wait in memory. "
                f"{self._what_is_safe()}"
            )

    def _tell_failure(self, error: sqlite3.Error) -> None:
        what = (
            "The disk is full: free some space and the capture goes on by itself."
            if primary_code(error) == sqlite3.SQLITE_FULL
            else f"The journal cannot be written ({error})."
        )
        is_new = self._trouble is None
        self._trouble = f"{what} {self._what_is_safe()}"
        if is_new:
            self._on_trouble(JournalError(self._trouble))

    def _refuse(self) -> None:
        self._n_refused += 1
        if not self._is_refusing:
            self._is_refusing = True
            self._tell(
                f"No more messages find room in memory and are lost here. {self._what_is_safe()}"
            )

    def _tell(self, what: str) -> None:
        self._on_trouble(JournalError(what))

    def _what_is_safe(self) -> str:
        safe_s = (self._safe_ns - self._began_ns) / 1e9
        return f"The first {safe_s:.0f} s ({self._n_safe} entries) are safe in {self.path.name}."
