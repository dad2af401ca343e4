"""The one owner of the radio: looks, pairs, forgets, connects."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from imu.ble.bonds import forget_bond
from imu.ble.known_sensors import KnownSensor, KnownSensors
from imu.ble.link import BleLink
from imu.ble.radio import SYSTEM_RADIO, Radio
from imu.ble.reaching import reach
from imu.ble.scanning import FoundSensor, scan, watch
from imu.drivers import DRIVERS, driver_named
from imu.drivers.base import SensorFacts
from imu.errors import SensorBusyError
from imu.streaming.session import Connect, OpenLink
from server.errors import SensorUnknownError

OpenRadio = Callable[[], Awaitable[Radio]]


async def system_radio() -> Radio:
    """Return the computer's own radio."""
    return SYSTEM_RADIO


class SensorHub:
    """Near and known sensors; belongs to the event loop.

    Parameters
    ----------
    folder : Path
        Where known sensors are remembered.
    open_radio : callable
        Called once, when a radio is first needed.
    """

    def __init__(self, folder: Path, open_radio: OpenRadio = system_radio) -> None:
        self._known = KnownSensors(folder)
        self._open_radio = open_radio
        self._radio: Radio | None = None
        self._opening = asyncio.Lock()
        self._near: dict[str, FoundSensor] = {}
        self._in_use: set[str] = set()

    @property
    def problem(self) -> str | None:
        """What was wrong with the file of known sensors."""
        return self._known.problem

    def known(self) -> list[KnownSensor]:
        """Return the sensors that were paired, the one used last first."""
        return sorted(self._known.all(), key=lambda one: one.last_seen, reverse=True)

    def known_at(self, address: str) -> KnownSensor:
        """Return a sensor that was paired.

        Raises
        ------
        SensorUnknownError
        """
        for one in self._known.all():
            if one.address.lower() == address.lower():
                return one
        raise SensorUnknownError(address)

    async def near(self) -> AsyncIterator[FoundSensor]:
        """Look for sensors and yield each whenever it is heard.

        Raises
        ------
        SensorError
        """
        async for found in watch(await self.radio(), DRIVERS):
            self._near[found.address] = found
            yield found

    async def look(self, seconds: float) -> list[FoundSensor]:
        """Look for sensors for some time; the nearest first.

        Raises
        ------
        SensorError
        """
        found = await scan(await self.radio(), DRIVERS, seconds)
        self._near |= {one.address: one for one in found}
        return found

    async def pair(self, address: str) -> tuple[KnownSensor, SensorFacts]:
        """Connect to a sensor, ask who it is, and remember it.

        Raises
        ------
        SensorError, SensorUnknownError
        """
        found = self._near.get(address)
        if found is not None:
            name, driver = found.name, found.driver
        else:
            before = self.known_at(address)
            name, driver = before.name or before.driver, driver_named(before.driver)
        async with self.using(address):
            link = await self._link_to(address, name)
            try:
                facts = await driver.converse(link).facts()
            finally:
                await link.close()
        sensor = KnownSensor(
            address=address,
            name=name,
            driver=driver.name,
            serial=facts.serial,
            last_seen=_now(),
            battery_percent=facts.battery_percent,
        )
        self._known.remember(sensor)
        return sensor, facts

    async def forget(self, address: str) -> str | None:
        """Forget a sensor; returns what the person has to do by hand, if anything.

        Raises
        ------
        SensorUnknownError, SensorBusyError
        """
        sensor = self.known_at(address)
        async with self.using(address):
            by_hand = await forget_bond(await self.radio(), address, sensor.name or "The sensor")
            self._known.forget(address)
        return by_hand

    def seen(self, address: str, facts: SensorFacts | None) -> None:
        """Write down that a sensor was used, and how it was."""
        sensor = self.known_at(address)
        battery = sensor.battery_percent if facts is None else facts.battery_percent
        self._known.remember(replace(sensor, last_seen=_now(), battery_percent=battery))

    def connect_to(self, sensor: KnownSensor) -> Connect:
        """Return what finds a known sensor and connects to it, as often as it is called."""

        async def connect() -> OpenLink:
            return await self._link_to(sensor.address, sensor.name)

        return connect

    @asynccontextmanager
    async def using(self, address: str) -> AsyncIterator[None]:
        """Keep a sensor for oneself.

        Raises
        ------
        SensorBusyError
            Something else in this program uses it.
        """
        if address in self._in_use:
            raise SensorBusyError(
                "The sensor is in use here already: end the run or the sync first."
            )
        self._in_use.add(address)
        try:
            yield
        finally:
            self._in_use.discard(address)

    async def radio(self) -> Radio:
        """Return the radio; opened when it is first needed.

        Raises
        ------
        SensorError
        """
        async with self._opening:
            if self._radio is None:
                self._radio = await self._open_radio()
            return self._radio

    async def _link_to(self, address: str, name: str | None) -> BleLink:
        return await reach(await self.radio(), address, name)


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
