"""All that can be done with stored runs; pages, API and command line call nothing else."""

import threading
from collections import OrderedDict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy.exc import IntegrityError

from analysis.history.points import RunPoint
from analysis.results import RunAnalysis
from analysis.stances import Side
from imu.errors import RecordingError
from server.analysing import NO_DISTANCE_M, Analyse, AnalysedRecording, analyse_file
from server.errors import RecordingMissingError
from server.new_runs import changed_values, new_run_values, safe_name
from server.runs import (
    ImportOutcome,
    NumberedStance,
    Page,
    Person,
    Run,
    RunChanges,
    RunDetails,
    RunKind,
)
from server.settings import Settings
from server.store.engine import open_engine
from server.store.pain_store import PainStore
from server.store.recording_files import RecordingFiles
from server.store.run_store import RunStore
from server.workers import Workers

if TYPE_CHECKING:
    from imu.recordings import Recording

# Rehydrated runs kept in memory: a run page asks for its run about ten times, and 10,000 stances
# take about 5 MB.
_N_CACHED = 8
_NO_DETAILS = RunDetails()


class Library:
    """The runs of one data folder; any thread may use it.

    Parameters
    ----------
    settings : Settings
        Where the data lives; folder and database are made where they are missing.
    n_workers : int
        Processes that analyse; 0 analyses in the calling thread.
    analyse : Analyse
        Reads and analyses a recording file.

    Raises
    ------
    SettingsError, DatabaseError
        The data folder or the database cannot be used.
    """

    def __init__(
        self, settings: Settings, *, n_workers: int = 0, analyse: Analyse = analyse_file
    ) -> None:
        self.settings = settings
        self.files = RecordingFiles(settings.home)
        self._engine = open_engine(settings.database_url)
        self._store = RunStore(self._engine)
        self.pain = PainStore(self._engine)
        self._analyse = analyse
        self.workers = Workers(n_workers)
        # A recording's file and its row come and go together within this process.
        self._file_lock = threading.Lock()
        self._cache_lock = threading.Lock()
        self._cache: OrderedDict[tuple[str, str], RunAnalysis] = OrderedDict()

    def close(self) -> None:
        """End the workers and the connections."""
        self.workers.close()
        self._engine.dispose()

    def import_recording(
        self, path: Path, *, original_name: str, details: RunDetails = _NO_DETAILS
    ) -> ImportOutcome:
        """Analyse a recording and store it with its results; a known content is not stored twice.

        Parameters
        ----------
        path : Path
            The recording.  A file of ``files.new_incoming()`` is moved, any other is copied.
        original_name : str
            What the person calls the file; it is shown, never opened.
        details : RunDetails
            Overrides what the recording says.

        Raises
        ------
        RecordingError, SignalError
            It cannot be read or analysed; nothing is stored.
        """
        from imu.recordings import content_hash as hash_of

        name = safe_name(original_name)
        incoming = path if self.files.is_incoming(path) else self._copy_in(path)
        try:
            content_hash = hash_of(incoming)
            known = self._store.find_content(content_hash)
            if known is not None:
                return ImportOutcome(known, is_new=False)
            analysed = self._run_analysis(incoming, name, details.distance_m)
            values = new_run_values(analysed, details, name, content_hash)
            return self._keep(incoming, values, analysed.analysis)
        finally:
            incoming.unlink(missing_ok=True)

    def edit_run(self, run_id: str, changes: RunChanges) -> Run:
        """Change what a person says about a run, whole or not at all.

        A new distance changes the drift, so the recording is analysed again.

        Raises
        ------
        RunNotFoundError
            No run has this id.
        RecordingMissingError, RecordingError
            The distance changes, and there is nothing to analyse.
        """
        run = self.run(run_id)
        values = changed_values(run, changes)
        if values.get("distance_m", run.distance_m) == run.distance_m:
            self._store.edit(run_id, values)
        else:
            again = self._analysed_again(run, values["distance_m"])
            self._store.edit(run_id, values, again)
            self._forget(run_id)
        return self.run(run_id)

    def delete_run(self, run_id: str) -> None:
        """Delete a run, its results and its recording.

        Raises
        ------
        RunNotFoundError
            No run has this id.
        """
        with self._file_lock:
            orphan = self._store.delete(run_id)
            if orphan is not None:
                self.files.remove(orphan)

    def reanalyse_run(self, run_id: str) -> Run:
        """Analyse the kept recording of a run again.

        Raises
        ------
        RunNotFoundError, RecordingMissingError
            There is nothing to analyse.
        """
        run = self.run(run_id)
        self._store.edit(run_id, {}, self._analysed_again(run, run.distance_m))
        self._forget(run_id)
        return self.run(run_id)

    def outdated_run_ids(self, current_version: str) -> list[str]:
        """Return the runs whose results an other version of the analysis made, oldest first."""
        versions = self._store.versions()
        return [key for key, version in versions.items() if version != current_version]

    def all_run_ids(self) -> list[str]:
        """Return every run, oldest first."""
        return list(self._store.versions())

    def unclaimed_recordings(self) -> list[str]:
        """Return the hashes of the kept recordings that belong to no run of this database."""
        return self.files.unclaimed(self._store.content_hashes())

    def people(self) -> list[Person]:
        """Return everybody whose runs are kept."""
        return self._store.people()

    def runs(self, *, limit: int = 50, offset: int = 0, kind: RunKind | None = None) -> Page[Run]:
        """Return a page of the runs, newest first."""
        return self._store.runs(limit=limit, offset=offset, kind=kind and kind.value)

    def history(self, *, n_newest: int | None = None) -> list[RunPoint]:
        """Return runs as points of the history, oldest first, in this computer's time."""
        return self._store.history(n_newest)

    def run(self, run_id: str) -> Run:
        """Return a run.

        Raises
        ------
        RunNotFoundError
            No run has this id.
        """
        return self._store.run(run_id)

    def analysis(self, run_id: str) -> RunAnalysis:
        """Return the results of a run; ``intermediates`` is None, they are not kept.

        Raises
        ------
        RunNotFoundError
            No run has this id.
        """
        key = (run_id, self.run(run_id).analysis_version)
        with self._cache_lock:
            if key in self._cache:
                self._cache.move_to_end(key)
                return self._cache[key]
        analysis = self._store.analysis(run_id)
        with self._cache_lock:
            self._cache[key] = analysis
            while len(self._cache) > _N_CACHED:
                self._cache.popitem(last=False)
        return analysis

    def stances(
        self,
        run_id: str,
        *,
        limit: int = 1000,
        offset: int = 0,
        side: Side | None = None,
        valid: bool | None = None,
        start_s: float | None = None,
        end_s: float | None = None,
    ) -> Page[NumberedStance]:
        """Return a page of the stances of a run whose foot strike lies in [start_s, end_s).

        Raises
        ------
        RunNotFoundError
            No run has this id.
        """
        self.run(run_id)
        span = {"start_s": start_s, "end_s": end_s}
        return self._store.stances(
            run_id, limit=limit, offset=offset, side=side, valid=valid, **span
        )

    def recording_path(self, run_id: str) -> Path:
        """Return the kept recording of a run.

        Raises
        ------
        RunNotFoundError, RecordingMissingError
            There is none.
        """
        path = self.files.path(self.run(run_id).content_hash)
        if not path.is_file():
            raise RecordingMissingError(run_id)
        return path

    def recording(self, run_id: str) -> "Recording":
        """Read the kept recording of a run; RecordingError says that it was damaged since."""
        from imu.recordings import read_recording

        return read_recording(self.recording_path(run_id))

    def _run_analysis(self, path: Path, name: str, distance_m: float | None) -> AnalysedRecording:
        return self.workers.run(self._analyse, path, name, distance_m)

    def _analysed_again(self, run: Run, distance_m: float | None) -> RunAnalysis:
        path = self.recording_path(run.id)
        return self._run_analysis(path, run.source_name, distance_m or NO_DISTANCE_M).analysis

    def _forget(self, run_id: str) -> None:
        with self._cache_lock:
            for key in [key for key in self._cache if key[0] == run_id]:
                del self._cache[key]

    def _copy_in(self, path: Path) -> Path:
        try:
            return self.files.copy_in(path)
        except OSError as error:
            raise RecordingError(f"cannot be read ({error.strerror})", path=path) from error

    def _keep(self, incoming: Path, values: dict[str, Any], analysis: RunAnalysis) -> ImportOutcome:
        content_hash = values["content_hash"]
        with self._file_lock:
            # A recording whose run was lost with a database must not be lost as well.
            was_kept = self.files.path(content_hash).exists()
            self.files.keep(incoming, content_hash)
            try:
                self._store.add(values, analysis)
            except IntegrityError:
                known = self._store.find_content(content_hash)
                if known is None:
                    raise
                return ImportOutcome(known, is_new=False)
            except BaseException:
                if not was_kept and self._store.find_content(content_hash) is None:
                    self.files.remove(content_hash)
                raise
        return ImportOutcome(values["id"], is_new=True)
