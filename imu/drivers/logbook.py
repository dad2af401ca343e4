"""What a sensor that measures runs on its own offers as well."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from imu.drivers.base import StreamDescription, StreamSettings


@dataclass(frozen=True, slots=True)
class StoredRun:
    """A run in a sensor's memory.

    Attributes
    ----------
    description : StreamDescription
        Its ``log_id`` names the run on this sensor.
    is_closed : bool
        False while it is being measured, or where the sensor lost its power during it.
    n_samples, n_bytes : int
    crc32 : int or None
        Of all its bytes; None while it is not closed.
    t_first_s : float
        Device clock of the first sample.
    started_at : datetime or None
        The same on the wall, where somebody had set the sensor's clock.
    """

    description: StreamDescription
    is_closed: bool
    n_samples: int
    n_bytes: int
    crc32: int | None
    t_first_s: float
    started_at: datetime | None


class Logbook(Protocol):
    """A conversation with a sensor that measures runs on its own."""

    async def begin_run(self, settings: StreamSettings) -> StreamDescription:
        """Measure into the sensor's memory, with or without a link.

        Raises
        ------
        SensorRefusedError
            Memory full, battery low.
        """

    async def end_run(self) -> None:
        """End what is being measured; does nothing where nothing is."""

    async def stored_runs(self) -> list[StoredRun]:
        """List what is in the memory, oldest first."""

    async def read_run(self, run: StoredRun, offset: int, n_bytes: int) -> bytes:
        """Read bytes of a stored run; fewer where it ends earlier.

        Raises
        ------
        LinkLostError, SensorDataError
        """

    async def erase_run(self, run: StoredRun) -> None:
        """Erase a closed run; only for bytes whose checksum was compared."""
