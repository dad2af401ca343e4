"""Runs of sensors: begun, written down, and stored in the library, whatever happens in between."""

import asyncio
import logging
from datetime import datetime
from pathlib import Path

from analysis.errors import AnalysisError
from imu.capture.finalising import Finalised, discard, finalise, unfinished
from imu.capture.journal import JournalWriter
from imu.capture.journal_file import delete
from imu.drivers import driver_named
from imu.drivers.base import Decoder, StreamDescription, StreamSettings
from imu.errors import ImuError, JournalError, SensorError
from imu.recordings import JsonValue
from server.errors import ServerError
from server.library import Library
from server.live.sensor_session import SensorSession
from server.sensors.hub import SensorHub

_log = logging.getLogger(__name__)


class Captures:
    """The sensors' runs of one data folder; belongs to the event loop.

    Parameters
    ----------
    library : Library
        Where runs are stored.
    hub : SensorHub
    """

    def __init__(self, library: Library, hub: SensorHub) -> None:
        self._library = library
        self._hub = hub
        self._folder = library.settings.home / "captures"

    async def new_session(
        self, address: str, settings: StreamSettings, *, title: str | None
    ) -> SensorSession:
        """Prepare a run of a known sensor; nothing is connected yet.

        Raises
        ------
        SensorUnknownError, SensorError
        JournalError
            The data folder cannot be written.
        """
        sensor = self._hub.known_at(address)
        driver = driver_named(sensor.driver)
        name = sensor.name or driver.label
        title = title or f"Run of {datetime.now():%d %B %Y, %H:%M}"  # noqa: DTZ005 - as on the wall
        told: dict[str, JsonValue] = {"name": name, "address": sensor.address}
        journal = await asyncio.to_thread(self._new_journal, title, told)

        async def save(journal: JournalWriter, *, keep: bool) -> str | None:
            self._note_seen(address, session)
            return await asyncio.to_thread(self._store if keep else _throw_away, journal)

        session = SensorSession(
            self._hub.connect_to(sensor),
            driver,
            settings,
            journal,
            save=save,
            title=title,
            using=lambda: self._hub.using(sensor.address),
        )
        return session

    def _note_seen(self, address: str, session: SensorSession) -> None:
        """Write down that the sensor was used; that this fails keeps no run from being stored."""
        try:
            self._hub.seen(address, session.facts)
        except (SensorError, ServerError) as error:
            _log.warning("%s", error)

    def store_unfinished(self) -> list[str]:
        """Store what a crash or a power cut left; returns the ids of the runs.

        What cannot be stored is kept, and told in the log.
        """
        self._folder.mkdir(parents=True, exist_ok=True)
        stored = []
        for path in unfinished(self._folder):
            try:
                run_id = self._store_file(path)
            except (ImuError, AnalysisError, ServerError) as error:
                _log.warning("%s could not be stored: %s", path.name, error)
                continue
            if run_id is not None:
                _log.warning("A run that was cut off has been stored: %s", run_id)
                stored.append(run_id)
        return stored

    def _new_journal(self, title: str, sensor: dict[str, JsonValue]) -> JournalWriter:
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise JournalError(
                f"The folder {str(self._folder)!r} cannot be made ({error.strerror}): "
                "choose another data folder with HIPLEVEL_HOME."
            ) from error
        return JournalWriter.create(
            self._folder, on_trouble=_tell_trouble, metadata={"title": title, "sensor": sensor}
        )

    def _store(self, journal: JournalWriter) -> str | None:
        journal.close()
        return self._store_file(journal.path)

    def _store_file(self, path: Path) -> str | None:
        """Make a run of a journal, and let the journal go once the run is stored."""
        finalised = finalise(path, self._folder, decoder_for=_decoder_for)
        if finalised is None:
            return None
        run_id = self._import(path, finalised)
        discard(path, finalised.content_hash)
        finalised.recording.unlink(missing_ok=True)
        return run_id

    def _import(self, journal: Path, finalised: Finalised) -> str:
        name = f"{journal.stem}.parquet"
        return self._library.import_recording(finalised.recording, original_name=name).run_id


def _throw_away(journal: JournalWriter) -> None:
    """Keep nothing of a capture."""
    journal.close()
    delete(journal.path)


def _decoder_for(stream: StreamDescription) -> Decoder:
    return driver_named(stream.driver).decoder(stream)


def _tell_trouble(error: JournalError) -> None:
    _log.warning("%s", error)
