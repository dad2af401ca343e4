"""The questions and commands of a Movesense, over one connection."""

import asyncio
import struct
from contextlib import suppress

import numpy as np

from imu.drivers.base import Link, OnBytes, SensorFacts, StreamDescription, StreamSettings
from imu.drivers.movesense_channel import ANSWER_S, SILENT_ANSWER_S, GspChannel, no_answer
from imu.drivers.movesense_decoder import acc_scale_of, read_message
from imu.drivers.movesense_gsp import (
    BATTERY_LEVEL_UUID,
    FIRMWARE_REVISION_UUID,
    HEAD_BYTES,
    MODEL_NUMBER_UUID,
    RESTART_MODE,
    SAMPLE_BYTES,
    SERIAL_NUMBER_UUID,
    TIME_BYTES,
    TOO_MANY_REQUESTS,
    Answer,
    Command,
    Hello,
    decode_hello,
    decode_status,
    is_exhausted,
    is_refusal,
    refused_with,
)
from imu.drivers.movesense_parts import joined, message_bytes
from imu.errors import LinkLostError, SensorDataError, SensorError
from imu.recordings import JsonValue

RATES_HZ = (52, 104, 208)
# With the leading slash it worked for two clients; one says that it must not be there.
PATHS = ("/Meas/IMU6/{}", "Meas/IMU6/{}")
_NO_SUCH_PATH = (400, 404)
_OCCUPIED = (409, 423, 507)
# How much of a stream is looked at before it counts as begun: unit and length of its messages.
FIRST_LOOK_S = 1.0
FIRST_DATA_S = 5.0
# The clock of the same boot is right to this much: a message waits for less, and two crystals
# differ by less than 250 parts in a million.
SAME_CLOCK_S = 2.0
MAX_DRIFT = 250e-6
_MS_PER_WRAP = 1 << 32


class MovesenseConversation:
    """Stream of one connected Movesense.

    A lost link ends a subscription, but not the sensor's clock: `resume` subscribes again, and
    the stream goes on where that clock is where it should be by this computer's.  Otherwise the
    sensor has started anew, or the computer has slept: a new stream begins.
    """

    def __init__(self, link: Link) -> None:
        self._link = link
        self._gsp = GspChannel(link)
        self._hello: Hello | None = None
        self._texts: dict[str, str | None] = {}
        self._subscribed: int | None = None

    async def facts(self) -> SensorFacts:
        """Ask who the sensor is and how it is; only the battery is asked more than once."""
        if self._hello is None:
            result = await self._gsp.ask(Command.HELLO, limit_s=ANSWER_S)
            if result is None:
                raise no_answer()
            if is_exhausted(result):
                await self._restart()
            self._hello = decode_hello(result)
        return SensorFacts(
            model=await self._text(MODEL_NUMBER_UUID) or self._hello.product or "Movesense",
            serial=await self._text(SERIAL_NUMBER_UUID) or self._hello.serial or None,
            firmware=await self._text(FIRMWARE_REVISION_UUID) or self._hello.version or None,
            battery_percent=await self._battery(),
        )

    async def start(self, settings: StreamSettings, on_data: OnBytes) -> StreamDescription:
        """Begin a stream, and look at its first second.

        Raises
        ------
        SensorRefusedError, SensorBusyError
            The sensor cannot.
        SensorDataError
            What it sends is not what is known of this sensor.
        """
        rate_hz = min((r for r in RATES_HZ if r >= settings.rate_hz), default=RATES_HZ[-1])
        look = _FirstLook(rate_hz, on_data)
        path = await self._subscribe_any([path.format(rate_hz) for path in PATHS], look.hear)
        try:
            described = await look.described()
        except SensorError:
            await self.stop()
            raise
        return StreamDescription(
            driver="movesense",
            sampling_rate_hz=float(rate_hz),
            settings={**described, "path": path, "has_gyroscope": True},
        )

    async def resume(self, description: StreamDescription, on_data: OnBytes) -> bool:
        """Go on with a stream; False where the sensor's clock has begun anew."""
        is_same: asyncio.Future[bool] = asyncio.get_running_loop().create_future()

        def hear(payload: bytes) -> None:
            if not is_same.done():
                if payload[0] != Answer.DATA or len(payload) < HEAD_BYTES + TIME_BYTES:
                    return
                is_same.set_result(_is_same_clock(description, payload))
            if is_same.result():
                on_data(payload)

        path = description.settings.get("path")
        if not isinstance(path, str):
            return False
        await self._subscribe_any([path], hear)
        try:
            async with asyncio.timeout(FIRST_DATA_S):
                if await is_same:
                    return True
        except TimeoutError as error:
            raise LinkLostError("The Movesense sends nothing; connecting anew.") from error
        await self.stop()
        return False

    async def stop(self) -> int | None:
        """End the stream."""
        if self._subscribed is not None:
            reference, self._subscribed = self._subscribed, None
            await self._gsp.unsubscribe(reference)
        return None  # it does not count

    async def _subscribe_any(self, paths: list[str], on_data: OnBytes) -> str:
        """Subscribe to the first path that the sensor knows, and return it."""
        await self.stop()
        status: int | None = None
        for path in paths:
            status = await self._subscribe(path, on_data)
            if status in _OCCUPIED:  # perhaps by what is left of a connection that broke
                await asyncio.sleep(SILENT_ANSWER_S)
                status = await self._subscribe(path, on_data)
            if status is not None and not is_refusal(status):
                return path
            if status is not None and status not in _NO_SUCH_PATH:
                break
        if status is None:
            raise no_answer()
        if status == TOO_MANY_REQUESTS:
            await self._restart()
        raise refused_with(status)

    async def _subscribe(self, path: str, on_data: OnBytes) -> int | None:
        """Subscribe and return the status; None for silence.  A refused one is given back."""
        reference, answer = await self._gsp.subscribe(path, on_data)
        if answer is not None and answer[0] != Answer.RESULT:
            status: int | None = 200  # the oldest firmware sends data at once
        else:
            status = None if answer is None else decode_status(answer)
        if status is not None and not is_refusal(status):
            self._subscribed = reference
        else:
            await self._gsp.unsubscribe(reference)
        return status

    async def _restart(self) -> None:
        """Tell the sensor to restart, which ends the link; nothing else frees its requests."""
        with suppress(LinkLostError):
            mode = bytes([RESTART_MODE])
            await self._gsp.ask(Command.PUT_SYSTEMMODE, mode, limit_s=SILENT_ANSWER_S)

    async def _battery(self) -> int | None:
        if not self._link.has(BATTERY_LEVEL_UUID):
            return None
        level = await self._link.read(BATTERY_LEVEL_UUID)
        return level[0] if len(level) == 1 and level[0] <= 100 else None

    async def _text(self, uuid: str) -> str | None:
        if uuid not in self._texts:
            told = await self._link.read(uuid) if self._link.has(uuid) else b""
            self._texts[uuid] = told.decode(errors="replace").strip("\0 ") or None
        return self._texts[uuid]


class _FirstLook:
    """The first second of a stream: handed on at once, and looked at."""

    def __init__(self, rate_hz: int, on_data: OnBytes) -> None:
        self._rate_hz = rate_hz
        self._on_data = on_data
        self._heard: list[bytes] = []
        self._heard_at_s = 0.0
        self._enough = asyncio.Event()

    def hear(self, payload: bytes) -> None:
        self._on_data(payload)
        if self._enough.is_set():
            return
        if not self._heard:
            if payload[0] != Answer.DATA or len(payload) < HEAD_BYTES + TIME_BYTES:
                return  # the end of a message whose beginning nobody heard
            self._heard_at_s = asyncio.get_running_loop().time()
        self._heard.append(payload)
        n_bytes = sum(len(p) - HEAD_BYTES for p in self._heard)
        if n_bytes >= FIRST_LOOK_S * self._rate_hz * SAMPLE_BYTES:
            self._enough.set()

    async def described(self) -> dict[str, JsonValue]:
        """Return what a decoder must know of the stream, and when it began."""
        try:
            async with asyncio.timeout(FIRST_DATA_S):
                await self._enough.wait()
        except TimeoutError as error:
            raise LinkLostError("The Movesense sends too little; connecting anew.") from error
        n_bytes = message_bytes(self._heard)
        if not n_bytes:
            raise SensorDataError("The Movesense sends messages that this driver does not know.")
        messages = [read_message(m) for m in joined(self._heard) if len(m) == n_bytes]
        return {
            "acc_scale": acc_scale_of(np.concatenate([acc for _, acc, _ in messages])),
            "message_bytes": n_bytes,
            "t_first_ms": _time_of(self._heard[0]),
            "heard_at_s": self._heard_at_s,
        }


def _time_of(payload: bytes) -> int:
    return int(struct.unpack_from("<I", payload, HEAD_BYTES)[0])


def _is_same_clock(description: StreamDescription, payload: bytes) -> bool:
    """Whether a sensor's clock is where it should be since the stream began, or has begun anew."""
    first_ms, heard_at_s = (description.settings.get(k) for k in ("t_first_ms", "heard_at_s"))
    if not (isinstance(first_ms, int) and isinstance(heard_at_s, int | float)):
        return False
    since_s = asyncio.get_running_loop().time() - heard_at_s
    off_ms = _time_of(payload) - first_ms - round(since_s * 1000)
    off_ms = (off_ms + _MS_PER_WRAP // 2) % _MS_PER_WRAP - _MS_PER_WRAP // 2
    return abs(off_ms) / 1000 < SAME_CLOCK_S + MAX_DRIFT * since_s
