"""A link over bleak's public interface, as thin as can be."""

import asyncio

from bleak import BleakClient, BleakScanner
from bleak.exc import BleakError, BleakGATTProtocolError

from imu.errors import LinkLostError, SensorNotFoundError, SensorRefusedError


def connector(radio, address, *, limit_s=5.0):
    """What a `StreamSession` takes to find a sensor and connect."""

    async def connect():
        try:
            device = await BleakScanner.find_device_by_address(
                address, limit_s, backend=radio.scanner
            )
            if device is None:
                raise SensorNotFoundError("The sensor was not found.")
            link = BleakLink()
            link.client = BleakClient(
                device, disconnected_callback=lambda _: link.lost.set(), backend=radio.client
            )
            await link.client.connect(timeout=limit_s)
        except (BleakError, TimeoutError) as error:
            raise SensorNotFoundError("The sensor does not connect.") from error
        return link

    return connect


class BleakLink:
    def __init__(self):
        self.lost = asyncio.Event()
        self.client = None

    def has(self, uuid):
        return self.client.services.get_characteristic(uuid) is not None

    async def read(self, uuid):
        return bytes(await self._told(self.client.read_gatt_char(uuid)))

    async def write(self, uuid, data):
        await self._told(self.client.write_gatt_char(uuid, data, response=True))

    async def subscribe(self, uuid, on_bytes):
        await self._told(self.client.start_notify(uuid, lambda _, data: on_bytes(bytes(data))))

    async def close(self):
        self.lost.set()
        await self._told(self.client.disconnect())

    async def _told(self, asked):
        try:
            return await asked
        except BleakGATTProtocolError as error:
            raise SensorRefusedError("refused", att_error=int(error.code)) from error
        except (BleakError, TimeoutError) as error:
            raise LinkLostError("The link to the sensor was lost.") from error
