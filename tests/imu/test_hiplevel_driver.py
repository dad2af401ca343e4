"""The driver of our protocol against a virtual sensor's firmware, joined by a wire."""

import asyncio
from itertools import pairwise

import numpy as np
import pytest

import firmware_protocol as fp
from imu.drivers.base import StreamSettings
from imu.drivers.hiplevel import HiplevelDriver
from imu.errors import SensorDataError, SensorRefusedError
from imu.streaming.events import Missing
from imu.streaming.session import StreamSession
from imu.virtual.device import Firmware
from imu.virtual.flash import Flash
from tests.imu.streaming.test_session import Book
from tests.imu.virtual_run import felt
from tests.kit.fast_forward import now_ns, run_fast
from tests.kit.wired import Wire

DRIVER = HiplevelDriver()


def now_s():
    return asyncio.get_running_loop().time()


def firmware_with(**options):
    return Firmware(felt(), now_s, **options)


async def talk(firmware):
    wire = Wire(firmware)
    return DRIVER.converse(await wire.connect()), wire


def decoded(stream, messages):
    decoder = DRIVER.decoder(stream)
    return [s for channel, payload in messages for s in decoder.decode(channel, payload)]


def test_facts_say_who_the_sensor_is():
    async def main():
        conversation, _ = await talk(firmware_with())
        return await conversation.facts()

    facts = run_fast(main())
    assert (facts.model, facts.serial, facts.firmware) == ("virtual", "V-0001", "1.0")
    assert facts.battery_percent == 87
    assert facts.log_fill_percent == 0.0


def test_samples_are_what_was_felt_at_their_true_time():
    async def main():
        firmware = firmware_with(drift_ppm=40.0)
        conversation, _ = await talk(firmware)
        heard = []
        stream = await conversation.start(StreamSettings(rate_hz=200), heard.append)
        session = firmware.session
        await asyncio.sleep(20.0)
        return stream, heard, session

    stream, heard, session = run_fast(main())
    assert stream.sampling_rate_hz == 208
    samples = decoded(stream, [(fp.DATA_UUID, payload) for payload in heard])
    assert [b.first_index - a.first_index for a, b in pairwise(samples)] == [19] * (
        len(samples) - 1
    )
    t_s = np.concatenate([s.t_s for s in samples])
    truth_s = np.array([session.t_us(k) / 1e6 for k in range(len(t_s))])
    assert np.abs(t_s - truth_s).max() < 5e-5
    felt_then = felt().counts(
        np.array([session.true_s(k) for k in range(len(t_s))]) - session._worn_s, session.config
    )
    acc = np.concatenate([s.acc_mps2 for s in samples])
    assert acc == pytest.approx(felt_then[:, :3] * session.config.acc_scale)


def test_the_memory_gives_the_same_samples_as_the_radio():
    async def main():
        firmware = firmware_with()
        conversation, _ = await talk(firmware)
        heard = []
        stream = await conversation.start(StreamSettings(), heard.append)
        await asyncio.sleep(10.0)
        fetched = await conversation.fetch(stream, 205, 611)
        return stream, heard, fetched

    stream, heard, fetched = run_fast(main())
    live = decoded(stream, [(fp.DATA_UUID, payload) for payload in heard])
    kept = decoded(stream, [("log", payload) for payload in fetched])
    assert kept[0].first_index <= 205
    assert kept[-1].first_index + len(kept[-1].t_s) >= 611
    acc_live = np.concatenate([s.acc_mps2 for s in live])
    first = kept[0].first_index
    acc_kept = np.concatenate([s.acc_mps2 for s in kept])
    assert acc_kept == pytest.approx(acc_live[first : first + len(acc_kept)])


def test_fetch_finds_blocks_that_lost_samples_have_moved():
    async def main():
        firmware = firmware_with()
        conversation, _ = await talk(firmware)
        stream = await conversation.start(StreamSettings(), lambda _: None)
        firmware.session.lose(100, 400)
        firmware.session.lose(703, 704)
        await asyncio.sleep(12.0)
        return stream, await conversation.fetch(stream, 700, 800)

    stream, fetched = run_fast(main())
    kept = decoded(stream, [("log", payload) for payload in fetched])
    covered = {s.first_index + k for s in kept for k in range(len(s.t_s))}
    assert covered >= set(range(700, 800)) - {703}
    assert 703 not in covered


def test_the_quickest_of_the_pings_tells_the_sensors_clock():
    async def main():
        firmware = firmware_with(drift_ppm=40.0)
        wire, book = Wire(firmware), SampleBook()
        session = StreamSession(wire.connect, DRIVER, book, StreamSettings(), host_ns=now_ns)
        running = asyncio.create_task(session.run())
        await asyncio.sleep(10.0)
        clock = firmware.clock
        session.stop()
        await running
        return book, clock

    book, clock = run_fast(main())
    assert len(book.pings) == 8
    best = min((ping for _, ping in book.pings), key=lambda ping: ping.round_trip_s)
    assert 0 < best.round_trip_s < 0.2
    truth_s = clock.true_s(best.device_s * 1e6) - best.device_s
    assert abs(best.offset_s - truth_s) <= best.round_trip_s / 2 + 1e-4


def test_a_full_memory_streams_without_a_copy_and_says_so():
    async def main():
        flash = Flash(capacity_bytes=100)
        conversation, _ = await talk(firmware_with(flash=flash))
        heard = []
        stream = await conversation.start(StreamSettings(), heard.append)
        await asyncio.sleep(2.0)
        with pytest.raises(SensorRefusedError, match="memory is full"):
            await conversation.begin_run(StreamSettings())
        return stream, heard, await conversation.fetch(stream, 0, 100)

    stream, heard, fetched = run_fast(main())
    assert stream.log_id is None
    assert heard
    assert fetched == []


def test_a_low_battery_is_refused_with_what_to_do():
    async def main():
        firmware = firmware_with()
        firmware.battery_percent = 2
        conversation, _ = await talk(firmware)
        await conversation.start(StreamSettings(), lambda _: None)

    with pytest.raises(SensorRefusedError, match="charge it"):
        run_fast(main())


def test_bytes_that_are_no_samples_are_one_error():
    async def main():
        conversation, _ = await talk(firmware_with())
        return await conversation.start(StreamSettings(), lambda _: None)

    decoder = DRIVER.decoder(run_fast(main()))
    for payload in (b"", b"\x11", b"\xff" * 20, bytes(244)):
        with pytest.raises(SensorDataError, match="no samples"):
            decoder.decode(fp.DATA_UUID, payload)


def test_an_offline_run_is_measured_without_a_link_listed_read_and_erased():
    async def main():
        firmware = firmware_with()
        conversation, wire = await talk(firmware)
        await conversation.begin_run(StreamSettings(rate_hz=52))
        wire.lose()
        await asyncio.sleep(120.0)
        conversation = DRIVER.converse(await wire.connect())
        (open_run,) = await conversation.stored_runs()
        assert not open_run.is_closed
        await conversation.end_run()
        (run,) = await conversation.stored_runs()
        data = b""
        while piece := await conversation.read_run(run, len(data), 5000):
            data += piece
        await conversation.erase_run(run)
        return run, data, await conversation.stored_runs()

    run, data, left = run_fast(main())
    assert left == []
    assert run.is_closed
    assert fp.crc32(data) == run.crc32
    assert len(data) == run.n_bytes
    assert run.started_at is not None
    kept = decoded(run.description, [("log", data[k : k + 256]) for k in range(0, len(data), 256)])
    assert sum(len(s.t_s) for s in kept) == run.n_samples
    assert run.n_samples == pytest.approx(120 * 52, abs=60)


class SampleBook(Book):
    """A sink that knows which samples have come."""

    def __init__(self):
        super().__init__()
        self.have, self.decoders = [], []

    def on_stream(self, stream, facts):
        super().on_stream(stream, facts)
        self.have.append(np.zeros(1 << 14, int))
        self.decoders.append(DRIVER.decoder(stream))

    def on_notification(self, notification):
        super().on_notification(notification)
        k = self.streams.index(notification.stream)
        for s in self.decoders[k].decode(notification.channel, notification.payload):
            self.have[k][s.first_index : s.first_index + len(s.t_s)] += 1

    def missing(self):
        holes = []
        for k, (stream, have) in enumerate(zip(self.streams, self.have, strict=True)):
            is_last = k == len(self.streams) - 1
            n = int(np.flatnonzero(have)[-1]) + 1 if have.any() else 0
            edges = np.flatnonzero(np.diff(np.concatenate(([1], have[:n] > 0, [1])).astype(int)))
            holes += [
                Missing(stream, int(a), int(b))
                for a, b in zip(*edges.reshape(-1, 2).T, strict=True)
            ]
            if not is_last:
                holes.append(Missing(stream, n, n + 4000))
        return holes


def test_a_session_over_the_wire_loses_nothing_whatever_happens():
    async def main():
        firmware = firmware_with(drift_ppm=-40.0)
        wire, book = Wire(firmware), SampleBook()
        n_sent = []

        def swallow(payload):
            n_sent.append(payload)
            return None if len(n_sent) % 23 == 7 else payload

        wire.swallow = swallow
        session = StreamSession(wire.connect, DRIVER, book, StreamSettings(), host_ns=now_ns)
        running = asyncio.create_task(session.run())
        await asyncio.sleep(20.0)
        wire.lose()
        await asyncio.sleep(20.0)
        wire.in_range = False
        wire.lose()
        await asyncio.sleep(60.0)
        wire.in_range = True
        await asyncio.sleep(20.0)
        n_before = firmware.session.n_due(now_s())
        wire.reboot()
        await asyncio.sleep(20.0)
        session.stop()
        await running
        return book, n_before

    book, n_before = run_fast(main())
    assert len(book.streams) == 2
    old, new = ((np.flatnonzero(have)[-1] + 1, have) for have in book.have)
    # A page of the log that was not full is lost with the power.
    assert n_before - 19 <= old[0] <= n_before
    assert (old[1][: old[0]] > 0).all()
    assert (new[1][: new[0]] > 0).all()
    assert new[0] > 1900
