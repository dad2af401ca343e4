"""Ask and answer over GSP: one characteristic is written, one notifies everything."""

import asyncio

from imu.drivers.base import Link, OnBytes
from imu.drivers.movesense_gsp import (
    COMMAND_UUID,
    DATA_UUID,
    HEAD_BYTES,
    Answer,
    Command,
    encode_command,
)
from imu.errors import LinkLostError, SensorRefusedError

ANSWER_S = 5.0
# The oldest firmware does not answer an UNSUBSCRIBE.
SILENT_ANSWER_S = 0.5
_FIRST_REFERENCE = 1


class GspChannel:
    """Commands and their answers, told apart by the reference that each command carries."""

    def __init__(self, link: Link) -> None:
        self._link = link
        self._reference = _FIRST_REFERENCE - 1
        self._waiting: dict[int, asyncio.Future[bytes]] = {}
        self._on_data: dict[int, OnBytes] = {}
        self._opening = asyncio.Lock()
        self._is_open = False

    async def ask(self, command: Command, argument: bytes = b"", *, limit_s: float) -> bytes | None:
        """Send a command and return its result; None where none comes in time.

        Raises
        ------
        LinkLostError, SensorRefusedError
        """
        return await self._ask(self._next_reference(), command, argument, limit_s)

    async def subscribe(self, path: str, on_data: OnBytes) -> tuple[int, bytes | None]:
        """Subscribe to a path.

        Returns
        -------
        reference : int
            For `unsubscribe`.
        bytes or None
            The result, or the first data where a firmware sends no result; None for silence.
        """
        reference = self._next_reference()
        self._on_data[reference] = on_data
        answer = await self._ask(reference, Command.SUBSCRIBE, path.encode(), ANSWER_S)
        return reference, answer

    async def unsubscribe(self, reference: int) -> None:
        """End a subscription; what still comes of it is dropped."""
        self._on_data.pop(reference, None)
        await self._ask(reference, Command.UNSUBSCRIBE, b"", SILENT_ANSWER_S)

    async def _ask(
        self, reference: int, command: Command, argument: bytes, limit_s: float
    ) -> bytes | None:
        await self._open()
        waiting: asyncio.Future[bytes] = asyncio.get_running_loop().create_future()
        self._waiting[reference] = waiting
        try:
            await self._link.write(COMMAND_UUID, encode_command(command, reference, argument))
            async with asyncio.timeout(limit_s):
                return await waiting
        except TimeoutError:
            return None
        finally:
            self._waiting.pop(reference, None)

    async def _open(self) -> None:
        """Listen before anything is asked."""
        async with self._opening:
            if self._is_open:
                return
            if not (self._link.has(COMMAND_UUID) and self._link.has(DATA_UUID)):
                raise SensorRefusedError(
                    "This Movesense does not speak GSP: update its firmware to 2.3 or newer with "
                    "the Movesense app."
                )
            await self._link.subscribe(DATA_UUID, self._hear)
            self._is_open = True

    def _hear(self, payload: bytes) -> None:
        if len(payload) < HEAD_BYTES:
            return  # whoever waits for it is told that nothing came
        kind, reference = payload[0], payload[1]
        waiting = self._waiting.get(reference)
        if kind == Answer.RESULT:
            if waiting is not None and not waiting.done():
                waiting.set_result(payload)
            return
        on_data = self._on_data.get(reference)
        if on_data is None:
            return
        if waiting is not None and not waiting.done():
            waiting.set_result(payload)
        on_data(payload)

    def _next_reference(self) -> int:
        """Return a reference that no other command of this connection had lately; never 0."""
        while True:
            self._reference = self._reference % 255 + 1
            if self._reference not in self._on_data:
                return self._reference


def no_answer() -> LinkLostError:
    """Return the error for a sensor that is silent."""
    return LinkLostError("The Movesense does not answer.")
