"""Sensors that hiplevel can talk to: one file per kind, all behind the interface of `base`."""

from imu.drivers.base import Advertisement, Driver
from imu.drivers.hiplevel import HiplevelDriver
from imu.drivers.movesense import MovesenseDriver
from imu.errors import SensorError

DRIVERS: tuple[Driver, ...] = (HiplevelDriver(), MovesenseDriver())

__all__ = ["DRIVERS", "driver_named", "driver_of"]


def driver_of(advertisement: Advertisement) -> Driver | None:
    """Return the driver that recognises an advertisement, None where none does."""
    return next((d for d in DRIVERS if d.recognises(advertisement)), None)


def driver_named(name: str) -> Driver:
    """Return a driver by its name.

    Raises
    ------
    SensorError
        This version has none of this name.
    """
    for driver in DRIVERS:
        if driver.name == name:
            return driver
    raise SensorError(f"This version of hiplevel has no driver for {name!r}: update it.")
