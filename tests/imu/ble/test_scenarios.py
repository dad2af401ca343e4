"""What happens between a sensor and a computer, on each tier; see `tests.kit.stage`."""

import asyncio
from contextlib import suppress
from itertools import pairwise

import pytest

from imu.ble.bonds import forget_bond
from imu.ble.link import BleLink
from imu.ble.scanning import find, scan, watch
from imu.errors import (
    BluetoothOffError,
    LinkLostError,
    PairingError,
    SensorNotFoundError,
    SensorRefusedError,
)
from tests.kit.playing import (
    INTERVAL_S,
    check_stream_in_bursts,
    linked,
    nothing,
    numbers,
    streamed,
    until,
)
from tests.kit.sensor import (
    ADDRESS,
    BATTERY_PERCENT,
    CONTROL,
    DATA,
    INFO,
    INFO_BYTES,
    LEVEL,
    NAME,
    OTHER_ADDRESS,
    PROTECTED,
    REFUSED,
    SensorDriver,
    sensor_on,
)
from tests.kit.stage import Stage

pytestmark = pytest.mark.anyio

DRIVERS = (SensorDriver(),)


async def test_scan_tells_name_battery_and_signal_strength(stage: Stage) -> None:
    await sensor_on(stage)
    stage.air.set_rssi(ADDRESS, -63)

    (found,) = await scan(stage.radio, DRIVERS, 0.4)

    assert (found.address, found.name) == (ADDRESS, NAME)
    assert found.battery_percent == BATTERY_PERCENT
    assert found.rssi_dbm == pytest.approx(-63)
    assert found.driver is DRIVERS[0]


async def test_scan_lists_the_nearest_first_and_only_what_a_driver_knows(stage: Stage) -> None:
    await sensor_on(stage)
    await sensor_on(stage, name="Pelvis-02", address=OTHER_ADDRESS)
    stage.air.set_rssi(ADDRESS, -80)

    found = await scan(stage.radio, DRIVERS, 0.4)

    assert [sensor.address for sensor in found] == [OTHER_ADDRESS, ADDRESS]
    assert await scan(stage.radio, (), 0.2) == []


async def test_who_looks_while_somebody_looks_sees_the_same(stage: Stage) -> None:
    await sensor_on(stage)

    found, device, again = await asyncio.gather(
        scan(stage.radio, DRIVERS, 0.4), find(stage.radio, ADDRESS), find(stage.radio, ADDRESS)
    )

    assert [sensor.address for sensor in found] == [device.address]
    assert again.address == device.address
    assert (await find(stage.radio, ADDRESS.lower())).address == ADDRESS


async def test_signal_strength_follows_the_sensor_smoothly(stage: Stage) -> None:
    await sensor_on(stage)
    levels: list[float] = []

    async with asyncio.timeout(5):
        updates = watch(stage.radio, DRIVERS)
        async for sensor in updates:
            levels.append(sensor.rssi_dbm)
            stage.air.set_rssi(ADDRESS, -90)
            if len(levels) == 8:
                break
        await updates.aclose()

    assert levels[0] == -50
    assert all(-90 < later < earlier for earlier, later in pairwise(levels))


async def test_a_sensor_that_is_not_there_is_not_found(stage: Stage) -> None:
    with pytest.raises(SensorNotFoundError, match="bring it close"):
        await find(stage.radio, OTHER_ADDRESS, "Pelvis-02", limit_s=0.3)


async def test_a_sensor_with_a_new_address_is_found_by_its_name_where_that_happens(
    stage: Stage,
) -> None:
    await sensor_on(stage)

    device = await find(stage.radio, "0E5F9A2C-of-another-day", NAME, by_name=True)

    assert device.address == ADDRESS


async def test_reading_and_writing(stage: Stage) -> None:
    written: list[bytes] = []
    await sensor_on(stage, written=written)
    link = await linked(stage)

    assert link.is_connected
    assert link.max_write == 514
    assert link.has(DATA)
    assert not link.has("5f6b00ff-4a3e-4c8f-9b5d-0f2e7a91c3d4")
    assert await link.read(INFO) == INFO_BYTES
    assert await link.read(LEVEL) == bytes([BATTERY_PERCENT])
    await link.write(CONTROL, b"\x01\x02")
    assert written == [b"\x01\x02"]
    await link.close()


async def test_what_the_sensor_refuses_is_told_and_the_link_stays(stage: Stage) -> None:
    await sensor_on(stage)
    link = await linked(stage)

    with pytest.raises(SensorRefusedError, match="0x80"):
        await link.write(CONTROL, REFUSED)
    with pytest.raises(SensorRefusedError, match="no characteristic"):
        await link.read("5f6b00ff-4a3e-4c8f-9b5d-0f2e7a91c3d4")

    assert await link.read(INFO) == INFO_BYTES
    await link.close()


async def test_a_stream_in_bursts_arrives_whole_and_in_order(stage: Stage) -> None:
    await check_stream_in_bursts(stage)


async def test_a_lost_link_is_told_once_and_never_says_that_it_lives(stage: Stage) -> None:
    sensor = await sensor_on(stage)
    told: list[bool] = []
    link = await linked(stage, on_lost=lambda: told.append(link.is_connected))
    got: list[bytes] = []
    await link.subscribe(DATA, got.append)
    await sensor.notify(DATA, b"before")
    await until(lambda: got == [b"before"])

    stage.air.lose(ADDRESS)
    await until(lambda: bool(told))
    await sensor.notify(DATA, b"after")
    with pytest.raises(LinkLostError, match="lost"):
        await link.read(INFO)
    await link.close()
    await asyncio.sleep(0.1)

    assert told == [False]
    assert got == [b"before"]
    assert not link.is_connected


async def test_a_question_ends_with_the_link(stage: Stage) -> None:
    await sensor_on(stage)
    link = await linked(stage)
    stage.air.supervision_timeout_s = 0.2
    stage.air.set_in_range(ADDRESS, in_range=False)

    async with asyncio.timeout(5):
        with pytest.raises(LinkLostError):
            await link.read(INFO)

    await link.close()


async def test_silence_is_a_loss_even_if_the_radio_does_not_say_so(
    stage: Stage,
) -> None:
    await sensor_on(stage)
    told: list[str] = []
    link = await BleLink.connect(
        stage.radio,
        await find(stage.radio, ADDRESS),
        on_lost=lambda: told.append("lost"),
        answer_limit_s=0.2,
    )
    stage.air.set_in_range(ADDRESS, in_range=False)

    with pytest.raises(LinkLostError):
        await link.read(INFO)

    assert told == ["lost"]
    assert not link.is_connected
    await link.close()


async def test_after_a_loss_every_notification_comes_once(stage: Stage) -> None:
    sensor = await sensor_on(stage)
    got: list[bytes] = []
    for round_ in range(3):
        link = await linked(stage)
        await link.subscribe(DATA, got.append)
        await streamed(sensor, 10, 200.0, first=10 * round_)
        await until(lambda: len(got) >= 10 * (round_ + 1))  # noqa: B023 -- awaited at once
        stage.air.lose(ADDRESS)
        await until(lambda: not link.is_connected)  # noqa: B023 -- awaited at once
        await link.close()

    assert numbers(got) == list(range(30))


async def test_out_of_range_for_a_moment_nothing_is_lost(stage: Stage) -> None:
    sensor = await sensor_on(stage)
    link = await linked(stage)
    got: list[bytes] = []
    await link.subscribe(DATA, got.append)

    stage.air.set_in_range(ADDRESS, in_range=False)
    await streamed(sensor, 20, 200.0)
    assert got == []
    stage.air.set_in_range(ADDRESS, in_range=True)
    await until(lambda: len(got) >= 20)

    assert numbers(got) == list(range(20))
    await link.close()


async def test_nothing_comes_after_close(stage: Stage) -> None:
    sensor = await sensor_on(stage)
    told: list[str] = []
    link = await linked(stage, on_lost=lambda: told.append("lost"))
    got: list[bytes] = []
    await link.subscribe(DATA, got.append)
    stage.air.interval_s = INTERVAL_S
    await sensor.notify(DATA, b"on its way")

    await link.close()
    await sensor.notify(DATA, b"late")
    await asyncio.sleep(3 * INTERVAL_S)

    assert got == []
    assert told == []
    with pytest.raises(LinkLostError):
        await link.write(CONTROL, b"\x01")
    await link.close()


async def test_connecting_to_a_silent_sensor_ends(stage: Stage) -> None:
    sensor = await sensor_on(stage)
    device = await find(stage.radio, ADDRESS)
    await sensor.fall_silent()

    async with asyncio.timeout(5):
        with pytest.raises(SensorNotFoundError, match=NAME):
            await BleLink.connect(stage.radio, device, on_lost=nothing, limit_s=0.5)

    await sensor.device.start_advertising(auto_restart=True)
    link = await linked(stage)
    assert link.is_connected
    await link.close()


async def test_connecting_to_a_bonded_silent_sensor_ends_as_well(stage: Stage) -> None:
    sensor = await sensor_on(stage)
    link = await linked(stage)
    await link.bond()
    await link.close()
    device = await find(stage.radio, ADDRESS)
    await sensor.fall_silent()

    async with asyncio.timeout(5):
        with pytest.raises(SensorNotFoundError):
            await BleLink.connect(stage.radio, device, on_lost=nothing, limit_s=0.5)


async def test_a_bond_is_made_once_and_lasts(stage: Stage) -> None:
    await sensor_on(stage)
    link = await linked(stage)

    with pytest.raises(PairingError, match="pair again"):
        await link.read(PROTECTED)
    await link.bond()
    assert await link.read(PROTECTED) == b"secret"
    await link.bond()
    await link.close()

    link = await linked(stage)
    assert await link.read(PROTECTED) == b"secret"
    await link.close()


async def test_a_forgotten_bond_is_gone(stage: Stage) -> None:
    await sensor_on(stage)
    link = await linked(stage)
    await link.bond()
    await link.close()

    assert await forget_bond(stage.radio, ADDRESS) is None
    assert await forget_bond(stage.radio, ADDRESS) is None

    link = await linked(stage)
    with pytest.raises(PairingError):
        await link.read(PROTECTED)
    await link.close()


async def test_keys_that_do_not_match_end_in_an_error_and_mend_by_pairing_again(
    stage: Stage,
) -> None:
    sensor = await sensor_on(stage)
    link = await linked(stage)
    await link.bond()
    await link.close()
    assert sensor.device.keystore is not None
    await sensor.device.keystore.delete_all()

    async def read_again() -> None:
        again = await linked(stage)
        try:
            await again.read(PROTECTED)
        finally:
            await again.close()

    with pytest.raises((PairingError, LinkLostError), match="pair again"):
        await read_again()
    await forget_bond(stage.radio, ADDRESS)

    link = await linked(stage)
    await link.bond()
    assert await link.read(PROTECTED) == b"secret"
    await link.close()


async def test_bluetooth_that_is_off_is_told(stage: Stage) -> None:
    await sensor_on(stage)
    device = await find(stage.radio, ADDRESS)
    lost: list[str] = []
    link = await linked(stage, on_lost=lambda: lost.append("lost"))

    await stage.switch_bluetooth(on=False)
    await until(lambda: lost == ["lost"])
    with pytest.raises(BluetoothOffError, match="switched off"):
        await scan(stage.radio, DRIVERS, 0.2)
    with pytest.raises(BluetoothOffError, match="switched off"):
        await BleLink.connect(stage.radio, device, on_lost=nothing, limit_s=5)
    await link.close()

    await stage.switch_bluetooth(on=True)
    async with asyncio.timeout(5):
        while not link.is_connected:
            with suppress(BluetoothOffError):  # the news may still be on the bus
                link = await linked(stage)
    assert await link.read(INFO) == INFO_BYTES
    await link.close()


async def test_two_sensors_at_once(stage: Stage) -> None:
    sensors = [
        await sensor_on(stage),
        await sensor_on(stage, name="Pelvis-02", address=OTHER_ADDRESS),
    ]
    links = [await linked(stage), await linked(stage, OTHER_ADDRESS)]
    got: list[list[bytes]] = [[], []]
    for link, heard in zip(links, got, strict=True):
        await link.subscribe(DATA, heard.append)
    stage.air.interval_s = INTERVAL_S

    await asyncio.gather(
        streamed(sensors[0], 40, 100.0, first=0), streamed(sensors[1], 40, 100.0, first=1000)
    )
    await until(lambda: len(got[0]) >= 40 and len(got[1]) >= 40)

    assert numbers(got[0]) == list(range(40))
    assert numbers(got[1]) == list(range(1000, 1040))
    stage.air.interval_s = 0
    stage.air.lose(ADDRESS)
    await until(lambda: not links[0].is_connected)
    assert await links[1].read(INFO) == INFO_BYTES
    for link in links:
        await link.close()
