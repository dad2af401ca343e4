"""From the address of a sensor to a connection: looked for first, since systems forget devices."""

from imu.ble.link import BleLink
from imu.ble.radio import Radio
from imu.ble.scanning import FIND_LIMIT_S, find


async def reach(
    radio: Radio, address: str, name: str | None = None, *, limit_s: float = FIND_LIMIT_S
) -> BleLink:
    """Find a sensor and connect to it.

    Parameters
    ----------
    radio : Radio
    address : str
    name : str or None
        As it was advertised; see `imu.ble.scanning.find`.
    limit_s : float
        For finding it.

    Raises
    ------
    SensorNotFoundError, BluetoothOffError, BluetoothPermissionError, SensorBusyError, PairingError
    """
    device = await find(radio, address, name, limit_s=limit_s)
    return await BleLink.connect(radio, device)
