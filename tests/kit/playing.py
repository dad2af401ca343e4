"""What scenarios have in common."""

import asyncio
from collections.abc import Callable
from itertools import pairwise

from imu.ble.link import BleLink
from imu.ble.scanning import find
from tests.kit.peripheral import Peripheral
from tests.kit.sensor import ADDRESS, DATA, sensor_on
from tests.kit.stage import Stage

INTERVAL_S = 0.03
FULL_BYTES = 244  # what fits into one packet of the link layer


def nothing() -> None:
    return None


async def linked(
    stage: Stage, address: str = ADDRESS, on_lost: Callable[[], None] = nothing
) -> BleLink:
    device = await find(stage.radio, address)
    return await BleLink.connect(stage.radio, device, on_lost=on_lost)


async def until(condition: Callable[[], bool], limit_s: float = 5.0) -> None:
    async with asyncio.timeout(limit_s):
        while not condition():
            await asyncio.sleep(0.005)


async def streamed(sensor: Peripheral, n: int, rate_hz: float, first: int = 0) -> None:
    """Send numbered notifications at a rate, kept over the whole stream."""
    loop = asyncio.get_running_loop()
    begin_s = loop.time()
    for index in range(n):
        await sensor.notify(DATA, (first + index).to_bytes(4, "little").ljust(FULL_BYTES, b"\0"))
        await asyncio.sleep(max(0.0, begin_s + (index + 1) / rate_hz - loop.time()))


def numbers(payloads: list[bytes]) -> list[int]:
    return [int.from_bytes(payload[:4], "little") for payload in payloads]


async def check_stream_in_bursts(stage: Stage) -> None:
    """Stream 2 s of 100 Hz with a usual connection interval: all of it comes, in order."""
    sensor = await sensor_on(stage)
    link = await linked(stage)
    got: list[tuple[float, bytes]] = []
    loop = asyncio.get_running_loop()
    await link.subscribe(DATA, lambda data: got.append((loop.time(), data)))
    stage.air.interval_s = INTERVAL_S

    await streamed(sensor, 200, 100.0)
    await until(lambda: len(got) >= 200)

    assert numbers([data for _, data in got]) == list(range(200))
    assert {len(data) for _, data in got} == {FULL_BYTES}
    gaps_s = [later - earlier for (earlier, _), (later, _) in pairwise(got)]
    # Three notifications share a connection event: two of three gaps are hardly there.
    assert sum(gap_s < INTERVAL_S / 4 for gap_s in gaps_s) > len(gaps_s) / 2
    stage.air.interval_s = 0
    await link.close()
