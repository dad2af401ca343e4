"""One connection of a virtual sensor, seen from the sensor."""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from bumble.device import Connection
from bumble.gatt import Characteristic

from imu.virtual.outbox import Outbox

# Head of a notification or indication (Bluetooth Core 5.0, Vol 3 Part F 3.4.7).
ATT_HEAD_BYTES = 3

Air = Callable[[str, bytes], bytes | None]


class PeripheralLink:
    """Sends notifications at once and indications one after the other.

    Parameters
    ----------
    connection : bumble.device.Connection
    control : Characteristic
        Which indicates.
    over_the_air : callable
        Takes the UUID and the bytes of what is sent and returns what arrives, None for nothing.

    Attributes
    ----------
    outbox : Outbox
    """

    def __init__(
        self, connection: Connection, control: Characteristic[Any], over_the_air: Air
    ) -> None:
        self.outbox = Outbox()
        self._connection = connection
        self._control = control
        self._over_the_air = over_the_air
        self._replies: asyncio.Queue[bytes] = asyncio.Queue()
        self._indicating = asyncio.create_task(self._indicate())

    @property
    def room(self) -> int:
        """Bytes that one notification holds."""
        return self._connection.att_mtu - ATT_HEAD_BYTES

    @property
    def n_in_radio(self) -> int:
        """Packets that the radio has taken and not yet sent."""
        queue = self._connection.device.host.get_data_packet_queue(self._connection.handle)
        return 0 if queue is None else queue.pending

    async def notify(self, characteristic: Characteristic[Any], payload: bytes) -> None:
        """Send a notification, if the host has asked for them."""
        arriving = self._over_the_air(_uuid(characteristic), payload)
        if arriving is not None:
            server = self._connection.device.gatt_server
            await server.notify_subscriber(self._connection, characteristic, arriving)

    def reply(self, reply: bytes) -> None:
        """Indicate once what is before it is confirmed."""
        self._replies.put_nowait(reply)

    def end(self) -> None:
        """Send no more."""
        self._indicating.cancel()

    async def _indicate(self) -> None:
        server = self._connection.device.gatt_server
        while True:
            reply = self._over_the_air(_uuid(self._control), await self._replies.get())
            if reply is not None:
                with suppress(TimeoutError):  # a host that does not confirm is left alone
                    await server.indicate_subscriber(self._connection, self._control, reply)


def _uuid(characteristic: Characteristic[Any]) -> str:
    return characteristic.uuid.to_hex_str("-").lower()
