"""The connecting half of the bleak backend on a virtual radio."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any, ClassVar, TypeVar

from bleak.args import SizedBuffer
from bleak.assigned_numbers import gatt_char_props_to_strs
from bleak.backends.characteristic import BleakGATTCharacteristic
from bleak.backends.client import BaseBleakClient, NotifyCallback
from bleak.backends.descriptor import BleakGATTDescriptor
from bleak.backends.device import BLEDevice
from bleak.backends.service import BleakGATTService, BleakGATTServiceCollection
from bleak.exc import BleakDeviceNotFoundError, BleakError, BleakGATTProtocolError
from bumble import att, core, hci
from bumble.device import Advertisement, Connection, Peer
from bumble.gatt import GATT_REQUEST_TIMEOUT

from imu.virtual.host import VirtualHost
from imu.virtual.scanner import address_text, uuid_text

T = TypeVar("T")

WANTED_MTU = 517  # what BlueZ asks for, and the longest there is: an attribute of 512 bytes
PAIRING_LIMIT_S = 30.0  # of the pairing protocol (Bluetooth Core 5.0, Vol 3 Part H 3.4)
REQUEST_LIMIT_S = float(GATT_REQUEST_TIMEOUT)  # of ATT (the same, Vol 3 Part F 3.3.3)


class VirtualClient(BaseBleakClient):
    """Connects with the adapter that a subclass names; see `imu.virtual.backend`."""

    host: ClassVar[VirtualHost]

    def __init__(
        self,
        address_or_ble_device: BLEDevice | str,
        services: set[str] | None = None,
        **others: Any,
    ) -> None:
        super().__init__(address_or_ble_device, **others)
        self._wanted = services
        self._name: str | None = None
        self._peer_address: hci.Address | None = None
        if isinstance(address_or_ble_device, BLEDevice):
            self._name = address_or_ble_device.name
            self._peer_address = address_or_ble_device.details
        self._peer: Peer | None = None
        self._lost = asyncio.Event()
        self._heard: dict[int, Callable[[bytes], None]] = {}

    @property
    def name(self) -> str:
        """Name from the advertisement, or the address with dashes."""
        return self._name or self.address.replace(":", "-")

    @property
    def mtu_size(self) -> int:
        """Longest message of ATT on this link."""
        return self._peer.gatt_client.mtu if self._peer else att.ATT_DEFAULT_MTU

    @property
    def is_connected(self) -> bool:
        """Whether the link is there."""
        return self._peer is not None

    async def connect(self, pair: bool, **kwargs: Any) -> None:  # noqa: FBT001 -- bleak's
        """Connect, encrypt where there is a bond, and look at what the device offers."""
        limit_s = float(kwargs.get("timeout", self._timeout))
        address = self._peer_address or await self._find(limit_s)
        connection = await self.host.connect(address, limit_s)
        self._peer_address, self._lost = address, asyncio.Event()
        connection.on(connection.EVENT_DISCONNECTION, lambda _reason: self._end(connection))
        self._peer = Peer(connection)
        try:
            if await self.host.has_bond(connection.peer_address):
                await self._encrypt(connection)
            elif pair:
                await self.pair()
            await self._ask(self._peer.request_mtu(WANTED_MTU), REQUEST_LIMIT_S)
            self.services = await self._ask(self._discover(self._peer), REQUEST_LIMIT_S)
        except BaseException:
            await self.disconnect()
            raise

    async def disconnect(self) -> None:
        """End the link, if there is one."""
        if self._peer is not None:
            await self.host.disconnect(self._peer.connection)

    async def pair(self, *_args: Any, **_kwargs: Any) -> None:
        """Bond."""
        connection = self._connected().connection
        if await self.host.has_bond(connection.peer_address):
            return
        try:
            await self._ask(connection.pair(), PAIRING_LIMIT_S)
        except core.ProtocolError as error:
            raise BleakError(f"Pairing failed: {error}") from error

    async def _encrypt(self, connection: Connection) -> None:
        try:
            await self._ask(connection.encrypt(), PAIRING_LIMIT_S)
        except hci.HCI_Error as error:
            raise BleakError(f"Encryption failed: {error}") from error

    async def unpair(self) -> None:
        """Disconnect and forget the bond."""
        address = self._peer.connection.peer_address if self._peer else self._peer_address
        await self.disconnect()
        await self.host.forget_bond(address or hci.Address(self.address))

    async def read_gatt_char(
        self, characteristic: BleakGATTCharacteristic, *, use_cached: bool = False, **kwargs: Any
    ) -> bytearray:
        """Read a characteristic."""
        del use_cached, kwargs
        return bytearray(await self._ask(characteristic.obj.read_value()))

    async def read_gatt_descriptor(
        self, descriptor: BleakGATTDescriptor, *, use_cached: bool = False, **kwargs: Any
    ) -> bytearray:
        """Read a descriptor."""
        del use_cached, kwargs
        return bytearray(await self._ask(descriptor.obj.read_value()))

    async def write_gatt_char(
        self,
        characteristic: BleakGATTCharacteristic,
        data: SizedBuffer,
        response: bool,  # noqa: FBT001 -- bleak's
    ) -> None:
        """Write a characteristic."""
        await self._ask(characteristic.obj.write_value(bytes(data), with_response=response))

    async def write_gatt_descriptor(
        self, descriptor: BleakGATTDescriptor, data: SizedBuffer
    ) -> None:
        """Write a descriptor."""
        await self._ask(descriptor.obj.write_value(bytes(data), with_response=True))

    async def start_notify(
        self, characteristic: BleakGATTCharacteristic, callback: NotifyCallback, **kwargs: Any
    ) -> None:
        """Have notifications or indications handed over."""
        del kwargs
        if characteristic.handle in self._heard:
            raise BleakError("Characteristic notifications already started")

        def hear(value: bytes) -> None:
            callback(bytearray(value))

        self._heard[characteristic.handle] = hear
        try:
            await self._ask(characteristic.obj.subscribe(hear))
        except BaseException:
            self._heard.pop(characteristic.handle, None)
            raise

    async def stop_notify(self, characteristic: BleakGATTCharacteristic) -> None:
        """Have nothing handed over any more."""
        hear = self._heard.pop(characteristic.handle, None)
        if hear is not None:
            await self._ask(characteristic.obj.unsubscribe(hear))

    def _connected(self) -> Peer:
        if self._peer is None:
            raise BleakError("Not connected")
        return self._peer

    async def _find(self, limit_s: float) -> hci.Address:
        found: asyncio.Future[hci.Address] = asyncio.get_running_loop().create_future()

        def hear(advertisement: Advertisement) -> None:
            address = advertisement.address
            if address_text(address) == self.address.upper() and not found.done():
                found.set_result(address)

        device = self.host.device
        device.on(device.EVENT_ADVERTISEMENT, hear)
        try:
            async with asyncio.timeout(limit_s), self.host.scanning(active=False):
                return await found
        except TimeoutError as error:
            raise BleakDeviceNotFoundError(self.address, f"{self.address} not found") from error
        finally:
            device.remove_listener(device.EVENT_ADVERTISEMENT, hear)

    async def _discover(self, peer: Peer) -> BleakGATTServiceCollection:
        found = BleakGATTServiceCollection()
        for theirs in await peer.discover_services():
            if self._wanted and uuid_text(theirs.uuid) not in self._wanted:
                continue
            service = BleakGATTService(theirs, theirs.handle, uuid_text(theirs.uuid))
            found.add_service(service)
            for one in await theirs.discover_characteristics():
                characteristic = BleakGATTCharacteristic(
                    one,
                    one.handle,
                    uuid_text(one.uuid),
                    list(gatt_char_props_to_strs(one.properties)),
                    lambda: self.mtu_size - 3,
                    service,
                )
                found.add_characteristic(characteristic)
                for other in await one.discover_descriptors():
                    uuid = uuid_text(other.type)
                    found.add_descriptor(
                        BleakGATTDescriptor(other, other.handle, uuid, characteristic)
                    )
        return found

    def _end(self, connection: Connection) -> None:
        if self._peer is None or self._peer.connection is not connection:
            return
        self._peer = None
        self.services = None
        self._heard.clear()
        self._lost.set()
        if self._disconnected_callback:
            self._disconnected_callback()

    async def _ask(self, question: Awaitable[T], limit_s: float = REQUEST_LIMIT_S) -> T:
        """Wait for an answer, the end of the link, or the limit, whatever comes first."""
        asked = asyncio.ensure_future(question)
        lost = asyncio.ensure_future(self._lost.wait())
        try:
            await asyncio.wait({asked, lost}, timeout=limit_s, return_when=asyncio.FIRST_COMPLETED)
            if self._lost.is_set() or asked.cancelled():
                raise BleakError("disconnected")
            if not asked.done():
                raise TimeoutError
            return asked.result()
        except att.ATT_Error as error:
            raise BleakGATTProtocolError(int(error.error_code)) from error
        finally:
            lost.cancel()
            asked.cancel()
            asked.add_done_callback(_seen)


def _seen(asked: "asyncio.Future[Any]") -> None:
    """Look at a failure that nobody waits for any more, so that Python does not report it."""
    if not asked.cancelled():
        asked.exception()
