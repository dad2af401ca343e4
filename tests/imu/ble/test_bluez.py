"""What only bleak's BlueZ backend can meet: objects that vanish, a bus that is busy or away."""

import asyncio
from pathlib import Path

import pytest

from imu.ble.link import BleLink
from imu.ble.radio import SYSTEM_RADIO
from imu.ble.scanning import find, scan
from imu.errors import BluetoothOffError, SensorBusyError, SensorNotFoundError
from tests.imu.ble.conftest import BLUEZ
from tests.kit.playing import check_stream_in_bursts, nothing
from tests.kit.sensor import ADDRESS, INFO, INFO_BYTES, SensorDriver, sensor_on
from tests.kit.stage import Stage, staged

pytestmark = [pytest.mark.anyio, pytest.mark.parametrize("tier", [BLUEZ], indirect=True)]


async def test_a_stream_through_a_socket_arrives_whole_and_in_order(tier: str) -> None:
    async with staged(tier, acquire_notify=True) as stage:
        await check_stream_in_bursts(stage)


async def test_a_busy_adapter_is_told(stage: Stage) -> None:
    await sensor_on(stage)
    assert stage.bluez is not None
    device = await find(stage.radio, ADDRESS)

    stage.bluez.is_busy = True
    with pytest.raises(SensorBusyError, match="Wait a few seconds"):
        await scan(stage.radio, (SensorDriver(),), 0.2)
    with pytest.raises(SensorBusyError):
        await BleLink.connect(stage.radio, device, on_lost=nothing, limit_s=5)

    stage.bluez.is_busy = False
    assert [one.address for one in await scan(stage.radio, (SensorDriver(),), 0.3)] == [ADDRESS]


async def test_a_device_object_that_has_vanished_is_found_by_looking_again(stage: Stage) -> None:
    await sensor_on(stage)
    assert stage.bluez is not None
    stale = await find(stage.radio, ADDRESS)
    await stage.bluez.remove_device(ADDRESS)

    async with asyncio.timeout(8):
        with pytest.raises(SensorNotFoundError):
            await BleLink.connect(stage.radio, stale, on_lost=nothing, limit_s=1)

    fresh = await find(stage.radio, ADDRESS)
    link = await BleLink.connect(stage.radio, fresh, on_lost=nothing)
    assert await link.read(INFO) == INFO_BYTES
    await link.close()


async def test_a_device_object_that_vanishes_under_a_link_is_a_loss(stage: Stage) -> None:
    await sensor_on(stage)
    assert stage.bluez is not None
    told: list[str] = []
    device = await find(stage.radio, ADDRESS)
    link = await BleLink.connect(stage.radio, device, on_lost=lambda: told.append("lost"))

    await stage.bluez.remove_device(ADDRESS)
    async with asyncio.timeout(5):
        while not told:
            await asyncio.sleep(0.005)

    assert told == ["lost"]
    assert not link.is_connected
    await link.close()


async def test_no_bluetooth_service_is_told(tier: str) -> None:
    assert tier == "bluez"

    with pytest.raises(BluetoothOffError, match="systemctl"):
        await scan(SYSTEM_RADIO, (SensorDriver(),), 0.2)


async def test_no_bus_is_told(tier: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert tier == "bluez"
    monkeypatch.setenv("DBUS_SYSTEM_BUS_ADDRESS", f"unix:path={tmp_path / 'nobody'}")

    with pytest.raises(BluetoothOffError, match="D-Bus"):
        await scan(SYSTEM_RADIO, (SensorDriver(),), 0.2)


async def test_links_leave_no_socket_behind(stage: Stage) -> None:
    """After a loss bleak keeps its connection to the bus until it is told to let go."""
    await sensor_on(stage)

    def n_sockets() -> int:
        folder = Path("/proc/self/fd")
        return sum(one.is_socket() for one in folder.iterdir() if one.exists())

    await find(stage.radio, ADDRESS)
    before = n_sockets()
    for _ in range(3):
        device = await find(stage.radio, ADDRESS)
        link = await BleLink.connect(stage.radio, device, on_lost=nothing)
        stage.air.lose(ADDRESS)
        async with asyncio.timeout(5):
            while link.is_connected:
                await asyncio.sleep(0.005)
        await link.close()

    assert n_sockets() == before
