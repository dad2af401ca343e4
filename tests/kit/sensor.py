"""A peripheral that looks like a sensor, and the driver that knows it."""

from dataclasses import dataclass, field

from bumble.core import UUID

from imu.drivers.base import (
    Advertisement,
    Capabilities,
    Conversation,
    Decoder,
    Link,
    StreamDescription,
)
from tests.kit.peripheral import Char, Peripheral
from tests.kit.stage import Stage

SERVICE = "5f6b0001-4a3e-4c8f-9b5d-0f2e7a91c3d4"
INFO = "5f6b0002-4a3e-4c8f-9b5d-0f2e7a91c3d4"
CONTROL = "5f6b0004-4a3e-4c8f-9b5d-0f2e7a91c3d4"
DATA = "5f6b0005-4a3e-4c8f-9b5d-0f2e7a91c3d4"
PROTECTED = "5f6b0009-4a3e-4c8f-9b5d-0f2e7a91c3d4"
BATTERY = str(UUID("180F").to_hex_str())
LEVEL = "00002a19-0000-1000-8000-00805f9b34fb"
ADDRESS = "F0:F1:F2:F3:F4:F5"
OTHER_ADDRESS = "F0:F1:F2:F3:F4:F6"
NAME = "Pelvis-01"
BATTERY_PERCENT = 87
REFUSED = b"\xff"
REFUSAL = 0x80
INFO_BYTES = bytes(range(60))


async def sensor_on(
    stage: Stage, *, name: str = NAME, address: str = ADDRESS, written: list[bytes] | None = None
) -> Peripheral:
    """Put a sensor on the stage; what is written to CONTROL is collected."""
    writes = written if written is not None else []

    def write(value: bytes) -> int | None:
        writes.append(value)
        return REFUSAL if value == REFUSED else None

    return await Peripheral.on(
        stage.air,
        name,
        address,
        {
            SERVICE: {
                INFO: Char(read=INFO_BYTES),
                CONTROL: Char(write=write, indicates=True),
                DATA: Char(notifies=True),
                PROTECTED: Char(read=b"secret", secured=True),
            },
            BATTERY: {LEVEL: Char(read=bytes([BATTERY_PERCENT]), notifies=True)},
        },
        advertised_service=SERVICE,
        manufacturer_data=bytes([1, BATTERY_PERCENT]),
    )


@dataclass
class SensorDriver:
    """Knows the sensor of these tests by its service; talks no further."""

    name: str = "test"
    label: str = "Test sensor"
    data_channel: str = DATA
    capabilities: Capabilities = field(
        default_factory=lambda: Capabilities(
            has_memory=False,
            has_device_time=False,
            has_sequence=False,
            rates_hz=(100,),
            acc_ranges_g=(16,),
            gyr_ranges_dps=(2000,),
        )
    )

    def recognises(self, advertisement: Advertisement) -> bool:
        return SERVICE in advertisement.service_uuids

    def battery_percent(self, advertisement: Advertisement) -> int | None:
        return next((data[1] for data in advertisement.manufacturer_data.values()), None)

    def converse(self, link: Link) -> Conversation:
        raise NotImplementedError

    def decoder(self, description: StreamDescription) -> Decoder:
        raise NotImplementedError
