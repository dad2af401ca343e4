"""A stand-in for bluetoothd: the part of BlueZ's D-Bus interface that bleak uses.

It is served by bumble over a virtual radio, so that bleak's own Linux backend runs, over a real
D-Bus daemon, against a real GATT server.  It is not BlueZ: the quirks of bluetoothd and of the
kernel are not in it, but for those that are named here:

- device objects vanish (`FakeBlueZ.remove_device`), as they do some time after a scan,
- a second request of a kind at the same time gets ``InProgress`` (also on command: `is_busy`),
- an adapter that is off refuses with ``NotReady``, and drops its links,
- the objects of services vanish with the link.
"""

import asyncio
import os
import socket
from collections.abc import Callable
from contextlib import AsyncExitStack
from typing import Any

from bleak.assigned_numbers import gatt_char_props_to_strs
from bleak.backends.scanner import AdvertisementData
from bleak.exc import BleakBluetoothNotAvailableError
from bumble import att, core, hci
from bumble.device import Advertisement, Connection, Peer
from dbus_fast import BusType, Message, MessageType, RequestNameReply, Variant
from dbus_fast.aio import MessageBus

from imu.virtual.host import VirtualHost
from imu.virtual.scanner import address_text, advertised, uuid_text

OBJECTS = "org.freedesktop.DBus.ObjectManager"
PROPERTIES = "org.freedesktop.DBus.Properties"
ADAPTER = "org.bluez.Adapter1"
DEVICE = "org.bluez.Device1"
SERVICE = "org.bluez.GattService1"
CHARACTERISTIC = "org.bluez.GattCharacteristic1"
DESCRIPTOR = "org.bluez.GattDescriptor1"
OURS = {OBJECTS, PROPERTIES, ADAPTER, DEVICE, CHARACTERISTIC, DESCRIPTOR}
ADAPTER_PATH = "/org/bluez/hci0"
WANTED_MTU = 517  # what bluetoothd asks for
CONNECT_LIMIT_S = 20.0
CALL_LIMIT_S = 5.0
SIGNATURES = {
    **dict.fromkeys(["Address", "AddressType", "Name", "Alias", "UUID"], "s"),
    **dict.fromkeys(["Paired", "Bonded", "Trusted", "Connected", "ServicesResolved"], "b"),
    **dict.fromkeys(["Powered", "Discovering", "Primary", "Notifying", "NotifyAcquired"], "b"),
    **dict.fromkeys(["Adapter", "Device", "Service", "Characteristic"], "o"),
    **dict.fromkeys(["UUIDs", "Flags", "Roles"], "as"),
    "Includes": "ao",
    "RSSI": "n",
    "ManufacturerData": "a{qv}",
    "Value": "ay",
    "MTU": "q",
}

Answer = tuple[str, list[Any], list[int]]
NOTHING: Answer = ("", [], [])


class RefusedError(Exception):
    """An error that the caller gets over D-Bus."""

    def __init__(self, name: str, text: str = "") -> None:
        super().__init__(text)
        self.name = name


def variants(properties: dict[str, Any]) -> dict[str, Variant]:
    return {key: Variant(SIGNATURES[key], value) for key, value in properties.items()}


class FakeBlueZ:
    """``org.bluez`` on the bus of ``DBUS_SYSTEM_BUS_ADDRESS``, with one adapter."""

    def __init__(self, host: VirtualHost) -> None:
        self.host = host
        self.is_busy = False  # every scan and connection gets InProgress
        self.n_overruns = 0  # notifications that did not fit into a socket
        self._objects: dict[str, dict[str, dict[str, Any]]] = {}
        self._addresses: dict[str, hci.Address] = {}
        self._connections: dict[str, Connection] = {}
        self._connecting: dict[str, asyncio.Task[Connection]] = {}
        self._attributes: dict[str, Any] = {}
        self._subscriptions: dict[str, Callable[[bytes], None]] = {}
        self._sockets: dict[str, socket.socket] = {}
        self._scan: AsyncExitStack | None = None
        self._tasks: set[asyncio.Task[None]] = set()
        self._bus: MessageBus

    async def start(self) -> None:
        self._bus = await MessageBus(bus_type=BusType.SYSTEM, negotiate_unix_fd=True).connect()
        self._bus.add_message_handler(self._on_message)
        reply = await self._bus.request_name("org.bluez")
        assert reply == RequestNameReply.PRIMARY_OWNER
        address = address_text(self.host.device.random_address)
        self._add(
            ADAPTER_PATH,
            ADAPTER,
            Address=address,
            Alias="host",
            Powered=True,
            Discovering=False,
            UUIDs=[],
            Roles=["central", "peripheral"],
        )

    async def stop(self) -> None:
        for path in list(self._sockets):
            self._close_socket(path)
        for attempt in self._connecting.values():
            attempt.cancel()
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=CALL_LIMIT_S)
        if self._scan is not None:
            await self._scan.aclose()
        self._bus.disconnect()
        await self._bus.wait_for_disconnect()

    async def set_powered(self, *, is_powered: bool) -> None:
        if self._scan is not None and not is_powered:
            scan, self._scan = self._scan, None
            await scan.aclose()
        await self.host.set_powered(is_powered=is_powered)
        self._set(ADAPTER_PATH, ADAPTER, Powered=is_powered, Discovering=False)

    async def remove_device(self, address: str) -> None:
        """Forget a device object, as bluetoothd does with those that nobody has paired."""
        path = next(path for path, one in self._addresses.items() if address_text(one) == address)
        await self._disconnect(path)
        self._remove(path)

    # Objects and their signals.

    def _add(self, path: str, interface: str, **properties: Any) -> None:
        self._objects.setdefault(path, {})[interface] = properties
        body = [path, {interface: variants(properties)}]
        self._bus.send(Message.new_signal("/", OBJECTS, "InterfacesAdded", "oa{sa{sv}}", body))

    def _remove(self, path: str) -> None:
        body = [path, list(self._objects.pop(path))]
        self._bus.send(Message.new_signal("/", OBJECTS, "InterfacesRemoved", "oas", body))

    def _set(self, path: str, interface: str, **properties: Any) -> None:
        if path not in self._objects:
            return
        self._objects[path][interface].update(properties)
        body = [interface, variants(properties), []]
        self._bus.send(Message.new_signal(path, PROPERTIES, "PropertiesChanged", "sa{sv}as", body))

    def _hear(self, advertisement: Advertisement) -> None:
        data = advertised(advertisement)
        address = address_text(advertisement.address)
        path = f"{ADAPTER_PATH}/dev_{address.replace(':', '_')}"
        said = _said(data)
        if path in self._objects:
            self._set(path, DEVICE, **said)
            return
        self._addresses[path] = advertisement.address
        unknown = {
            "Address": address,
            "AddressType": "random",
            "Alias": address.replace(":", "-"),
            "Adapter": ADAPTER_PATH,
            "UUIDs": [],
            **dict.fromkeys(["Paired", "Bonded", "Trusted", "Connected"], False),
            "ServicesResolved": False,
        }
        self._add(path, DEVICE, **{**unknown, **said})

    # Links.

    async def _connect(self, path: str) -> None:
        if path in self._connections:
            return
        if path in self._connecting or self.is_busy:
            raise RefusedError("org.bluez.Error.InProgress", "Operation already in progress")
        self.host.check_powered()
        attempt = asyncio.ensure_future(self.host.connect(self._addresses[path], CONNECT_LIMIT_S))
        self._connecting[path] = attempt
        try:
            await asyncio.wait({attempt})
            if attempt.cancelled() or attempt.exception() is not None:
                raise RefusedError("org.bluez.Error.Failed", "le-connection-abort-by-local")
            connection = attempt.result()
        finally:
            del self._connecting[path]
        self._connections[path] = connection
        connection.on(connection.EVENT_DISCONNECTION, lambda _reason: self._lost(path))
        self._set(path, DEVICE, Connected=True)
        self._run(self._resolve(path, connection))

    async def _resolve(self, path: str, connection: Connection) -> None:
        try:
            if await self.host.has_bond(connection.peer_address):
                await connection.encrypt()
            await self._add_services(path, Peer(connection))
        except (asyncio.CancelledError, core.BaseBumbleError, hci.HCI_Error):
            await self.host.disconnect(connection)
        else:
            self._set(path, DEVICE, ServicesResolved=True)

    async def _add_services(self, path: str, peer: Peer) -> None:
        mtu = await peer.request_mtu(WANTED_MTU)
        for service in await peer.discover_services():
            service_path = f"{path}/service{service.handle:04x}"
            uuid = uuid_text(service.uuid)
            self._add(service_path, SERVICE, UUID=uuid, Primary=True, Device=path, Includes=[])
            for one in await service.discover_characteristics():
                one_path = f"{service_path}/char{one.handle - 1:04x}"
                self._attributes[one_path] = one
                notifies = {} if not one.properties & 0x30 else {"Notifying": False}
                acquired = {} if not one.properties & 0x10 else {"NotifyAcquired": False}
                self._add(
                    one_path,
                    CHARACTERISTIC,
                    UUID=uuid_text(one.uuid),
                    Service=service_path,
                    Value=b"",
                    Flags=list(gatt_char_props_to_strs(one.properties)),
                    MTU=mtu,
                    **notifies,
                    **acquired,
                )
                for other in await one.discover_descriptors():
                    other_path = f"{one_path}/desc{other.handle:04x}"
                    self._attributes[other_path] = other
                    uuid = uuid_text(other.type)
                    self._add(other_path, DESCRIPTOR, UUID=uuid, Characteristic=one_path, Value=b"")

    async def _disconnect(self, path: str) -> None:
        if path in self._connecting:
            self._connecting[path].cancel()
        if path in self._connections:
            await self.host.disconnect(self._connections[path])

    def _lost(self, path: str) -> None:
        self._connections.pop(path, None)
        for below in [one for one in self._objects if one.startswith(f"{path}/")]:
            self._attributes.pop(below, None)
            self._subscriptions.pop(below, None)
            self._close_socket(below)
            self._remove(below)
        self._set(path, DEVICE, ServicesResolved=False)
        self._set(path, DEVICE, Connected=False)

    async def _pair(self, path: str) -> None:
        await self._connect(path)
        try:
            await self._connections[path].pair()
        except core.ProtocolError as error:
            name = "org.bluez.Error.AuthenticationFailed"
            raise RefusedError(name, "Authentication Failed") from error
        self._set(path, DEVICE, Paired=True, Bonded=True)

    # Calls.

    def _run(self, work: Any) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def _on_message(self, message: Message) -> bool | None:
        if message.message_type != MessageType.METHOD_CALL or message.interface not in OURS:
            return None
        self._run(self._answer(message))
        return True

    async def _answer(self, message: Message) -> None:
        try:
            signature, body, descriptors = await self._call(message)
            reply = Message.new_method_return(message, signature, body, unix_fds=descriptors)
        except RefusedError as error:
            reply = Message.new_error(message, error.name, str(error))
        except BleakBluetoothNotAvailableError:
            reply = Message.new_error(message, "org.bluez.Error.NotReady", "Resource Not Ready")
        except att.ATT_Error as error:
            reply = Message.new_error(message, *_att_refusal(int(error.error_code)))
        except asyncio.CancelledError:  # what bumble makes of a question whose link has ended
            reply = Message.new_error(message, "org.bluez.Error.Failed", "Not connected")
        await self._bus.send(reply)

    async def _call(self, message: Message) -> Answer:
        path, body = message.path or "", message.body
        if message.interface == OBJECTS:
            everything = {
                one: {name: variants(properties) for name, properties in interfaces.items()}
                for one, interfaces in self._objects.items()
            }
            return "a{oa{sa{sv}}}", [everything], []
        if path not in self._objects:
            raise RefusedError("org.freedesktop.DBus.Error.UnknownObject", f"{path} is unknown")
        match message.interface:
            case "org.freedesktop.DBus.Properties":
                assert message.member == "Set", message.member
                self._set(path, body[0], **{body[1]: body[2].value})
            case "org.bluez.Adapter1":
                await self._call_adapter(str(message.member), body)
            case "org.bluez.Device1":
                call = {"Connect": self._connect, "Disconnect": self._disconnect}
                await (call | {"Pair": self._pair})[str(message.member)](path)
            case _:
                return await self._call_attribute(path, str(message.member), body)
        return NOTHING

    async def _call_adapter(self, member: str, body: list[Any]) -> None:
        match member:
            case "StartDiscovery":
                if self._scan is not None or self.is_busy:
                    raise RefusedError(
                        "org.bluez.Error.InProgress", "Operation already in progress"
                    )
                self.host.check_powered()
                async with AsyncExitStack() as scan:
                    await scan.enter_async_context(self.host.scanning(active=True))
                    device = self.host.device
                    device.on(device.EVENT_ADVERTISEMENT, self._hear)
                    scan.callback(device.remove_listener, device.EVENT_ADVERTISEMENT, self._hear)
                    self._scan = scan.pop_all()
                self._set(ADAPTER_PATH, ADAPTER, Discovering=True)
            case "StopDiscovery":
                if self._scan is None:
                    raise RefusedError("org.bluez.Error.Failed", "No discovery started")
                scan, self._scan = self._scan, None
                await scan.aclose()
                self._set(ADAPTER_PATH, ADAPTER, Discovering=False)
            case "RemoveDevice":
                if body[0] not in self._objects:
                    raise RefusedError("org.bluez.Error.DoesNotExist", "Does Not Exist")
                await self._disconnect(body[0])
                await self.host.forget_bond(self._addresses[body[0]])
                self._remove(body[0])
            case _:
                assert member == "SetDiscoveryFilter", member

    async def _call_attribute(self, path: str, member: str, body: list[Any]) -> Answer:
        attribute = self._attributes[path]
        match member:
            case "ReadValue":
                return "ay", [bytes(await attribute.read_value())], []
            case "WriteValue":
                with_response = body[1]["type"].value == "request"
                await attribute.write_value(bytes(body[0]), with_response=with_response)
            case "StartNotify":
                await self._subscribe(path, lambda value: self._set_value(path, value))
                self._set(path, CHARACTERISTIC, Notifying=True)
            case "StopNotify":
                await attribute.unsubscribe(self._subscriptions.pop(path))
                self._set(path, CHARACTERISTIC, Notifying=False)
            case "AcquireNotify":
                return await self._acquire(path)
            case _:
                raise RefusedError("org.freedesktop.DBus.Error.UnknownMethod", member)
        return NOTHING

    async def _subscribe(self, path: str, hear: Callable[[bytes], None]) -> None:
        self._subscriptions[path] = hear
        await self._attributes[path].subscribe(hear)

    def _set_value(self, path: str, value: bytes) -> None:
        self._set(path, CHARACTERISTIC, Value=bytes(value))

    async def _acquire(self, path: str) -> Answer:
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        ours.settimeout(0)
        self._sockets[path] = ours

        def push(value: bytes) -> None:
            try:
                ours.send(bytes(value))
            except BlockingIOError:
                self.n_overruns += 1
            except OSError:
                self._close_socket(path)

        loop = asyncio.get_running_loop()
        loop.add_reader(ours.fileno(), self._close_socket, path)  # the other end was closed
        await self._subscribe(path, push)
        self._set(path, CHARACTERISTIC, NotifyAcquired=True)
        descriptor = theirs.detach()
        loop.call_later(0.2, os.close, descriptor)  # D-Bus has made a copy by then
        return "hq", [0, self._objects[path][CHARACTERISTIC]["MTU"]], [descriptor]

    def _close_socket(self, path: str) -> None:
        ours = self._sockets.pop(path, None)
        if ours is not None:
            asyncio.get_running_loop().remove_reader(ours.fileno())
            ours.close()


def _said(data: AdvertisementData) -> dict[str, Any]:
    said: dict[str, Any] = {"RSSI": data.rssi}
    if data.local_name is not None:
        said |= {"Name": data.local_name, "Alias": data.local_name}
    if data.service_uuids:
        said["UUIDs"] = data.service_uuids
    if data.manufacturer_data:
        said["ManufacturerData"] = {
            company: Variant("ay", value) for company, value in data.manufacturer_data.items()
        }
    return said


def _att_refusal(code: int) -> tuple[str, str]:
    """As bluetoothd tells ATT errors, create_gatt_dbus_error() in its source."""
    if code in {0x05, 0x0C, 0x0F}:
        return "org.bluez.Error.NotPermitted", "Not paired"
    return "org.bluez.Error.Failed", f"Operation failed with ATT error: 0x{code:02x}"
