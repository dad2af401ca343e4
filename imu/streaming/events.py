"""What a stream session tells, and whom it tells."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from imu.drivers.base import SensorFacts, StreamDescription
from imu.drivers.pinging import Ping


class LinkState(StrEnum):
    """Where a session is."""

    CONNECTING = "connecting"
    STREAMING = "streaming"
    LOST = "lost"  # was streaming, and is looking for the sensor again
    STOPPING = "stopping"  # fetches what is missing
    STOPPED = "stopped"


class Origin(StrEnum):
    """Which way a message came."""

    LIVE = "live"
    MEMORY = "memory"  # fetched from the sensor's own copy


@dataclass(frozen=True, slots=True)
class Notification:
    """One message of the sensor, as it came.

    Attributes
    ----------
    channel : str
        Characteristic, or the driver's memory channel.
    payload : bytes
    host_ns : int
        When it came, on this computer's steady clock.
    origin : Origin
    stream : StreamDescription
        What it belongs to.
    """

    channel: str
    payload: bytes
    host_ns: int
    origin: Origin
    stream: StreamDescription


@dataclass(frozen=True, slots=True)
class Missing:
    """Samples first to stop (half open) of a stream that have not come.

    ``stop`` may lie beyond the stream's end where that is not known.
    """

    stream: StreamDescription
    first: int
    stop: int


class Sink(Protocol):
    """Who takes what a session brings.  Called on the event loop, so all of it must be quick."""

    def on_stream(self, stream: StreamDescription, facts: SensorFacts) -> None:
        """Take note that a stream begins: the first one, or one after the sensor started anew."""

    def on_notification(self, notification: Notification) -> None:
        """Take a message."""

    def on_state(self, state: LinkState, reason: str | None) -> None:
        """Take note of how the link is; ``reason`` is a sentence for the person."""

    def on_facts(self, facts: SensorFacts) -> None:
        """Take note of how the sensor is, every half minute."""

    def on_ping(self, stream: StreamDescription, ping: Ping) -> None:
        """Take note of what time it was on both clocks."""

    def on_stopped(self, stream: StreamDescription, n_samples: int) -> None:
        """Take note of how many samples a stream had in the end, lost ones counted."""

    def missing(self) -> list[Missing]:
        """Tell what should be fetched, oldest first."""
