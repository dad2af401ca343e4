"""What every sensor driver is: one interface, earned by two sensors that have little in common.

A driver knows the bytes of one kind of sensor and nothing of radios, files or threads.  It is
three things::

    recognises(advertisement)     is this one of mine?
    converse(link) -> Conversation    the questions and commands of one connection
    decoder(description) -> Decoder   notifications in, samples out; pure

What a `Conversation` starts is described by a `StreamDescription`, which is plain JSON: stored
beside the raw notifications it is all that is needed to decode them again, after a crash as well.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from imu.recordings import JsonValue

OnBytes = Callable[[bytes], None]


@dataclass(frozen=True, slots=True)
class Advertisement:
    """What a sensor says of itself to everybody.

    Attributes
    ----------
    address : str
        Of the radio; on macOS an identifier that only this computer knows.
    name : str or None
    rssi_dbm : int
        Signal strength, about -40 (beside the computer) to -100 (hardly there).
    service_uuids : tuple of str
        Lower case, 128 bit.
    manufacturer_data : mapping of int to bytes
    """

    address: str
    name: str | None
    rssi_dbm: int
    service_uuids: tuple[str, ...] = ()
    manufacturer_data: Mapping[int, bytes] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Capabilities:
    """What a kind of sensor can do; pages promise nothing else.

    Attributes
    ----------
    has_memory : bool
        Keeps its own copy of the samples, so that what the radio lost can be fetched.
    has_device_time : bool
        Samples carry the time at which they were measured.
    has_sequence : bool
        Every lost sample is known.  Otherwise losses are told from device time.
    rates_hz, acc_ranges_g, gyr_ranges_dps : tuple of int
        What can be chosen; one value where there is no choice.
    has_ping : bool
        Can be asked what time it is; see `imu.drivers.pinging`.
    is_tried_on_hardware : bool
        Somebody has run this driver on a real sensor.
    """

    has_memory: bool
    has_device_time: bool
    has_sequence: bool
    rates_hz: tuple[int, ...]
    acc_ranges_g: tuple[int, ...]
    gyr_ranges_dps: tuple[int, ...]
    has_ping: bool = False
    is_tried_on_hardware: bool = False


@dataclass(frozen=True, slots=True)
class SensorFacts:
    """Who a connected sensor is, and how it is.

    Attributes
    ----------
    battery_percent : int or None
    boot_id : int or None
        Changes when the sensor has started anew; None where a sensor does not say.
    log_fill_percent : float or None
        How full its memory is; None without one.
    """

    model: str
    serial: str | None
    firmware: str | None
    battery_percent: int | None
    boot_id: int | None = None
    log_fill_percent: float | None = None


@dataclass(frozen=True, slots=True)
class StreamSettings:
    """How a sensor is asked to measure."""

    rate_hz: int = 104
    acc_range_g: int = 16
    gyr_range_dps: int = 2000


@dataclass(frozen=True, slots=True)
class StreamDescription:
    """A stream that was started: all that is needed to decode its notifications.

    Attributes
    ----------
    driver : str
        Name of the driver.
    sampling_rate_hz : float
        As the sensor was asked; the true one is in the times.
    boot_id, session_id : int or None
        Where a sensor has them: the same pair means the same count of samples.  Without them this
        very object stands for the stream: what `Conversation.resume` is asked to go on with.
    log_id : int or None
        The sensor's own copy of this stream, None without one.
    settings : mapping
        The driver's own, such as scales; JSON.
    """

    driver: str
    sampling_rate_hz: float
    boot_id: int | None = None
    session_id: int | None = None
    log_id: int | None = None
    settings: Mapping[str, JsonValue] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, eq=False)
class Samples:
    """Consecutive samples as they came out of one message.

    Attributes
    ----------
    first_index : int
        Number of the first sample since the stream began; lost samples count.
    t_s : float64 array, shape (n,)
        Device clock, seconds.
    acc_mps2 : float64 array, shape (n, 3)
    gyr_radps : float64 array, shape (n, 3), or None
    is_clipped : bool
        A sample lies at the end of the sensor's range.
    """

    first_index: int
    t_s: NDArray[np.float64]
    acc_mps2: NDArray[np.float64]
    gyr_radps: NDArray[np.float64] | None
    is_clipped: bool = False


class Link(Protocol):
    """A connection to one sensor; see `imu.ble.link`."""

    async def read(self, uuid: str) -> bytes:
        """Read a characteristic."""

    async def write(self, uuid: str, data: bytes) -> None:
        """Write a characteristic and wait until the sensor has taken it."""

    async def subscribe(self, uuid: str, on_bytes: OnBytes) -> None:
        """Have every notification or indication of a characteristic handed over."""

    def has(self, uuid: str) -> bool:
        """Whether the sensor has this characteristic."""


class Decoder(Protocol):
    """Turns the notifications of one stream into samples, in the order in which they came."""

    def decode(self, channel: str, payload: bytes) -> list[Samples]:
        """Decode one notification of a characteristic; empty where a message is not whole yet.

        Raises
        ------
        SensorDataError
            These bytes are no message of this sensor.
        """


class Conversation(Protocol):
    """The questions and commands of one connection.

    Nothing is streamed before `start` or `resume`, and both want the notifications on first.
    """

    async def facts(self) -> SensorFacts:
        """Ask who the sensor is and how it is."""

    async def start(self, settings: StreamSettings, on_data: OnBytes) -> StreamDescription:
        """Begin a stream.  ``on_data`` gets each notification as it is, and must be quick.

        Raises
        ------
        SensorRefusedError
            The sensor cannot; the message says why and what to do.
        """

    async def resume(self, description: StreamDescription, on_data: OnBytes) -> bool:
        """Go on with a stream after the link was lost; False where the sensor has forgotten it."""

    async def stop(self) -> int | None:
        """End the stream, and the sensor's own copy of it.

        Returns
        -------
        int or None
            How many samples it had, lost ones counted; None where the sensor does not say.
        """


class Driver(Protocol):
    """One kind of sensor.

    Attributes
    ----------
    name, label : str
        For machines and for people.
    capabilities : Capabilities
    data_channel : str
        Characteristic whose notifications the decoder reads.
    memory_channel : str or None
        Under which the decoder reads what was fetched from memory; the conversation of a driver
        that has one is a `Memory`.
    """

    name: str
    label: str
    capabilities: Capabilities
    data_channel: str
    memory_channel: str | None

    def recognises(self, advertisement: Advertisement) -> bool:
        """Whether an advertisement comes from a sensor of this kind."""

    def battery_percent(self, advertisement: Advertisement) -> int | None:
        """Charge, where the advertisement tells it."""

    def converse(self, link: Link) -> Conversation:
        """Begin to talk over a connection."""

    def decoder(self, description: StreamDescription) -> Decoder:
        """Return what decodes the notifications of a stream."""


class Memory(Conversation, Protocol):
    """A conversation with a sensor that has memory."""

    async def fetch(self, description: StreamDescription, first: int, stop: int) -> list[bytes]:
        """Fetch samples first to stop (half open) of a stream from the sensor's own copy.

        Returns
        -------
        list of bytes
            Messages that the decoder understands on the driver's memory channel.  They may hold
            more than was asked for; what the sensor has not got is left out.

        Raises
        ------
        LinkLostError, SensorRefusedError
        """
