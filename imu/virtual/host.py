"""The computer's side of a virtual radio: one adapter, shared by all that scan and connect."""

import asyncio
from collections.abc import AsyncIterator, Awaitable
from contextlib import asynccontextmanager
from typing import TypeVar

from bleak.exc import BleakBluetoothNotAvailableError, BleakBluetoothNotAvailableReason
from bumble import core, hci
from bumble.device import Connection, Device

from imu.virtual.radio import VirtualRadio

T = TypeVar("T")

HOST_ADDRESS = "C4:C4:C4:C4:C4:C4"
# Commands are answered inside of this process; what takes longer has hung.
COMMAND_LIMIT_S = 5.0


class VirtualHost:
    """A Bluetooth adapter of the computer.

    Attributes
    ----------
    device : bumble.device.Device
    is_powered : bool
        Whether Bluetooth is switched on; see `set_powered`.
    """

    def __init__(self, device: Device) -> None:
        self.device = device
        self.is_powered = True
        self._n_scanning = 0
        self._connecting = asyncio.Lock()

    @classmethod
    async def on(cls, radio: VirtualRadio, address: str = HOST_ADDRESS) -> "VirtualHost":
        """Put an adapter on a radio."""
        return cls(await radio.device("host", address))

    async def set_powered(self, *, is_powered: bool) -> None:
        """Switch Bluetooth on or off, as a person does; off ends every link."""
        self.is_powered = is_powered
        if is_powered:
            return
        for connection in list(self.device.connections.values()):
            await self.disconnect(connection)
        if self._n_scanning:
            await self.device.stop_scanning()

    def check_powered(self) -> None:
        """Raise what bleak raises when Bluetooth is off."""
        if not self.is_powered:
            reason = BleakBluetoothNotAvailableReason.POWERED_OFF
            raise BleakBluetoothNotAvailableError("Bluetooth is turned off", reason)

    @asynccontextmanager
    async def scanning(self, *, active: bool) -> AsyncIterator[None]:
        """Scan as long as at least one wants it."""
        self.check_powered()
        self._n_scanning += 1
        try:
            if self._n_scanning == 1:
                await self._command(self.device.start_scanning(active=active))
            yield
        finally:
            self._n_scanning -= 1
            if self._n_scanning == 0 and self.is_powered:
                await self._command(self.device.stop_scanning())

    async def connect(self, address: hci.Address, limit_s: float) -> Connection:
        """Connect, one device at a time.

        Raises
        ------
        TimeoutError
            Nobody answered within ``limit_s``.
        """
        self.check_powered()
        async with asyncio.timeout(limit_s), self._connecting:
            try:
                # The limit around this is needed: for a bonded device, bumble 0.0.236 first waits
                # for its identity address, without any limit, and only then minds its own.
                return await self.device.connect_le(address, timeout=limit_s)
            except asyncio.CancelledError:
                await self._give_up_connecting(address)
                raise
            except core.TimeoutError as error:
                raise TimeoutError from error

    async def disconnect(self, connection: Connection) -> None:
        """End a connection that may have ended already."""
        if connection.handle in self.device.connections:
            await self._command(connection.disconnect())

    async def has_bond(self, address: hci.Address) -> bool:
        """Whether there are keys for an address."""
        keystore = self.device.keystore
        return keystore is not None and await keystore.get(str(address)) is not None

    async def forget_bond(self, address: hci.Address) -> None:
        """Delete the keys of an address, if there are any."""
        if self.device.keystore is not None and await self.has_bond(address):
            await self.device.keystore.delete(str(address))
            await self.device.refresh_resolving_list()

    async def _give_up_connecting(self, address: hci.Address) -> None:
        try:
            command = hci.HCI_LE_Create_Connection_Cancel_Command()
            await self._command(self.device.send_sync_command(command))
        except hci.HCI_Error as error:
            if error.error_code != hci.HCI_ErrorCode.COMMAND_DISALLOWED_ERROR:
                raise  # disallowed: nothing was pending
        unwanted = self.device.find_connection_by_bd_addr(address)
        if unwanted is not None:
            await self.disconnect(unwanted)

    async def _command(self, answer: Awaitable[T]) -> T:
        async with asyncio.timeout(COMMAND_LIMIT_S):
            return await answer
