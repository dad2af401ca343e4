"""Round trips, and what happens to a file that is damaged."""

import hashlib
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from imu.errors import RecordingError
from imu.recordings import (
    Recording,
    content_hash,
    read_metadata,
    read_recording,
    write_recording,
)

JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(exclude_categories=("Cs",)), max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text("abc", max_size=4), inner),
    max_leaves=8,
)


@st.composite
def recordings(draw: st.DrawFn) -> Recording:
    n = draw(st.integers(1, 80))
    seed = draw(st.integers(0, 2**32 - 1))
    rng = np.random.default_rng(seed)
    start_s = draw(st.floats(-1e6, 1e9))
    t_s = start_s + np.cumsum(rng.choice([0.01, 0.0102, 0.4], n, p=[0.8, 0.15, 0.05]))
    acc = rng.normal((0, 9.81, 0), 2, (n, 3))
    gyr = rng.normal(0, 2, (n, 3)) if draw(st.booleans()) else None
    unknown = draw(st.dictionaries(st.text("xyz", min_size=1, max_size=6), JSON, max_size=4))
    return Recording(t_s, acc, gyr, {**unknown, "sampling_rate_hz": 100.0})


def same(one: Recording, other: Recording) -> bool:
    if (one.gyr_radps is None) != (other.gyr_radps is None):
        return False
    return (
        np.array_equal(one.t_s, other.t_s)
        and np.array_equal(one.acc_mps2, other.acc_mps2)
        and (one.gyr_radps is None or np.array_equal(one.gyr_radps, other.gyr_radps))
        and one.metadata == other.metadata
    )


@given(recording=recordings())
@settings(max_examples=60, deadline=None)
def test_round_trip_keeps_times_samples_and_unknown_metadata(
    recording: Recording, tmp_path_factory: pytest.TempPathFactory
) -> None:
    path = tmp_path_factory.mktemp("trip") / "run.parquet"
    write_recording(path, recording)
    back = read_recording(path)
    np.testing.assert_array_equal(back.t_s, recording.t_s)
    np.testing.assert_array_equal(back.acc_mps2, recording.acc_mps2.astype(np.float32))
    if recording.gyr_radps is None:
        assert back.gyr_radps is None
    else:
        assert back.gyr_radps is not None
        np.testing.assert_array_equal(back.gyr_radps, recording.gyr_radps.astype(np.float32))
    assert back.metadata == {"format_version": 1, **recording.metadata}
    assert read_metadata(path) == back.metadata


def test_the_file_is_what_the_specification_says(path: Path, recording: Recording) -> None:
    write_recording(path, recording)
    file = pq.ParquetFile(path)
    types = {field.name: str(field.type) for field in file.schema_arrow}
    axes = [f"{sensor}_{axis}" for sensor in ("acc", "gyr") for axis in "xyz"]
    assert types == {"t": "double"} | dict.fromkeys(axes, "float")
    assert list(file.schema_arrow.metadata) == [b"recording"]
    assert file.metadata.row_group(0).column(0).compression == "ZSTD"


def test_a_cut_off_file_is_always_refused(path: Path, recording: Recording) -> None:
    write_recording(path, recording)
    whole = path.read_bytes()
    for n_bytes in [*range(40), *range(40, len(whole), 37), *range(len(whole) - 40, len(whole))]:
        path.write_bytes(whole[:n_bytes])
        with pytest.raises(RecordingError):
            read_recording(path)


def test_a_damaged_byte_never_changes_data_silently(path: Path, recording: Recording) -> None:
    write_recording(path, recording)
    whole, expected = path.read_bytes(), read_recording(path)
    n_refused = 0
    for i in range(len(whole)):
        damaged = bytearray(whole)
        damaged[i] ^= (0x01, 0x12, 0x80, 0xFF)[i % 4]
        path.write_bytes(damaged)
        try:
            assert same(read_recording(path), expected), f"byte {i} changed the data silently"
        except RecordingError:
            n_refused += 1
    # Some bytes are unused statistics; all of the pages and most of the footer do matter.
    assert n_refused > 0.7 * len(whole)


def test_a_table_that_another_tool_changed_is_read_again(path: Path, recording: Recording) -> None:
    write_recording(path, recording)
    pq.write_table(pq.read_table(path).slice(10, 30), path)
    np.testing.assert_array_equal(read_recording(path).t_s, recording.t_s[10:40])


def test_an_accelerometer_only_file_does_not_pass_for_one_that_lost_its_gyroscope(
    path: Path, acc_recording: Recording
) -> None:
    write_recording(path, acc_recording)
    assert read_recording(path).gyr_radps is None
    assert pq.read_schema(path).names == ["t", "acc_x", "acc_y", "acc_z"]


def test_a_failed_write_leaves_the_old_file(
    path: Path,
    recording: Recording,
    acc_recording: Recording,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    write_recording(path, recording)
    before = path.read_bytes()

    def disk_full(_writer: pq.ParquetWriter, _table: pa.Table) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(pq.ParquetWriter, "write_table", disk_full)
    with pytest.raises(RecordingError, match="No space left"):
        write_recording(path, acc_recording)
    assert path.read_bytes() == before
    assert list(path.parent.iterdir()) == [path]


def test_a_missing_folder_is_an_error_of_the_recording(
    tmp_path: Path, recording: Recording
) -> None:
    with pytest.raises(RecordingError, match="cannot be written"):
        write_recording(tmp_path / "none" / "run.parquet", recording)


def test_content_hash_is_the_sha256_of_the_file(path: Path) -> None:
    path.write_bytes(b"x" * 3_000_000)
    assert content_hash(path) == hashlib.sha256(b"x" * 3_000_000).hexdigest()
    with pytest.raises(RecordingError, match=r"none\.parquet: cannot be read"):
        content_hash(path.with_name("none.parquet"))


def test_shapes_are_checked_where_a_recording_is_made() -> None:
    with pytest.raises(RecordingError, match=r"acc_mps2 must have shape \(5, 3\)"):
        Recording(np.arange(5.0), np.zeros((4, 3)), None, {"sampling_rate_hz": 100.0})
