"""Whatever goes wrong between the driver and a virtual sensor, no sample that it has is missing."""

import asyncio
from functools import partial

import numpy as np
import pytest

import firmware_protocol as fp
from bench.keeping import Keeper
from imu.ble.reaching import reach
from imu.drivers.base import StreamSettings
from imu.drivers.hiplevel import HiplevelDriver
from imu.errors import SensorRefusedError
from imu.streaming.session import StreamSession
from imu.virtual.backend import host_radio
from imu.virtual.device import Firmware
from imu.virtual.faults import Faults
from imu.virtual.flash import Flash
from imu.virtual.radio import VirtualRadio
from imu.virtual.sensor import ADDRESS, VirtualSensor
from tests.imu.virtual_run import felt
from tests.kit.fast_forward import now_ns, run_fast

DRIVER = HiplevelDriver()
SECONDS = 24.0


def now_s():
    return asyncio.get_running_loop().time()


class Story:
    """A stream of 24 s in which things go wrong."""

    def __init__(self, trouble, *, settings=None, seconds=SECONDS, **options):
        self.trouble = trouble
        self.settings = settings or StreamSettings()
        self.seconds = seconds
        self.options = options
        self.keeper = Keeper(DRIVER)
        self.sessions = []

    def run(self):
        run_fast(self._run())
        return self

    async def _run(self):
        self.air = VirtualRadio()
        self.firmware = Firmware(felt(), now_s, drift_ppm=40.0, **self.options)
        sensor = await VirtualSensor.on(self.air, self.firmware)
        self.faults = Faults(sensor, self.air)
        radio = await host_radio(self.air)
        session = StreamSession(
            partial(reach, radio, ADDRESS, limit_s=5.0),
            DRIVER,
            self.keeper,
            self.settings,
            host_ns=now_ns,
        )
        running = asyncio.create_task(session.run())
        acting = asyncio.create_task(self._act())
        await asyncio.wait({running, acting}, return_when=asyncio.FIRST_COMPLETED)
        if acting.done():
            self.take_note()
            session.stop()
        acting.cancel()
        try:
            await running
        finally:
            await sensor.close()
            await self.air.close()

    async def _act(self):
        end_s = now_s() + self.seconds
        await asyncio.sleep(3.0)
        self.take_note()
        await self.trouble(self)
        await asyncio.sleep(end_s - now_s())

    def take_note(self):
        """Remember what was measured until now."""
        session = self.firmware.session
        if session is not None:
            self.sessions = [s for s in self.sessions if s[0] is not session]
            self.sessions.append((session, session.n_due(now_s())))

    def check(self, *, lost=(), part=0, n_at_end=0):
        """Every sample that was measured is there once, in order, at its time.

        Without memory, what does not fill a packet at the end is not sent.
        """
        session, n = self.sessions[part]
        n -= n_at_end
        times_s, values = self.keeper.assembler.parts[part].samples()
        wanted = np.setdiff1d(np.arange(n), np.asarray(lost))
        assert len(times_s) >= len(wanted)
        truth_s = np.array([session.t_us(k) / 1e6 for k in wanted])
        assert np.abs(times_s[: len(wanted)] - truth_s).max() < 1e-3
        counts = session._felt.counts(
            np.array([session.true_s(k) for k in wanted]) - session._worn_s, session.config
        )
        acc = counts[:, :3] * session.config.acc_scale
        assert values[: len(wanted), :3] == pytest.approx(acc, abs=1e-4)


@pytest.mark.parametrize("rate_hz", [52, 208])
def test_lost_notifications(rate_hz):
    async def trouble(story):
        story.faults.lost_share = 0.05

    story = Story(trouble, settings=StreamSettings(rate_hz=rate_hz)).run()
    assert story.faults.n_lost > 10
    story.check()


def test_bursts():
    async def trouble(story):
        story.faults.burst(0.1)

    story = Story(trouble).run()
    story.check()


def test_a_lost_link():
    async def trouble(story):
        for _ in range(3):
            story.faults.lose_link()
            await asyncio.sleep(6.0)

    story = Story(trouble).run()
    story.check()
    assert len(story.keeper.streams) == 1
    assert story.keeper.n_lost_links == 3


def test_silence():
    async def trouble(story):
        await story.faults.fall_silent(12.0)

    story = Story(trouble).run()
    story.check()
    assert story.keeper.n_lost_links >= 1


def test_out_of_range_for_a_while():
    async def trouble(story):
        await story.faults.leave(2.0)
        await asyncio.sleep(5.0)
        await story.faults.leave(40.0)

    story = Story(trouble, seconds=60.0).run()
    story.check()
    assert story.keeper.n_lost_links >= 1


def test_wrong_bytes():
    async def trouble(story):
        story.faults.garbled_share = 0.05

    story = Story(trouble).run()
    assert story.faults.n_garbled > 10
    assert story.keeper.n_unreadable > 3
    story.check()


def test_samples_lost_inside_the_sensor():
    async def trouble(story):
        await asyncio.sleep(5.0)
        story.faults.lose_samples(500)
        await asyncio.sleep(10.0)
        story.faults.lose_samples(1)
        await asyncio.sleep(5.0)

    story = Story(trouble).run()
    (a, b), (c, d) = story.sessions[0][0]._lost
    story.check(lost=[*range(a, b), *range(c, d)])
    assert (b - a, d - c) == (500, 1)


def test_a_reboot():
    async def trouble(story):
        await asyncio.sleep(10.0)
        story.take_note()
        await story.faults.reboot()

    story = Story(trouble).run()
    assert len(story.keeper.streams) == 2
    (session, n), _ = story.sessions
    # The page that was not full is lost with the power.
    story.sessions[0] = (session, n - fp.SAMPLES_PER_BLOCK)
    story.check(part=0)
    story.check(part=1)


def test_a_memory_that_fills_up_while_streaming():
    async def trouble(story):
        await asyncio.sleep(10.0)
        story.faults.fill_memory()

    story = Story(trouble).run()
    story.check(n_at_end=10)


def test_a_memory_that_is_full_from_the_beginning():
    async def trouble(story):
        pass

    story = Story(trouble, flash=Flash(100)).run()
    story.check(n_at_end=10)
    assert story.keeper.streams[0].log_id is None


def test_a_battery_that_runs_low_ends_the_stream_and_is_told():
    async def trouble(story):
        story.faults.set_battery()

    story = Story(trouble, seconds=12.0).run()
    story.check(n_at_end=10)  # the last packet was not full, and stays on the sensor
    reasons = [reason for _, reason in story.keeper.states if reason]
    assert any("charge it" in reason for reason in reasons)


def test_a_low_battery_is_told_before_the_run():
    async def main():
        air = VirtualRadio()
        firmware = Firmware(felt(), now_s)
        sensor = await VirtualSensor.on(air, firmware)
        Faults(sensor, air).set_battery()
        connect = partial(reach, await host_radio(air), ADDRESS, limit_s=5.0)
        session = StreamSession(connect, DRIVER, Keeper(DRIVER), StreamSettings(), host_ns=now_ns)
        await session.run()

    with pytest.raises(SensorRefusedError, match="charge it"):
        run_fast(main())
