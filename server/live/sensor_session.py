"""A run of a sensor: streamed, analysed as it happens, written down, and stored at the end."""

import asyncio
import logging
import time
from collections import deque
from collections.abc import Callable, Iterable
from contextlib import AbstractAsyncContextManager
from statistics import median
from typing import Protocol

from analysis.errors import AnalysisError
from analysis.live import GaitStream
from analysis.stances import Stance
from analysis.wear_check import WearCheck
from imu.capture.journal import JournalWriter
from imu.capture.recorder import Recorder
from imu.drivers.base import Driver, SensorFacts, StreamSettings
from imu.errors import ImuError, SensorError
from imu.samples import SampleBatch
from imu.streaming.events import LinkState
from imu.streaming.session import Connect, StreamSession
from server.errors import ServerError
from server.live.session import LiveSession, slip_of
from server.live.snapshot import Beat, LiveSnapshot, LiveSource, LiveState, SensorLink

_log = logging.getLogger(__name__)

# Batches over which the delay that is shown is taken: about three seconds.
N_DELAYS = 30
# The check of the sensor's place tells itself this often while it goes on.
WEAR_INTERVAL_S = 0.25


class Save(Protocol):
    """What becomes of the journal at the end."""

    async def __call__(self, journal: JournalWriter, *, keep: bool) -> str | None:
        """Close it; make a run of it and return its id, or throw it away."""


class SensorSession(LiveSession):
    """One run of one sensor.

    Parameters
    ----------
    connect, driver, settings
        See `imu.streaming.session.StreamSession`.
    journal : JournalWriter
    save : callable
        Closes the journal; makes a run of it and returns its id, or throws it away where it is
        not to be kept.  None where there is no run.
    title : str
    using : callable
        Keeps the sensor for this run alone; raises `SensorBusyError`.
    """

    def __init__(
        self,
        connect: Connect,
        driver: Driver,
        settings: StreamSettings,
        journal: JournalWriter,
        *,
        save: Save,
        title: str,
        using: Callable[[], AbstractAsyncContextManager[None]],
    ) -> None:
        super().__init__(title=title)
        self._journal = journal
        self._save = save
        self._using = using
        self._driver = driver
        self._recorder = Recorder(
            driver, journal, on_batch=self._take, on_change=self._changed_link
        )
        self._session = StreamSession(
            connect, driver, self._recorder, settings, host_ns=time.monotonic_ns
        )
        self._stream: GaitStream | None = None
        self._wear: WearCheck | None = None
        self._wear_told_s = 0.0
        self._batches: asyncio.Queue[SampleBatch | None] = asyncio.Queue()
        self._delays_ms: deque[float] = deque(maxlen=N_DELAYS)
        self._first_s: float | None = None
        self._last_s = 0.0
        self._run_id: str | None = None
        self._task: asyncio.Task[None] | None = None
        self._is_unwanted = False

    @property
    def run_id(self) -> str | None:
        """The stored run, once there is one."""
        return self._run_id

    @property
    def facts(self) -> SensorFacts | None:
        """How the sensor was when it was last asked."""
        return self._recorder.facts

    def start(self) -> None:
        """Begin to connect and to stream; needs a running event loop."""
        self._task = asyncio.create_task(self._run())

    def stop(self, reason: str | None = None) -> None:
        """End the run; what came is stored."""
        if self.state is LiveState.RUNNING:
            self.reason = reason
            self._session.stop()

    def discard(self) -> None:
        """End the run and keep nothing of it."""
        self._is_unwanted = True
        self.stop("Cancelled: nothing was kept.")

    async def finished(self) -> None:
        """Return once the run is stored."""
        if self._task is not None:
            await asyncio.shield(self._task)

    def snapshot(self) -> LiveSnapshot:
        """Return where the session is."""
        stream = self._stream
        position_s = 0.0 if self._first_s is None else self._last_s - self._first_s
        return LiveSnapshot(
            state=self.state,
            reason=self.reason,
            session_id=self.id,
            run_id=self._run_id,
            title=self.title,
            speed=1.0,
            position_s=position_s,
            duration_s=None,
            n_stances=len(self.stances),
            has_gyroscope=bool(self._driver.capabilities.gyr_ranges_dps),
            zero=None if stream is None else stream.zero,
            slip_deg=None if stream is None else slip_of(stream),
            source=LiveSource.SENSOR,
            link=self._link(),
            wear=None if self._wear is None else self._wear.state,
        )

    def _link(self) -> SensorLink:
        recorder, counts = self._recorder, self._recorder.counts
        facts = recorder.facts
        stream = recorder.stream
        return SensorLink(
            state=recorder.state.value,
            reason=recorder.reason or self._journal.status.trouble,
            battery_percent=None if facts is None else facts.battery_percent,
            has_memory=stream is not None and stream.log_id is not None,
            n_received=counts.n_samples,
            n_lost=counts.n_lost,
            n_refilled=counts.n_refilled,
            delay_ms=median(self._delays_ms) if self._delays_ms else None,
        )

    async def _run(self) -> None:
        analysing = asyncio.create_task(self._analyse())
        try:
            try:
                async with self._using():
                    await self._session.run()
            finally:
                self._batches.put_nowait(None)
                await analysing
            if self._is_unwanted:
                await self._save(self._journal, keep=False)
                self._end(LiveState.STOPPED)
                return
            self.reason = self._left_behind() or self.reason
            self.state = LiveState.SAVING
            self._tell()
            self._run_id = await self._save(self._journal, keep=True)
            if self._run_id is None:
                self.reason = "Nothing came from the sensor, so there is nothing to store."
            self._end(LiveState.ENDED if self._run_id is not None else LiveState.FAILED)
        except SensorError as error:
            await self._give_up(str(error))
        except (ImuError, AnalysisError, ServerError) as error:
            self.reason = f"{error} What came is kept and is stored at the next start."
            self._end(LiveState.FAILED)
        except asyncio.CancelledError:
            self._end(LiveState.STOPPED)
            raise
        except Exception:  # noqa: BLE001 - a background task has nobody else to tell
            _log.exception("the live session failed")
            self.reason = "What came is kept and is stored when the server is started again."
            self._end(LiveState.FAILED)

    def _left_behind(self) -> str | None:
        """Say where the last samples are, where the sensor was away at the end."""
        if self._recorder.reason is None:
            return None
        stream = self._recorder.stream
        if stream is None or stream.log_id is None:
            return f"{self._recorder.reason} What it measured since is lost."
        return (
            f"{self._recorder.reason} What it measured since is on the sensor: "
            "fetch it on the Sensor page, or with hiplevel sync."
        )

    async def abandon(self) -> None:
        """Throw a session away that was never started."""
        await self._save(self._journal, keep=False)

    async def _give_up(self, reason: str) -> None:
        """End a session that never had a stream."""
        self.reason = reason
        try:
            await self._save(self._journal, keep=True)
        finally:
            self._end(LiveState.FAILED)

    def _take(self, batch: SampleBatch) -> None:
        """Take live samples; the analysis takes longer than the radio can wait."""
        if self._stream is None:
            rate_hz = self._recorder.stream.sampling_rate_hz if self._recorder.stream else 100.0
            self._stream = GaitStream(rate_hz, has_gyroscope=batch.gyr_radps is not None)
            self._wear = WearCheck(rate_hz)
            self._first_s = float(batch.t_s[0])
        self._last_s = float(batch.t_s[-1])
        self._batches.put_nowait(batch)

    async def _analyse(self) -> None:
        while (batch := await self._batches.get()) is not None:
            stream, wear = self._stream, self._wear
            if stream is None or wear is None:
                continue
            try:
                found = await asyncio.to_thread(
                    stream.push, batch.t_s, batch.acc_mps2, batch.gyr_radps
                )
            except AnalysisError:
                # The recording has these samples all the same, and is analysed at the end.
                _log.warning("live samples could not be analysed", exc_info=True)
                continue
            self._add(found)
            self._check_wear(wear, batch, found)
            age_s = self._recorder.age_s(float(batch.t_s[-1]), time.monotonic_ns())
            if age_s is not None:
                self._delays_ms.append(1000.0 * age_s)
                self._beat = Beat(self._last_s - (self._first_s or 0.0), _epoch_ms() - 1e3 * age_s)
                self._wake()
        if self._stream is not None:
            self._add(await asyncio.to_thread(self._stream.finish))

    def _check_wear(self, wear: WearCheck, batch: SampleBatch, found: Iterable[Stance]) -> None:
        before = wear.state
        if before.is_ready:
            return
        wear.push_samples(batch.t_s, batch.acc_mps2, batch.gyr_radps)
        wear.push_stances(found)
        now_s = time.monotonic()
        if wear.state != before and now_s - self._wear_told_s > WEAR_INTERVAL_S:
            self._wear_told_s = now_s
            self._tell()

    def _changed_link(self) -> None:
        if self._recorder.state is LinkState.STREAMING:
            self._delays_ms.clear()
        self._tell()


def _epoch_ms() -> float:
    return time.time_ns() / 1e6
