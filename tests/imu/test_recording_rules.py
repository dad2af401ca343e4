"""Each rule of recordings/README.md, broken once: one clear error with file, column and row."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from imu.errors import ImuError, RecordingError
from imu.recordings import Recording, read_metadata, read_recording, write_recording

N = 60
Columns = dict[str, Any]


def good_columns() -> Columns:
    rng = np.random.default_rng(3)
    columns: Columns = {"t": np.arange(N) / 100}
    for name in ("acc_x", "acc_y", "acc_z", "gyr_x", "gyr_y", "gyr_z"):
        columns[name] = rng.normal(0, 1, N).astype(np.float32)
    columns["acc_z"] += np.float32(9.81)
    return columns


def write_foreign(path: Path, columns: Columns, metadata: object = None) -> None:
    """Write as another tool would: plain pyarrow, no checks, no digest."""
    raw = metadata if isinstance(metadata, bytes) else json.dumps(metadata or {}).encode()
    table = pa.table(columns)
    if metadata is not False:
        table = table.replace_schema_metadata({b"recording": raw})
    pq.write_table(table, path, compression="zstd", write_page_checksum=True)


META = {"sampling_rate_hz": 100.0}


def test_a_file_of_another_tool_is_read(path: Path) -> None:
    columns = good_columns()
    write_foreign(path, {**columns, "heart_rate": np.full(N, 150)}, META)
    recording = read_recording(path)
    assert recording.n_samples == N
    assert recording.sampling_rate_hz == 100.0
    assert recording.started_at is None
    assert recording.duration_s == pytest.approx(0.59)
    np.testing.assert_array_equal(recording.acc_mps2[:, 2], columns["acc_z"])
    assert recording.gyr_radps is not None
    np.testing.assert_array_equal(recording.gyr_radps[:, 0], columns["gyr_x"])


def test_accelerometer_only_is_fine(path: Path) -> None:
    columns = good_columns()
    write_foreign(path, {k: v for k, v in columns.items() if not k.startswith("gyr")}, META)
    assert read_recording(path).gyr_radps is None


def test_float64_axes_are_read_without_loss(path: Path) -> None:
    columns = good_columns()
    columns["acc_x"] = columns["acc_x"].astype(np.float64) + 1e-12
    write_foreign(path, columns, META)
    np.testing.assert_array_equal(read_recording(path).acc_mps2[:, 0], columns["acc_x"])


def _without(*names: str) -> Callable[[Columns], Columns]:
    return lambda columns: {k: v for k, v in columns.items() if k not in names}


def _with(name: str, row: int, value: float) -> Callable[[Columns], Columns]:
    def change(columns: Columns) -> Columns:
        columns[name] = columns[name].copy()
        columns[name][row] = value
        return columns

    return change


def _replace(name: str, make: Callable[[Any], Any]) -> Callable[[Columns], Columns]:
    return lambda columns: {**columns, name: make(columns[name])}


def _null(values: Any) -> pa.Array:
    return pa.array([None if i == 5 else float(v) for i, v in enumerate(values)], pa.float32())


BROKEN_SAMPLES = [
    ("time that comes before", _with("t", 7, 0.015), "t", 7, "sort the rows"),
    ("time that repeats", _with("t", 7, 0.06), "t", 7, "repeats"),
    ("time that is NaN", _with("t", 3, np.nan), "t", 3, "nan"),
    ("time in milliseconds", _replace("t", lambda t: t * 1000), "t", None, "sampling_rate_hz"),
    ("time over weeks", _with("t", N - 1, 1e6), "t", None, "48 hours"),
    ("time beyond reason", _with("t", N - 1, 1e300), "t", N - 1, "unit"),
    ("float32 time", _replace("t", lambda t: t.astype(np.float32)), "t", None, "float64"),
    ("text time", _replace("t", lambda t: [str(v) for v in t]), "t", None, "float64"),
    ("no time", _without("t"), "t", None, "missing"),
    ("NaN", _with("acc_y", 11, np.nan), "acc_y", 11, "nan"),
    ("infinity", _with("gyr_z", 0, np.inf), "gyr_z", 0, "inf"),
    ("null", _replace("gyr_y", _null), "gyr_y", 5, "missing"),
    ("no acc_z", _without("acc_z"), "acc_z", None, "missing"),
    ("half a gyroscope", _without("gyr_y", "gyr_z"), "gyr_y", None, "all of gyr_x"),
    ("raw counts", _replace("acc_x", lambda v: v.astype(np.int16)), "acc_x", None, "int16"),
    ("nested lists", _replace("acc_x", lambda v: [[x] for x in v]), "acc_x", None, "list"),
    (
        "spike beyond any sensor",
        _with("acc_x", 9, 5000.0),
        "acc_x",
        9,
        "damaged, or in another unit",
    ),
    ("a rate beyond any gyroscope", _with("gyr_x", 4, 200.0), "gyr_x", 4, "degrees"),
]


@pytest.mark.parametrize(
    ("change", "column", "row", "words"),
    [case[1:] for case in BROKEN_SAMPLES],
    ids=[case[0] for case in BROKEN_SAMPLES],
)
def test_broken_samples_name_file_column_and_row(
    path: Path, change: Callable[[Columns], Columns], column: str, row: int | None, words: str
) -> None:
    write_foreign(path, change(good_columns()), META)
    with pytest.raises(RecordingError) as caught:
        read_recording(path)
    error = caught.value
    assert isinstance(error, ImuError)
    assert error.path == path
    assert error.column is not None
    assert error.column.startswith(column)
    assert error.row == row
    assert str(error).startswith(f"run.parquet, column {column}")
    assert words in str(error)
    assert "\n" not in str(error)


def test_acceleration_in_g_is_recognised(path: Path) -> None:
    columns = good_columns()
    for name in ("acc_x", "acc_y", "acc_z"):
        columns[name] = (columns[name] / 9.81).astype(np.float32)
    write_foreign(path, columns, META)
    with pytest.raises(RecordingError, match=r"looks like g, multiply by 9\.80665"):
        read_recording(path)


def test_a_runner_who_flies_most_of_the_time_is_taken(path: Path) -> None:
    columns = good_columns()
    flies = np.arange(N) % 10 < 7  # 2 m/s2 there, and 28 on the ground: 9.8 on the average
    for name, size in (("acc_x", 0.0), ("acc_y", 0.0), ("acc_z", 1.0)):
        columns[name] = (size * np.where(flies, 2.0, 28.0)).astype(np.float32)
    write_foreign(path, columns, META)
    assert read_recording(path).n_samples == N


def test_angular_rate_in_degrees_per_second_is_recognised_by_its_median(path: Path) -> None:
    columns = good_columns()
    for name in ("gyr_x", "gyr_y", "gyr_z"):
        columns[name] = np.clip(columns[name] * np.float32(20), -70, 70)
    write_foreign(path, columns, META)
    with pytest.raises(RecordingError, match="looks like degrees per second"):
        read_recording(path)


def test_lost_samples_do_not_contradict_the_sampling_rate(path: Path) -> None:
    columns = good_columns()
    keep = np.ones(N, dtype=bool)
    keep[10:14] = keep[30:50] = False
    write_foreign(path, {k: v[keep] for k, v in columns.items()}, META)
    assert read_recording(path).n_samples == N - 24


@pytest.mark.parametrize("n_packet", [2, 4, 8])
def test_times_of_packets_do_not_contradict_the_sampling_rate(path: Path, n_packet: int) -> None:
    columns = good_columns()
    k = np.arange(len(columns["t"]))
    columns["t"] = (k // n_packet + 1) * n_packet / 100.0 + k % n_packet * 2e-5
    write_foreign(path, columns, META)

    np.testing.assert_array_equal(read_recording(path).t_s, columns["t"])


def test_twice_the_rate_is_no_packets(path: Path) -> None:
    columns = good_columns()
    columns["t"] = np.arange(len(columns["t"])) / 220.0
    write_foreign(path, columns, META)

    with pytest.raises(RecordingError, match="correct the one that is wrong"):
        read_recording(path)


def test_two_columns_of_one_name(path: Path) -> None:
    columns = good_columns()
    table = pa.table([*columns.values(), columns["acc_x"]], names=[*columns, "acc_x"])
    pq.write_table(table.replace_schema_metadata({b"recording": json.dumps(META)}), path)
    with pytest.raises(RecordingError, match="column acc_x: there is more than one"):
        read_recording(path)


BROKEN_METADATA = [
    ("none", False, "'recording' is missing"),
    ("no rate", {"location": "pelvis"}, "sampling_rate_hz is missing"),
    ("text rate", {"sampling_rate_hz": "100"}, "must be a number"),
    ("true rate", {"sampling_rate_hz": True}, "must be a number"),
    ("zero rate", {"sampling_rate_hz": 0}, "between"),
    ("huge rate", {"sampling_rate_hz": 10**400}, "between"),
    ("rate against the times", {"sampling_rate_hz": 200.0}, "correct the one that is wrong"),
    ("rate against the times", {"sampling_rate_hz": 50.0}, "correct the one that is wrong"),
    ("NaN rate", b'{"sampling_rate_hz": NaN}', "not valid JSON"),
    ("cut off", b'{"sampling_rate_hz": 10', "not valid JSON"),
    ("a list", b"[100]", "JSON object"),
    ("not UTF-8", b"\xff\xfe", "not valid JSON"),
    ("deep nesting", b"[" * 100_000, "nested too deeply"),
    ("endless number", b'{"sampling_rate_hz": ' + b"9" * 5000 + b"}", "a number of 5000 digits"),
    ("half a character", b'{"sampling_rate_hz": 100, "title": "\\ud800 hi"}', "valid Unicode"),
    ("half a character in a key", b'{"sampling_rate_hz": 100, "\\udfff": 1}', "valid Unicode"),
    ("year 1", {**META, "started_at": "0001-01-01T00:00:00+14:00"}, "out of range"),
    ("year 9999", {**META, "started_at": "9999-12-31T23:59:59-05:00"}, "out of range"),
    ("too long", b'{"x": "' + b"x" * 1_000_001 + b'"}', "at most"),
    ("newer version", {**META, "format_version": 2}, "install a newer version"),
    ("odd version", {**META, "format_version": "1"}, "whole number"),
    ("naive time", {**META, "started_at": "2026-03-01T07:30:00"}, "zone"),
    ("no time", {**META, "started_at": "yesterday"}, "ISO 8601"),
    ("epoch time", {**META, "started_at": 1772350200}, "must be text"),
    ("location", {**META, "location": 5}, "location must be text"),
]


@pytest.mark.parametrize(
    ("metadata", "words"),
    [case[1:] for case in BROKEN_METADATA],
    ids=[case[0] for case in BROKEN_METADATA],
)
def test_broken_metadata(path: Path, metadata: object, words: str) -> None:
    write_foreign(path, good_columns(), metadata)
    with pytest.raises(RecordingError) as caught:
        read_recording(path)
    assert caught.value.path == path
    message = str(caught.value)
    assert words in message
    assert len(message) < 300
    assert not {"recursion", "set_int_max_str_digits", "codec can't encode"} & set(message.split())


def test_started_at_is_returned_in_utc(path: Path) -> None:
    write_foreign(path, good_columns(), {**META, "started_at": "2026-03-01T09:30:00+02:00"})
    started_at = read_recording(path).started_at
    assert started_at is not None
    assert started_at.isoformat() == "2026-03-01T07:30:00+00:00"


def test_zero_rows(path: Path) -> None:
    write_foreign(path, {k: v[:0] for k, v in good_columns().items()}, META)
    with pytest.raises(RecordingError, match="zero rows"):
        read_recording(path)


def test_more_rows_than_any_session_has(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_foreign(path, good_columns(), META)
    monkeypatch.setattr("imu.recordings.reader.MAX_SAMPLES", N - 1)
    with pytest.raises(RecordingError, match="at most 59 are read"):
        read_recording(path)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "empty"),
        (b"t,acc_x\n0,1\n", "not a Parquet file"),
        (b"PAR1", "cut off"),
        (b"PAR1" + b"\0" * 40, "cut off"),
        (b"PAR1" + b"\0" * 40 + b"PAR1", "damaged"),
    ],
)
def test_files_that_are_no_recording(path: Path, content: bytes, words: str) -> None:
    path.write_bytes(content)
    for read in (read_recording, read_metadata):
        with pytest.raises(RecordingError, match=words) as caught:
            read(path)
        assert str(caught.value).startswith("run.parquet: ")


def test_a_folder_and_a_missing_file(tmp_path: Path) -> None:
    with pytest.raises(RecordingError, match="folder"):
        read_recording(tmp_path)
    with pytest.raises(RecordingError, match="no such file"):
        read_recording(tmp_path / "none.parquet")


@pytest.mark.parametrize("case", BROKEN_SAMPLES[:3], ids=[case[0] for case in BROKEN_SAMPLES[:3]])
def test_what_the_reader_refuses_is_never_written(path: Path, case: Any) -> None:
    columns = case[1](good_columns())
    acc = np.column_stack([columns[f"acc_{axis}"] for axis in "xyz"]).astype(float)
    with pytest.raises(RecordingError) as caught:
        write_recording(path, Recording(columns["t"], acc, None, META))
    assert (caught.value.path, caught.value.row) == (path, case[3])
    assert list(path.parent.iterdir()) == []


def test_the_example_of_the_specification_is_a_recording(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    specification = Path(__file__).parents[2] / "recordings" / "README.md"
    example = specification.read_text(encoding="utf-8").split("```python\n")[1].split("```")[0]
    monkeypatch.chdir(path.parent)
    exec(compile(example, str(specification), "exec"), {})  # noqa: S102 (the document's own code)
    assert read_recording(path).n_samples == 3
