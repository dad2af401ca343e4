from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from imu.ble.known_sensors import FILE_NAME, KnownSensor, KnownSensors
from imu.errors import SensorError

SENSOR = KnownSensor("F0:F1:F2:F3:F4:F5", "Pelvis-01", "hiplevel", "S-7", battery_percent=80)
DAY = datetime(2026, 3, 1, 7, 0, tzinfo=UTC)


def test_what_is_remembered_is_there_the_next_time(tmp_path: Path) -> None:
    folder = tmp_path / "home"
    assert KnownSensors(folder).all() == []

    written = KnownSensors(folder).remember(SENSOR, at=DAY)

    known = KnownSensors(folder)
    assert known.problem is None
    assert known.all() == [written]
    assert known.get("f0:f1:f2:f3:f4:f5") == written
    assert written.last_seen == "2026-03-01T07:00:00+00:00"


def test_what_is_new_is_added_to_what_was_known(tmp_path: Path) -> None:
    known = KnownSensors(tmp_path)
    known.remember(SENSOR, at=DAY)

    seen = KnownSensor(SENSOR.address, None, "hiplevel", battery_percent=60)
    again = known.remember(seen, at=DAY + timedelta(days=1))

    assert (again.name, again.serial, again.battery_percent) == ("Pelvis-01", "S-7", 60)
    assert again.last_seen == "2026-03-02T07:00:00+00:00"
    assert KnownSensors(tmp_path).all() == [again]


def test_the_latest_seen_comes_first(tmp_path: Path) -> None:
    known = KnownSensors(tmp_path)
    known.remember(SENSOR, at=DAY)
    other = known.remember(KnownSensor("AA", None, "movesense"), at=DAY + timedelta(hours=1))

    assert [one.address for one in known.all()] == [other.address, SENSOR.address]


def test_forgotten_is_forgotten(tmp_path: Path) -> None:
    known = KnownSensors(tmp_path)
    known.remember(SENSOR)

    assert known.forget(SENSOR.address.lower())
    assert not known.forget(SENSOR.address)
    assert KnownSensors(tmp_path).all() == []


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"[]",
        b"\xff\xfe",
        b'{"version": 2, "sensors": []}',
        b'{"version": 1, "sensors": [3]}',
        b'{"version": 1, "sensors": [{"address": "A"}]}',
        b'{"version": 1, "sensors": [{"address": 5, "name": null, "driver": "d"}]}',
        b'{"version":1,"sensors":[{"address":"A","name":null,"driver":"d","battery_percent":"x"}]}',
    ],
)
def test_a_broken_file_is_told_and_kept(tmp_path: Path, content: bytes) -> None:
    (tmp_path / FILE_NAME).write_bytes(content)

    known = KnownSensors(tmp_path)

    assert known.all() == []
    assert known.problem is not None
    assert "pair your sensors again" in known.problem
    assert (tmp_path / "sensors.broken-1").read_bytes() == content
    known.remember(SENSOR)
    assert KnownSensors(tmp_path).problem is None


def test_a_second_broken_file_does_not_replace_the_first(tmp_path: Path) -> None:
    for content in ("one", "two"):
        (tmp_path / FILE_NAME).write_text(content, "utf-8")
        KnownSensors(tmp_path)

    kept = [(tmp_path / f"sensors.broken-{n}").read_text("utf-8") for n in (1, 2)]
    assert kept == ["one", "two"]


def test_fields_of_a_later_version_do_no_harm(tmp_path: Path) -> None:
    content = '{"version": 1, "sensors": [{"address": "A", "name": "n", "driver": "d", "new": 1}]}'
    (tmp_path / FILE_NAME).write_text(content, "utf-8")

    assert KnownSensors(tmp_path).all() == [KnownSensor("A", "n", "d")]


def test_a_folder_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way", "utf-8")
    known = KnownSensors(tmp_path)
    known.path = tmp_path / "file" / FILE_NAME

    with pytest.raises(SensorError, match="cannot be written"):
        known.remember(SENSOR)
    assert known.all() == []


@settings(max_examples=25)  # each example waits for the disk
@given(
    st.lists(
        st.builds(
            KnownSensor,
            address=st.text(min_size=1, alphabet="0123456789ABCDEF:"),
            name=st.none() | st.text(st.characters(codec="utf-8")),
            driver=st.sampled_from(["hiplevel", "movesense"]),
            serial=st.none() | st.text(st.characters(codec="utf-8")),
            battery_percent=st.none() | st.integers(0, 100),
        ),
        max_size=3,
    )
)
def test_any_sensors_survive_the_file(
    tmp_path_factory: pytest.TempPathFactory, sensors: list[KnownSensor]
) -> None:
    folder = tmp_path_factory.mktemp("known")
    known = KnownSensors(folder)
    for sensor in sensors:
        known.remember(sensor)

    assert KnownSensors(folder).all() == known.all()
    assert KnownSensors(folder).problem is None
