"""A virtual Movesense over bleak's public interface: its driver, a session, and a recording."""

import asyncio
from functools import partial
from itertools import pairwise

import numpy as np
import pytest
from bleak import BleakScanner

from imu.ble.reaching import reach
from imu.capture.finalising import finalise
from imu.capture.journal import JournalWriter
from imu.capture.recorder import Recorder
from imu.drivers import DRIVERS, driver_named, driver_of
from imu.drivers.base import Advertisement, StreamSettings
from imu.drivers.movesense import MovesenseDriver
from imu.drivers.movesense_gsp import DATA_UUID, SERVICE_UUID
from imu.errors import SensorBusyError, SensorDataError, SensorRefusedError
from imu.recordings import read_recording
from imu.streaming.events import LinkState
from imu.streaming.session import StreamSession
from imu.virtual.backend import host_radio
from imu.virtual.movesense import ADDRESS, NAME, VirtualMovesense
from imu.virtual.movesense_firmware import MovesenseFirmware
from imu.virtual.radio import VirtualRadio
from tests.imu.virtual_run import felt
from tests.kit.fast_forward import now_ns, run_fast

DRIVER = MovesenseDriver()


def now_s():
    return asyncio.get_running_loop().time()


class Place:
    """A sensor and a computer on one radio."""

    def __init__(self, *, feels=None, interval_s=0.0, **options):
        self.feels, self.interval_s, self.options = feels, interval_s, options

    async def __aenter__(self):
        self.air = VirtualRadio(interval_s=self.interval_s)
        self.firmware = MovesenseFirmware(self.feels or felt(), now_s, **self.options)
        self.sensor = await VirtualMovesense.on(self.air, self.firmware)
        self.radio = await host_radio(self.air)
        return self

    async def __aexit__(self, *_):
        await self.sensor.close()
        await self.air.close()

    async def talk(self):
        self.link = await reach(self.radio, ADDRESS, limit_s=5.0)
        return DRIVER.converse(self.link)


def streamed(seconds, *, prepare=lambda _: None, rate_hz=104, **options):
    """Start, listen, stop, and listen on; returns description, notifications, facts."""

    async def main():
        async with Place(**options) as place:
            prepare(place)
            conversation = await place.talk()
            facts = await conversation.facts()
            heard = []
            stream = await conversation.start(StreamSettings(rate_hz=rate_hz), heard.append)
            await asyncio.sleep(seconds)
            await conversation.stop()
            n = len(heard)
            await asyncio.sleep(1.0)
            assert len(heard) == n
            return stream, heard, facts

    return run_fast(main())


def samples_of(stream, heard):
    decoder = DRIVER.decoder(stream)
    return [s for payload in heard for s in decoder.decode(DATA_UUID, payload)]


def check_without_a_gap(samples, n):
    assert samples[0].first_index == 0
    assert all(b.first_index == a.first_index + len(a.t_s) for a, b in pairwise(samples))
    assert samples[-1].first_index + len(samples[-1].t_s) == pytest.approx(n, abs=30)


def test_it_is_found_by_its_name_and_by_what_it_advertises():
    async def main():
        async with Place() as place:
            found = await BleakScanner.discover(1.0, return_adv=True, backend=place.radio.scanner)
            return found[ADDRESS][1]

    found = run_fast(main())
    heard = Advertisement(ADDRESS, found.local_name, found.rssi, tuple(found.service_uuids))
    assert found.local_name == NAME
    assert driver_of(heard) is driver_named("movesense")
    assert DRIVER.battery_percent(heard) is None
    unnamed = Advertisement(ADDRESS, None, -50, heard.service_uuids)
    assert driver_of(unnamed) is driver_named("movesense")
    assert DRIVER.recognises(Advertisement(ADDRESS, "Mine", -50, (SERVICE_UUID,)))
    assert not DRIVER.recognises(Advertisement(ADDRESS, "Watch", -50, heard.service_uuids))


def test_pages_promise_nothing_that_it_cannot_do():
    assert [driver.name for driver in DRIVERS] == ["hiplevel", "movesense"]
    can = DRIVER.capabilities
    assert (can.has_memory, can.has_device_time, can.has_sequence) == (False, True, False)
    assert not can.is_tried_on_hardware
    assert "not tried" in DRIVER.label
    assert DRIVER.memory_channel is None


def test_it_says_who_it_is_and_streams_what_was_felt():
    stream, heard, facts = streamed(10.0)
    assert (facts.model, facts.serial) == ("Movesense virtual", "210330000123")
    assert (facts.firmware, facts.battery_percent, facts.boot_id) == ("2.3.1", 87, None)
    assert (stream.boot_id, stream.session_id, stream.log_id) == (None, None, None)
    assert {len(payload) for payload in heard} == {198}
    samples = samples_of(stream, heard)
    check_without_a_gap(samples, 11 * 104)
    acc = np.concatenate([s.acc_mps2 for s in samples])
    at_s = np.arange(len(acc)) / 104 + samples[0].t_s[0] - 60.0  # it was on for a minute
    truth = np.stack([np.interp(at_s, felt().t_s, felt().acc_mps2[:, k]) for k in range(3)], 1)
    # Where it stands; during the run a millisecond of time moves the acceleration too much.
    assert np.abs(acc - truth)[at_s < 5.5].max() < 0.3


@pytest.mark.parametrize(("rate_hz", "per_message"), [(52, 4), (104, 8), (208, 16)])
@pytest.mark.parametrize("room", [244, 158, 150])
def test_each_rate_comes_whole_in_one_part_or_in_two(rate_hz, per_message, room):
    def prepare(place):
        place.sensor.room = room

    stream, heard, _ = streamed(4.0, prepare=prepare, rate_hz=rate_hz)
    assert stream.sampling_rate_hz == rate_hz
    assert stream.settings["message_bytes"] == 4 + 24 * per_message
    has_two_parts = 6 + 24 * per_message > room
    assert has_two_parts == (len({payload[0] for payload in heard}) == 2)
    check_without_a_gap(samples_of(stream, heard), 5 * rate_hz)


@pytest.mark.parametrize("asked_hz", [1, 105, 500])
def test_a_rate_that_it_has_not_got_becomes_the_next_one(asked_hz):
    stream, _, _ = streamed(0.5, rate_hz=asked_hz)
    assert stream.sampling_rate_hz == {1: 52, 105: 208, 500: 208}[asked_hz]


@pytest.mark.parametrize("rate_error", [-0.04, 0.03])
def test_a_rate_that_is_off_loses_nothing_and_keeps_the_time(rate_error):
    stream, heard, _ = streamed(30.0, rate_error=rate_error)
    samples = samples_of(stream, heard)
    check_without_a_gap(samples, 31 * 104 * (1 + rate_error))
    t_s = np.array([s.t_s[0] for s in samples])
    truth_s = t_s[0] + np.arange(len(t_s)) * 8 / (104 * (1 + rate_error))
    assert np.abs(t_s - truth_s).max() < 0.0011


@pytest.mark.parametrize("wants_slash", [True, False])
def test_old_firmware_that_hardly_answers_is_understood(wants_slash):
    def prepare(place):
        place.firmware.is_silent = True
        place.firmware.wants_slash = wants_slash

    stream, heard, _ = streamed(3.0, prepare=prepare)
    check_without_a_gap(samples_of(stream, heard), 4 * 104)


def test_paths_without_a_slash_are_tried_too():
    def prepare(place):
        place.firmware.wants_slash = False

    stream, heard, _ = streamed(2.0, prepare=prepare)
    assert stream.settings["path"] == "Meas/IMU6/104"
    assert samples_of(stream, heard)


@pytest.mark.parametrize("unit_mps2", [9.80665, 0.00980665])
def test_a_firmware_with_another_unit_is_read_all_the_same(unit_mps2):
    stream, heard, _ = streamed(2.0, unit_mps2=unit_mps2)
    first = np.linalg.norm(samples_of(stream, heard)[0].acc_mps2, axis=1)
    assert first == pytest.approx(9.8, rel=0.05)


def test_an_unknown_unit_is_refused_and_the_stream_is_given_back():
    async def main():
        async with Place(unit_mps2=3.0) as place:
            conversation = await place.talk()
            with pytest.raises(SensorDataError, match="hold it still"):
                await conversation.start(StreamSettings(), lambda _: None)
            return place.firmware.due()

    assert run_fast(main()) == []


@pytest.mark.parametrize(
    "begin", [lambda c: c.facts(), lambda c: c.start(StreamSettings(), lambda _: None)]
)
def test_without_request_slots_it_is_restarted_and_the_person_is_told(begin):
    async def main():
        async with Place() as place:
            place.firmware.is_exhausted = True
            conversation = await place.talk()
            with pytest.raises(SensorRefusedError, match="try again in ten seconds"):
                await begin(conversation)
            await asyncio.sleep(1.0)
            assert place.link.lost.is_set()
            conversation = await place.talk()
            await conversation.start(StreamSettings(), lambda _: None)
            return place.firmware.n_restarts

    assert run_fast(main()) == 1


def test_what_others_occupy_is_told():
    async def main():
        async with Place() as place:
            conversation = await place.talk()
            for reference in range(200, 204):
                place.firmware.command(bytes([1, reference]) + b"/Meas/IMU6/52")
            with pytest.raises(SensorBusyError, match="close every other app"):
                await conversation.start(StreamSettings(), lambda _: None)

    run_fast(main())


def test_a_stream_goes_on_after_a_lost_link_but_not_after_a_restart():
    async def main():
        async with Place(uptime_ms=(1 << 32) - 12_000) as place:  # its clock wraps meanwhile
            conversation = await place.talk()
            heard = []
            stream = await conversation.start(StreamSettings(), heard.append)
            await asyncio.sleep(10.0)
            place.air.lose(ADDRESS)
            await asyncio.sleep(20.0)
            conversation = await place.talk()
            goes_on = await conversation.resume(stream, heard.append)
            await asyncio.sleep(5.0)
            await place.sensor.restart()
            n = len(heard)
            conversation = await place.talk()
            goes_on_after = await conversation.resume(stream, heard.append)
            await asyncio.sleep(2.0)
            return stream, heard, goes_on, goes_on_after, len(heard) - n, place.firmware.due()

    stream, heard, goes_on, goes_on_after, n_after, still_due = run_fast(main())
    assert (goes_on, goes_on_after, n_after, still_due) == (True, False, 0, [])
    samples = samples_of(stream, heard)
    (gap,) = [(a, b) for a, b in pairwise(samples) if b.first_index != a.first_index + len(a.t_s)]
    n_lost = gap[1].first_index - gap[0].first_index - 8
    between_s = gap[1].t_s[0] - gap[0].t_s[0] - 8 / 104
    assert n_lost == pytest.approx(between_s * 104, abs=1)
    assert 19.0 < between_s < 22.0


class Recorded:
    """A session with a recorder, and what came of it."""

    def __init__(self, tmp_path):
        self.folder = tmp_path
        self.batches, self.changes = [], []

    async def run(self, place, happen):
        loop = asyncio.get_running_loop()
        writer = JournalWriter.create(
            self.folder,
            on_trouble=self.changes.append,
            host_ns=lambda: round(loop.time() * 1e9),  # the journal has a thread of its own
        )
        self.recorder = Recorder(
            DRIVER,
            writer,
            on_batch=self.batches.append,
            on_change=lambda: self.changes.append(self.recorder.state),
        )
        session = StreamSession(
            partial(reach, place.radio, ADDRESS, limit_s=5.0),
            DRIVER,
            self.recorder,
            StreamSettings(),
            host_ns=now_ns,
        )
        running = asyncio.create_task(session.run())
        await happen(place)
        session.stop()
        await running
        self.n_reconnects = session.n_reconnects
        writer.close()
        made = finalise(writer.path, self.folder, decoder_for=DRIVER.decoder)
        self.recording = read_recording(made.recording)
        self.capture = self.recording.metadata["capture"]

    def check(self):
        """What all runs have in common: one order in time, live as in the recording."""
        t_s = self.recording.t_s
        assert (np.diff(t_s) > 0).all()
        live = np.concatenate([batch.acc_mps2 for batch in self.batches])
        np.testing.assert_allclose(self.recording.acc_mps2, live, rtol=1e-5, atol=1e-5)
        assert self.recorder.n_undecoded == self.capture["n_not_decoded"] == 0
        assert self.recorder.counts.n_lost == self.capture["n_lost"]
        assert LinkState.STOPPED in self.changes


def recorded(tmp_path, happen, **options):
    async def main():
        async with Place(**options) as place:
            run = Recorded(tmp_path)
            await run.run(place, happen)
            run.check()
            return run

    return run_fast(main())


def test_a_run_is_recorded_whole_with_bursts_and_drift(tmp_path):
    async def happen(_):
        await asyncio.sleep(30.0)

    run = recorded(tmp_path, happen, interval_s=0.03, drift_ppm=40.0)
    assert (run.capture["n_lost"], run.capture["n_parts"], run.n_reconnects) == (0, 1, 0)
    assert run.recording.metadata["sensor"]["driver"] == "movesense"
    assert len(run.recording.t_s) == pytest.approx(30 * 104, abs=60)
    assert np.diff(run.recording.t_s) == pytest.approx(1 / 104, abs=3e-4)


def test_notifications_that_the_host_loses_are_counted(tmp_path):
    n_sent = n_lost = 0

    def lose(payload):
        nonlocal n_sent, n_lost
        n_sent += payload[0] != 1  # of the answers none
        is_lost = payload[0] != 1 and n_sent % 50 == 40 and n_sent < 350
        n_lost += 8 * is_lost
        return None if is_lost else payload

    async def happen(place):
        place.sensor.over_the_air = lose
        await asyncio.sleep(30.0)

    run = recorded(tmp_path, happen)
    assert run.capture["n_lost"] == n_lost == 7 * 8
    assert run.capture["n_parts"] == 1


def test_a_lost_link_is_a_gap_of_known_length(tmp_path):
    async def happen(place):
        await asyncio.sleep(20.0)
        place.air.lose(ADDRESS)
        await asyncio.sleep(10.0)
        place.air.supervision_timeout_s = 2.0
        place.air.set_in_range(ADDRESS, in_range=False)
        await asyncio.sleep(600.0)
        place.air.set_in_range(ADDRESS, in_range=True)
        await asyncio.sleep(30.0)

    run = recorded(tmp_path, happen, rate_error=0.02)
    assert (run.capture["n_parts"], run.capture["n_boots"]) == (1, 1)
    assert run.n_reconnects == run.capture["n_links_lost"] == 2
    t_s = run.recording.t_s
    gaps_s = np.diff(t_s)[np.diff(t_s) > 0.05]
    assert len(gaps_s) == 2
    assert gaps_s[1] > 590
    # Each gap is counted to a sample; the first came before the rate was known any better.
    n_missing = (gaps_s * 104 * 1.02 - 1).sum()
    assert run.capture["n_lost"] == pytest.approx(n_missing, abs=4)


def test_a_restart_is_a_new_part_whose_time_goes_on(tmp_path):
    async def happen(place):
        await asyncio.sleep(20.0)
        await place.sensor.restart()
        await asyncio.sleep(20.0)

    run = recorded(tmp_path, happen)
    assert (run.capture["n_parts"], run.capture["n_boots"], run.n_reconnects) == (2, 2, 1)
    assert run.capture["n_lost"] == 0  # what was missed between two boots nobody counted
    t_s = run.recording.t_s
    (gap_s,) = np.diff(t_s)[np.diff(t_s) > 0.05]
    assert 0.05 < gap_s < 3.0
    assert t_s[-1] - t_s[0] == pytest.approx(40.0, abs=1.0)


def test_the_whole_way_with_the_link_of_the_product(tmp_path):
    async def happen(place):
        await asyncio.sleep(10.0)
        place.air.lose(ADDRESS)
        await asyncio.sleep(10.0)

    run = recorded(tmp_path, happen)
    assert (run.capture["n_parts"], run.n_reconnects) == (1, 1)
    assert 0 < run.capture["n_lost"] < 5 * 104
