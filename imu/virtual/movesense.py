"""A virtual Movesense on a virtual radio."""

import asyncio
from collections.abc import Callable

from bumble.core import UUID, AdvertisingData
from bumble.data_types import CompleteLocalName, Flags, IncompleteListOf16BitServiceUUIDs
from bumble.device import Connection, Device
from bumble.gatt import Characteristic, CharacteristicValue, Service

from imu.drivers.movesense_gsp import (
    BATTERY_LEVEL_UUID,
    COMMAND_UUID,
    DATA_UUID,
    FIRMWARE_REVISION_UUID,
    MODEL_NUMBER_UUID,
    SERIAL_NUMBER_UUID,
    SERVICE_UUID,
    Answer,
)
from imu.virtual.movesense_firmware import SERIAL, MovesenseFirmware
from imu.virtual.radio import VirtualRadio

ADDRESS = "F4:8C:DC:38:72:E8"
NAME = f"Movesense {SERIAL}"
PUMP_S = 0.02
# Messages in the radio's own buffers; what finds no room is lost, as GSP does not send again.
MAX_IN_RADIO = 24
_P, _M = Characteristic.Properties, Characteristic.Permissions
_DISCOVERABLE = (
    AdvertisingData.Flags.LE_GENERAL_DISCOVERABLE_MODE | AdvertisingData.Flags.BR_EDR_NOT_SUPPORTED
)


class VirtualMovesense:
    """A Movesense that is reached over a radio; made by `on`.

    Attributes
    ----------
    firmware : MovesenseFirmware
    n_connections : int
        How often somebody has connected.
    room : int
        Bytes of its longest notification: 161 is the MTU of Movesense's own sample, and cuts a
        message of eight samples in two.
    over_the_air : callable or None
        Takes the bytes of what is sent and returns what arrives, None for nothing.
    """

    def __init__(self, device: Device, firmware: MovesenseFirmware) -> None:
        self.firmware = firmware
        self.device = device
        self.n_connections = 0
        self.room = 244
        self.over_the_air: Callable[[bytes], bytes | None] | None = None
        self._connection: Connection | None = None
        self._answers: asyncio.Queue[tuple[bytes | None, bool]] = asyncio.Queue()
        self._data = Characteristic[bytes](UUID(DATA_UUID), _P.NOTIFY, _M(0))
        self._tasks: list[asyncio.Task[None]] = []

    @classmethod
    async def on(
        cls, radio: VirtualRadio, firmware: MovesenseFirmware, *, address: str = ADDRESS
    ) -> "VirtualMovesense":
        """Put a sensor on a radio and switch it on."""
        sensor = cls(await radio.device(NAME, address), firmware)
        device = sensor.device
        device.add_services(sensor._services())
        device.advertising_data = bytes(
            AdvertisingData(
                [Flags(_DISCOVERABLE), IncompleteListOf16BitServiceUUIDs([UUID("FDF3")])]
            )
        )
        device.scan_response_data = bytes(AdvertisingData([CompleteLocalName(NAME)]))
        device.on(device.EVENT_CONNECTION, sensor._on_connection)
        await device.start_advertising(auto_restart=True)
        sensor._tasks = [
            asyncio.create_task(sensor._pump()),
            asyncio.create_task(sensor._answer()),
        ]
        return sensor

    async def close(self) -> None:
        """Take the battery out."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        if self._connection is not None:
            await self._connection.disconnect()
        await self.device.stop_advertising()

    async def restart(self) -> None:
        """Start anew, which ends the link."""
        self.firmware.restart()
        if self._connection is not None:
            await self._connection.disconnect()

    def _services(self) -> list[Service]:
        command = Characteristic[bytes](
            UUID(COMMAND_UUID),
            _P.WRITE,
            _M.WRITEABLE,
            CharacteristicValue[bytes](write=self._on_command),
        )
        battery = Characteristic[bytes](
            UUID(BATTERY_LEVEL_UUID),
            _P.READ | _P.NOTIFY,
            _M.READABLE,
            CharacteristicValue[bytes](read=lambda _: bytes([self.firmware.battery_percent])),
        )
        texts = {
            MODEL_NUMBER_UUID: "Movesense virtual",
            SERIAL_NUMBER_UUID: SERIAL,
            FIRMWARE_REVISION_UUID: "2.3.1",
        }
        about = [
            Characteristic[bytes](UUID(uuid), _P.READ, _M.READABLE, text.encode())
            for uuid, text in texts.items()
        ]
        return [
            Service(UUID(SERVICE_UUID), [command, self._data]),
            Service(UUID("180F"), [battery]),
            Service(UUID("180A"), about),
        ]

    def _on_connection(self, connection: Connection) -> None:
        connection.on(connection.EVENT_DISCONNECTION, lambda _reason: self._on_disconnection())
        self._connection = connection
        self.n_connections += 1

    def _on_disconnection(self) -> None:
        self._connection = None
        self.firmware.unlink()

    def _on_command(self, _connection: Connection, command: bytes) -> None:
        command = bytes(command)
        restarts = self.firmware.is_restart(command)
        self._answers.put_nowait((self.firmware.command(command), restarts))

    async def _answer(self) -> None:
        while True:
            answer, restarts = await self._answers.get()
            if answer is not None:
                await self._notify(answer)
            if restarts:
                await self.restart()

    async def _pump(self) -> None:
        """Send what is due; what the radio has no room for is lost."""
        while True:
            await asyncio.sleep(PUMP_S)
            for message in self.firmware.due():
                if self._n_in_radio() < MAX_IN_RADIO:
                    for part in _parts(message, self.room):
                        await self._notify(part)

    def _n_in_radio(self) -> int:
        if self._connection is None:
            return 0
        queue = self._connection.device.host.get_data_packet_queue(self._connection.handle)
        return 0 if queue is None else queue.pending

    async def _notify(self, payload: bytes) -> None:
        arriving = payload if self.over_the_air is None else self.over_the_air(payload)
        connection = self._connection
        if connection is not None and arriving is not None:
            await self.device.gatt_server.notify_subscriber(connection, self._data, arriving)


def _parts(message: bytes, room: int) -> list[bytes]:
    """Cut a message in two where it does not fit into one notification."""
    if len(message) <= room:
        return [message]
    rest = message[room:]
    return [message[:room], bytes([Answer.DATA_PART2, message[1]]) + rest]
