"""The scanning half of the bleak backend on a virtual radio."""

from contextlib import AsyncExitStack
from typing import ClassVar
from uuid import UUID

from bleak.backends.scanner import AdvertisementData, AdvertisementDataCallback, BaseBleakScanner
from bumble import core, hci
from bumble.core import AdvertisingData
from bumble.device import Advertisement

from imu.virtual.host import VirtualHost


class VirtualScanner(BaseBleakScanner):
    """Scans with the adapter that a subclass names; see `imu.virtual.backend`."""

    host: ClassVar[VirtualHost]

    def __init__(
        self,
        detection_callback: AdvertisementDataCallback | None,
        service_uuids: list[str] | None,
        scanning_mode: str = "active",
        **_others: object,
    ) -> None:
        super().__init__(detection_callback, service_uuids)
        self._is_active = scanning_mode == "active"
        self._scan = AsyncExitStack()

    async def start(self) -> None:
        """Begin to hear advertisements."""
        self.seen_devices = {}
        await self._scan.enter_async_context(self.host.scanning(active=self._is_active))
        device = self.host.device
        device.on(device.EVENT_ADVERTISEMENT, self._hear)
        self._scan.callback(device.remove_listener, device.EVENT_ADVERTISEMENT, self._hear)

    async def stop(self) -> None:
        """Hear no more."""
        await self._scan.aclose()

    def _hear(self, advertisement: Advertisement) -> None:
        data = advertised(advertisement)
        if self.host.is_powered and self.is_allowed_uuid(data.service_uuids):
            address = address_text(advertisement.address)
            device = self.create_or_update_device(
                address, address, data.local_name, advertisement.address, data
            )
            self.call_detection_callbacks(device, data)


def advertised(advertisement: Advertisement) -> AdvertisementData:
    """Return an advertisement, with its scan response, as bleak has it."""
    name: str | None = None
    uuids: list[str] = []
    manufacturer_data: dict[int, bytes] = {}
    kinds = AdvertisingData.Type
    for kind, raw in advertisement.data.ad_structures:
        if kind in {kinds.COMPLETE_LOCAL_NAME, kinds.SHORTENED_LOCAL_NAME}:
            name = raw.decode(errors="replace")
        elif kind in {
            kinds.COMPLETE_LIST_OF_16_BIT_SERVICE_CLASS_UUIDS,
            kinds.INCOMPLETE_LIST_OF_16_BIT_SERVICE_CLASS_UUIDS,
        }:
            uuids += _uuids(raw, 2)
        elif kind in {
            kinds.COMPLETE_LIST_OF_128_BIT_SERVICE_CLASS_UUIDS,
            kinds.INCOMPLETE_LIST_OF_128_BIT_SERVICE_CLASS_UUIDS,
        }:
            uuids += _uuids(raw, 16)
        elif kind == kinds.MANUFACTURER_SPECIFIC_DATA:
            manufacturer_data[int.from_bytes(raw[:2], "little")] = raw[2:]
    return AdvertisementData(
        local_name=name,
        manufacturer_data=manufacturer_data,
        service_data={},
        service_uuids=uuids,
        tx_power=None,
        rssi=advertisement.rssi,
        platform_data=(advertisement,),
    )


def address_text(address: hci.Address) -> str:
    """Return an address as people and bleak write it."""
    return str(address.to_string(with_type_qualifier=False)).upper()


def uuid_text(uuid: core.UUID) -> str:
    """Return a UUID as bleak writes it: 128 bit, lower case."""
    return str(UUID(bytes=uuid.to_bytes(force_128=True)[::-1]))


def _uuids(raw: bytes, n_bytes: int) -> list[str]:
    starts = range(0, len(raw) - n_bytes + 1, n_bytes)
    return [uuid_text(core.UUID.from_bytes(raw[at : at + n_bytes])) for at in starts]
