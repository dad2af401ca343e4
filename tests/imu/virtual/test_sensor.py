"""A virtual sensor, reached over bleak's public interface."""

import asyncio
from itertools import pairwise

import numpy as np
import pytest
from bleak import BleakClient, BleakScanner
from bleak.exc import BleakGATTProtocolError

import firmware_protocol as fp
from imu.ble.reaching import reach
from imu.drivers.base import Advertisement, StreamSettings
from imu.drivers.hiplevel import HiplevelDriver
from imu.errors import SensorRefusedError
from imu.virtual.backend import host_radio
from imu.virtual.device import Firmware
from imu.virtual.radio import VirtualRadio
from imu.virtual.sensor import ADDRESS, VirtualSensor
from tests.imu.virtual_run import felt
from tests.kit.fast_forward import run_fast

DRIVER = HiplevelDriver()


def now_s():
    return asyncio.get_running_loop().time()


class Place:
    """A sensor and a computer on one radio."""

    def __init__(self, **options):
        self.options = options

    async def __aenter__(self):
        self.air = VirtualRadio()
        self.firmware = Firmware(felt(), now_s, **self.options)
        self.sensor = await VirtualSensor.on(self.air, self.firmware)
        self.radio = await host_radio(self.air)
        return self

    async def __aexit__(self, *_):
        await self.sensor.close()
        await self.air.close()

    async def talk(self):
        self.link = await reach(self.radio, ADDRESS, limit_s=5.0)
        return DRIVER.converse(self.link)


def test_it_is_found_by_name_service_and_battery():
    async def main():
        async with Place() as place:
            found = await BleakScanner.discover(1.0, return_adv=True, backend=place.radio.scanner)
            place.firmware.battery_percent = 41
            later = await BleakScanner.discover(1.0, return_adv=True, backend=place.radio.scanner)
            return found[ADDRESS][1], later[ADDRESS][1]

    found, later = run_fast(main())
    assert found.local_name == "hiplevel V1"
    heard = Advertisement(
        ADDRESS, found.local_name, found.rssi, tuple(found.service_uuids), found.manufacturer_data
    )
    assert DRIVER.recognises(heard)
    assert DRIVER.battery_percent(heard) == 87
    assert fp.decode_announcement(later.manufacturer_data[fp.COMPANY_ID]).battery_percent == 41


def test_everything_is_said_of_itself():
    async def main():
        async with Place() as place:
            return await (await place.talk()).facts(), place.firmware.boot_id

    facts, boot_id = run_fast(main())
    assert (facts.model, facts.serial, facts.firmware) == ("hiplevel virtual", "V-F4F5", "1.0")
    assert (facts.battery_percent, facts.boot_id) == (87, boot_id)


def test_samples_and_status_come_and_the_memory_has_the_same():
    async def main():
        async with Place() as place:
            conversation = await place.talk()
            heard, told = [], []
            await place.link.subscribe(fp.STATUS_UUID, told.append)
            stream = await conversation.start(StreamSettings(), heard.append)
            await asyncio.sleep(10.0)
            return stream, heard, told, await conversation.fetch(stream, 0, 900)

    stream, heard, told, fetched = run_fast(main())
    decoder = DRIVER.decoder(stream)
    live = [s for p in heard for s in decoder.decode(fp.DATA_UUID, p)]
    kept = [s for p in fetched for s in decoder.decode("log", p)]
    assert [s.first_index for s in live] == list(range(0, 10 * len(live), 10))
    assert len(live) >= 103
    acc_live, acc_kept = (np.concatenate([s.acc_mps2 for s in part]) for part in (live, kept))
    assert len(acc_kept) >= 900
    n = min(len(acc_live), len(acc_kept))
    assert acc_live[:n] == pytest.approx(acc_kept[:n])
    assert 9 <= len(told) <= 11
    assert fp.decode_status(told[-1]).state is fp.State.RUNNING


def test_what_cannot_be_measured_is_refused():
    async def main():
        async with Place() as place:
            client = BleakClient(ADDRESS, backend=place.radio.client)
            await client.connect()
            wrong = fp.encode_config_request(fp.ConfigRequest(77, 16, 2000, 10))
            with pytest.raises(BleakGATTProtocolError) as refused:
                await client.write_gatt_char(fp.CONFIG_UUID, wrong, response=True)
            return refused.value.code

    assert run_fast(main()) == 0x80 + fp.Code.INVALID_ARGUMENT


def test_a_refused_configuration_is_told_in_a_sentence(monkeypatch):
    async def main():
        async with Place() as place:
            conversation = await place.talk()
            await conversation.begin_run(StreamSettings(rate_hz=77))

    monkeypatch.setattr("imu.drivers.hiplevel_conversation._at_least", lambda wanted, _: wanted)
    with pytest.raises(SensorRefusedError, match="choose another rate"):
        run_fast(main())


def test_after_a_lost_link_it_is_found_again_and_goes_on_measuring():
    async def main():
        async with Place() as place:
            conversation = await place.talk()
            stream = await conversation.start(StreamSettings(), lambda _: None)
            place.air.lose(ADDRESS)
            await asyncio.sleep(5.0)
            heard = []
            is_same = await (await place.talk()).resume(stream, heard.append)
            await asyncio.sleep(1.0)
            return is_same, fp.decode_data(heard[0]).seq

    is_same, first = run_fast(main())
    assert is_same
    assert 500 < first < 700


def test_a_small_mtu_gets_one_sample_in_a_packet(monkeypatch):
    monkeypatch.setattr("imu.virtual.client.WANTED_MTU", 23)

    async def main():
        async with Place() as place:
            conversation = await place.talk()
            heard = []
            stream = await conversation.start(StreamSettings(), heard.append)
            await asyncio.sleep(8.0)
            return stream, heard, await conversation.fetch(stream, 0, 60)

    stream, heard, fetched = run_fast(main())
    assert {len(payload) for payload in heard} == {20}
    decoder = DRIVER.decoder(stream)
    samples = [s for p in heard for s in decoder.decode(fp.DATA_UUID, p)]
    assert [s.first_index for s in samples] == list(range(len(samples)))
    assert len(samples) >= 820
    assert sum(fp.decode_log_block(block).n for block in fetched) >= 60


def test_a_link_that_takes_nothing_costs_the_oldest_packets_and_says_so():
    async def main():
        async with Place() as place:
            place.air.supervision_timeout_s = 60.0
            conversation = await place.talk()
            heard = []
            await conversation.start(StreamSettings(), heard.append)
            await asyncio.sleep(2.0)
            place.air.set_in_range(ADDRESS, in_range=False)
            await asyncio.sleep(20.0)
            place.air.set_in_range(ADDRESS, in_range=True)
            await asyncio.sleep(2.0)
            status = fp.decode_status(place.firmware.status())
            return [fp.decode_data(payload) for payload in heard], status

    packets, status = run_fast(main())
    gaps = [(a.seq + a.n, b) for a, b in pairwise(packets) if b.seq != a.seq + a.n]
    ((expected, after),) = gaps
    assert after.flags & fp.DataFlags.PACKETS_SKIPPED
    assert after.seq - expected == status.n_dropped > 1000
    assert status.next_seq - packets[-1].seq < 30


def test_shutdown_is_silence_until_the_button():
    async def main():
        async with Place() as place:
            await place.talk()
            answers = []
            await place.link.subscribe(fp.CONTROL_UUID, answers.append)
            await place.link.write(fp.CONTROL_UUID, fp.encode_command(fp.Shutdown(), 9))
            await asyncio.sleep(1.0)
            is_lost = place.link.lost.is_set()
            off = await BleakScanner.discover(2.0, backend=place.radio.scanner)
            place.sensor.press_button()
            on = await BleakScanner.discover(2.0, backend=place.radio.scanner)
            return answers, is_lost, len(off), len(on)

    answers, is_lost, n_off, n_on = run_fast(main())
    assert fp.decode_reply(answers[0]).status is fp.Code.OK
    assert is_lost
    assert (n_off, n_on) == (0, 1)
