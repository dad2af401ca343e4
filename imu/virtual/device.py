"""The firmware of a virtual sensor: bytes in, bytes out, on a clock that is handed in."""

import random
from collections.abc import Callable
from dataclasses import replace

import firmware_protocol as fp
from imu.virtual.counts import Felt, scales
from imu.virtual.device_clock import DeviceClock
from imu.virtual.flash import Flash
from imu.virtual.measuring import Session
from imu.virtual.reading import Reading
from imu.virtual.refusal import Refusal
from imu.virtual.running import Running

RATES_HZ = (52, 104, 208)
ACC_RANGES_G = (8, 16)
GYR_RANGES_DPS = (1000, 2000)
LOW_BATTERY_PERCENT = 3
_CAPABILITIES = (
    fp.Capability.FLASH_LOG
    | fp.Capability.GYROSCOPE
    | fp.Capability.TIME_SYNC
    | fp.Capability.SHUTDOWN
    | fp.Capability.COMPACT_DATA
)


class Firmware:
    """Everything of our sensor but the radio.

    Parameters
    ----------
    felt : Felt
        What it measures.
    now_s : callable
        True time, seconds; the sensor's own clock drifts against it.
    drift_ppm : float
    flash : Flash, optional
        Survives a reboot.
    seed : int
        Of boot and session ids.
    begins_with_session : bool
        What it measures begins anew with each session; otherwise it goes on since it was made.

    Attributes
    ----------
    battery_percent : int
    n_dropped : int
        Samples of this session that the link could not take.
    is_off : bool
        After SHUTDOWN; `boot` is the button.
    now_s : callable
    """

    def __init__(
        self,
        felt: Felt,
        now_s: Callable[[], float],
        *,
        drift_ppm: float = 0.0,
        flash: Flash | None = None,
        seed: int = 1,
        begins_with_session: bool = False,
    ) -> None:
        self.battery_percent = 87
        self.n_dropped = 0
        self.is_off = False
        self.log = flash or Flash()
        self._felt = felt
        self.now_s = now_s
        self._drift_ppm = drift_ppm
        self._ids = random.Random(seed)  # noqa: S311 - no secret
        self._worn_s = now_s()
        self._begins_with_session = begins_with_session
        self.boot()

    def boot(self) -> None:
        """Start anew: what is in the flash stays, everything else is forgotten."""
        self.log.close_all()
        self.is_off = False
        self.boot_id = self._ids.randrange(1, 1 << 32)
        # The time that a boot takes; nothing is measured at the moment of power itself.
        self.clock = DeviceClock(self.now_s() - 1.0, self._drift_ppm)
        self._wall_offset_us: int | None = None
        self._running: Running | None = None
        self.reading = Reading(self.log)
        self._config = self._configured(fp.ConfigRequest(104, 16, 2000, 10))

    def t_us(self) -> int:
        """Device time."""
        return self.clock.t_us(self.now_s())

    @property
    def session(self) -> Session | None:
        """The session that runs; tests compare with its truth."""
        return None if self._running is None else self._running.session

    def shut_down(self) -> None:
        """Switch off, until the next `boot`."""
        self.boot()
        self.is_off = True

    @property
    def samples_per_packet(self) -> int:
        """How many samples the host wants in one packet."""
        return self._config.samples_per_packet

    # what is read
    def info(self) -> bytes:
        """INFO."""
        return fp.encode_info(
            fp.Info(
                capabilities=_CAPABILITIES,
                boot_id=self.boot_id,
                rates_hz=RATES_HZ,
                acc_ranges_g=ACC_RANGES_G,
                gyr_ranges_dps=GYR_RANGES_DPS,
                mounting=fp.Mounting.BACK_OF_PELVIS,
                log_capacity_bytes=self.log.capacity_bytes,
            )
        )

    def config(self) -> bytes:
        """CONFIG."""
        return fp.encode_config(self._config)

    def announcement(self) -> bytes:
        """Manufacturer data of the advertisement."""
        state = fp.State.IDLE if self._running is None else fp.State.RUNNING
        return fp.encode_announcement(fp.Announcement(state, self.battery_percent))

    def status(self) -> bytes:
        """STATUS."""
        running = self._running
        flags = fp.StatusFlags(0)
        if self.battery_percent <= LOW_BATTERY_PERCENT:
            flags |= fp.StatusFlags.BATTERY_LOW
        if self.log.is_full:
            flags |= fp.StatusFlags.FLASH_FULL
        if self._wall_offset_us is not None:
            flags |= fp.StatusFlags.WALL_TIME_SET
        fill = round(1000 * self.log.n_bytes / self.log.capacity_bytes)
        known = fp.Status(
            state=fp.State.IDLE,
            flags=flags,
            boot_id=self.boot_id,
            battery_mv=3300 + 9 * self.battery_percent,
            temperature_c=29.5,
            log_fill_permille=min(fill, 1000),
        )
        if running is not None:
            flags |= fp.StatusFlags.STREAMING if running.is_streaming else fp.StatusFlags(0)
            flags |= fp.StatusFlags.LOGGING if running.log_id != fp.NO_LOG else fp.StatusFlags(0)
            known = replace(
                known,
                state=fp.State.RUNNING,
                flags=flags,
                session_id=running.session_id,
                next_seq=running.session.n_due(self.now_s()),
                n_dropped=self.n_dropped,
                log_id=running.log_id,
            )
        return fp.encode_status(known)

    # what is written
    def write_config(self, data: bytes) -> None:
        """Take a CONFIG request; raises `Refusal`."""
        if self._running is not None:
            raise Refusal(fp.Code.WRONG_STATE)
        try:
            request = fp.decode_config_request(data)
        except fp.ProtocolError as error:
            raise Refusal(fp.Code.INVALID_ARGUMENT) from error
        offered = (
            request.rate_hz in RATES_HZ
            and request.acc_range_g in ACC_RANGES_G
            and request.gyr_range_dps in (0, *GYR_RANGES_DPS)
        )
        if not offered:
            raise Refusal(fp.Code.INVALID_ARGUMENT)
        self._config = self._configured(request)

    # what a session does
    def start(self, flags: fp.StartFlags) -> fp.Started:
        """Begin a session; raises `Refusal`."""
        if self._running is not None:
            raise Refusal(fp.Code.WRONG_STATE)
        if self.battery_percent <= LOW_BATTERY_PERCENT:
            raise Refusal(fp.Code.BATTERY_LOW)
        if flags & fp.StartFlags.LOG and self.log.is_full:
            raise Refusal(fp.Code.FLASH_FULL)
        t_us = self.t_us()
        worn_s = self.now_s() if self._begins_with_session else self._worn_s
        session = Session(self._felt, self.clock, self._config, t_first_us=t_us, worn_s=worn_s)
        session_id = self._ids.randrange(1, 1 << 32)
        log_id = fp.NO_LOG
        if flags & fp.StartFlags.LOG:
            log_id = self.log.begin(self._log_entry(session_id, t_us))
        is_streaming = bool(flags & fp.StartFlags.STREAM)
        self.n_dropped = 0
        self._running = Running(session, session_id, log_id, is_streaming)
        return fp.Started(session_id, t_us, log_id)

    def stream(self, *, on: bool) -> fp.Streaming:
        """Send the running session over this link, or no longer; raises `Refusal`."""
        if self._running is None:
            raise Refusal(fp.Code.WRONG_STATE)
        n = self._running.session.n_due(self.now_s())
        self._running.is_streaming, self._running.sent = on, n
        return fp.Streaming(n)

    def stop(self) -> fp.Stopped:
        """End the session; raises `Refusal`."""
        running = self._running
        if running is None:
            raise Refusal(fp.Code.WRONG_STATE)
        n = running.session.n_due(self.now_s())
        running.write(self.log, n, whole_only=False)
        if running.log_id != fp.NO_LOG:
            self.log.close(running.log_id)
        self._running = None
        return fp.Stopped(n)

    def unlink(self) -> None:
        """Take note that the link is gone: measuring goes on, sending does not."""
        self.reading.cancel()
        if self._running is not None:
            self._running.is_streaming = False

    def set_time(self, unix_us: int) -> fp.TimeSet:
        """Learn the wall time."""
        t_us = self.t_us()
        self._wall_offset_us = unix_us - t_us
        return fp.TimeSet(t_us)

    def due(self, samples_per_packet: int | None = None) -> list[fp.Data]:
        """Write what is due to the log, and return what is to be sent now."""
        running = self._running
        if running is not None and self.battery_percent <= LOW_BATTERY_PERCENT:
            self.stop()  # and closes its log, while there is power for it
            running = None
        if running is None:
            return []
        n = running.session.n_due(self.now_s())
        running.write(self.log, n, whole_only=True)
        return running.pack(n, samples_per_packet or self._config.samples_per_packet)

    def measure(self) -> list[bytes]:
        """Write what is due to the log, and return the DATA that is to be sent now."""
        return [fp.encode_data(data) for data in self.due()]

    def lose_samples(self, n: int) -> None:
        """Have the next n samples never measured."""
        if self._running is not None:
            first = self._running.session.n_due(self.now_s())
            self._running.session.lose(first, first + n)

    # the memory
    def erase(self, command: fp.Erase) -> None:
        """Erase a closed log; raises `Refusal`."""
        log = self.log.get(command.log_id)
        if log is None or not log.is_closed:
            raise Refusal(fp.Code.NOT_FOUND if log is None else fp.Code.WRONG_STATE)
        if fp.crc32(bytes(log.data)) != command.crc32:
            raise Refusal(fp.Code.CHECKSUM_DIFFERS)
        self.log.erase(command.log_id)

    def _configured(self, request: fp.ConfigRequest) -> fp.Config:
        acc_scale, gyr_scale = scales(request.acc_range_g, request.gyr_range_dps)
        return fp.Config(
            request.rate_hz,
            request.acc_range_g,
            request.gyr_range_dps,
            request.samples_per_packet,
            acc_scale,
            gyr_scale,
        )

    def _log_entry(self, session_id: int, t_us: int) -> fp.LogEntry:
        offset_us = self._wall_offset_us
        return fp.LogEntry(
            log_id=0,
            flags=fp.LogFlags(0) if offset_us is None else fp.LogFlags.WALL_TIME_KNOWN,
            boot_id=self.boot_id,
            session_id=session_id,
            n_samples=0,
            t_first_us=t_us,
            unix_first_us=0 if offset_us is None else t_us + offset_us,
            rate_hz=self._config.rate_hz,
            acc_range_g=self._config.acc_range_g,
            gyr_range_dps=self._config.gyr_range_dps,
            acc_scale=self._config.acc_scale,
            gyr_scale=self._config.gyr_scale,
            n_bytes=0,
            crc32=0,
        )
