"""A virtual sensor on a virtual radio: everything that a host meets, but a case and a battery."""

import asyncio

from bumble.core import UUID, AdvertisingData
from bumble.data_types import (
    CompleteListOf128BitServiceUUIDs,
    CompleteLocalName,
    Flags,
    ManufacturerSpecificData,
)
from bumble.device import Connection, Device

import firmware_protocol as fp
from imu.virtual.answering import answer
from imu.virtual.device import Firmware
from imu.virtual.peripheral_link import Air, PeripheralLink
from imu.virtual.radio import VirtualRadio
from imu.virtual.services import serve

ADDRESS = "F0:F1:F2:F3:F4:F5"
# How often the firmware looks what is due; a packet waits for half of it on average.
PUMP_S = 0.05
STATUS_S = 1.0
# Packets in the radio's own buffers; memory is sent only while live packets find room beside it.
MAX_IN_RADIO = 24
MAX_IN_RADIO_FOR_LOG = 16
_DATA_HEAD_BYTES = 15
_LOG_HEAD_BYTES = 6
_STATUS_BYTES = 28
_DISCOVERABLE = (
    AdvertisingData.Flags.LE_GENERAL_DISCOVERABLE_MODE | AdvertisingData.Flags.BR_EDR_NOT_SUPPORTED
)


class VirtualSensor:
    """A firmware that is reached over a radio; made by `on`.

    Attributes
    ----------
    firmware : Firmware
    device : bumble.device.Device
    address, name : str
    n_connections : int
        How often somebody has connected.
    over_the_air : callable or None
        Takes the UUID and the bytes of what is sent and returns what arrives, None for nothing;
        see `imu.virtual.faults`.
    """

    def __init__(self, device: Device, firmware: Firmware, name: str, address: str) -> None:
        self.firmware = firmware
        self.device = device
        self.name = name
        self.address = address
        self.n_connections = 0
        self.over_the_air: Air | None = None
        self._served = serve(firmware, f"V-{address.replace(':', '')[-4:]}", self._on_command)
        self._link: PeripheralLink | None = None
        self._connection: Connection | None = None
        self._announced: bytes | None = None
        self._battery_told = firmware.battery_percent
        self._status_s = 0.0
        self._pumping: asyncio.Task[None] | None = None

    @classmethod
    async def on(
        cls,
        radio: VirtualRadio,
        firmware: Firmware,
        *,
        name: str = "hiplevel V1",
        address: str = ADDRESS,
    ) -> "VirtualSensor":
        """Put a sensor on a radio and switch it on.

        Parameters
        ----------
        radio : VirtualRadio
        firmware : Firmware
        name : str
            At most 29 bytes: it travels in the scan response.
        address : str
            A static random one.
        """
        sensor = cls(await radio.device(name, address), firmware, name, address)
        device = sensor.device
        device.add_services(sensor._served.services)
        device.scan_response_data = bytes(AdvertisingData([CompleteLocalName(name)]))
        device.on(device.EVENT_CONNECTION, sensor._on_connection)
        await sensor._advertise()
        sensor._pumping = asyncio.create_task(sensor._pump())
        return sensor

    async def close(self) -> None:
        """Take the battery out."""
        if self._pumping is not None:
            self._pumping.cancel()
            await asyncio.gather(self._pumping, return_exceptions=True)
        if self._connection is not None:
            await self._connection.disconnect()
        await self.device.stop_advertising()

    def press_button(self) -> None:
        """Switch it on after a shutdown; does nothing while it is on."""
        if self.firmware.is_off:
            self.firmware.boot()

    def _on_connection(self, connection: Connection) -> None:
        connection.on(connection.EVENT_DISCONNECTION, lambda _reason: self._on_disconnection())
        self._connection = connection
        self._announced = None
        self._link = PeripheralLink(
            connection,
            self._served.control,
            self._arriving,
        )
        self.n_connections += 1

    def _arriving(self, uuid: str, payload: bytes) -> bytes | None:
        return payload if self.over_the_air is None else self.over_the_air(uuid, payload)

    def _on_disconnection(self) -> None:
        self._connection = None
        self.firmware.unlink()
        if self._link is not None:
            self._link.end()
            self.firmware.n_dropped += self._link.outbox.clear()
            self._link = None

    def _on_command(self, _connection: Connection, command: bytes) -> None:
        if self._link is not None:
            reply = answer(self.firmware, bytes(command), room=self._link.room)
            if reply is not None:
                self._link.reply(reply)

    async def _pump(self) -> None:
        """Do what a firmware does between two interrupts."""
        while True:
            await asyncio.sleep(PUMP_S)
            packets = self.firmware.due(None if self._link is None else self._packed(self._link))
            if self._link is not None:
                self.firmware.n_dropped += self._link.outbox.put(packets)
                await self._send(self._link)
            if self.firmware.is_off and self._connection is not None:
                await self._connection.disconnect()
            elif self._connection is None:
                await self._advertise()

    def _packed(self, link: PeripheralLink) -> int:
        """How many samples go into one packet on this link."""
        fit = (link.room - _DATA_HEAD_BYTES) // fp.SAMPLE_BYTES
        return max(1, min(fit, self.firmware.samples_per_packet))

    async def _send(self, link: PeripheralLink) -> None:
        """Send what the link takes: live data, then what is read from memory, then STATUS."""
        compact = link.room < _DATA_HEAD_BYTES + fp.SAMPLE_BYTES
        while link.outbox and link.n_in_radio < MAX_IN_RADIO:
            await link.notify(self._served.data, link.outbox.take(compact=compact))
        reading = self.firmware.reading
        while reading.is_busy and not link.outbox and link.n_in_radio < MAX_IN_RADIO_FOR_LOG:
            n_bytes = min(fp.MAX_LOG_CHUNK_BYTES, link.room - _LOG_HEAD_BYTES)
            chunk, done = reading.next(n_bytes)
            if chunk is not None:
                await link.notify(self._served.log, chunk)
            if done is not None:
                link.reply(done)
        await self._tell_status(link)

    async def _tell_status(self, link: PeripheralLink) -> None:
        now_s = asyncio.get_running_loop().time()
        if now_s - self._status_s < STATUS_S or link.n_in_radio >= MAX_IN_RADIO:
            return
        self._status_s = now_s
        if link.room >= _STATUS_BYTES:
            await link.notify(self._served.status, self.firmware.status())
        if self._battery_told != self.firmware.battery_percent:
            self._battery_told = self.firmware.battery_percent
            await link.notify(self._served.battery, bytes([self._battery_told]))

    async def _advertise(self) -> None:
        """Say what is to be said now, or nothing when it is off."""
        announcement = None if self.firmware.is_off else self.firmware.announcement()
        if announcement == self._announced:
            return
        self._announced = announcement
        if announcement is None:
            await self.device.stop_advertising()
        else:
            told = AdvertisingData(
                [
                    Flags(_DISCOVERABLE),
                    CompleteListOf128BitServiceUUIDs([UUID(fp.SERVICE_UUID)]),
                    ManufacturerSpecificData(fp.COMPANY_ID, announcement),
                ]
            )
            await self.device.start_advertising(advertising_data=bytes(told))
