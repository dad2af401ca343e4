"""Read recording files: everything that is wrong with one becomes one :class:`RecordingError`."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from imu.errors import RecordingError
from imu.recordings.checks import (
    ACC_COLUMNS,
    GYR_COLUMNS,
    MAX_SAMPLES,
    TIME_COLUMN,
    check_samples,
)
from imu.recordings.integrity import SAMPLES_DIGEST_KEY, samples_digest
from imu.recordings.metadata import METADATA_KEY, JsonValue, parse_metadata
from imu.recordings.recording import Recording

# Parquet's smallest file: magic, footer, footer length, magic.
_MIN_FILE_BYTES = 12

# 64 Ki rows of seven columns take 4 MB.
_BATCH_ROWS = 1 << 16


def read_recording(path: str | Path) -> Recording:
    """Read and check a recording file.

    Parameters
    ----------
    path : str or Path
        A file as recordings/README.md specifies it.

    Returns
    -------
    Recording
        Samples as float64, in sensor axes.

    Raises
    ------
    RecordingError
        If the file is missing, damaged, of a newer version, or breaks a rule of the format.
    """
    path = Path(path)
    with _naming(path), _open(path) as file:
        raw_metadata = _raw_metadata(file)
        metadata = parse_metadata(raw_metadata)
        columns = _check_schema(file)
        recording = _recording(_decode(file, columns), columns, metadata)
        check_samples(recording)
        digest = (file.metadata.metadata or {}).get(SAMPLES_DIGEST_KEY)
        if digest is not None and samples_digest(recording, raw_metadata or b"") != digest:
            raise RecordingError(
                "samples or metadata differ from what was written: the file is damaged, "
                "copy it again from where it came from"
            )
        return recording


def read_metadata(path: str | Path) -> dict[str, JsonValue]:
    """Read the metadata alone; the samples are neither decoded nor checked.

    Raises
    ------
    RecordingError
        If the file or its metadata cannot be read.
    """
    path = Path(path)
    with _naming(path), _open(path) as file:
        return parse_metadata(_raw_metadata(file))


@contextmanager
def _naming(path: Path) -> Iterator[None]:
    """Turn everything that reading can raise into a RecordingError that names the file."""
    try:
        yield
    except RecordingError as error:
        raise RecordingError(
            error.problem, path=path, column=error.column, row=error.row
        ) from error.__cause__
    except MemoryError as error:
        raise RecordingError(
            "the file asks for more memory than there is: it is damaged or far too long", path=path
        ) from error
    except (pa.ArrowException, OSError, ValueError, KeyError, TypeError) as error:
        reason = str(error).splitlines()[0] if str(error) else type(error).__name__
        raise RecordingError(
            f"the file is damaged or was cut off ({reason[:200]}): "
            "copy it again from where it came from",
            path=path,
        ) from error


@contextmanager
def _open(path: Path) -> Iterator[pq.ParquetFile]:
    if path.is_dir():
        raise RecordingError("this is a folder, not a recording file")
    if not path.exists():
        raise RecordingError("there is no such file: check the name")
    if not path.is_file():
        raise RecordingError("this is not a regular file")
    _check_magic(path)
    with pq.ParquetFile(path, page_checksum_verification=True) as file:
        yield file


def _check_magic(path: Path) -> None:
    try:
        with path.open("rb") as file:
            head = file.read(4)
            n_bytes = file.seek(0, 2)
            file.seek(max(0, n_bytes - 4))
            tail = file.read(4)
    except OSError as error:
        raise RecordingError(f"cannot be read ({error.strerror})") from error
    if n_bytes == 0:
        raise RecordingError("the file is empty: record or copy it again")
    if head != b"PAR1":
        raise RecordingError(
            "this is not a Parquet file: recordings/README.md says how to write one"
        )
    if tail != b"PAR1" or n_bytes < _MIN_FILE_BYTES:
        raise RecordingError(
            "the file was cut off, its end is missing: copy it again from where it came from"
        )


def _raw_metadata(file: pq.ParquetFile) -> bytes | None:
    found: bytes | None = (file.schema_arrow.metadata or {}).get(METADATA_KEY)
    return found


def _check_schema(file: pq.ParquetFile) -> tuple[str, ...]:
    """Find the columns that are there and check their types."""
    schema = file.schema_arrow
    names = list(schema.names)
    has_gyr = any(name in names for name in GYR_COLUMNS)
    columns = (TIME_COLUMN, *ACC_COLUMNS, *(GYR_COLUMNS if has_gyr else ()))
    for column in columns:
        if names.count(column) == 1:
            _check_type(column, schema.field(column).type)
            continue
        if column in names:
            raise RecordingError("there is more than one column of this name", column=column)
        wanted = "all of gyr_x, gyr_y, gyr_z or none" if column in GYR_COLUMNS else "this column"
        there = ", ".join(names[:12]) or "none"
        raise RecordingError(
            f"the column is missing: a recording needs {wanted} (found: {there})", column=column
        )
    return columns


def _check_type(column: str, found: pa.DataType) -> None:
    if column == TIME_COLUMN:
        if found != pa.float64():
            raise RecordingError(
                f"the type is {found}, it must be float64 seconds: "
                "after three hours a float32 holds milliseconds only",
                column=column,
            )
    elif found not in (pa.float32(), pa.float64()):
        unit = "m/s2" if column in ACC_COLUMNS else "rad/s"
        raise RecordingError(
            f"the type is {found}, it must be float32: convert the values to {unit}", column=column
        )


def _n_rows(file: pq.ParquetFile) -> int:
    """Take the number of rows from the footer and refuse it before anything is decoded."""
    n_rows = int(file.metadata.num_rows)
    if n_rows == 0:
        raise RecordingError("there are no samples (zero rows): record again")
    if not 0 < n_rows <= MAX_SAMPLES:
        raise RecordingError(
            f"the file says that it has {n_rows} rows, at most {MAX_SAMPLES} are read: split it"
        )
    return n_rows


def _decode(file: pq.ParquetFile, columns: tuple[str, ...]) -> NDArray[np.float64]:
    """Decode batch by batch, so that a damaged count cannot ask for more than the footer's rows.

    Returns
    -------
    float64 array, shape (n_columns, n_rows)
    """
    n_rows = _n_rows(file)
    values = np.empty((len(columns), n_rows))
    n_read = 0
    for batch in file.iter_batches(_BATCH_ROWS, columns=list(columns), use_threads=False):
        end = n_read + batch.num_rows
        if end > n_rows:
            break
        for i, column in enumerate(columns):
            values[i, n_read:end] = _no_nulls(batch.column(column), column, n_read)
        n_read = end
    else:
        if n_read == n_rows:
            return values
    raise RecordingError(
        f"the footer says {n_rows} rows, the columns hold another number: the file is damaged, "
        "copy it again from where it came from"
    )


def _no_nulls(array: pa.Array, column: str, first_row: int) -> NDArray[np.float64]:
    if array.null_count:
        row = first_row + int(np.argmax(np.asarray(array.is_null())))
        raise RecordingError(
            "the value is missing: leave out rows that were not measured", column=column, row=row
        )
    values: NDArray[np.float64] = array.to_numpy()
    return values


def _recording(
    values: NDArray[np.float64], columns: tuple[str, ...], metadata: dict[str, JsonValue]
) -> Recording:
    return Recording(
        t_s=values[0],
        acc_mps2=np.ascontiguousarray(values[1:4].T),
        gyr_radps=np.ascontiguousarray(values[4:7].T) if len(columns) > 4 else None,
        metadata=metadata,
    )
