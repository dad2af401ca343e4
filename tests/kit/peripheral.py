"""A small Bluetooth peripheral for tests: characteristics as a table, nothing of any sensor."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from bumble import att, core, data_types
from bumble.core import AdvertisingData
from bumble.device import Connection, Device
from bumble.gatt import Characteristic, CharacteristicValue, Service

from imu.virtual.radio import VirtualRadio

Property = Characteristic.Properties
Permission = Characteristic.Permissions

COMPANY_ID = 0xFFFF
ADVERTISING_MS = 20.0  # the shortest there is: no test waits for a sensor


@dataclass
class Char:
    """One characteristic.

    ``read`` is its value or a function that returns it; ``write`` takes what is written, and
    returns an ATT error code to refuse it.  ``secured`` wants an encrypted link.
    """

    read: bytes | Callable[[], bytes] | None = None
    write: Callable[[bytes], int | None] | None = None
    notifies: bool = False
    indicates: bool = False
    secured: bool = False

    def served(self, uuid: str) -> Characteristic[bytes]:
        properties, permissions = Property(0), Permission(0)
        if self.read is not None:
            properties |= Property.READ
            permissions |= Permission.READABLE
            if self.secured:
                permissions |= Permission.READ_REQUIRES_ENCRYPTION
        if self.write is not None:
            properties |= Property.WRITE | Property.WRITE_WITHOUT_RESPONSE
            permissions |= Permission.WRITEABLE
            if self.secured:
                permissions |= Permission.WRITE_REQUIRES_ENCRYPTION
        if self.notifies:
            properties |= Property.NOTIFY
        if self.indicates:
            properties |= Property.INDICATE
        value = CharacteristicValue(read=self._read, write=self._write)
        return Characteristic(uuid, properties, permissions, value)

    def _read(self, _connection: Connection) -> bytes:
        return self.read() if callable(self.read) else self.read or b""

    def _write(self, _connection: Connection, value: bytes) -> None:
        code = self.write(bytes(value)) if self.write else None
        if code is not None:
            raise att.ATT_Error(code)


@dataclass
class Peripheral:
    device: Device
    address: str
    name: str
    characteristics: dict[str, Characteristic[bytes]] = field(default_factory=dict)

    @classmethod
    async def on(
        cls,
        radio: VirtualRadio,
        name: str,
        address: str,
        services: Mapping[str, Mapping[str, Char]],
        *,
        advertised_service: str,
        manufacturer_data: bytes = b"",
    ) -> "Peripheral":
        """Put a peripheral on the radio, advertising; its name is in the scan response only."""
        device = await radio.device(name, address, advertising_interval_ms=ADVERTISING_MS)
        peripheral = cls(device, address, name)
        for service_uuid, chars in services.items():
            served = {uuid: char.served(uuid) for uuid, char in chars.items()}
            peripheral.characteristics |= served
            device.add_service(Service(service_uuid, list(served.values())))
        device.advertising_data = bytes(
            AdvertisingData(
                [
                    data_types.CompleteListOf128BitServiceUUIDs([core.UUID(advertised_service)]),
                    data_types.ManufacturerSpecificData(COMPANY_ID, manufacturer_data),
                ]
            )
        )
        device.scan_response_data = bytes(AdvertisingData([data_types.CompleteLocalName(name)]))
        await device.start_advertising(auto_restart=True)
        return peripheral

    async def notify(self, uuid: str, value: bytes) -> None:
        await self.device.notify_subscribers(self.characteristics[uuid], value)

    async def fall_silent(self) -> None:
        """Stop advertising, as a sensor that sleeps or is connected to something else."""
        await self.device.stop_advertising()
