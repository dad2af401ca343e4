"""Write recording files: whole or not at all."""

import os
import uuid
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from imu.errors import RecordingError
from imu.recordings.checks import ACC_COLUMNS, GYR_COLUMNS, TIME_COLUMN, check_samples
from imu.recordings.integrity import SAMPLES_DIGEST_KEY, samples_digest
from imu.recordings.metadata import METADATA_KEY, serialise_metadata
from imu.recordings.recording import Recording


def write_recording(path: Path, recording: Recording) -> None:
    """Check a recording and write it; an existing file is replaced only by a complete one.

    Parameters
    ----------
    path : Path
        Where the file shall be; its folder must exist.
    recording : Recording
        Accelerations and rates are stored as float32.

    Raises
    ------
    RecordingError
        If the recording breaks a rule of the format, or the file cannot be written.
    """
    try:
        metadata = serialise_metadata(recording.metadata)
        check_samples(recording)
    except RecordingError as error:
        raise RecordingError(
            error.problem, path=path, column=error.column, row=error.row
        ) from error.__cause__
    try:
        _write_atomically(path, _table(recording, metadata), samples_digest(recording, metadata))
    except (OSError, pa.ArrowException) as error:
        raise RecordingError(f"cannot be written ({error})", path=path) from error


def _table(recording: Recording, metadata: bytes) -> pa.Table:
    arrays = {TIME_COLUMN: pa.array(recording.t_s, type=pa.float64())}
    axes = [(ACC_COLUMNS, recording.acc_mps2)]
    if recording.gyr_radps is not None:
        axes.append((GYR_COLUMNS, recording.gyr_radps))
    for columns, values in axes:
        for column, of_axis in zip(columns, values.T, strict=True):
            arrays[column] = pa.array(of_axis.astype(np.float32), type=pa.float32())
    return pa.table(arrays).replace_schema_metadata({METADATA_KEY: metadata})


def _write_atomically(path: Path, table: pa.Table, digest: bytes) -> None:
    """Temporary file in the same folder, flush to disk, rename, flush the folder's entry."""
    partial = path.with_name(f".{path.name}.{uuid.uuid4().hex}.partial")
    try:
        with partial.open("xb") as file:
            with pq.ParquetWriter(
                file, table.schema, compression="zstd", write_page_checksum=True
            ) as writer:
                writer.write_table(table)
                writer.add_key_value_metadata({SAMPLES_DIGEST_KEY: digest})
            file.flush()
            os.fsync(file.fileno())
        partial.replace(path)
    finally:
        partial.unlink(missing_ok=True)
    _flush_folder(path.parent)


def _flush_folder(folder: Path) -> None:
    if os.name != "posix":
        return  # Windows cannot open a folder, and renames durably by itself
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
