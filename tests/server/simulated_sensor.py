"""A simulated sensor that a server in a thread pairs with, and that a test can disturb."""

import asyncio
import threading
from collections.abc import Callable
from functools import cache

from imu.ble.radio import Radio
from imu.simulator import Activity, Segment, SimulationParameters, simulate
from imu.virtual.backend import host_radio
from imu.virtual.counts import Felt
from imu.virtual.device import Firmware
from imu.virtual.radio import VirtualRadio
from imu.virtual.sensor import ADDRESS, VirtualSensor

STAND_S, WALK_S = 6.0, 40.0


@cache
def walker() -> Felt:
    plan = (Segment(Activity.STAND, STAND_S), Segment(Activity.WALK, WALK_S))
    recording = simulate(SimulationParameters(plan, seed=6)).recording
    return Felt.of(recording, again_s=STAND_S + 2.0)


class SimulatedSensor:
    """Opens the radio on the server's own event loop."""

    def __init__(self) -> None:
        self.address = ADDRESS
        self._loop: asyncio.AbstractEventLoop | None = None
        self.air: VirtualRadio | None = None
        self.sensor: VirtualSensor | None = None

    async def open_radio(self) -> Radio:
        self._loop = asyncio.get_running_loop()
        self.air = VirtualRadio(supervision_timeout_s=0.5)
        firmware = Firmware(walker(), self._loop.time, begins_with_session=True, drift_ppm=30.0)
        self.sensor = await VirtualSensor.on(self.air, firmware, name="Test sensor")
        return await host_radio(self.air)

    def do(self, act: Callable[[VirtualRadio, VirtualSensor], object]) -> None:
        """Do something to it on the server's loop, and return when it is done."""
        assert self._loop is not None
        done = threading.Event()

        def here() -> None:
            assert self.air is not None
            assert self.sensor is not None
            act(self.air, self.sensor)
            done.set()

        self._loop.call_soon_threadsafe(here)
        assert done.wait(5)
