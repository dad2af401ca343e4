"""The demo's sensor: simulated, on a radio without air, but paired and streamed like a real one."""

import asyncio
import secrets

from imu.ble.radio import Radio
from imu.recordings import Recording
from imu.simulator import Activity, Segment, SimulationParameters, running, simulate
from server.errors import SettingsError
from server.sensors.radios import NEEDS_EXTRA

# Somebody stands until the page has seen it, walks the ten steps, and runs.
STAND_S, WALK_S, RUN_S = 20.0, 15.0, 600.0
NAME = "Demo sensor"
INTERVAL_S = 0.03  # of a usual connection, so that data comes in bursts as over the air
DRIFT_PPM = 18.0


async def demo_radio() -> Radio:
    """Put a simulated sensor on a radio of its own, and return that radio.

    Raises
    ------
    SettingsError
        The package that simulates Bluetooth is not installed.
    """
    try:
        from imu.virtual.backend import host_radio
        from imu.virtual.counts import Felt
        from imu.virtual.device import Firmware
        from imu.virtual.radio import VirtualRadio
        from imu.virtual.sensor import VirtualSensor
    except ImportError as error:
        raise SettingsError(NEEDS_EXTRA) from error
    felt = Felt.of(await asyncio.to_thread(_run), again_s=STAND_S + WALK_S + 2.0)
    air = VirtualRadio(interval_s=INTERVAL_S)
    loop = asyncio.get_running_loop()
    sensor = await VirtualSensor.on(
        air,
        Firmware(
            felt,
            loop.time,
            drift_ppm=DRIFT_PPM,
            begins_with_session=True,
            seed=secrets.randbits(32),
        ),
        name=NAME,
    )
    radio = await host_radio(air)
    _kept.append((air, sensor))
    return radio


# The sensor lives as long as the server.
_kept: list[object] = []


def _run() -> Recording:
    plan = (
        Segment(Activity.STAND, STAND_S),
        Segment(Activity.WALK, WALK_S),
        Segment(Activity.RUN, RUN_S),
    )
    return simulate(SimulationParameters(plan, run=running(2.8), seed=11)).recording
