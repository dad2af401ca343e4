"""One connection to one sensor, which never says that it lives when it is dead.

A link is used once: after its end a new one is made.  So nothing of an old connection can reach
whoever listens to a new one; what an old one still hears is dropped.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from sys import platform
from typing import TypeVar

from bleak import BleakClient
from bleak.args.bluez import BlueZNotifyArgs
from bleak.backends.characteristic import BleakGATTCharacteristic
from bleak.backends.device import BLEDevice
from bleak.exc import BleakError
from bleak_retry_connector import establish_connection

from imu.ble.failures import Doing, Trouble, error_of, failures_told
from imu.ble.radio import Radio
from imu.drivers.base import OnBytes

T = TypeVar("T")

logger = logging.getLogger(__name__)

CONNECT_LIMIT_S = 30.0  # several attempts; bleak alone waits as long for one
# Links are lost after 4 to 6 s of silence with the usual settings; an answer that takes longer
# than this will not come.
ANSWER_LIMIT_S = 10.0
BOND_LIMIT_S = 30.0  # of the pairing protocol (Bluetooth Core 5.0, Vol 3 Part H 3.4)
CLOSE_LIMIT_S = 5.0
MIN_WRITE_BYTES = 20  # of the shortest message there is, 23 bytes, less its head

_endings: set[asyncio.Task[None]] = set()


class BleLink:
    """A connection; made by `connect`.

    Attributes
    ----------
    name, address : str
        Of the sensor.
    """

    def __init__(
        self,
        device: BLEDevice,
        radio: Radio,
        on_lost: Callable[[], None] | None,
        answer_limit_s: float = ANSWER_LIMIT_S,
    ) -> None:
        self.name = device.name or device.address
        self.address = device.address
        self._radio = radio
        self._on_lost = on_lost
        self._answer_limit_s = answer_limit_s
        self._client: BleakClient | None = None
        self._over = asyncio.Event()
        self._ending: asyncio.Task[None] | None = None

    @classmethod
    async def connect(
        cls,
        radio: Radio,
        device: BLEDevice,
        *,
        on_lost: Callable[[], None] | None = None,
        limit_s: float = CONNECT_LIMIT_S,
        answer_limit_s: float = ANSWER_LIMIT_S,
    ) -> "BleLink":
        """Connect, with several attempts where the first ones fail.

        Parameters
        ----------
        radio : Radio
        device : BLEDevice
            Found not long ago; see `imu.ble.scanning`.
        on_lost : callable, optional
            Called once when the connection ends without `close`; `lost` tells of every end.
        limit_s : float
        answer_limit_s : float
            A question that takes longer than this ends the link.

        Raises
        ------
        SensorNotFoundError
            It does not answer within ``limit_s``.
        BluetoothOffError, BluetoothPermissionError, SensorBusyError, PairingError
        """
        link = cls(device, radio, on_lost, answer_limit_s)
        with failures_told(Doing.CONNECTING, link.name):
            async with asyncio.timeout(limit_s):
                client = await establish_connection(
                    BleakClient,
                    device,
                    link.name,
                    disconnected_callback=link._disconnected,
                    timeout=limit_s,
                    backend=radio.client,
                )
        link._client = client
        if not client.is_connected:
            link._end()
            raise error_of(Trouble.LOST, link.name)
        return link

    @property
    def is_connected(self) -> bool:
        """Whether the connection is there; once False, for ever False."""
        return not self._over.is_set() and self._client is not None and self._client.is_connected

    @property
    def lost(self) -> asyncio.Event:
        """Set once the connection has ended, for whatever reason."""
        return self._over

    @property
    def max_write(self) -> int:
        """Number of bytes that fit into one write or one notification."""
        if self._client is None or not self.is_connected:
            return MIN_WRITE_BYTES
        sizes = [
            characteristic.max_write_without_response_size
            for characteristic in self._client.services.characteristics.values()
        ]
        return max([MIN_WRITE_BYTES, *sizes])

    def has(self, uuid: str) -> bool:
        """Whether the sensor has this characteristic."""
        if self._client is None or not self.is_connected:
            return False
        return self._client.services.get_characteristic(uuid) is not None

    async def read(self, uuid: str) -> bytes:
        """Read a characteristic.

        Raises
        ------
        LinkLostError
            Also when no answer comes; the link is over then.
        SensorRefusedError, PairingError
        """
        return bytes(await self._ask(lambda client: client.read_gatt_char(uuid)))

    async def write(self, uuid: str, data: bytes) -> None:
        """Write a characteristic and wait until the sensor has taken it.

        Raises
        ------
        LinkLostError
            Also when no answer comes; the link is over then.
        SensorRefusedError, PairingError
        """
        await self._ask(lambda client: client.write_gatt_char(uuid, data, response=True))

    async def subscribe(self, uuid: str, on_bytes: OnBytes) -> None:
        """Have every notification or indication of a characteristic handed over.

        Parameters
        ----------
        uuid : str
        on_bytes : callable
            Called with a copy, in the event loop, in order; it must be quick.

        Raises
        ------
        LinkLostError, SensorRefusedError, PairingError
        """

        def hear(_characteristic: BleakGATTCharacteristic, data: bytearray) -> None:
            if not self._over.is_set():
                on_bytes(bytes(data))

        way: BlueZNotifyArgs = {"use_start_notify": not self._radio.acquire_notify}
        await self._ask(lambda client: client.start_notify(uuid, hear, bluez=way))

    async def bond(self) -> None:
        """Agree on keys that last, where that has not been done before.

        macOS does so by itself, with a question, when a protected characteristic is first used.

        Raises
        ------
        PairingError, LinkLostError
        """
        if platform != "darwin":
            await self._ask(lambda client: client.pair(), Doing.BONDING, BOND_LIMIT_S)

    async def close(self) -> None:
        """End the connection; does nothing if it has ended."""
        self._end()
        if self._ending is not None:
            await asyncio.shield(self._ending)

    async def _ask(
        self,
        question: Callable[[BleakClient], Awaitable[T]],
        doing: Doing = Doing.TALKING,
        limit_s: float | None = None,
    ) -> T:
        """Wait for an answer, the end of the link, or the limit, whatever comes first."""
        client = self._client
        if client is None or not self.is_connected:
            self._lose()
            raise error_of(Trouble.LOST, self.name)
        answer = asyncio.ensure_future(question(client))
        over = asyncio.ensure_future(self._over.wait())
        try:
            await asyncio.wait(
                {answer, over},
                timeout=limit_s or self._answer_limit_s,
                return_when=asyncio.FIRST_COMPLETED,
            )
            if answer.done() and not answer.cancelled() and answer.exception() is None:
                return answer.result()
            # After silence, by the rules of ATT, nothing may be asked any more.
            if not answer.done() or answer.cancelled() or not self.is_connected:
                self._lose()
                raise error_of(Trouble.LOST, self.name)
            with failures_told(doing, self.name):
                return answer.result()
        finally:
            over.cancel()
            answer.cancel()
            answer.add_done_callback(_seen)

    def _disconnected(self, client: BleakClient) -> None:
        # An attempt to connect that fails half way says so, too, and is followed by another one.
        if client is self._client:
            self._lose()

    def _lose(self) -> None:
        if not self._over.is_set():
            self._end()
            if self._on_lost is not None:
                self._on_lost()

    def _end(self) -> None:
        if self._over.is_set():
            return
        self._over.set()
        if self._client is not None:
            self._ending = asyncio.get_running_loop().create_task(self._release(self._client))
            _endings.add(self._ending)
            self._ending.add_done_callback(_endings.discard)

    async def _release(self, client: BleakClient) -> None:
        """Let the system end the connection and free what it holds, also after a loss."""
        try:
            async with asyncio.timeout(CLOSE_LIMIT_S):
                await client.disconnect()
        except (BleakError, TimeoutError, EOFError, OSError) as error:
            logger.info("The connection to %s did not end well: %r", self.name, error)


def _seen(answer: "asyncio.Future[T]") -> None:
    """Look at a failure that nobody waits for any more, so that Python does not report it."""
    if not answer.cancelled():
        answer.exception()
