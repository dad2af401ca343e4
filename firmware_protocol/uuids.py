"""Identifiers of services and characteristics.

Our own are ``00e4NNNN-283e-4eaa-b621-31b5f45ae4c2``: a random (version 4) UUID of which four
digits count.  The standard ones are from the Bluetooth SIG's list of assigned numbers.
"""

from collections.abc import Mapping
from types import MappingProxyType


def _own(number: int) -> str:
    return f"00e4{number:04x}-283e-4eaa-b621-31b5f45ae4c2"


def _standard(number: int) -> str:
    return f"0000{number:04x}-0000-1000-8000-00805f9b34fb"


SERVICE_UUID = _own(0x0001)
INFO_UUID = _own(0x0002)
CONFIG_UUID = _own(0x0003)
CONTROL_UUID = _own(0x0004)
DATA_UUID = _own(0x0005)
LOG_UUID = _own(0x0006)
STATUS_UUID = _own(0x0007)

BATTERY_SERVICE_UUID = _standard(0x180F)
BATTERY_LEVEL_UUID = _standard(0x2A19)

DEVICE_INFORMATION_SERVICE_UUID = _standard(0x180A)
MODEL_NUMBER_UUID = _standard(0x2A24)
SERIAL_NUMBER_UUID = _standard(0x2A25)
FIRMWARE_REVISION_UUID = _standard(0x2A26)
MANUFACTURER_NAME_UUID = _standard(0x2A29)

CHANNELS: Mapping[int, str] = MappingProxyType(
    {
        0x02: INFO_UUID,
        0x03: CONFIG_UUID,
        0x04: CONTROL_UUID,
        0x05: DATA_UUID,
        0x06: LOG_UUID,
        0x07: STATUS_UUID,
    }
)
"""Serial channel to the characteristic whose payloads it carries."""
