"""From a journal to a recording: once, whatever happens in between.

::

    journal ─▶ recording ─▶ note of its content hash ─▶ (somebody has the recording) ─▶ discard

Each arrow may be the last thing before a power cut.  The same journal always makes the same file,
byte for byte, so that whatever was cut off is simply done again, and a store that knows its files
by content hash stores nothing twice.
"""

import json
from dataclasses import dataclass
from pathlib import Path

from imu.capture.decoding import Decoded, DecoderFor, decode
from imu.capture.describing import describe
from imu.capture.journal_file import (
    FINAL_SUFFIX,
    SUFFIX,
    delete,
    delete_orphans,
    final_path,
    is_in_use,
)
from imu.capture.reading import JournalReader
from imu.errors import ImuError, JournalError, RecordingError
from imu.recordings import Recording, content_hash, write_recording


@dataclass(frozen=True, slots=True)
class Finalised:
    """A recording that was made of a journal.

    Attributes
    ----------
    recording : Path
    content_hash : str
        Of the recording: its identity, and the proof that `discard` wants.
    """

    recording: Path
    content_hash: str


def unfinished(folder: Path) -> tuple[Path, ...]:
    """Return the journals that nobody is writing, oldest first: what crashed, or was not stored.

    What is left of journals that are gone is deleted.
    """
    delete_orphans(folder)
    return tuple(path for path in sorted(folder.glob(f"*{SUFFIX}")) if not is_in_use(path))


def finalise(journal: Path, folder: Path, *, decoder_for: DecoderFor) -> Finalised | None:
    """Make a recording of a journal.  The journal stays until `discard`.

    Parameters
    ----------
    journal : Path
    folder : Path
        For the recording, which is called like the journal; must exist.
    decoder_for : callable
        Returns the decoder of a stream.

    Returns
    -------
    Finalised or None
        None where the capture is empty: nothing came of the sensor, and the journal is deleted.

    Raises
    ------
    JournalError
        It is in use, or no recording can be made of it; it is kept.
    """
    target = folder / f"{journal.name.removesuffix(SUFFIX)}.parquet"
    with JournalReader(journal) as reader:
        done = _done(journal, target)
        if done is not None:
            return done
        recording = _recording(reader, decoder_for)
        if recording is not None:
            return _write(journal, target, recording)
    delete(journal)
    return None


def discard(journal: Path, recording_hash: str) -> None:
    """Delete a journal, because its recording is safe.

    Parameters
    ----------
    journal : Path
        One that is gone already is no error.
    recording_hash : str
        Content hash of the recording that is safe.

    Raises
    ------
    JournalError
        The journal was not made into this recording, or is in use; it is kept.
    """
    if not journal.exists():
        delete(journal)
        return
    if _noted_hash(journal) != recording_hash:
        raise JournalError(f"{journal.name} is kept: that recording was not made of it.")
    if is_in_use(journal):
        raise JournalError(f"{journal.name} is in use: wait until the capture has ended.")
    delete(journal)


def _recording(reader: JournalReader, decoder_for: DecoderFor) -> Recording | None:
    """Decode a journal; None where it is empty."""
    if reader.is_blank:
        return None
    try:
        decoded = decode(reader.streams(), reader.notifications(), decoder_for)
    except JournalError:
        raise
    except ImuError as error:
        raise JournalError(f"{reader.path.name} is kept: {error}") from error
    assembled = decoded.assembler.assembled()
    if not len(assembled.t_s):
        _check_empty(reader, decoded)
        return None
    metadata = describe(
        decoded,
        float(assembled.t_s[0]),
        reader.events(),
        reader.metadata(),
        is_damaged=reader.is_damaged,
    )
    values = assembled.values.astype(float)
    gyr = values[:, 3:] if values.shape[1] == 6 else None
    return Recording(assembled.t_s, values[:, :3], gyr, metadata)


def _check_empty(reader: JournalReader, decoded: Decoded) -> None:
    """Raise where a journal only seems to be empty."""
    if reader.is_damaged or decoded.n_not_decoded:
        raise JournalError(
            f"{reader.path.name} is kept: not one sample could be read, of {decoded.n_messages} "
            f"messages {decoded.n_not_decoded} were none of this sensor"
            f"{', and the file is damaged' if reader.is_damaged else ''}."
        )


def _write(journal: Path, target: Path, recording: Recording) -> Finalised:
    for partial in target.parent.glob(f".{target.name}.*.partial"):
        partial.unlink(missing_ok=True)  # of somebody who was killed here
    try:
        write_recording(target, recording)
        finalised = Finalised(target, content_hash(target))
    except RecordingError as error:
        raise JournalError(f"{journal.name} is kept, no recording can be made: {error}") from error
    note = json.dumps({"recording": target.name, "sha256": finalised.content_hash})
    partial = final_path(journal).with_suffix(f"{FINAL_SUFFIX}.partial")
    try:
        partial.write_text(note, encoding="utf-8")
        partial.replace(final_path(journal))
    except OSError as error:
        raise JournalError(
            f"{journal.name} is kept, its end cannot be noted ({error}): free some space."
        ) from error
    return finalised


def _done(journal: Path, target: Path) -> Finalised | None:
    """Return what was made before, if it is still there as it was."""
    noted = _noted_hash(journal)
    if noted is None or not target.is_file() or content_hash(target) != noted:
        return None
    return Finalised(target, noted)


def _noted_hash(journal: Path) -> str | None:
    try:
        noted = json.loads(final_path(journal).read_text("utf-8"))["sha256"]
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return noted if isinstance(noted, str) else None
