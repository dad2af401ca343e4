"""What a scenario is played on: a virtual radio, the computer on it, and one of two tiers.

The tier ``bumble`` gives `imu.ble` a bleak backend on the virtual radio.  The tier ``bluez`` lets
bleak take its own backend of Linux, which meets a stand-in for bluetoothd over a real D-Bus.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from imu.ble.radio import Radio
from imu.virtual.backend import backend_on
from imu.virtual.host import VirtualHost
from imu.virtual.radio import VirtualRadio
from tests.kit.fake_bluez import FakeBlueZ


@dataclass
class Stage:
    air: VirtualRadio
    host: VirtualHost
    radio: Radio
    bluez: FakeBlueZ | None = None

    async def switch_bluetooth(self, *, on: bool) -> None:
        if self.bluez is not None:
            await self.bluez.set_powered(is_powered=on)
        else:
            await self.host.set_powered(is_powered=on)


@asynccontextmanager
async def staged(tier: str, *, acquire_notify: bool = False) -> AsyncIterator[Stage]:
    air = VirtualRadio()
    host = await VirtualHost.on(air)
    bluez = FakeBlueZ(host) if tier == "bluez" else None
    try:
        if bluez is None:
            yield Stage(air, host, backend_on(host))
        else:
            await bluez.start()
            yield Stage(air, host, Radio(acquire_notify=acquire_notify), bluez)
    finally:
        if bluez is not None:
            await bluez.stop()
        await air.close()
