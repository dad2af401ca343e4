"""Bring home a run that a sensor measured on its own.

The bytes of its log are written to a file as they come.  When the link breaks, the file stays, and
the next attempt goes on behind its last whole block.  Nothing is believed before the checksum of
the whole log has been compared, and nothing is erased by this module.
"""

import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import firmware_protocol as fp
from imu.drivers.logbook import Logbook, StoredRun
from imu.errors import SensorDataError

# At a time, checked by a checksum of its own: about a second of radio.
PIECE_BYTES = 64 * fp.LOG_BLOCK_BYTES
SUFFIX = ".log.part"


@dataclass(frozen=True, slots=True)
class Progress:
    """How much of a log is here."""

    n_bytes: int
    of_bytes: int

    @property
    def share(self) -> float:
        """0 to 1."""
        return self.n_bytes / self.of_bytes if self.of_bytes else 1.0


OnProgress = Callable[[Progress], None]


async def fetch_log(
    logbook: Logbook, run: StoredRun, folder: Path, on_progress: OnProgress
) -> Path:
    """Fetch all bytes of a stored run that is closed.

    Returns
    -------
    Path
        A file in ``folder`` whose checksum is that of the sensor's log.

    Raises
    ------
    LinkLostError
        What has come stays, and the next call goes on from there.
    SensorDataError
        The checksum differs; what came is thrown away.
    """
    path = folder / f"{_name(run)}{SUFFIX}"
    n_bytes = _whole_pieces(path)
    on_progress(Progress(n_bytes, run.n_bytes))
    with path.open("ab") as file:
        while n_bytes < run.n_bytes:
            piece = await logbook.read_run(run, n_bytes, min(PIECE_BYTES, run.n_bytes - n_bytes))
            if not piece:
                break
            file.write(piece)
            file.flush()
            os.fsync(file.fileno())
            n_bytes += len(piece)
            on_progress(Progress(n_bytes, run.n_bytes))
    if n_bytes != run.n_bytes or checksum(path) != run.crc32:
        path.unlink()
        raise SensorDataError(
            "What came from the sensor differs from what it has; it was thrown away. Sync again."
        )
    return path


def checksum(path: Path) -> int:
    """CRC-32 of a file."""
    total = 0
    with path.open("rb") as file:
        while piece := file.read(1 << 20):
            total = fp.crc32(piece, total)
    return total


def blocks_of(path: Path) -> list[bytes]:
    """Return the blocks of a log that was fetched, as the driver's decoder reads them."""
    data, size = path.read_bytes(), fp.LOG_BLOCK_BYTES
    return [data[k : k + size] for k in range(0, len(data) - size + 1, size)]


def _name(run: StoredRun) -> str:
    """Name a run so that no other run of any sensor has the same name."""
    stream = run.description
    return f"{stream.driver}-{stream.boot_id or 0:08x}-{stream.session_id or 0:08x}"


def _whole_pieces(path: Path) -> int:
    """Cut a file back to whole blocks; a power cut may have left half of one."""
    if not path.exists():
        return 0
    n_bytes = path.stat().st_size // fp.LOG_BLOCK_BYTES * fp.LOG_BLOCK_BYTES
    os.truncate(path, n_bytes)
    return n_bytes
