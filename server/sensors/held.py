"""Which sessions of sensors the library has whole, so that they need not be fetched again."""

from collections.abc import Iterable
from pathlib import Path

from imu.drivers.logbook import StoredRun
from imu.errors import RecordingError
from imu.recordings import read_metadata

# The last samples of a session are too few for a message; where the link had ended before they
# could be fetched, a run is as good as whole.
MAX_TAIL_SAMPLES = 19

Session = tuple[int, int]


def held_sessions(recordings: Iterable[Path]) -> dict[Session, int]:
    """Return how many samples of each session, from its first on, are here without a hole.

    Parameters
    ----------
    recordings : iterable of Path
        The library's; what cannot be read holds nothing.
    """
    held: dict[Session, int] = {}
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
                held[boot_id, session_id] = max(n, held.get((boot_id, session_id), 0))
    return held


def is_held(run: StoredRun, held: dict[Session, int]) -> bool:
    """Whether a run on a sensor is here already, all of it."""
    stream = run.description
    if stream.boot_id is None or stream.session_id is None:
        return False
    n = held.get((stream.boot_id, stream.session_id))
    return n is not None and run.n_samples - n < MAX_TAIL_SAMPLES
