"""The services of a virtual sensor: ours, and the two standard ones."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from bumble import att
from bumble.core import UUID
from bumble.device import Connection
from bumble.gatt import Characteristic, CharacteristicValue, Service

import firmware_protocol as fp
from imu.virtual.device import Firmware
from imu.virtual.refusal import Refusal

MODEL = "hiplevel virtual"
MANUFACTURER = "hiplevel"
# Errors of an application begin here (Bluetooth Core 5.0, Vol 3 Part F 3.4.1.1); ours is the
# status code behind it.
FIRST_APPLICATION_ERROR = 0x80

_P, _M = Characteristic.Properties, Characteristic.Permissions
OnCommand = Callable[[Connection, bytes], None]


@dataclass(frozen=True, slots=True)
class Served:
    """The services, and the characteristics that speak by themselves."""

    services: tuple[Service, ...]
    control: Characteristic[bytes]
    data: Characteristic[bytes]
    log: Characteristic[bytes]
    status: Characteristic[bytes]
    battery: Characteristic[bytes]


def serve(firmware: Firmware, serial: str, on_command: OnCommand) -> Served:
    """Make the services of a sensor.

    Parameters
    ----------
    firmware : Firmware
    serial : str
    on_command : callable
        Takes the connection and what was written to CONTROL.
    """

    def write_config(_: Connection, value: bytes) -> None:
        try:
            firmware.write_config(bytes(value))
        except Refusal as refusal:
            raise att.ATT_Error(FIRST_APPLICATION_ERROR + refusal.code) from refusal

    config = _characteristic(
        fp.CONFIG_UUID, _P.READ | _P.WRITE, firmware.config, write=write_config
    )
    control = _characteristic(fp.CONTROL_UUID, _P.WRITE | _P.INDICATE, write=on_command)
    data = _characteristic(fp.DATA_UUID, _P.NOTIFY)
    log = _characteristic(fp.LOG_UUID, _P.NOTIFY)
    status = _characteristic(fp.STATUS_UUID, _P.READ | _P.NOTIFY, firmware.status)
    info = _characteristic(fp.INFO_UUID, _P.READ, firmware.info)
    battery = _characteristic(
        fp.BATTERY_LEVEL_UUID, _P.READ | _P.NOTIFY, lambda: bytes([firmware.battery_percent])
    )
    texts = {
        fp.MANUFACTURER_NAME_UUID: MANUFACTURER,
        fp.MODEL_NUMBER_UUID: MODEL,
        fp.SERIAL_NUMBER_UUID: serial,
        fp.FIRMWARE_REVISION_UUID: f"{fp.MAJOR_VERSION}.{fp.MINOR_VERSION}",
    }
    about = [
        Characteristic[bytes](UUID(uuid), _P.READ, _M.READABLE, text.encode())
        for uuid, text in texts.items()
    ]
    services = (
        Service(UUID(fp.SERVICE_UUID), [info, config, control, data, log, status]),
        Service(UUID(fp.BATTERY_SERVICE_UUID), [battery]),
        Service(UUID(fp.DEVICE_INFORMATION_SERVICE_UUID), about),
    )
    return Served(services, control, data, log, status, battery)


def _characteristic(
    uuid: str,
    properties: Characteristic.Properties,
    read: Callable[[], bytes] | None = None,
    *,
    write: OnCommand | None = None,
) -> Characteristic[Any]:
    permissions = _M(0)
    if read is not None:
        permissions |= _M.READABLE
    if write is not None:
        permissions |= _M.WRITEABLE
    value = CharacteristicValue[bytes](
        read=(lambda _: read()) if read is not None else None, write=write
    )
    return Characteristic(UUID(uuid), properties, permissions, value)
