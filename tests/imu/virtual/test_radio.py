"""The virtual radio itself: what a real one does, and bumble's alone does not."""

import asyncio
from collections.abc import AsyncIterator

import pytest
from bleak import BleakClient, BleakScanner
from bleak.backends.device import BLEDevice
from bleak.exc import BleakDeviceNotFoundError, BleakError, BleakGATTProtocolError

from imu.virtual.backend import backend_on
from imu.virtual.host import VirtualHost
from tests.kit.playing import until
from tests.kit.sensor import ADDRESS, DATA, INFO, INFO_BYTES, NAME, PROTECTED, sensor_on
from tests.kit.stage import Stage, staged

pytestmark = pytest.mark.anyio


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture
async def stage() -> AsyncIterator[Stage]:
    async with staged("bumble") as stage:
        yield stage


async def found(stage: Stage) -> BLEDevice:
    device = await BleakScanner.find_device_by_address(ADDRESS, 5, backend=stage.radio.scanner)
    assert device is not None
    return device


async def test_the_name_is_in_the_scan_response_which_is_asked_for_by_active_scans(
    stage: Stage,
) -> None:
    await sensor_on(stage)
    names: dict[str, set[str | None]] = {"active": set(), "passive": set()}
    for mode in ("active", "passive"):
        scanner = BleakScanner(
            lambda _device, data: names[mode].add(data.local_name),  # noqa: B023 -- awaited
            scanning_mode=mode,
            backend=stage.radio.scanner,
        )
        async with scanner:
            await until(lambda: bool(names[mode]))  # noqa: B023 -- awaited

    assert names == {"active": {NAME}, "passive": {None}}


async def test_a_device_out_of_range_is_not_heard(stage: Stage) -> None:
    await sensor_on(stage)
    stage.air.set_in_range(ADDRESS, in_range=False)

    heard = await BleakScanner.discover(0.2, backend=stage.radio.scanner)

    assert heard == []


async def test_connecting_by_address(stage: Stage) -> None:
    await sensor_on(stage)

    async with BleakClient(ADDRESS, backend=stage.radio.client) as client:
        assert client.is_connected
        assert client.mtu_size == 517
        assert await client.read_gatt_char(INFO) == INFO_BYTES
        (descriptor,) = client.services.get_characteristic(DATA).descriptors
        assert await client.read_gatt_descriptor(descriptor) == b"\0\0"
    assert not client.is_connected

    stranger = BleakClient("F0:F1:F2:F3:F4:FF", backend=stage.radio.client, timeout=0.2)
    with pytest.raises(BleakDeviceNotFoundError):
        await stranger.connect()


async def test_giving_up_to_connect_leaves_nothing_behind(stage: Stage) -> None:
    sensor = await sensor_on(stage)
    device = await found(stage)
    await sensor.fall_silent()
    client = BleakClient(device, backend=stage.radio.client, timeout=0.2)

    for _ in range(2):
        with pytest.raises(TimeoutError):
            await client.connect()
    attempt = asyncio.create_task(client.connect())
    await asyncio.sleep(0.05)
    attempt.cancel()
    with pytest.raises(asyncio.CancelledError):
        await attempt

    await sensor.device.start_advertising(auto_restart=True)
    await client.connect()
    assert client.is_connected
    await client.disconnect()


async def test_two_computers_cannot_have_one_sensor(stage: Stage) -> None:
    await sensor_on(stage)
    other = backend_on(await VirtualHost.on(stage.air, "C4:C4:C4:C4:C4:C5"))
    device = await found(stage)
    clients = [BleakClient(device, backend=one.client) for one in (stage.radio, other)]

    results = await asyncio.gather(*(one.connect() for one in clients), return_exceptions=True)

    assert sorted(one.is_connected for one in clients) == [False, True]
    assert sum(isinstance(result, BleakError) for result in results) == 1
    for client in clients:
        await client.disconnect()


async def test_a_sender_knows_what_has_not_gone_yet(stage: Stage) -> None:
    sensor = await sensor_on(stage)
    got: list[bytearray] = []
    async with BleakClient(ADDRESS, backend=stage.radio.client) as client:
        await client.start_notify(DATA, lambda _, data: got.append(data))
        queue = sensor.device.host.le_acl_packet_queue
        assert queue is not None
        stage.air.set_in_range(ADDRESS, in_range=False)

        for _ in range(5):
            await sensor.notify(DATA, b"x")
        assert queue.pending == 5
        stage.air.set_in_range(ADDRESS, in_range=True)
        await until(lambda: len(got) == 5)

        assert queue.pending == 0


async def test_data_waits_for_the_next_connection_event(stage: Stage) -> None:
    sensor = await sensor_on(stage)
    got: list[bytes] = []
    async with BleakClient(ADDRESS, backend=stage.radio.client) as client:
        await client.start_notify(DATA, lambda _, data: got.append(bytes(data)))
        stage.air.interval_s = 0.2
        await sensor.notify(DATA, b"an event")
        await until(lambda: bool(got))

        for index in range(5):
            await sensor.notify(DATA, bytes([index]))
        for _ in range(20):
            await asyncio.sleep(0)
        assert got == [b"an event"]
        await until(lambda: len(got) > 1)

        assert got == [b"an event", *(bytes([index]) for index in range(5))]
        stage.air.interval_s = 0


async def test_a_device_that_is_away_too_long_loses_its_link_at_both_ends(stage: Stage) -> None:
    sensor = await sensor_on(stage)
    stage.air.supervision_timeout_s = 0.1
    ended: list[BleakClient] = []
    client = BleakClient(ADDRESS, ended.append, backend=stage.radio.client)
    await client.connect()
    assert len(sensor.device.connections) == 1

    stage.air.set_in_range(ADDRESS, in_range=False)
    await until(lambda: bool(ended))

    assert ended == [client]
    await until(lambda: len(sensor.device.connections) == 0)
    with pytest.raises(BleakError):
        await client.read_gatt_char(INFO)


async def test_pairing_before_the_first_question(stage: Stage) -> None:
    await sensor_on(stage)

    async with BleakClient(ADDRESS, backend=stage.radio.client) as client:
        with pytest.raises(BleakGATTProtocolError):
            await client.read_gatt_char(PROTECTED)
    async with BleakClient(ADDRESS, backend=stage.radio.client, pair=True) as client:
        assert await client.read_gatt_char(PROTECTED) == b"secret"
        await client.unpair()
        assert not client.is_connected


async def test_who_is_not_on_the_radio_cannot_be_moved(stage: Stage) -> None:
    with pytest.raises(ValueError, match="F0:00:00:00:00:01"):
        stage.air.lose("F0:00:00:00:00:01")
