"""The stage of the virtual machine: a real bluetoothd and kernel, whose adapter is on our radio.

Only inside of the machine that `make test-bluez-vm` starts are there tests in this folder.
"""

import asyncio
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import cast

import pytest
from bumble.transport import open_transport
from dbus_fast import BusType, Message, MessageType, Variant
from dbus_fast.aio import MessageBus
from dbus_fast.service import ServiceInterface, method

from imu.ble.radio import SYSTEM_RADIO, Radio
from imu.virtual.radio import VirtualRadio

collect_ignore = [] if os.environ.get("HIPLEVEL_BLUEZ_VM") else ["test_scenarios_on_bluez.py"]

ADAPTER = "/org/bluez/hci0"
APPEARS_LIMIT_S = 30.0


class Agent(ServiceInterface):
    """Says yes to every question of bluetoothd, as a person would to "pair with this device?"."""

    def __init__(self) -> None:
        super().__init__("org.bluez.Agent1")

    @method()
    def RequestAuthorization(self, device: "o") -> None:  # type: ignore[name-defined]  # noqa: F821, N802
        return None

    @method()
    def Cancel(self) -> None:  # noqa: N802
        return None


@dataclass
class BlueZ:
    """What a person can do to Bluetooth in the settings of the desktop."""

    bus: MessageBus
    agent: Agent = field(default_factory=Agent)

    async def call(self, path: str, interface: str, member: str, signature: str, *body: object):
        message = Message(
            destination="org.bluez",
            path=path,
            interface=interface,
            member=member,
            signature=signature,
            body=list(body),
        )
        reply = await self.bus.call(message)
        if reply is None or reply.message_type is MessageType.ERROR:
            raise RuntimeError(f"{member}: {reply and (reply.error_name, reply.body)}")
        return reply.body

    async def begin(self) -> None:
        async with asyncio.timeout(APPEARS_LIMIT_S):
            while True:
                try:
                    await self.set_powered(is_powered=True)
                    break
                except RuntimeError:  # it is not there yet
                    await asyncio.sleep(0.1)
        self.bus.export("/agent", self.agent)
        manager = ("/org/bluez", "org.bluez.AgentManager1")
        await self.call(*manager, "RegisterAgent", "os", "/agent", "NoInputNoOutput")
        await self.call(*manager, "RequestDefaultAgent", "o", "/agent")

    async def set_powered(self, *, is_powered: bool) -> None:
        properties = (ADAPTER, "org.freedesktop.DBus.Properties")
        value = Variant("b", is_powered)
        await self.call(*properties, "Set", "ssv", "org.bluez.Adapter1", "Powered", value)

    async def forget_all(self) -> None:
        root = ("/", "org.freedesktop.DBus.ObjectManager")
        (objects,) = await self.call(*root, "GetManagedObjects", "")
        for path in cast("dict[str, object]", objects):
            if path.count("/") == ADAPTER.count("/") + 1 and "/dev_" in path:
                await self.call(ADAPTER, "org.bluez.Adapter1", "RemoveDevice", "o", path)


@dataclass
class MachineStage:
    """As `tests.kit.stage.Stage`; the adapter belongs to the kernel."""

    air: VirtualRadio
    bluez: BlueZ
    radio: Radio = SYSTEM_RADIO

    async def switch_bluetooth(self, *, on: bool) -> None:
        await self.bluez.set_powered(is_powered=on)
        await asyncio.sleep(1.0)


@asynccontextmanager
async def machine_stage() -> AsyncIterator[MachineStage]:
    air = VirtualRadio()
    controller = air.controller("computer")
    async with await open_transport("vhci") as transport:
        transport.source.set_packet_sink(controller)
        controller.host = transport.sink
        bus = await MessageBus(bus_type=BusType.SYSTEM).connect()
        bluez = BlueZ(bus)
        await bluez.begin()
        try:
            yield MachineStage(air, bluez)
        finally:
            await bluez.set_powered(is_powered=True)
            await bluez.forget_all()
            bus.disconnect()
            await air.close()


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture
def tier() -> str:
    return "bluez"


@pytest.fixture
async def stage() -> AsyncIterator[MachineStage]:
    async with machine_stage() as stage:
        yield stage
