"""Find the messages of a damaged journal without the tables that say where they are.

The pages of an SQLite file hold their rows whole, and say themselves what they are
(https://www.sqlite.org/fileformat2.html, sections 1.6 and 2.1).  When the pages that lead to them
are missing, as after a copy that was cut off, each page is looked at in turn.  A row counts where
its checksum is right, so that nothing else passes for a message.
"""

from collections.abc import Iterator
from typing import BinaryIO

from imu.capture.rows import StoredNotification

PAGE_BYTES = 4096  # of a journal; SQLite's own default
_LEAF_OF_TABLE = 0x0D
_N_COLUMNS = 7  # of a notification, with its number, which is stored as NULL
_INTEGER_BYTES = {1: 1, 2: 2, 3: 3, 4: 4, 5: 6, 6: 8}

_Value = int | str | bytes | None


def salvage(file: BinaryIO) -> Iterator[tuple[int, StoredNotification]]:
    """Yield the messages of a file with their numbers, in the order of its pages."""
    file.seek(0)
    while page := file.read(PAGE_BYTES):
        if page[0] == _LEAF_OF_TABLE:
            yield from _messages(page)


def _messages(page: bytes) -> Iterator[tuple[int, StoredNotification]]:
    n_cells = int.from_bytes(page[3:5], "big")
    for i in range(n_cells):
        at = int.from_bytes(page[8 + 2 * i : 10 + 2 * i], "big")
        try:
            number, values = _cell(page, at)
            if len(values) == _N_COLUMNS:
                yield number, StoredNotification.of_row(tuple(values[1:]))
        except (IndexError, KeyError, TypeError, ValueError, AttributeError):
            continue  # another table's row, or a damaged one


def _cell(page: bytes, at: int) -> tuple[int, list[_Value]]:
    """Return number and values of the row whose cell begins at a place of a page."""
    _, at = _varint(page, at)  # length of the row
    number, at = _varint(page, at)
    head_bytes, at_types = _varint(page, at)
    at_value = at + head_bytes
    values = []
    while at_types < at + head_bytes:
        kind, at_types = _varint(page, at_types)
        value, at_value = _value(page, at_value, kind)
        values.append(value)
    return number, values


def _value(page: bytes, at: int, kind: int) -> tuple[_Value, int]:
    if kind == 0:
        return None, at
    if kind in (8, 9):
        return kind - 8, at
    if kind >= 12:
        end = at + (kind - 12) // 2
        return (page[at:end] if kind % 2 == 0 else page[at:end].decode("utf-8")), end
    end = at + _INTEGER_BYTES[kind]
    return int.from_bytes(page[at:end], "big", signed=True), end


def _varint(page: bytes, at: int) -> tuple[int, int]:
    """Return a whole number of one to eight bytes, and where the next one begins."""
    value = 0
    for i in range(at, at + 8):
        value = value << 7 | page[i] & 0x7F
        if page[i] < 0x80:
            return value, i + 1
    raise ValueError("longer than anything in a journal")
