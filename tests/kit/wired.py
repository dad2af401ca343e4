"""A driver and a virtual sensor's firmware joined by a wire: everything but the radio."""

import asyncio

import firmware_protocol as fp
from imu.errors import LinkLostError, SensorNotFoundError, SensorRefusedError
from imu.virtual.answering import answer
from imu.virtual.refusal import Refusal

DELAY_S = 0.03  # a connection interval
_READ = {
    fp.MODEL_NUMBER_UUID: lambda _: b"virtual",
    fp.SERIAL_NUMBER_UUID: lambda _: b"V-0001",
    fp.FIRMWARE_REVISION_UUID: lambda _: b"1.0",
    fp.BATTERY_LEVEL_UUID: lambda f: bytes([f.battery_percent]),
    fp.INFO_UUID: lambda f: f.info(),
    fp.CONFIG_UUID: lambda f: f.config(),
    fp.STATUS_UUID: lambda f: f.status(),
}


class Wire:
    """The place of the radio.  ``swallow(payload)`` may drop DATA or change it."""

    def __init__(self, firmware):
        self.firmware = firmware
        self.in_range = True
        self.link = None
        self.swallow = lambda payload: payload
        self.pump = asyncio.get_running_loop().create_task(self._pump())

    async def connect(self):
        await asyncio.sleep(DELAY_S)
        if not self.in_range:
            await asyncio.sleep(5.0)
            raise SensorNotFoundError("The sensor was not found.")
        self.link = WiredLink(self)
        return self.link

    def lose(self):
        if self.link is not None:
            self.link.lost.set()
            self.link = None
            self.firmware.unlink()

    def reboot(self):
        self.firmware.boot()
        self.lose()

    async def _pump(self):
        while True:
            await asyncio.sleep(DELAY_S)
            for payload in self.firmware.measure():
                self._send(fp.DATA_UUID, self.swallow(payload))
            for _ in range(6):
                chunk, done = self.firmware.reading.next(fp.MAX_LOG_CHUNK_BYTES)
                self._send(fp.LOG_UUID, chunk)
                self._send(fp.CONTROL_UUID, done)

    def _send(self, uuid, payload):
        link = self.link
        if payload is not None and link is not None and uuid in link.heard:
            link.heard[uuid](payload)


class WiredLink:
    def __init__(self, wire):
        self.wire = wire
        self.lost = asyncio.Event()
        self.heard = {}

    def has(self, uuid):
        return uuid in _READ or uuid in (fp.CONTROL_UUID, fp.DATA_UUID, fp.LOG_UUID)

    async def read(self, uuid):
        await self._turn()
        return _READ[uuid](self.wire.firmware)

    async def write(self, uuid, data):
        await self._turn()
        if uuid == fp.CONFIG_UUID:
            try:
                self.wire.firmware.write_config(data)
            except Refusal as refusal:
                raise SensorRefusedError(refusal.code.name) from refusal
        else:
            reply = answer(self.wire.firmware, data)
            asyncio.get_running_loop().call_soon(self.wire._send, fp.CONTROL_UUID, reply)

    async def subscribe(self, uuid, on_bytes):
        await self._turn()
        self.heard[uuid] = on_bytes

    async def close(self):
        if self.wire.link is self:
            self.wire.lose()
        self.lost.set()

    async def _turn(self):
        await asyncio.sleep(DELAY_S)
        if self.lost.is_set():
            raise LinkLostError("The link to the sensor was lost.")
