"""Read a journal again: all of it, or what a damaged one still holds."""

import json
import sqlite3
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Any, BinaryIO, Self, TypeVar

from imu.capture.journal_file import APPLICATION_ID, FORMAT_VERSION, connect
from imu.capture.rows import StoredEvent, StoredNotification, StoredStream
from imu.capture.salvaging import salvage
from imu.errors import JournalError
from imu.recordings import JsonValue

_LEAST_BYTES = 512  # the smallest page of SQLite

_T = TypeVar("_T", StoredStream, StoredNotification, StoredEvent)


class JournalReader:
    """A journal of the past, held while it is read; use it with ``with``.

    Attributes
    ----------
    is_damaged : bool
        Something of what was read so far cannot be read.
    is_blank : bool
        The capture ended before anything was written.

    Raises
    ------
    JournalError
        It is in use, or no journal, or of a newer version of this program.
    """

    def __init__(self, path: Path) -> None:
        if not path.is_file():
            raise JournalError(f"{path.name} is not there.")
        if 0 < path.stat().st_size < _LEAST_BYTES:
            # SQLite would take it for an empty one, and begin it anew.
            raise JournalError(f"{path.name} was cut off at its beginning; nothing can be read.")
        self.path = path
        self.is_damaged = False
        self._file: BinaryIO | None = None
        self._connection = connect(path)
        try:
            self.is_blank = self._is_blank()
        except BaseException:
            self._connection.close()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._connection.close()
        if self._file is not None:
            self._file.close()

    def metadata(self) -> dict[str, JsonValue]:
        """Return what the capture was given for its recording."""
        rows = self._rows("SELECT value FROM capture WHERE key = 'metadata'")
        try:
            return dict(json.loads(rows[0][0]))
        except (IndexError, TypeError, ValueError):
            self.is_damaged = True
            return {}

    def streams(self) -> list[StoredStream]:
        """Return the streams in the order in which they began."""
        return self._read("streams", "id, description, facts, wall_ns, host_ns", StoredStream)

    def notifications(self) -> Iterator[StoredNotification]:
        """Yield the messages in the order in which they came."""
        columns = "id, stream, channel, host_ns, origin, payload, crc32"
        last_id = 0
        try:
            select = f"SELECT {columns} FROM notifications ORDER BY id"  # noqa: S608
            rows = self._connection.execute(select)
            for row_id, *row in rows:
                last_id = row_id
                yield from self._whole(StoredNotification, row)
        except sqlite3.Error:
            self.is_damaged = True
            yield from self._salvaged(last_id)

    def events(self) -> list[StoredEvent]:
        """Return the events in order."""
        return self._read("events", "host_ns, kind, detail", StoredEvent)

    def _is_blank(self) -> bool:
        try:
            (application,) = self._connection.execute("PRAGMA application_id").fetchone()
            (version,) = self._connection.execute("PRAGMA user_version").fetchone()
            (n_tables,) = self._connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
        except sqlite3.Error as error:
            raise JournalError(
                f"{self.path.name} is damaged at its beginning ({error}); nothing can be read."
            ) from error
        if n_tables == 0 and application == 0:
            return True
        if application != APPLICATION_ID:
            raise JournalError(f"{self.path.name} is no journal, but another program's database.")
        if version > FORMAT_VERSION:
            raise JournalError(
                f"{self.path.name} was written by a newer version of this program: install that."
            )
        return False

    def _salvaged(self, last_id: int) -> list[StoredNotification]:
        """Return messages behind one, from the pages that are there, in order."""
        with suppress(sqlite3.Error):
            # What is in the write-ahead log only.
            self._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        if self._file is None:
            # Closing it would end the lock of this process, so it stays open as long.
            self._file = self.path.open("rb")
        found = {number: stored for number, stored in salvage(self._file) if number > last_id}
        return [found[number] for number in sorted(found)]

    def _read(self, table: str, columns: str, kind: type[_T]) -> list[_T]:
        """Return the rows of a small table up to the first that cannot be read."""
        rows = self._rows(f"SELECT {columns} FROM {table} ORDER BY id")  # noqa: S608
        return [stored for row in rows for stored in self._whole(kind, row)]

    def _whole(self, kind: type[_T], row: list[Any]) -> list[_T]:
        try:
            return [kind.of_row(tuple(row))]
        except (TypeError, ValueError, AttributeError):
            self.is_damaged = True
            return []

    def _rows(self, select: str, values: tuple[object, ...] = ()) -> list[list[Any]]:
        """Return rows up to the first that cannot be read."""
        rows = []
        try:
            for row in self._connection.execute(select, values):
                rows += [list(row)]
        except sqlite3.Error:
            self.is_damaged = True
        return rows
