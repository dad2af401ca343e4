"""Fill a library with six weeks of an invented runner."""

import logging
import threading
from collections.abc import Sequence
from concurrent.futures import CancelledError, ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from imu.recordings import write_recording
from imu.simulator import DemoRun, SimulationParameters, demo_plan, simulate
from server.errors import ServerError
from server.library import Library
from server.runs import RunDetails, RunKind

_log = logging.getLogger(__name__)

# A server that is told to end gives open requests 5 s.
_END_S = 30.0


class DemoFiller:
    """Simulates and imports the demo's runs in the background, the newest first.

    Parameters
    ----------
    library : Library
        Where the runs go; its workers do the work.
    n_threads : int
        Runs that are made at the same time.
    now : datetime or None
        The end of the six weeks; None is this moment.
    """

    def __init__(self, library: Library, *, n_threads: int, now: datetime | None = None) -> None:
        self._library = library
        self._now = now or datetime.now(UTC)
        self._n_threads = n_threads
        self._is_stopped = threading.Event()
        self._thread = threading.Thread(target=self._fill, name="demo")

    def start(self) -> None:
        """Begin; returns at once."""
        self._thread.start()

    def stop(self) -> None:
        """Leave out what has not begun, and return once nothing runs any more."""
        self._is_stopped.set()
        self._thread.join()

    def join(self) -> None:
        """Return once all runs are there."""
        self._thread.join()

    def _fill(self) -> None:
        runs: Sequence[DemoRun] = sorted(demo_plan(), key=lambda run: run.days_before)
        with ThreadPoolExecutor(self._n_threads) as threads:
            list(threads.map(self._add, runs))

    def _add(self, run: DemoRun) -> None:
        if self._is_stopped.is_set() or self._library.workers.is_closed:
            return
        path = self._library.files.new_incoming()
        started_at = self._now - timedelta(days=run.days_before)
        details = RunDetails(run.title, _kind(run.kind), started_at, run.distance_m)
        try:
            self._library.workers.run(write_demo_run, path, run.parameters, started_at, run.title)
            self._library.import_recording(
                path, original_name=f"demo-{started_at:%Y-%m-%d}.parquet", details=details
            )
        except (ServerError, CancelledError):
            # A signal that ended the worker may have gone to the server too, and that one closes
            # its library a moment later.
            if not self._library.workers.wait_closed(_END_S):
                _log.exception("a demo run is missing")
        finally:
            path.unlink(missing_ok=True)


def write_demo_run(
    path: Path, parameters: SimulationParameters, started_at: datetime, title: str
) -> None:
    """Simulate one run and write its recording; runs in a worker."""
    said = (("started_at", started_at.isoformat()), ("title", title), ("sensor", "Simulated"))
    parameters = replace(parameters, metadata=(*parameters.metadata, *said))
    write_recording(path, simulate(parameters).recording)


def _kind(kind: str) -> RunKind:
    return RunKind(kind) if kind in set(RunKind) else RunKind.OTHER
