"""The rows of a journal: streams, messages, events."""

import json
import zlib
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from imu.drivers.base import SensorFacts, StreamDescription
from imu.recordings import JsonValue
from imu.streaming.events import Origin

SCHEMA = (
    "CREATE TABLE capture (key TEXT PRIMARY KEY, value TEXT NOT NULL)",
    """CREATE TABLE streams (
        id INTEGER PRIMARY KEY, description TEXT NOT NULL, facts TEXT NOT NULL,
        wall_ns INTEGER NOT NULL, host_ns INTEGER NOT NULL)""",
    """CREATE TABLE notifications (
        id INTEGER PRIMARY KEY, stream INTEGER NOT NULL, channel TEXT NOT NULL,
        host_ns INTEGER NOT NULL, origin TEXT NOT NULL, payload BLOB NOT NULL,
        crc32 INTEGER NOT NULL)""",
    """CREATE TABLE events (
        id INTEGER PRIMARY KEY, host_ns INTEGER NOT NULL, kind TEXT NOT NULL,
        detail TEXT NOT NULL)""",
)

# Kinds of events that have a meaning here; a session may note others.
CLOSED = "closed"  # the last one of a capture that ended in order
REFUSED = "refused"  # n messages found no room
MARK = "mark"  # of the person
LINK_LOST = "link lost"

Insert = tuple[str, tuple[object, ...]]


@dataclass(frozen=True, slots=True)
class StoredStream:
    """A stream, and what time it was on both clocks when it began."""

    number: int
    description: StreamDescription
    facts: SensorFacts
    wall_ns: int
    host_ns: int

    def insert(self) -> Insert:
        """Return the statement that stores it."""
        description, facts = json.dumps(asdict(self.description)), json.dumps(asdict(self.facts))
        values = (self.number, description, facts, self.wall_ns, self.host_ns)
        return "INSERT INTO streams VALUES (?, ?, ?, ?, ?)", values

    @staticmethod
    def of_row(row: tuple[Any, ...]) -> "StoredStream":
        """Read it again; raises ValueError or TypeError where it is damaged."""
        number, description, facts, wall_ns, host_ns = row
        return StoredStream(
            number,
            StreamDescription(**json.loads(description)),
            SensorFacts(**json.loads(facts)),
            wall_ns,
            host_ns,
        )


@dataclass(frozen=True, slots=True)
class StoredNotification:
    """A message as it came; ``stream`` is the number that the stream was given."""

    stream: int
    channel: str
    host_ns: int
    origin: Origin
    payload: bytes

    @property
    def crc32(self) -> int:
        """Checksum over all of it: SQLite has none of its own."""
        head = f"{self.stream} {self.channel} {self.host_ns} {self.origin} "
        return zlib.crc32(self.payload, zlib.crc32(head.encode()))

    def insert(self) -> Insert:
        """Return the statement that stores it."""
        values = (
            self.stream,
            self.channel,
            self.host_ns,
            str(self.origin),
            self.payload,
            self.crc32,
        )
        return "INSERT INTO notifications VALUES (NULL, ?, ?, ?, ?, ?, ?)", values

    @staticmethod
    def of_row(row: tuple[Any, ...]) -> "StoredNotification":
        """Read it again; raises ValueError or TypeError where it is damaged."""
        stream, channel, host_ns, origin, payload, crc32 = row
        stored = StoredNotification(stream, channel, host_ns, Origin(origin), payload)
        if stored.crc32 != crc32:
            raise ValueError("the checksum differs")
        return stored


@dataclass(frozen=True, slots=True)
class StoredEvent:
    """Something that happened beside the messages."""

    host_ns: int
    kind: str
    detail: Mapping[str, JsonValue] = field(default_factory=dict)

    def insert(self) -> Insert:
        """Return the statement that stores it."""
        return (
            "INSERT INTO events VALUES (NULL, ?, ?, ?)",
            (self.host_ns, self.kind, json.dumps(dict(self.detail))),
        )

    @staticmethod
    def of_row(row: tuple[Any, ...]) -> "StoredEvent":
        """Read it again; raises ValueError or TypeError where it is damaged."""
        host_ns, kind, detail = row
        return StoredEvent(host_ns, kind, json.loads(detail))
