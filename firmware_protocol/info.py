"""Who a sensor is: what it says to everybody, and to whom is connected."""

import struct
from dataclasses import dataclass

from firmware_protocol.codes import (
    MAJOR_VERSION,
    MAX_CHOICES,
    MAX_SAMPLES,
    MINOR_VERSION,
    TICK_HZ,
    Capability,
    Mounting,
    State,
)
from firmware_protocol.errors import ProtocolError, Reason
from firmware_protocol.packing import BytesLike, check_length, pack, require

UNKNOWN_BATTERY = 255
_INFO = struct.Struct("<BBHIIBBHIBBBB")
_ANNOUNCEMENT = struct.Struct("<BBB")


@dataclass(frozen=True, slots=True)
class Announcement:
    """The manufacturer data of an advertisement, without the company's number.

    Attributes
    ----------
    state : State
    battery_percent : int or None
        0 to 100; None where the sensor does not know.
    """

    state: State
    battery_percent: int | None = None


@dataclass(frozen=True, slots=True)
class Info:
    """What a sensor is and offers; constant from boot to boot but for ``boot_id``.

    Attributes
    ----------
    boot_id : int
        Random, new at each boot, never 0.
    rates_hz, acc_ranges_g, gyr_ranges_dps : tuple of int
        What can be chosen: 1 to 8 values each; no gyroscope, no range of it.
    max_samples_per_packet : int
        1 to 19.
    log_capacity_bytes : int
        0 without a flash log.
    protocol_minor : int
        A newer one than ours may add bytes at the end of messages: hand ``newer=True`` to the
        other decoders then.
    """

    capabilities: Capability
    boot_id: int
    rates_hz: tuple[int, ...]
    acc_ranges_g: tuple[int, ...]
    gyr_ranges_dps: tuple[int, ...] = ()
    mounting: Mounting = Mounting.UNKNOWN
    max_samples_per_packet: int = MAX_SAMPLES
    log_capacity_bytes: int = 0
    protocol_minor: int = MINOR_VERSION

    @property
    def is_newer(self) -> bool:
        """Whether the sensor speaks a newer minor version than this codec."""
        return self.protocol_minor > MINOR_VERSION


def encode_announcement(announcement: Announcement) -> bytes:
    """Encode 3 bytes of manufacturer data.

    Raises
    ------
    ProtocolError
        A value is out of bounds.
    """
    battery = announcement.battery_percent
    known = UNKNOWN_BATTERY if battery is None else battery
    data = pack(_ANNOUNCEMENT, MAJOR_VERSION, known, announcement.state)
    decode_announcement(data)
    return data


def decode_announcement(data: BytesLike) -> Announcement:
    """Decode manufacturer data.  What follows the 3 bytes is ignored: no version is known yet.

    Raises
    ------
    ProtocolError
        The bytes are no announcement, or one of another major version.
    """
    _check_major("announcement", data)
    check_length("announcement", data, _ANNOUNCEMENT.size, newer=True)
    _, battery, state = _ANNOUNCEMENT.unpack_from(data)
    require(battery <= 100 or battery == UNKNOWN_BATTERY, f"battery at {battery} %")
    require(state in _STATES, f"unknown state {state}")
    return Announcement(State(state), None if battery == UNKNOWN_BATTERY else battery)


def encode_info(info: Info) -> bytes:
    """Encode INFO: 24 bytes and the lists, at most 72.

    Raises
    ------
    ProtocolError
        A value is out of bounds.
    """
    lists = (info.rates_hz, info.acc_ranges_g, info.gyr_ranges_dps)
    head = pack(
        _INFO,
        MAJOR_VERSION,
        info.protocol_minor,
        info.capabilities,
        info.boot_id,
        TICK_HZ,
        info.mounting,
        info.max_samples_per_packet,
        0,
        info.log_capacity_bytes,
        *map(len, lists),
        0,
    )
    choices = [choice for choices in lists for choice in choices]
    data = head + pack(struct.Struct(f"<{len(choices)}H"), *choices)
    decode_info(data)
    return data


def decode_info(data: BytesLike) -> Info:
    """Decode INFO.

    Raises
    ------
    ProtocolError
        The bytes are no INFO, or one of another major version.
    """
    _check_major("INFO", data)
    check_length("INFO", data, _INFO.size, newer=True)
    _, minor, capabilities, boot_id, tick_hz, mounting, n_max, _, capacity, *counted, _ = (
        _INFO.unpack_from(data)
    )
    n_rates, n_acc, n_gyr = counted
    require(1 <= n_rates <= MAX_CHOICES, f"INFO lists {n_rates} rates")
    require(1 <= n_acc <= MAX_CHOICES, f"INFO lists {n_acc} accelerometer ranges")
    require(n_gyr <= MAX_CHOICES, f"INFO lists {n_gyr} gyroscope ranges")
    n_choices = n_rates + n_acc + n_gyr
    check_length("INFO", data, _INFO.size + 2 * n_choices, newer=minor > MINOR_VERSION)
    choices = struct.unpack_from(f"<{n_choices}H", data, _INFO.size)
    require(boot_id != 0, "INFO has no boot id")
    require(tick_hz == TICK_HZ, f"INFO has ticks of {tick_hz} Hz")
    require(mounting in _MOUNTINGS, f"unknown mounting {mounting}")
    require(1 <= n_max <= MAX_SAMPLES, f"INFO has {n_max} samples in a packet")
    require(0 not in choices, "INFO lists a rate or range of 0")
    return Info(
        capabilities=Capability(capabilities),
        boot_id=boot_id,
        rates_hz=choices[:n_rates],
        acc_ranges_g=choices[n_rates : n_rates + n_acc],
        gyr_ranges_dps=choices[n_rates + n_acc :],
        mounting=Mounting(mounting),
        max_samples_per_packet=n_max,
        log_capacity_bytes=capacity,
        protocol_minor=minor,
    )


def _check_major(name: str, data: BytesLike) -> None:
    check_length(name, data, 1, newer=True)
    if data[0] != MAJOR_VERSION:
        problem = f"{name} speaks version {data[0]} of the protocol, and we version {MAJOR_VERSION}"
        raise ProtocolError(Reason.UNSUPPORTED_VERSION, problem)


_STATES = frozenset(State)
_MOUNTINGS = frozenset(Mounting)
