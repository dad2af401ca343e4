"""Runs that a sensor measured on its own: listed, fetched, stored, and only then erased."""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field, replace
from enum import StrEnum
from pathlib import Path
from typing import cast

from imu.ble.known_sensors import KnownSensor
from imu.drivers import driver_named
from imu.drivers.base import Driver, StreamSettings
from imu.drivers.logbook import Logbook, StoredRun
from imu.errors import ImuError, LinkLostError, SensorError, SensorRefusedError
from imu.recordings import write_recording
from imu.streaming.stored import recording_of
from imu.streaming.syncing import Progress, blocks_of, fetch_log
from server.errors import ServerError
from server.library import Library
from server.runs import RunDetails
from server.sensors.held import Held, held_of, held_sessions
from server.sensors.hub import SensorHub

_log = logging.getLogger(__name__)

# A link that breaks while a run is fetched is made again this often; what came stays.
MAX_ATTEMPTS = 5


class SyncState(StrEnum):
    """Where a sync is."""

    IDLE = "idle"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class SyncStatus:
    """How far a sync is.

    Attributes
    ----------
    state : SyncState
    address : str or None
    n_runs, n_done : int
        On the sensor, and stored so far.
    share : float
        Of the run that is being fetched, 0 to 1.
    n_held : int
        Of those done, runs that were here already, whole: streamed, or fetched before.
    run_ids : tuple of str
        What was fetched and stored.
    erasable : tuple of StoredRun
        Fetched, compared with the sensor's checksum and stored: no longer needed there.
    problem : str or None
    """

    state: SyncState = SyncState.IDLE
    address: str | None = None
    n_runs: int = 0
    n_done: int = 0
    n_held: int = 0
    share: float = 0.0
    run_ids: tuple[str, ...] = ()
    erasable: tuple[StoredRun, ...] = field(default=())
    problem: str | None = None


class Syncs:
    """At most one sync at a time; belongs to the event loop.

    Parameters
    ----------
    library : Library
    hub : SensorHub
    """

    def __init__(self, library: Library, hub: SensorHub) -> None:
        self.status = SyncStatus()
        self._library = library
        self._hub = hub
        self._folder = library.settings.home / "incoming"
        self._task: asyncio.Task[None] | None = None

    async def stored_runs(self, address: str) -> list[StoredRun]:
        """List the runs on a sensor.

        Raises
        ------
        SensorUnknownError, SensorError
        """
        async with self._logbook(address) as (logbook, _):
            return await logbook.stored_runs()

    async def begin_run(self, address: str, settings: StreamSettings) -> None:
        """Have a sensor measure on its own, until the next sync.

        Raises
        ------
        SensorUnknownError, SensorError
        """
        async with self._logbook(address) as (logbook, _):
            await logbook.begin_run(settings)

    def start(self, address: str) -> None:
        """Begin to fetch what is on a sensor, in the background.

        Raises
        ------
        SensorUnknownError
        SensorRefusedError
            A sync is running.
        """
        self._hub.known_at(address)
        if self.status.state is SyncState.RUNNING:
            raise SensorRefusedError("A sync is running already: wait for its end, or end it.")
        self.status = SyncStatus(SyncState.RUNNING, address)
        self._task = asyncio.create_task(self._run(address))

    async def cancel(self) -> None:
        """End the sync; what was fetched stays, and the next one goes on from there."""
        if self._task is not None:
            self._task.cancel()
            with suppress(asyncio.CancelledError):
                await self._task

    async def finished(self) -> SyncStatus:
        """Return how the sync went, once it is over."""
        if self._task is not None:
            await asyncio.shield(self._task)
        return self.status

    async def erase(self, address: str) -> int:
        """Erase from the sensor what the last sync has stored; returns the number of runs.

        Raises
        ------
        SensorUnknownError, SensorError
        """
        if self.status.address != address or not self.status.erasable:
            raise SensorRefusedError("There is nothing to erase: sync the sensor first.")
        async with self._logbook(address) as (logbook, _):
            for run in self.status.erasable:
                await logbook.erase_run(run)
        n = len(self.status.erasable)
        self.status = replace(self.status, erasable=())
        return n

    async def _run(self, address: str) -> None:
        try:
            for attempt in range(1, MAX_ATTEMPTS + 1):
                try:
                    await self._sync(address)
                    break
                except LinkLostError:
                    if attempt == MAX_ATTEMPTS:
                        raise
                    self._tell(problem="The link broke; going on from where it was.")
            self._tell(state=SyncState.DONE, problem=None)
        except (ImuError, ServerError) as error:
            self._tell(state=SyncState.FAILED, problem=str(error))
        except asyncio.CancelledError:
            self._tell(state=SyncState.IDLE)
            raise
        except Exception:  # noqa: BLE001 - a background task has nobody else to tell
            _log.exception("a sync failed")
            self._tell(state=SyncState.FAILED, problem="The sync failed; the log says more.")

    async def _sync(self, address: str) -> None:
        async with self._logbook(address) as (logbook, driver):
            await logbook.end_run()
            runs = [run for run in await logbook.stored_runs() if run.n_bytes]
            done = {_key(run) for run in self.status.erasable}
            self._tell(n_runs=len(runs), n_done=len(done))
            sensor = self._hub.known_at(address)
            held = await asyncio.to_thread(self._held)
            for run in runs:
                if _key(run) in done:
                    continue
                here = held_of(run, held)
                if here is not None:
                    # Erased is only what was compared with the sensor's own checksum.
                    is_proven = here.crc32 is not None and here.crc32 == run.crc32
                    self._tell(
                        n_done=self.status.n_done + 1,
                        n_held=self.status.n_held + 1,
                        erasable=(*self.status.erasable, *((run,) if is_proven else ())),
                    )
                    continue
                path = await fetch_log(logbook, run, self._folder, self._on_progress)
                run_id = await asyncio.to_thread(self._store, driver, run, path, sensor)
                self._tell(
                    n_done=self.status.n_done + 1,
                    share=0.0,
                    run_ids=(*self.status.run_ids, run_id),
                    erasable=(*self.status.erasable, run),
                )

    def _store(self, driver: Driver, run: StoredRun, path: Path, sensor: KnownSensor) -> str:
        """Make a run of a fetched log; one that is known already is not stored twice."""
        recording = recording_of(driver, run, blocks_of(path), sensor.name or driver.label)
        incoming = self._library.files.new_incoming()
        write_recording(incoming, recording)
        details = RunDetails(title=None, kind=None, started_at=run.started_at, distance_m=None)
        name = f"{path.name.split('.')[0]}.parquet"
        outcome = self._library.import_recording(incoming, original_name=name, details=details)
        path.unlink()
        return outcome.run_id

    def _held(self) -> dict[tuple[int, int], Held]:
        return held_sessions(self._library.files.folder.glob("*.parquet"))

    def _on_progress(self, progress: Progress) -> None:
        self._tell(share=progress.share, problem=None)

    def _tell(self, **changes: object) -> None:
        self.status = cast("Callable[..., SyncStatus]", replace)(self.status, **changes)

    @asynccontextmanager
    async def _logbook(self, address: str) -> AsyncIterator[tuple[Logbook, Driver]]:
        """Talk to a sensor that measures on its own."""
        sensor = self._hub.known_at(address)
        driver = driver_named(sensor.driver)
        if not driver.capabilities.has_memory:
            raise SensorRefusedError("This sensor has no memory: it measures while connected only.")
        async with self._hub.using(address):
            link = await self._hub.connect_to(sensor)()
            try:
                yield cast("Logbook", driver.converse(link)), driver
            finally:
                with suppress(SensorError):
                    await link.close()


def _key(run: StoredRun) -> tuple[int | None, int | None]:
    return run.description.boot_id, run.description.session_id
