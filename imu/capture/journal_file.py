"""The journal's file: one SQLite database for each capture, held by one process at a time.

Write-ahead log, ``synchronous=FULL``: a commit is on the disk before it counts, and a power cut
leaves all commits before it.  Measured with five to ten messages of 243 bytes in each commit: the
write-ahead log takes 1 flush and 9 kB (0.5 ms at the median), a rollback journal 4 flushes and
15 kB (0.9 ms); a memory card, whose flushes are slow, feels the difference.

``locking_mode=EXCLUSIVE``: whoever has opened the journal holds a lock of the operating system
until the connection or the process ends, and the write-ahead log needs no shared memory file.
"""

import json
import sqlite3
from collections.abc import Mapping
from contextlib import closing, suppress
from pathlib import Path

from imu.capture.rows import SCHEMA
from imu.capture.salvaging import PAGE_BYTES
from imu.errors import JournalError
from imu.recordings import JsonValue

SUFFIX = ".journal"
FINAL_SUFFIX = ".final"  # behind the journal's name: which recording it was made into
_SIDE_SUFFIXES = ("-wal", "-shm", "-journal", FINAL_SUFFIX, f"{FINAL_SUFFIX}.partial")

# 1 MB: what lies behind a damaged page of the write-ahead log is lost, so it is emptied into the
# file every minute or two rather than every ten.
LOG_PAGES = 250
# `unfinished` looks whether a new journal is in use, for a moment.
PATIENCE_S = 5.0

APPLICATION_ID = 0x68_6C_76_6A  # "hlvj": tells a journal from other SQLite files
FORMAT_VERSION = 1


def connect(path: Path, *, patience_s: float = 0.0) -> sqlite3.Connection:
    """Open a journal's file and hold it.

    Parameters
    ----------
    path : Path
    patience_s : float
        For how long somebody else may still have it open.

    Raises
    ------
    JournalError
        Somebody else has it open, or it cannot be opened.
    """
    connection = None
    try:
        connection = sqlite3.connect(
            path, timeout=patience_s, isolation_level=None, check_same_thread=False
        )
        # Without this SQLite refuses a file whose end is missing as a whole.
        connection.execute("PRAGMA writable_schema=ON")
        connection.execute("PRAGMA cell_size_check=ON")
        connection.execute(f"PRAGMA page_size={PAGE_BYTES}")
        connection.execute("PRAGMA locking_mode=EXCLUSIVE")
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA synchronous=FULL")
        connection.execute(f"PRAGMA wal_autocheckpoint={LOG_PAGES}")
        connection.execute("BEGIN EXCLUSIVE")
        connection.execute("COMMIT")
    except sqlite3.Error as error:
        if connection is not None:
            connection.close()
        raise opening_error(path, error) from error
    return connection


def create(
    path: Path, metadata: Mapping[str, JsonValue], *, max_pages: int | None = None
) -> sqlite3.Connection:
    """Make a journal's file and hold it.

    Raises
    ------
    JournalError
        It cannot be written.
    """
    connection = connect(path, patience_s=PATIENCE_S)
    try:
        if max_pages is not None:
            connection.execute(f"PRAGMA max_page_count={int(max_pages)}")
        connection.execute("BEGIN IMMEDIATE")
        connection.execute(f"PRAGMA application_id={APPLICATION_ID}")
        connection.execute(f"PRAGMA user_version={FORMAT_VERSION}")
        for table in SCHEMA:
            connection.execute(table)
        row = (json.dumps(dict(metadata)),)
        connection.execute("INSERT INTO capture VALUES ('metadata', ?)", row)
        connection.execute("COMMIT")
    except sqlite3.Error as error:
        connection.close()
        raise opening_error(path, error) from error
    return connection


def opening_error(path: Path, error: sqlite3.Error) -> JournalError:
    """Say why a journal cannot be opened."""
    code = primary_code(error)
    if code in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
        return JournalError(f"{path.name} is in use: wait until the capture has ended.")
    if code == sqlite3.SQLITE_FULL:
        return JournalError(f"The disk is full: free some space, {path.name} is kept.")
    if code == sqlite3.SQLITE_NOTADB:
        return JournalError(f"{path.name} is no journal: its beginning is damaged.")
    return JournalError(f"{path.name} cannot be opened ({error}): is the folder there and yours?")


def primary_code(error: sqlite3.Error) -> int:
    """SQLite's error code without its extension; 1 (SQLITE_ERROR) where there is none."""
    return int(getattr(error, "sqlite_errorcode", sqlite3.SQLITE_ERROR)) & 0xFF


def is_in_use(path: Path) -> bool:
    """Whether somebody, this process included, has a journal open."""
    try:
        with closing(sqlite3.connect(path, timeout=0.0, isolation_level=None)) as connection:
            connection.execute("PRAGMA locking_mode=EXCLUSIVE")
            connection.execute("BEGIN EXCLUSIVE")
            connection.execute("COMMIT")
    except sqlite3.Error as error:
        return primary_code(error) in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)
    return False


def final_path(journal: Path) -> Path:
    """Return where it is noted which recording a journal was made into."""
    return journal.with_name(journal.name + FINAL_SUFFIX)


def delete(journal: Path) -> None:
    """Delete a journal and what belongs to it.

    The journal goes first: whenever this ends, there is either all of it or nothing that anybody
    would take for a capture.
    """
    journal.unlink(missing_ok=True)
    for suffix in _SIDE_SUFFIXES:
        journal.with_name(journal.name + suffix).unlink(missing_ok=True)


def delete_orphans(folder: Path) -> None:
    """Delete what belonged to journals that are gone."""
    for suffix in _SIDE_SUFFIXES:
        for side in folder.glob(f"*{SUFFIX}{suffix}"):
            if not side.with_name(side.name.removesuffix(suffix)).exists():
                with suppress(FileNotFoundError):
                    side.unlink()
