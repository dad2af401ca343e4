"""Twenty virtual sensors in one process stream into another: ``python -m bench.sensors``.

The sensors measure at 104 Hz and send 10 samples in a notification, in connection events of 30 ms;
between the processes goes HCI over TCP.  What is printed is what was lost on the way, what is
missing after it was fetched from the sensors' memories, what the host pays for a sensor, and how
old a sample is when it is decoded.  Both processes read the same steady clock.
"""

import asyncio
import json
import sys
import time
from functools import partial

import numpy as np

from bench.keeping import Keeper
from bench.measures import Measure
from bench.soak import runner
from imu.ble.reaching import reach
from imu.drivers.base import StreamSettings
from imu.drivers.hiplevel import HiplevelDriver
from imu.streaming.events import LinkState, Notification, Origin
from imu.streaming.session import StreamSession
from imu.virtual.device import Firmware
from imu.virtual.radio import VirtualRadio
from imu.virtual.sensor import VirtualSensor
from imu.virtual.serving import radio_at, served

N_SENSORS = 20
SECONDS = 30.0
INTERVAL_S = 0.03
NOTE = f"{N_SENSORS} sensors, 104 Hz, 10 in a notification, {SECONDS:.0f} s, over TCP"


class TimedKeeper(Keeper):
    """Keeps, and notes how old live samples are when they are decoded.

    Parameters
    ----------
    booted_s : float
        When the sensor's clock began, on the steady clock of this machine.
    """

    def __init__(self, booted_s: float) -> None:
        super().__init__(HiplevelDriver())
        self.ages_s: list[float] = []
        self.is_timed = False
        self._booted_s = booted_s

    def on_notification(self, notification: Notification) -> None:
        """Keep it; what came of it is known then."""
        super().on_notification(notification)
        if self.is_timed and notification.origin is Origin.LIVE:
            now_s = time.monotonic() - self._booted_s
            self.ages_s += [now_s - t_s for t_s in self.latest_s]


async def serve() -> None:
    """Simulate the sensors until a line says that it is enough."""
    loop = asyncio.get_running_loop()
    air = VirtualRadio()
    felt = runner()
    addresses = [f"F0:F1:F2:F3:F4:{k:02d}" for k in range(1, N_SENSORS + 1)]
    sensors = [
        await VirtualSensor.on(
            air, Firmware(felt, loop.time, seed=k), name=f"V{k}", address=address
        )
        for k, address in enumerate(addresses)
    ]
    async with served(air) as where:
        booted_s = {s.address: s.firmware.clock.booted_s for s in sensors}
        _tell({"where": where, "booted_s": booted_s})
        await asyncio.to_thread(sys.stdin.readline)  # all of them stream
        air.interval_s = INTERVAL_S
        before_s = time.process_time()
        await asyncio.to_thread(sys.stdin.readline)  # that is enough
        _tell({"cpu_s": time.process_time() - before_s})
        await asyncio.to_thread(sys.stdin.readline)  # the rest has been fetched


async def receive() -> dict[str, float]:
    """Stream from all of them at once, and measure."""
    child = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bench.sensors", "serve"),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
    )
    assert child.stdin is not None  # noqa: S101 - asked for above
    assert child.stdout is not None  # noqa: S101
    told = json.loads(await child.stdout.readline())
    radio = await radio_at(told["where"])
    keepers, sessions, running = [], [], []
    for address, booted_s in told["booted_s"].items():
        keepers.append(TimedKeeper(booted_s))
        session = StreamSession(
            partial(reach, radio, address, limit_s=5.0),
            HiplevelDriver(),
            keepers[-1],
            StreamSettings(),
            host_ns=time.monotonic_ns,
        )
        sessions.append(session)
        running.append(asyncio.create_task(session.run()))
        while session.state is not LinkState.STREAMING and not running[-1].done():
            await asyncio.sleep(0.01)
    child.stdin.write(b"stream\n")
    for keeper in keepers:
        keeper.is_timed = True
    before_s, start_s = time.process_time(), time.monotonic()
    await asyncio.sleep(SECONDS)
    cpu_s, took_s = time.process_time() - before_s, time.monotonic() - start_s
    child.stdin.write(b"enough\n")
    sensors_cpu_s = json.loads(await child.stdout.readline())["cpu_s"]
    counts = [keeper.assembler.counts for keeper in keepers]
    n_lost_live = sum(c.n_lost + c.n_refilled for c in counts)
    for session in sessions:
        session.stop()
    await asyncio.gather(*running)
    child.stdin.write(b"bye\n")
    await child.wait()
    figures = _figures(keepers, cpu_s / took_s, sensors_cpu_s / took_s)
    return {"n_lost_live": float(n_lost_live), **figures}


def _figures(keepers: list[TimedKeeper], host: float, sensors: float) -> dict[str, float]:
    counts = [keeper.assembler.counts for keeper in keepers]
    ages_ms = 1e3 * np.concatenate([keeper.ages_s for keeper in keepers])
    p50_ms, p95_ms = np.percentile(ages_ms, (50, 95))
    return {
        "n_samples": float(sum(c.n_samples for c in counts)),
        "n_missing": float(sum(c.n_lost for c in counts)),
        "n_lost_links": float(sum(keeper.n_lost_links for keeper in keepers)),
        "host_cpu_percent": 100 * host / N_SENSORS,
        "sensor_cpu_percent": 100 * sensors / N_SENSORS,
        "p50_ms": float(p50_ms),
        "p95_ms": float(p95_ms),
    }


def measures(got: dict[str, float]) -> list[Measure]:
    """Lay them out for the report."""
    return [
        Measure("samples of 20 sensors missing", got["n_missing"], "", at_most=0, note=NOTE),
        Measure("  lost live, then fetched", got["n_lost_live"], ""),
        Measure("  links lost", got["n_lost_links"], "", at_most=0),
        Measure("host, processor per sensor", got["host_cpu_percent"], "%", note="of one core"),
        Measure("  virtual sensor itself", got["sensor_cpu_percent"], "%", note="other process"),
        Measure("sample to decoded batch, p50", got["p50_ms"], "ms", note="every sample"),
        Measure("sample to decoded batch, p95", got["p95_ms"], "ms", at_most=300),
    ]


def _tell(what: dict[str, object]) -> None:
    sys.stdout.write(json.dumps(what) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    if sys.argv[1:] == ["serve"]:
        asyncio.run(serve())
    else:
        _tell(dict(asyncio.run(receive())))
