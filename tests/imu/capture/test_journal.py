"""A journal keeps what it was given, tells what it could not keep, and never holds anybody up."""

import sqlite3
import threading
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from imu.capture.journal import COMMIT_S, SLOW_NS, JournalWriter
from imu.capture.reading import JournalReader
from imu.drivers.base import StreamDescription
from imu.errors import JournalError
from imu.streaming.events import Origin
from tests.imu.capture.byte_sensor import (
    DATA,
    FACTS,
    MEMORY,
    Clock,
    N,
    feed,
    message,
    new_journal,
    stream,
)


def until(condition: Callable[[], bool]) -> None:
    """Wait for the writer's thread; a hang fails the test."""
    for _ in range(3000):
        if condition():
            return
        time.sleep(0.01)
    raise AssertionError("it never happened")


def payloads(path: Path) -> list[bytes]:
    with JournalReader(path) as reader:
        return [stored.payload for stored in reader.notifications()]


def test_everything_comes_back_in_order(tmp_path: Path) -> None:
    clock = Clock()
    writer = new_journal(tmp_path, clock, metadata={"title": "Läufe"})
    assert writer.begin_stream(stream(), FACTS) == 1
    assert list(feed(writer, clock, 30)) == list(range(30))
    other = StreamDescription("fake", 52.0)
    assert writer.begin_stream(other, FACTS) == 2
    writer.append(2, MEMORY, b"\x00\xff", 5, Origin.MEMORY)
    writer.note("mark", {"text": "hill"})
    writer.close()
    writer.close()  # again is no error

    with JournalReader(writer.path) as reader:
        assert reader.metadata() == {"title": "Läufe"}
        first, second = reader.streams()
        assert (first.description, first.facts) == (stream(), FACTS)
        assert first.wall_ns - first.host_ns == 1_772_000_000 * 10**9
        assert second.description == other
        stored = list(reader.notifications())
        assert [s.payload for s in stored[:30]] == [message(i * N) for i in range(30)]
        assert (stored[30].stream, stored[30].channel, stored[30].host_ns) == (2, MEMORY, 5)
        assert [s.origin for s in stored] == [Origin.LIVE] * 30 + [Origin.MEMORY]
        assert [(e.kind, e.detail) for e in reader.events()] == [
            ("mark", {"text": "hill"}),
            ("closed", {}),
        ]
        assert not reader.is_damaged
    assert list(tmp_path.iterdir()) == [writer.path]


def test_it_is_committed_without_being_asked(tmp_path: Path) -> None:
    clock = Clock()
    assert COMMIT_S <= 0.5
    writer = new_journal(tmp_path, clock)
    writer.append(1, DATA, b"x", clock.host)
    until(lambda: writer.status.n_safe == 1)
    writer.close()


def test_it_is_safe_against_power_cuts(tmp_path: Path) -> None:
    writer = new_journal(tmp_path, Clock())
    value = {
        name: writer._connection.execute(f"PRAGMA {name}").fetchone()[0]
        for name in ("synchronous", "journal_mode", "locking_mode")
    }
    assert value == {"synchronous": 2, "journal_mode": "wal", "locking_mode": "exclusive"}
    writer.close()


def test_a_journal_in_use_is_left_alone(tmp_path: Path) -> None:
    writer = new_journal(tmp_path, Clock())
    with pytest.raises(JournalError, match="is in use"):
        JournalReader(writer.path)
    writer.close()
    with JournalReader(writer.path), pytest.raises(JournalError, match="is in use"):
        JournalReader(writer.path)


def test_a_folder_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(JournalError, match="cannot be opened"):
        new_journal(tmp_path / "none", Clock())
    with pytest.raises(JournalError, match="is not there"):
        JournalReader(tmp_path / "none.journal")


def test_a_full_disk_is_told_once_and_what_was_written_stays(tmp_path: Path) -> None:
    clock, told = Clock(), list[str]()
    writer = new_journal(
        tmp_path, clock, max_pages=40, on_trouble=lambda error: told.append(str(error))
    )
    writer.begin_stream(stream(), FACTS)
    for i in feed(writer, clock, 1000):
        if i % 50 == 0:
            writer.flush()
    status = writer.flush()
    assert len(told) == 1
    assert "The disk is full: free some space and the capture goes on" in told[0]
    assert f"({status.n_safe} entries) are safe in {writer.path.name}" in told[0]
    assert status.n_safe > 200
    assert status.n_safe + status.n_waiting == 1001
    with pytest.raises(JournalError, match="The disk is full"):
        writer.close()
    assert payloads(writer.path) == [message(i * N) for i in range(status.n_safe - 1)]


def test_when_there_is_room_again_nothing_is_missing(tmp_path: Path) -> None:
    clock, told = Clock(), list[str]()
    writer = new_journal(
        tmp_path, clock, max_pages=20, on_trouble=lambda error: told.append(str(error))
    )
    writer.begin_stream(stream(), FACTS)
    list(feed(writer, clock, 400))
    until(lambda: writer.status.trouble is not None)
    writer._connection.execute("PRAGMA max_page_count=100000")
    assert writer.flush().trouble is None
    writer.close()
    assert len(told) == 1
    assert payloads(writer.path) == [message(i * N) for i in range(400)]


class HeldUp:
    """A disk that does not answer until it is let go."""

    def __init__(self, writer: JournalWriter) -> None:
        self.go = threading.Event()
        self._commit = writer._commit
        writer._commit = self.commit  # type: ignore[method-assign]

    def commit(self, rows: object) -> None:
        self.go.wait()
        self._commit(rows)  # type: ignore[arg-type]


def test_a_slow_disk_is_told_and_holds_nobody_up(tmp_path: Path) -> None:
    clock, told = Clock(), list[str]()
    writer = new_journal(
        tmp_path, clock, commit_s=0.001, on_trouble=lambda error: told.append(str(error))
    )
    disk = HeldUp(writer)
    n = SLOW_NS // 10_000_000
    list(feed(writer, clock, n))
    assert told == []
    list(feed(writer, clock, n, start=n))
    assert len(told) == 1
    assert "The disk is slow" in told[0]
    disk.go.set()
    writer.close()
    assert payloads(writer.path) == [message(i * N) for i in range(2 * n)]


def test_what_finds_no_room_in_memory_is_counted_and_told(tmp_path: Path) -> None:
    clock, told = Clock(), list[str]()
    writer = new_journal(
        tmp_path, clock, capacity=100, on_trouble=lambda error: told.append(str(error))
    )
    disk = HeldUp(writer)
    list(feed(writer, clock, 130))
    assert len(told) == 1
    assert "No more messages find room" in told[0]
    assert writer.status.n_refused == 30
    disk.go.set()
    writer.flush()
    list(feed(writer, clock, 10, start=130))
    writer.close()
    assert payloads(writer.path) == [message(i * N) for i in [*range(100), *range(130, 140)]]
    with JournalReader(writer.path) as reader:
        assert [(e.kind, e.detail) for e in reader.events()] == [
            ("refused", {"n": 30}),
            ("closed", {}),
        ]


def test_other_files_are_no_journals(tmp_path: Path) -> None:
    text = tmp_path / "text.journal"
    text.write_bytes(b"something else altogether " * 100)
    with pytest.raises(JournalError, match="is no journal: its beginning is damaged"):
        JournalReader(text)
    database = tmp_path / "other.journal"
    with closing(sqlite3.connect(database)) as connection:
        connection.execute("CREATE TABLE t (x)")
    with pytest.raises(JournalError, match="another program's database"):
        JournalReader(database)


def test_a_newer_format_is_refused(tmp_path: Path) -> None:
    writer = new_journal(tmp_path, Clock())
    writer.close()
    with closing(sqlite3.connect(writer.path)) as connection:
        connection.execute("PRAGMA user_version=2")
    with pytest.raises(JournalError, match="newer version"):
        JournalReader(writer.path)
