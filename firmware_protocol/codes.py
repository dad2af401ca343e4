"""Numbers with a meaning: limits, operations, status codes, states and flags."""

from enum import IntEnum, IntFlag

MAJOR_VERSION = 1
MINOR_VERSION = 0
COMPANY_ID = 0xFFFF
"""In manufacturer data: "no company", which the Bluetooth SIG leaves to everybody."""
TICK_HZ = 1_000_000
"""Device time counts microseconds."""
MAX_SAMPLES = 19
"""Samples in one packet: 15 + 19 * 12 = 243 bytes fit into an ATT MTU of 247 (244 of payload)."""
SAMPLE_BYTES = 12
SAMPLES_PER_BLOCK = 19
LOG_BLOCK_BYTES = 256
MAX_LOG_CHUNK_BYTES = 238
"""Log bytes in one notification: 6 + 238 = 244."""
MAX_LISTED_LOGS = 4
MAX_CHOICES = 8
"""Rates, and ranges of each kind, that INFO can list."""
NO_LOG = 0xFFFF
NO_COUNT = -32768
"""A component that was not measured."""
MAX_COUNT = 32767
"""The end of the range; -32767 at the other end."""


class Op(IntEnum):
    """What a command asks for.  A reply carries the same number with bit 7 set."""

    START = 0x01
    STREAM = 0x02
    STOP = 0x03
    SET_TIME = 0x04
    PING = 0x05
    LIST_LOGS = 0x07
    GET_RANGE = 0x08
    CANCEL_RANGE = 0x09
    ERASE = 0x0A
    SHUTDOWN = 0x0B


class Code(IntEnum):
    """How a command went: the status in a reply."""

    OK = 0
    UNKNOWN_OP = 1
    INVALID_ARGUMENT = 2
    WRONG_STATE = 3
    NOT_FOUND = 4
    FLASH_FULL = 5
    BATTERY_LOW = 6
    BUSY = 7
    NOT_AUTHORISED = 8
    CHECKSUM_DIFFERS = 9
    INTERNAL = 10


class State(IntEnum):
    """What a sensor is doing."""

    IDLE = 0
    RUNNING = 1
    FAULT = 2
    CHARGING = 3


class Mounting(IntEnum):
    """Where a sensor is made to be worn."""

    UNKNOWN = 0
    BACK_OF_PELVIS = 1


class Capability(IntFlag):
    """What a sensor can do."""

    FLASH_LOG = 1
    GYROSCOPE = 2
    TIME_SYNC = 4
    SHUTDOWN = 8
    ERASE_NEEDS_BOND = 16
    COMPACT_DATA = 32


class StartFlags(IntFlag):
    """Where the samples of a session go; at least one of the two."""

    STREAM = 1
    LOG = 2


class DataFlags(IntFlag):
    """What is to be known of the samples of one packet or block."""

    ACC_CLIPPED = 1
    GYR_CLIPPED = 2
    SAMPLES_LOST = 4
    """In the sensor, before this packet: they are in no log either."""
    PACKETS_SKIPPED = 8
    """Packets before this one were not sent; a log has them."""


NO_FLAGS = DataFlags(0)


class LogFlags(IntFlag):
    """How far a log is."""

    CLOSED = 1
    WALL_TIME_KNOWN = 2


class StatusFlags(IntFlag):
    """What a sensor says of itself each second."""

    BATTERY_LOW = 1
    FLASH_FULL = 2
    LOGGING = 4
    STREAMING = 8
    WALL_TIME_SET = 16
