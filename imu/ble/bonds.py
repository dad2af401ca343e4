"""Bonds: keys that sensor and computer share, which the operating system keeps."""

import asyncio
from sys import platform

from bleak import BleakClient
from bleak.exc import BleakDeviceNotFoundError

from imu.ble.failures import Doing, failures_told
from imu.ble.radio import Radio

UNPAIR_LIMIT_S = 10.0
BY_HAND = "Remove it in System Settings, Bluetooth as well: macOS lets no program do so."


async def forget_bond(radio: Radio, address: str, name: str = "The sensor") -> str | None:
    """Make the operating system forget a sensor, and end a connection to it.

    Parameters
    ----------
    radio : Radio
    address : str
    name : str
        As the person knows it.

    Returns
    -------
    str or None
        What the person has to do by hand, where no program can do it; None where all is done.

    Raises
    ------
    BluetoothOffError, BluetoothPermissionError, SensorBusyError, PairingError
    """
    if radio.client is None and platform == "darwin":
        return BY_HAND
    with failures_told(Doing.BONDING, name):
        client = BleakClient(address, backend=radio.client)
        try:
            async with asyncio.timeout(UNPAIR_LIMIT_S):
                await client.unpair()
        except BleakDeviceNotFoundError:
            return None  # there is nothing to forget
    return None
