"""Two hashes with two purposes: which file is this, and are these the samples that were written."""

import hashlib
from pathlib import Path

from imu.errors import RecordingError
from imu.recordings.recording import Recording

# In the file's footer, not in the Arrow schema: a tool that rewrites the table drops it, so that
# it never vouches for samples that somebody changed on purpose.
SAMPLES_DIGEST_KEY = b"recording_sha256"

_CHUNK_BYTES = 1 << 20


def content_hash(path: Path) -> str:
    """SHA-256 of the file's bytes as 64 hexadecimal digits: the identity of a recording file.

    Raises
    ------
    RecordingError
        If the file cannot be read.
    """
    digest = hashlib.sha256()
    try:
        with path.open("rb") as file:
            while chunk := file.read(_CHUNK_BYTES):
                digest.update(chunk)
    except OSError as error:
        raise RecordingError(f"cannot be read ({error.strerror})", path=path) from error
    return digest.hexdigest()


def samples_digest(recording: Recording, metadata: bytes) -> bytes:
    """SHA-256 over metadata and samples as they are stored, in hexadecimal.

    Page checksums cover the pages only.  A damaged byte in a page header or in the footer
    could still exchange columns or change the metadata; this digest covers what was decoded.

    Parameters
    ----------
    recording : Recording
        The samples; accelerations and rates count as float32.
    metadata : bytes
        The JSON exactly as stored.
    """
    digest = hashlib.sha256(len(metadata).to_bytes(8, "little") + metadata)
    digest.update(recording.t_s.astype("<f8").tobytes())
    digest.update(recording.acc_mps2.T.astype("<f4").tobytes())
    if recording.gyr_radps is not None:
        digest.update(recording.gyr_radps.T.astype("<f4").tobytes())
    return digest.hexdigest().encode("ascii")
