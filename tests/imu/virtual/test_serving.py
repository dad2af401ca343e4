"""Sensors in one process, the host in another; here both in one, with a socket between."""

import asyncio
from contextlib import asynccontextmanager
from functools import partial

import numpy as np
import pytest

import firmware_protocol as fp
from bench.keeping import Keeper
from imu.ble.reaching import reach
from imu.ble.scanning import scan
from imu.drivers.base import StreamSettings
from imu.drivers.hiplevel import HiplevelDriver
from imu.errors import BluetoothOffError
from imu.streaming.events import LinkState
from imu.streaming.session import StreamSession
from imu.virtual.device import Firmware
from imu.virtual.radio import VirtualRadio
from imu.virtual.sensor import ADDRESS, VirtualSensor
from imu.virtual.serving import ANYWHERE, radio_at, serve_sensors, served
from tests.imu.virtual_run import felt

DRIVER = HiplevelDriver()


@asynccontextmanager
async def sensors(n, **options):
    where = asyncio.get_running_loop().create_future()
    serving = asyncio.create_task(serve_sensors(felt(), where.set_result, n=n, **options))
    await asyncio.wait({where, serving}, return_when=asyncio.FIRST_COMPLETED)
    try:
        yield where.result() if where.done() else serving.result()
    finally:
        serving.cancel()
        await asyncio.gather(serving, return_exceptions=True)


@pytest.mark.parametrize("kind", ["tcp", "unix"])
def test_sensors_of_another_process_are_found_and_stream(kind, tmp_path):
    address = ANYWHERE if kind == "tcp" else f"unix:{tmp_path / 'air'}"

    async def main():
        async with sensors(3, address=address) as where:
            radio = await radio_at(where)
            found = await scan(radio, [DRIVER], 0.5)
            link = await reach(radio, found[0].address, limit_s=5.0)
            heard = []
            await DRIVER.converse(link).start(StreamSettings(), heard.append)
            await asyncio.sleep(1.0)
            await link.close()
            return found, heard

    found, heard = asyncio.run(main())
    assert sorted(f.name for f in found) == ["hiplevel V1", "hiplevel V2", "hiplevel V3"]
    firsts = [fp.decode_data(payload).seq for payload in heard]
    assert firsts[:7] == list(range(0, 70, 10))


def test_two_hosts_have_a_sensor_each():
    async def main():
        async with sensors(2) as where:
            keepers, sessions = [], []
            for k in (1, 2):
                keepers.append(Keeper(DRIVER))
                connect = partial(
                    reach, await radio_at(where), f"F0:F1:F2:F3:F4:{k:02d}", limit_s=5.0
                )
                host_ns = lambda: round(asyncio.get_running_loop().time() * 1e9)  # noqa: E731
                sessions.append(
                    StreamSession(connect, DRIVER, keepers[-1], StreamSettings(), host_ns=host_ns)
                )
            running = [asyncio.create_task(s.run()) for s in sessions]
            while any(session.state is not LinkState.STREAMING for session in sessions):
                await asyncio.sleep(0.05)
            await asyncio.sleep(1.5)
            for session in sessions:
                session.stop()
            await asyncio.gather(*running)
            return keepers

    for keeper in asyncio.run(main()):
        (part,) = keeper.assembler.parts
        numbers = keeper.numbers(part.stream)
        assert len(numbers) > 100
        assert (np.diff(numbers) == 1).all()


def test_a_host_that_dies_lets_go_of_its_sensor():
    async def main():
        air = VirtualRadio()
        firmware = Firmware(felt(), asyncio.get_running_loop().time)
        await VirtualSensor.on(air, firmware)
        async with served(air) as where:
            radio = await radio_at(where)
            link = await reach(radio, ADDRESS, limit_s=5.0)
            await DRIVER.converse(link).start(StreamSettings(), lambda _: None)
            radio.client.host.device.host.hci_sink.transport.abort()
            await asyncio.wait_for(link.lost.wait(), 2.0)
            await asyncio.sleep(0.1)  # until its other end has heard of it
            status = fp.decode_status(firmware.status())
            again = await scan(await radio_at(where), [DRIVER], 0.5)
            with pytest.raises(BluetoothOffError):
                await scan(radio, [DRIVER], 0.5)
            return status, again

    status, again = asyncio.run(main())
    assert status.state is fp.State.RUNNING
    assert not status.flags & fp.StatusFlags.STREAMING
    assert [found.address for found in again] == [ADDRESS]


def test_nobody_there_is_told():
    with pytest.raises(BluetoothOffError, match="No simulated sensors"):
        asyncio.run(radio_at("tcp:127.0.0.1:1"))


@pytest.mark.parametrize("address", ["", "tcp:", "tcp:host", "unix:", "usb:0", "tcp:host:port"])
def test_an_address_that_is_none_is_told(address):
    with pytest.raises(ValueError, match="neither tcp"):
        asyncio.run(radio_at(address))
