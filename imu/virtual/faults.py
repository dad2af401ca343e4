"""Everything that goes wrong with a sensor, on command."""

import asyncio
import random

import firmware_protocol as fp
from imu.virtual.radio import VirtualRadio
from imu.virtual.sensor import VirtualSensor

# What a notification carries; replies are confirmed, and come or the link is over.
_NOTIFIED = (fp.DATA_UUID, fp.LOG_UUID, fp.STATUS_UUID)
BOOT_S = 1.0
_FLAT_PERCENT = 2


class Faults:
    """Makes one sensor, or the radio to it, fail.

    Parameters
    ----------
    sensor : VirtualSensor
    radio : VirtualRadio
    seed : int
        Of which notifications are hit.

    Attributes
    ----------
    lost_share, garbled_share : float
        Of notifications that never arrive, and that arrive with wrong bytes.  The link layer of
        Bluetooth repeats and checks; what loses or garbles are queues and programs above it.
    is_silent : bool
        Connected, but nothing comes.
    n_lost, n_garbled : int
        How many there were.
    """

    def __init__(self, sensor: VirtualSensor, radio: VirtualRadio, *, seed: int = 1) -> None:
        self.lost_share = 0.0
        self.garbled_share = 0.0
        self.is_silent = False
        self.n_lost = 0
        self.n_garbled = 0
        self._sensor = sensor
        self._radio = radio
        self._random = random.Random(seed)  # noqa: S311 - no secret
        sensor.over_the_air = self._pass

    def burst(self, interval_s: float) -> None:
        """Let everything wait for connection events; 0 for none."""
        self._radio.interval_s = interval_s

    def lose_link(self) -> None:
        """Lose the link at once."""
        self._radio.lose(self._sensor.address)

    def lose_samples(self, n: int) -> None:
        """Have the next n samples never measured."""
        self._sensor.firmware.lose_samples(n)

    def set_battery(self, percent: int = _FLAT_PERCENT) -> None:
        """Have this charge; without an argument too little to begin a run."""
        self._sensor.firmware.battery_percent = percent

    def fill_memory(self) -> None:
        """Leave no room in the sensor's memory."""
        log = self._sensor.firmware.log
        log.capacity_bytes = log.n_bytes

    async def fall_silent(self, seconds: float) -> None:
        """Stay connected, and send nothing."""
        self.is_silent = True
        await asyncio.sleep(seconds)
        self.is_silent = False

    async def leave(self, seconds: float) -> None:
        """Go out of range and come back."""
        self._radio.set_in_range(self._sensor.address, in_range=False)
        await asyncio.sleep(seconds)
        self._radio.set_in_range(self._sensor.address, in_range=True)

    async def reboot(self, seconds: float = BOOT_S) -> None:
        """Lose power: what is in the memory stays, the host hears of nothing."""
        firmware = self._sensor.firmware
        firmware.shut_down()
        self._radio.lose(self._sensor.address)
        await asyncio.sleep(seconds)
        firmware.boot()

    def _pass(self, uuid: str, payload: bytes) -> bytes | None:
        if self.is_silent:
            return None
        if uuid not in _NOTIFIED:
            return payload
        if self._random.random() < self.lost_share:
            self.n_lost += 1
            return None
        if self._random.random() < self.garbled_share:
            self.n_garbled += 1
            return self._garbled(payload)
        return payload

    def _garbled(self, payload: bytes) -> bytes:
        """Return something that no reader can take for the same message."""
        kind = self._random.randrange(3)
        if kind == 0:
            return payload[: self._random.randrange(len(payload))]
        if kind == 1:
            return b"\xff" + self._random.randbytes(len(payload) - 1)
        return payload + self._random.randbytes(7)
