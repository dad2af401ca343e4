"""Ask and answer over the CONTROL characteristic, and the ranges of the log that follow."""

import asyncio
from dataclasses import dataclass
from typing import TypeVar

import firmware_protocol as fp
from imu.drivers.base import Link
from imu.errors import (
    LinkLostError,
    SensorDataError,
    SensorMemoryFullError,
    SensorRefusedError,
)

ANSWER_S = 5.0
# Between two pieces of a range.  A link that is lost ends the wait earlier.
PIECE_S = 5.0
MAX_ATTEMPTS = 5  # to read a short range whose checksum differs
# One notification or two.  With one notification in twenty lost, two do not come whole in five
# attempts once in some 100 000 times; a longer range is rather halved than read again as a whole.
SHORT_BYTES = 2 * fp.MAX_LOG_CHUNK_BYTES

_R = TypeVar("_R")

_SAID = {
    fp.Code.UNKNOWN_OP: "The sensor's firmware is too old for this: update it.",
    fp.Code.INVALID_ARGUMENT: "The sensor cannot measure in this way: choose another rate.",
    fp.Code.WRONG_STATE: "The sensor is in the middle of something else: try again in a moment.",
    fp.Code.NOT_FOUND: "The sensor does not have this run any more.",
    fp.Code.FLASH_FULL: "The sensor's memory is full: sync its runs and erase them.",
    fp.Code.BATTERY_LOW: "The sensor's battery is too low: charge it.",
    fp.Code.BUSY: "The sensor is busy with another request: try again in a moment.",
    fp.Code.NOT_AUTHORISED: "The sensor wants to be bonded first: pair it again.",
    fp.Code.CHECKSUM_DIFFERS: "What was fetched differs from what the sensor has: sync again.",
    fp.Code.INTERNAL: "The sensor reports a fault of its own: switch it off and on.",
}

# Errors of an application begin here (Bluetooth Core 5.0, Vol 3 Part F 3.4.1.1); ours is the
# status code behind it.
_FIRST_APPLICATION_ERROR = 0x80


def refused_with(code: fp.Code) -> SensorRefusedError:
    """Return the error that says what a status other than OK means for the person."""
    kind = SensorMemoryFullError if code is fp.Code.FLASH_FULL else SensorRefusedError
    return kind(_SAID[code])


def told_plainly(error: SensorRefusedError) -> SensorRefusedError:
    """Return what a refused write means for the person, where our protocol says it."""
    code = (error.att_error or 0) - _FIRST_APPLICATION_ERROR
    return refused_with(fp.Code(code)) if code in _SAID else error


@dataclass(slots=True)
class _Range:
    """What has come of a range so far."""

    log_id: int
    offset: int
    data: bytearray
    done: asyncio.Future[fp.RangeDone]
    n_bytes: int = 0


class ControlChannel:
    """Commands and their answers; several may wait, one range is read at a time."""

    def __init__(self, link: Link) -> None:
        self._link = link
        self._token = 0
        self._waiting: dict[int, asyncio.Future[fp.Reply]] = {}
        self._range: _Range | None = None
        self._range_token = -1
        self._one_range = asyncio.Lock()
        self._opening = asyncio.Lock()
        self._is_open = False

    async def ask(self, command: fp.Command, answer: type[_R]) -> _R:
        """Send a command and return what the sensor answers.

        Raises
        ------
        SensorRefusedError
            The sensor said no.
        SensorDataError
            It answered something else.
        LinkLostError
            It did not answer.
        """
        return await self._ask(command, answer, self._next_token())

    async def order(self, command: fp.Command) -> None:
        """Send a command that is answered by its status alone.

        Raises
        ------
        SensorRefusedError, LinkLostError
        """
        await self._ask(command, type(None), self._next_token())

    async def read_range(self, log_id: int, offset: int, n_bytes: int) -> bytes:
        """Read bytes of a log; fewer where it ends earlier.

        Raises
        ------
        LinkLostError, SensorRefusedError
        SensorDataError
            The checksum differed each time.
        """
        async with self._one_range:
            return await self._read_whole(log_id, offset, n_bytes, MAX_ATTEMPTS)

    async def _read_whole(self, log_id: int, offset: int, n_bytes: int, attempts: int) -> bytes:
        """Read a range; what comes with errors is read again in halves, down to a short one."""
        is_short = n_bytes <= SHORT_BYTES
        for _ in range(attempts if is_short else 1):
            data = await self._read_range(log_id, offset, n_bytes)
            if data is not None:
                return data
        if is_short:
            raise SensorDataError("The sensor's memory could not be read without errors.")
        half = n_bytes // 2
        first = await self._read_whole(log_id, offset, half, attempts)
        if len(first) < half:
            return first
        return first + await self._read_whole(log_id, offset + half, n_bytes - half, attempts)

    async def _read_range(self, log_id: int, offset: int, n_bytes: int) -> bytes | None:
        token = self._next_token()
        reading = _Range(
            log_id, offset, bytearray(n_bytes), asyncio.get_running_loop().create_future()
        )
        self._range, self._range_token = reading, token
        try:
            command = fp.GetRange(log_id, offset, n_bytes)
            granted = await self._ask(command, fp.RangeGranted, token)
            if not granted.length:
                return b""
            told = await self._until_done(reading)
        except asyncio.CancelledError:
            await self._cancel_range()
            raise
        finally:
            self._range = None
        data = bytes(reading.data[: told.length])
        is_whole = reading.n_bytes == told.length and fp.crc32(data) == told.crc32
        return data if told.status is fp.Code.OK and is_whole else None

    async def _until_done(self, reading: _Range) -> fp.RangeDone:
        """Wait for the end of a range for as long as pieces of it come."""
        while True:
            n_before = reading.n_bytes
            try:
                return await asyncio.wait_for(asyncio.shield(reading.done), PIECE_S)
            except TimeoutError as error:
                if reading.n_bytes == n_before:
                    raise LinkLostError("The sensor stopped sending its memory.") from error

    async def _cancel_range(self) -> None:
        token = self._next_token()
        command = fp.encode_command(fp.CancelRange(), token)
        # The link may be gone: then there is nothing to cancel.
        await asyncio.gather(self._link.write(fp.CONTROL_UUID, command), return_exceptions=True)

    async def _ask(self, command: fp.Command, answer: type[_R], token: int) -> _R:
        await self._open()
        waiting = self._waiting[token] = asyncio.get_running_loop().create_future()
        try:
            async with asyncio.timeout(ANSWER_S):
                await self._link.write(fp.CONTROL_UUID, fp.encode_command(command, token))
                reply = await waiting
        except TimeoutError as error:
            raise LinkLostError("The sensor does not answer.") from error
        finally:
            del self._waiting[token]
        if reply.status is not fp.Code.OK:
            raise refused_with(reply.status)
        if not isinstance(reply.result, answer):
            raise SensorDataError("The sensor answered another question than it was asked.")
        return reply.result

    async def _open(self) -> None:
        """Listen before anything is asked."""
        async with self._opening:
            if not self._is_open:
                await self._link.subscribe(fp.CONTROL_UUID, self._on_control)
                if self._link.has(fp.LOG_UUID):
                    await self._link.subscribe(fp.LOG_UUID, self._on_log)
                self._is_open = True

    def _on_control(self, payload: bytes) -> None:
        try:
            reply = fp.decode_reply(payload)
        except fp.ProtocolError:
            return  # whoever waits for it is told that the sensor does not answer
        if isinstance(reply, fp.RangeDone):
            reading = self._range
            if reading is not None and reply.token == self._range_token:
                _resolve(reading.done, reply)
        elif reply.token in self._waiting:
            _resolve(self._waiting[reply.token], reply)

    def _on_log(self, payload: bytes) -> None:
        reading = self._range
        try:
            chunk = fp.decode_log_chunk(payload)
        except fp.ProtocolError:
            return  # the checksum of the range tells
        if reading is None or chunk.log_id != reading.log_id:
            return
        at = chunk.offset - reading.offset
        if at >= 0 and at + len(chunk.data) <= len(reading.data):
            reading.data[at : at + len(chunk.data)] = chunk.data
            reading.n_bytes += len(chunk.data)

    def _next_token(self) -> int:
        self._token = self._token % 255 + 1
        return self._token


def _resolve(waiting: asyncio.Future[_R], value: _R) -> None:
    if not waiting.done():
        waiting.set_result(value)
