"""Look for sensors: which are near, how strongly they are heard, and a known one again.

There is never more than one scan of the operating system at a time: whoever looks while somebody
looks already, listens to the same scan.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field, replace
from sys import platform
from time import monotonic

from bleak import BleakScanner
from bleak.backends.device import BLEDevice
from bleak.backends.scanner import AdvertisementData
from bleak.exc import BleakError

from imu.ble.failures import Doing, Trouble, error_of, failures_told
from imu.ble.radio import Radio
from imu.drivers.base import Advertisement, Driver

Hear = Callable[[BLEDevice, AdvertisementData], None]

# Share of a new reading in the smoothed signal strength: a step is shown to nine tenths after
# seven advertisements, while the usual flutter of some dB shrinks to four tenths of itself.
RSSI_SHARE = 0.3
UNKNOWN_RSSI_DBM = -127  # what bleak says where the system says nothing
# Sensors advertise each 0.1 to 1 s; several advertisements may be missed.
FIND_LIMIT_S = 10.0


@dataclass(frozen=True, slots=True)
class FoundSensor:
    """A sensor that is near.

    Attributes
    ----------
    advertisement : Advertisement
        The latest.
    driver : Driver
    device : BLEDevice
        What a connection is made with, soon: systems forget it some time after the scan.
    rssi_dbm : float
        Signal strength, smoothed.
    battery_percent : int or None
        None where the sensor does not advertise it.
    heard_s : float
        When it was last heard, in the time of `time.monotonic`.
    """

    advertisement: Advertisement
    driver: Driver
    device: BLEDevice
    rssi_dbm: float
    battery_percent: int | None
    heard_s: float

    @property
    def address(self) -> str:
        """Address of its radio."""
        return self.advertisement.address

    @property
    def name(self) -> str:
        """Its name, or what kind of sensor it is."""
        return self.advertisement.name or self.driver.label


async def scan(radio: Radio, drivers: Sequence[Driver], seconds: float) -> list[FoundSensor]:
    """Look for sensors for some time.

    Returns
    -------
    list of FoundSensor
        The nearest (loudest) first.

    Raises
    ------
    BluetoothOffError, BluetoothPermissionError, SensorBusyError
    """
    found: dict[str, FoundSensor] = {}
    with suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            async for sensor in watch(radio, drivers):
                found[sensor.address] = sensor
    return sorted(found.values(), key=lambda sensor: -sensor.rssi_dbm)


async def watch(radio: Radio, drivers: Sequence[Driver]) -> AsyncIterator[FoundSensor]:
    """Look for sensors and yield each whenever it is heard, until the caller has enough.

    A caller that is slow gets the latest of each sensor, never a backlog.  One that leaves its loop
    early closes the iterator (`contextlib.aclosing`): the scan goes on until then.

    Raises
    ------
    BluetoothOffError, BluetoothPermissionError, SensorBusyError
    """
    known: dict[str, FoundSensor] = {}
    news: dict[str, None] = {}
    heard = asyncio.Event()

    def hear(device: BLEDevice, data: AdvertisementData) -> None:
        sensor = _recognised(device, data, drivers, known.get(device.address))
        if sensor is not None:
            known[device.address] = sensor
            news[device.address] = None
            heard.set()

    async with _listening(radio, hear):
        while True:
            await heard.wait()
            heard.clear()
            for address in list(news):
                del news[address]
                yield known[address]


async def find(
    radio: Radio,
    address: str,
    name: str | None = None,
    *,
    limit_s: float = FIND_LIMIT_S,
    by_name: bool = platform == "darwin",
) -> BLEDevice:
    """Find one sensor again.

    Parameters
    ----------
    radio : Radio
    address : str
    name : str or None
        As it was advertised.
    limit_s : float
    by_name : bool
        Take a sensor of this name as well: on macOS an address means something to one computer
        only, and not even there for ever.

    Raises
    ------
    SensorNotFoundError
        Not heard within ``limit_s``.
    BluetoothOffError, BluetoothPermissionError, SensorBusyError
    """
    found: asyncio.Future[BLEDevice] = asyncio.get_running_loop().create_future()

    def hear(device: BLEDevice, data: AdvertisementData) -> None:
        is_same = device.address.upper() == address.upper()
        is_namesake = by_name and name is not None and name in {data.local_name, device.name}
        if (is_same or is_namesake) and not found.done():
            found.set_result(device)

    try:
        async with asyncio.timeout(limit_s), _listening(radio, hear):
            return await found
    except TimeoutError as error:
        raise error_of(Trouble.NOT_FOUND, name or address) from error


def _recognised(
    device: BLEDevice,
    data: AdvertisementData,
    drivers: Sequence[Driver],
    before: FoundSensor | None,
) -> FoundSensor | None:
    advertisement = Advertisement(
        address=device.address,
        name=data.local_name or device.name,
        rssi_dbm=data.rssi,
        service_uuids=tuple(uuid.lower() for uuid in data.service_uuids),
        manufacturer_data=dict(data.manufacturer_data),
    )
    if advertisement.name is None and before is not None:
        advertisement = replace(advertisement, name=before.advertisement.name)
    driver = next((one for one in drivers if one.recognises(advertisement)), None)
    if driver is None:
        return None
    battery_percent = driver.battery_percent(advertisement)
    if battery_percent is None and before is not None:
        battery_percent = before.battery_percent
    rssi_dbm = _smoothed(before.rssi_dbm if before else None, data.rssi)
    return FoundSensor(advertisement, driver, device, rssi_dbm, battery_percent, monotonic())


def _smoothed(before_dbm: float | None, now_dbm: int) -> float:
    if before_dbm is None or before_dbm == UNKNOWN_RSSI_DBM:
        return float(now_dbm)
    if now_dbm == UNKNOWN_RSSI_DBM:
        return before_dbm
    return before_dbm + RSSI_SHARE * (now_dbm - before_dbm)


@dataclass(slots=True, eq=False)
class _SharedScan:
    """One scan of the system, and all who listen to it."""

    scanner: BleakScanner
    listeners: list[Hear] = field(default_factory=list)
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    is_running: bool = False


_scans: dict[tuple[asyncio.AbstractEventLoop, Radio], _SharedScan] = {}


@asynccontextmanager
async def _listening(radio: Radio, hear: Hear) -> AsyncIterator[None]:
    key = (asyncio.get_running_loop(), radio)
    shared = _scans.get(key)
    if shared is None:
        listeners: list[Hear] = []

        def tell(device: BLEDevice, data: AdvertisementData) -> None:
            for listener in tuple(listeners):
                listener(device, data)

        with failures_told(Doing.SCANNING):
            shared = _SharedScan(BleakScanner(tell, backend=radio.scanner), listeners)
        _scans[key] = shared
    shared.listeners.append(hear)
    try:
        # bleak refuses without a pause where Bluetooth is off: who tries again and again would
        # keep the whole program from running.
        await asyncio.sleep(0)
        async with shared.lock:
            if not shared.is_running:
                with failures_told(Doing.SCANNING):
                    await shared.scanner.start()
                shared.is_running = True
        yield
    finally:
        shared.listeners.remove(hear)
        async with shared.lock:
            if not shared.listeners and shared.is_running:
                shared.is_running = False
                with suppress(BleakError, EOFError, OSError):  # gone is stopped as well
                    await shared.scanner.stop()
            if not shared.listeners:
                _scans.pop(key, None)
