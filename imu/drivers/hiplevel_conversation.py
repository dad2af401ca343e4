"""The questions and commands of our protocol, over one connection."""

import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from typing import TypeVar

import firmware_protocol as fp
from imu.drivers.base import (
    Link,
    OnBytes,
    SensorFacts,
    StreamDescription,
    StreamSettings,
)
from imu.drivers.hiplevel_control import ControlChannel, told_plainly
from imu.drivers.logbook import StoredRun
from imu.drivers.pinging import Ping
from imu.errors import SensorDataError, SensorMemoryFullError, SensorRefusedError
from imu.recordings import JsonValue

MESSAGES_PER_S = 10  # what a live view needs, and what every radio carries
# Blocks are looked for where the index says; lost samples move them, and this often is enough.
MAX_LOOKS = 12

_R = TypeVar("_R")


class HiplevelConversation:
    """Stream, memory and stored runs of one connected sensor."""

    def __init__(self, link: Link) -> None:
        self._link = link
        self._control = ControlChannel(link)

    async def facts(self) -> SensorFacts:
        """Ask who the sensor is and how it is."""
        info, status = await self._info(), await self._status()
        fill = None if status.log_fill_permille is None else status.log_fill_permille / 10
        return SensorFacts(
            model=await self._text(fp.MODEL_NUMBER_UUID) or "hiplevel sensor",
            serial=await self._text(fp.SERIAL_NUMBER_UUID),
            firmware=await self._text(fp.FIRMWARE_REVISION_UUID),
            battery_percent=await self._battery(),
            boot_id=info.boot_id,
            log_fill_percent=fill,
        )

    async def start(self, settings: StreamSettings, on_data: OnBytes) -> StreamDescription:
        """Begin a stream, and a copy of it in the sensor's memory where there is room."""
        await self._make_idle()
        info = await self._info()
        config = await self._configure(info, settings)
        await self._set_time()
        await self._link.subscribe(fp.DATA_UUID, on_data)
        flags = fp.StartFlags.STREAM
        if info.capabilities & fp.Capability.FLASH_LOG:
            flags |= fp.StartFlags.LOG
        try:
            started = await self._control.ask(fp.Start(flags), fp.Started)
        except SensorMemoryFullError:
            # A run without a copy is better than no run; the description says that there is none.
            started = await self._control.ask(fp.Start(fp.StartFlags.STREAM), fp.Started)
        return _description(info, config, started)

    async def resume(self, description: StreamDescription, on_data: OnBytes) -> bool:
        """Go on with a stream; False where the sensor has started anew or stopped by itself."""
        info, status = await self._info(), await self._status()
        same = (info.boot_id, status.session_id) == (description.boot_id, description.session_id)
        if not same or status.state is not fp.State.RUNNING:
            return False
        await self._link.subscribe(fp.DATA_UUID, on_data)
        await self._control.ask(fp.Stream(on=True), fp.Streaming)
        return True

    async def stop(self) -> int | None:
        """End the stream and the sensor's own copy of it."""
        return await self._make_idle()

    async def ping(self, host_ns: Callable[[], int]) -> Ping:
        """Exchange four times with the sensor."""
        sent_ns = host_ns()
        pong = await self._control.ask(fp.Ping(sent_ns), fp.Pong)
        return Ping(sent_ns / 1e9, pong.t2_us / 1e6, pong.t3_us / 1e6, host_ns() / 1e9)

    async def fetch(self, description: StreamDescription, first: int, stop: int) -> list[bytes]:
        """Fetch the blocks of the log that hold samples first to stop."""
        if description.log_id is None:
            return []
        at = first // fp.SAMPLES_PER_BLOCK
        n_blocks = -(-(stop - first) // fp.SAMPLES_PER_BLOCK) + 1
        found: dict[int, bytes] = {}
        for _ in range(MAX_LOOKS):
            blocks = await self._blocks(description.log_id, at, min(n_blocks, 512))
            if not blocks and not found and at > 0:  # many samples were lost before it
                at = max(0, at - n_blocks)
                n_blocks *= 2
                continue
            if not blocks:
                break
            begins = [fp.decode_log_block(block) for block in blocks]
            found |= {b.first_seq: raw for b, raw in zip(begins, blocks, strict=True)}
            if begins[0].first_seq > first and at > 0:  # samples were lost before it
                at = max(0, at - 1 - (begins[0].first_seq - first) // fp.SAMPLES_PER_BLOCK)
            elif begins[-1].first_seq + begins[-1].n < stop:  # short blocks before it
                at += len(blocks)
            else:
                break
        wanted = ((fp.decode_log_block(raw), raw) for _, raw in sorted(found.items()))
        return [raw for b, raw in wanted if b.first_seq < stop and (b.first_seq + b.n) > first]

    async def begin_run(self, settings: StreamSettings) -> StreamDescription:
        """Measure into the memory only."""
        await self._make_idle()
        info = await self._info()
        config = await self._configure(info, settings)
        await self._set_time()
        started = await self._control.ask(fp.Start(fp.StartFlags.LOG), fp.Started)
        return _description(info, config, started)

    async def end_run(self) -> None:
        """End what is being measured."""
        await self._make_idle()

    async def stored_runs(self) -> list[StoredRun]:
        """List what is in the memory, oldest first."""
        runs: list[StoredRun] = []
        while True:
            listed = await self._control.ask(fp.ListLogs(len(runs)), fp.LogList)
            runs += [_stored(entry) for entry in listed.entries]
            if not listed.entries or len(runs) >= listed.n_total:
                return runs

    async def read_run(self, run: StoredRun, offset: int, n_bytes: int) -> bytes:
        """Read bytes of a stored run."""
        if run.description.log_id is None:
            raise SensorDataError("A stored run has no number.")
        return await self._control.read_range(run.description.log_id, offset, n_bytes)

    async def erase_run(self, run: StoredRun) -> None:
        """Erase a closed run whose checksum was compared."""
        if run.description.log_id is None or run.crc32 is None:
            raise SensorRefusedError("A run that is still being measured cannot be erased.")
        await self._control.order(fp.Erase(run.description.log_id, run.crc32))

    async def _make_idle(self) -> int | None:
        """Stop what runs, and return its samples; what is in the memory of it stays there."""
        status = await self._status()
        if status.state is fp.State.RUNNING:
            return (await self._control.ask(fp.Stop(), fp.Stopped)).n_samples
        return None

    async def _configure(self, info: fp.Info, settings: StreamSettings) -> fp.Config:
        rate_hz = _at_least(settings.rate_hz, info.rates_hz)
        per_packet = max(1, min(info.max_samples_per_packet, round(rate_hz / MESSAGES_PER_S)))
        wanted = fp.ConfigRequest(
            rate_hz=rate_hz,
            acc_range_g=_at_least(settings.acc_range_g, info.acc_ranges_g),
            gyr_range_dps=_at_least(settings.gyr_range_dps, info.gyr_ranges_dps or (0,)),
            samples_per_packet=per_packet,
        )
        try:
            await self._link.write(fp.CONFIG_UUID, fp.encode_config_request(wanted))
        except SensorRefusedError as error:
            raise told_plainly(error) from error
        return _decoded(fp.decode_config, await self._link.read(fp.CONFIG_UUID))

    async def _set_time(self) -> None:
        await self._control.ask(fp.SetTime(time.time_ns() // 1000), fp.TimeSet)

    async def _info(self) -> fp.Info:
        return _decoded(fp.decode_info, await self._link.read(fp.INFO_UUID))

    async def _status(self) -> fp.Status:
        return _decoded(fp.decode_status, await self._link.read(fp.STATUS_UUID))

    async def _battery(self) -> int | None:
        if not self._link.has(fp.BATTERY_LEVEL_UUID):
            return None
        level = await self._link.read(fp.BATTERY_LEVEL_UUID)
        return level[0] if len(level) == 1 and level[0] <= 100 else None

    async def _text(self, uuid: str) -> str | None:
        if not self._link.has(uuid):
            return None
        return (await self._link.read(uuid)).decode(errors="replace").strip("\0 ") or None

    async def _blocks(self, log_id: int, at: int, n: int) -> list[bytes]:
        size = fp.LOG_BLOCK_BYTES
        raw = await self._control.read_range(log_id, at * size, n * size)
        return [raw[k : k + size] for k in range(0, len(raw) - size + 1, size)]


def _at_least(wanted: int, choices: Sequence[int]) -> int:
    """Return the smallest choice that is not below what is wanted, or the largest there is."""
    enough = [choice for choice in choices if choice >= wanted]
    return min(enough) if enough else max(choices)


def _description(info: fp.Info, config: fp.Config, started: fp.Started) -> StreamDescription:
    return StreamDescription(
        driver="hiplevel",
        sampling_rate_hz=float(config.rate_hz),
        boot_id=info.boot_id,
        session_id=started.session_id,
        log_id=None if started.log_id == fp.NO_LOG else started.log_id,
        settings=_settings(config, started.t_us),
    )


def _settings(measured: fp.Config | fp.LogEntry, t_first_us: int) -> dict[str, JsonValue]:
    """Return what the decoder needs to know of how a stream was measured."""
    return {
        "acc_scale": measured.acc_scale,
        "gyr_scale": measured.gyr_scale,
        "acc_range_g": measured.acc_range_g,
        "gyr_range_dps": measured.gyr_range_dps,
        "has_gyroscope": measured.gyr_range_dps > 0,
        "t_first_us": t_first_us,
    }


def _stored(entry: fp.LogEntry) -> StoredRun:
    is_closed = entry.is_closed
    started_at = None
    if entry.flags & fp.LogFlags.WALL_TIME_KNOWN:
        with suppress(OverflowError, ValueError):  # a clock that was set to nonsense
            started_at = datetime.fromtimestamp(entry.unix_first_us / 1e6, UTC)
    return StoredRun(
        description=StreamDescription(
            driver="hiplevel",
            sampling_rate_hz=float(entry.rate_hz),
            boot_id=entry.boot_id,
            session_id=entry.session_id,
            log_id=entry.log_id,
            settings=_settings(entry, entry.t_first_us),
        ),
        is_closed=is_closed,
        n_samples=entry.n_samples,
        n_bytes=entry.n_bytes,
        crc32=entry.crc32 if is_closed else None,
        t_first_s=entry.t_first_us / 1e6,
        started_at=started_at,
    )


def _decoded(decode: Callable[[bytes], _R], payload: bytes) -> _R:
    try:
        return decode(payload)
    except fp.ProtocolError as error:
        raise SensorDataError(f"The sensor's answer cannot be read: {error}") from error
