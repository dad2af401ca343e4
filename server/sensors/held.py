"""Which sessions of sensors the library has whole, so that they need not be fetched again."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from imu.drivers.logbook import StoredRun
from imu.errors import RecordingError
from imu.recordings import read_metadata

# The last samples of a session are too few for a message; where the link had ended before they
# could be fetched, a run is as good as whole.
MAX_TAIL_SAMPLES = 19

Session = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Held:
    """What is here of a session, from its first sample on without a hole.

    ``crc32`` is that of the sensor's own copy, where that was fetched and compared.
    """

    n_samples: int
    crc32: int | None


def held_sessions(recordings: Iterable[Path]) -> dict[Session, Held]:
    """Return what is here of each session without a hole.

    Parameters
    ----------
    recordings : iterable of Path
        The library's; what cannot be read holds nothing.
    """
    held: dict[Session, Held] = {}
    for path in recordings:
        try:
            capture = read_metadata(path).get("capture")
        except RecordingError:
            continue
        parts = capture.get("parts") if isinstance(capture, dict) else None
        for part in parts if isinstance(parts, list) else []:
            if not isinstance(part, dict) or part.get("n_lost") != 0:
                continue
            boot_id, session_id, n = (part.get(k) for k in ("boot_id", "session_id", "n_samples"))
            if isinstance(boot_id, int) and isinstance(session_id, int) and isinstance(n, int):
                crc32 = part.get("crc32")
                before = held.get((boot_id, session_id))
                if before is None or isinstance(crc32, int):
                    known = crc32 if isinstance(crc32, int) else None
                    held[boot_id, session_id] = Held(n, known)
    return held


def held_of(run: StoredRun, held: dict[Session, Held]) -> Held | None:
    """Return what is here of a run on a sensor, None unless it is all of it."""
    stream = run.description
    if stream.boot_id is None or stream.session_id is None:
        return None
    known = held.get((stream.boot_id, stream.session_id))
    return known if known and run.n_samples - known.n_samples < MAX_TAIL_SAMPLES else None
