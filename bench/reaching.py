"""What a stream session takes to reach a sensor."""

from imu.ble.link import BleLink
from imu.ble.radio import Radio
from imu.ble.scanning import find
from imu.streaming.session import Connect, OpenLink

FIND_LIMIT_S = 5.0


def connector(radio: Radio, address: str) -> Connect:
    """Return what finds a sensor and connects to it."""

    async def connect() -> OpenLink:
        device = await find(radio, address, limit_s=FIND_LIMIT_S)
        return await BleLink.connect(radio, device, on_lost=_session_watches)

    return connect


def _session_watches() -> None:
    """Do nothing: the session waits for ``link.lost``."""
