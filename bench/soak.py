"""Stream for hours while everything goes wrong: ``make soak``, and accelerated in the tests.

``python -m bench.soak 120`` streams for 120 minutes in real time: the driver and the session of
every run, over bleak's public interface, from a virtual sensor at 208 Hz whose clock is 40 ppm
fast, while faults come at random.  It prints what happens, and fails if a sample is missing that
the sensor has, if one is out of order, or if a time is off by more than a millisecond.
"""

import asyncio
import random
import sys
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import partial

from rich.console import Console

from bench.keeping import Keeper, Truth, Verdict
from imu.ble.reaching import reach
from imu.drivers.base import StreamSettings
from imu.drivers.hiplevel import HiplevelDriver
from imu.simulator import Activity, Segment, SimulationParameters, simulate
from imu.streaming.events import LinkState
from imu.streaming.session import Connect, StreamSession
from imu.virtual.backend import backend_on
from imu.virtual.counts import Felt
from imu.virtual.device import Firmware
from imu.virtual.faults import Faults
from imu.virtual.flash import Flash
from imu.virtual.host import VirtualHost
from imu.virtual.radio import VirtualRadio
from imu.virtual.sensor import ADDRESS, VirtualSensor

RATE_HZ = 208
DRIFT_PPM = 40.0
FLASH_BYTES = 64 << 20  # two hours at 208 Hz are 20 MB, and lost pages more
QUIET_S = 30.0  # on average, between two faults
CALM_S = 20.0  # at the end
LOOK_S = 1.0
MAX_TIME_ERROR_S = 1e-3

Say = Callable[[str], None]
Strike = Callable[[random.Random], Awaitable[str]]


@dataclass(frozen=True, slots=True)
class Stage:
    """A sensor, the way to it, and what may go wrong."""

    firmware: Firmware
    connect: Connect
    strike: Strike


async def soak(stage: Stage, seconds: float, *, seed: int, say: Say) -> tuple[Verdict, Keeper]:
    """Stream for some time while faults come at random, then judge what came."""
    rng = random.Random(seed)  # noqa: S311 - no secret
    keeper, truth = Keeper(HiplevelDriver()), Truth(stage.firmware)
    loop = asyncio.get_running_loop()
    session = StreamSession(
        stage.connect,
        HiplevelDriver(),
        keeper,
        StreamSettings(rate_hz=RATE_HZ),
        host_ns=lambda: round(loop.time() * 1e9),
    )
    running = asyncio.create_task(session.run())
    striking = asyncio.create_task(_strike_again(stage.strike, rng, loop.time() + seconds, say))
    # A run ends with a link, so that what is missing can still be fetched.
    while not (striking.done() and session.state is LinkState.STREAMING) and not running.done():
        await asyncio.sleep(LOOK_S)
        truth.take_note()
    await striking
    session.stop()
    await running
    return truth.judge(keeper), keeper


async def _strike_again(strike: Strike, rng: random.Random, end_s: float, say: Say) -> None:
    """Let things go wrong until some time; nothing does at the very end."""
    loop = asyncio.get_running_loop()
    start_s = loop.time()
    while True:
        quiet_s = rng.expovariate(1.0 / QUIET_S)
        if loop.time() + quiet_s > end_s - CALM_S:
            await asyncio.sleep(end_s - loop.time())
            return
        await asyncio.sleep(quiet_s)
        at_s = loop.time() - start_s
        say(f"{at_s:8.0f} s  {await strike(rng)}")


async def radio_stage() -> tuple[Stage, Callable[[], Awaitable[None]]]:
    """Put a sensor and a computer on a virtual radio; returns what ends it, too."""
    air = VirtualRadio(interval_s=0.03)
    firmware = soaked_firmware()
    sensor = await VirtualSensor.on(air, firmware)
    faults = Faults(sensor, air)
    host = await VirtualHost.on(air)

    async def end() -> None:
        await sensor.close()
        await air.close()

    async def strike(rng: random.Random) -> str:
        return await _one_fault(rng, faults, host)

    return Stage(firmware, partial(reach, backend_on(host), ADDRESS, limit_s=5.0), strike), end


def soaked_firmware() -> Firmware:
    """Make a sensor with a drifting clock and room for hours, on a runner."""
    loop = asyncio.get_running_loop()
    return Firmware(runner(), loop.time, drift_ppm=DRIFT_PPM, flash=Flash(FLASH_BYTES))


def runner() -> Felt:
    """Simulate what a sensor on a runner measures."""
    plan = (Segment(Activity.STAND, 6.0), Segment(Activity.RUN, 40.0))
    return Felt.of(simulate(SimulationParameters(plan, seed=4)).recording, again_s=8.0)


async def _one_fault(rng: random.Random, faults: Faults, host: VirtualHost) -> str:
    """Let something go wrong, and wait until it is over."""
    seconds = rng.uniform(1.0, 40.0)
    kinds: tuple[tuple[float, Callable[[], Awaitable[str]]], ...] = (
        (4, lambda: _lost_link(faults)),
        (3, lambda: _leave(faults, seconds)),
        (2, lambda: _silence(faults, seconds / 2)),
        (4, lambda: _loss(faults, rng.uniform(0.01, 0.05), seconds)),
        (2, lambda: _wrong_bytes(faults, 0.02, seconds)),
        (3, lambda: _bursts(faults, rng.choice((0.0, 0.015, 0.03, 0.1)))),
        (1, lambda: _lost_inside(faults, rng.randrange(1, 400))),
        (1, lambda: _adapter_off(host, seconds / 4)),
        (0.3, lambda: _reboot(faults)),
    )
    return await rng.choices([do for _, do in kinds], [weight for weight, _ in kinds])[0]()


async def _lost_link(faults: Faults) -> str:
    faults.lose_link()
    return "the link was lost"


async def _leave(faults: Faults, seconds: float) -> str:
    await faults.leave(seconds)
    return f"{seconds:.0f} s out of range"


async def _silence(faults: Faults, seconds: float) -> str:
    await faults.fall_silent(seconds)
    return f"{seconds:.0f} s of silence"


async def _loss(faults: Faults, share: float, seconds: float) -> str:
    faults.lost_share = share
    await asyncio.sleep(seconds)
    faults.lost_share = 0.0
    return f"{share:.0%} of notifications lost for {seconds:.0f} s"


async def _wrong_bytes(faults: Faults, share: float, seconds: float) -> str:
    faults.garbled_share = share
    await asyncio.sleep(seconds)
    faults.garbled_share = 0.0
    return f"{share:.0%} of notifications garbled for {seconds:.0f} s"


async def _bursts(faults: Faults, interval_s: float) -> str:
    faults.burst(interval_s)
    return f"connection events every {1e3 * interval_s:.0f} ms from now on"


async def _lost_inside(faults: Faults, n: int) -> str:
    faults.lose_samples(n)
    return f"{n} samples lost inside the sensor"


async def _adapter_off(host: VirtualHost, seconds: float) -> str:
    await host.set_powered(is_powered=False)
    await asyncio.sleep(seconds)
    await host.set_powered(is_powered=True)
    return f"Bluetooth off for {seconds:.0f} s"


async def _reboot(faults: Faults) -> str:
    await faults.reboot()
    return "the sensor started anew"


def main() -> None:
    """Soak in real time, and say what came of it."""
    console = Console(width=120)
    minutes = float(sys.argv[1])

    async def run() -> tuple[Verdict, Keeper]:
        stage, end = await radio_stage()
        try:
            return await soak(stage, 60.0 * minutes, seed=time.time_ns(), say=console.print)
        finally:
            await end()

    console.print(f"Streaming for {minutes:g} minutes at {RATE_HZ} Hz.")
    verdict, keeper = asyncio.run(run())
    console.print(report(verdict, keeper))
    if not is_whole(verdict):
        sys.exit("Samples are missing, out of order, or at the wrong time.")


def is_whole(verdict: Verdict) -> bool:
    """Whether nothing is missing, in disorder or at the wrong time."""
    return (
        verdict.n_missing == verdict.n_conflicting == 0
        and verdict.is_in_order
        and verdict.time_error_s < MAX_TIME_ERROR_S
    )


def report(verdict: Verdict, keeper: Keeper) -> str:
    """Say what came of it, in lines."""
    counts = keeper.assembler.counts
    here = f"measured {verdict.n_measured}, kept {verdict.n_kept}, here {verdict.n_have}"
    wrong = f"missing {verdict.n_missing}, conflicting {verdict.n_conflicting}"
    order = "in order" if verdict.is_in_order else "not in order"
    ways = f"from memory {counts.n_refilled}, twice {counts.n_duplicate}"
    links = f"lost links {keeper.n_lost_links}, streams {len(keeper.streams)}"
    unreadable = f"unreadable messages {keeper.n_unreadable}"
    times = f"times off by {1e3 * verdict.time_error_s:.3f} ms within a boot"
    boots = f"{1e3 * verdict.boot_error_s:.3f} ms after one"
    return f"{here}\n{wrong}, {order}\n{ways}, {unreadable}\n{links}\n{times}, {boots}"


if __name__ == "__main__":
    main()
