"""From a journal to a recording: the same one however often, and only once."""

import io
import random
import shutil
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from imu.capture.finalising import Finalised, discard, finalise, unfinished
from imu.capture.journal import JournalWriter
from imu.capture.reading import JournalReader
from imu.capture.salvaging import salvage
from imu.drivers.base import StreamDescription
from imu.errors import JournalError, SensorDataError
from imu.recordings import Recording, content_hash, read_recording
from imu.streaming.events import Origin
from tests.imu.capture.byte_sensor import (
    DATA,
    FACTS,
    MEMORY,
    RATE_HZ,
    ByteDecoder,
    Clock,
    N,
    decoder_for,
    feed,
    message,
    new_journal,
    numbers_of,
    stream,
    write_capture,
)


def finalised(journal: Path) -> Finalised:
    done = finalise(journal, journal.parent, decoder_for=decoder_for)
    assert done is not None
    return done


def recorded(journal: Path) -> Recording:
    return read_recording(finalised(journal).recording)


def begun(folder: Path, clock: Clock, **options: object) -> JournalWriter:
    writer = new_journal(folder, clock, **options)
    writer.begin_stream(stream(), FACTS)
    return writer


def test_a_capture_becomes_a_recording(tmp_path: Path) -> None:
    clock = Clock()
    metadata = {"title": "Morning", "location": "pelvis"}
    writer = begun(tmp_path, clock, metadata={**metadata, "sensor": {"name": "Mine"}})
    list(feed(writer, clock, 300))
    writer.note("mark", {"text": "hill"})
    list(feed(writer, clock, 100, start=300))
    writer.note("link lost")
    writer.close()
    recording = recorded(writer.path)
    assert numbers_of(recording.acc_mps2) == list(range(4000))
    np.testing.assert_allclose(recording.t_s, 1.0 + np.arange(4000) / RATE_HZ, atol=1e-9)
    assert recording.gyr_radps is not None
    assert recording.metadata == {
        "format_version": 1,
        **metadata,
        "sampling_rate_hz": RATE_HZ,
        # The first message arrived 10 ms after the stream began, when its last sample was measured.
        "started_at": "2026-02-25T06:13:27.001000Z",
        "sensor": {
            "name": "Mine",
            "driver": "fake",
            "model": "Fake",
            "serial": "0042",
            "firmware": "1.2.3",
        },
        "capture": {
            "n_lost": 0,
            "n_refilled": 0,
            "n_duplicate": 0,
            "n_conflicting": 0,
            "n_not_decoded": 0,
            "n_not_written": 0,
            "n_links_lost": 1,
            "n_boots": 1,
            "n_parts": 1,
            "clock_drift_ppm": pytest.approx(0.0, abs=0.01),
            "clock_drift_se_ppm": recording.metadata["capture"]["clock_drift_se_ppm"],
            "has_ended_in_order": True,
            "is_damaged": False,
            "marks": [{"text": "hill", "t_s": 3.999}],
            "parts": recording.metadata["capture"]["parts"],
        },
    }
    assert 0 < recording.metadata["capture"]["clock_drift_se_ppm"] <= 50
    (part,) = recording.metadata["capture"]["parts"]
    assert (part["n_samples"], part["n_lost"]) == (recording.n_samples, 0)


def test_loss_and_refill_are_counted_and_mended(tmp_path: Path) -> None:
    clock = Clock()
    writer = begun(tmp_path, clock)
    list(feed(writer, clock, 50))
    list(feed(writer, clock, 50, start=60))
    list(feed(writer, clock, 3, start=97))  # again, after a reconnect
    writer.append(1, MEMORY, message(495, 60), clock.host, Origin.MEMORY)
    writer.append(1, DATA, b"rubbish", clock.host)
    writer.append(9, DATA, message(2000), clock.host)  # of no stream
    writer.append(1, DATA, message(3)[:-1] + b"\x40", clock.host)  # other values
    writer.close()
    recording = recorded(writer.path)
    assert numbers_of(recording.acc_mps2) == [*range(555), *range(600, 1100)]
    counts = {
        key: value
        for key, value in recording.metadata["capture"].items()
        if key.startswith("n_") and value
    }
    assert counts == {
        "n_lost": 45,
        "n_refilled": 55,
        "n_duplicate": 5 + 30 + N,
        "n_conflicting": 1,
        "n_not_decoded": 2,
        "n_boots": 1,
        "n_parts": 1,
    }


def test_a_reboot_is_a_new_part_and_time_goes_on(tmp_path: Path) -> None:
    clock = Clock()
    writer = begun(tmp_path, clock)
    list(feed(writer, clock, 200))
    writer.flush()
    clock.host += 30_000_000_000
    writer.begin_stream(stream(boot_id=12), FACTS)
    list(feed(writer, clock, 100, number=2))
    writer.append(1, MEMORY, message(2000, 50), clock.host, Origin.MEMORY)  # before the reboot
    writer.close()
    recording = recorded(writer.path)
    assert numbers_of(recording.acc_mps2) == [*range(2050), *range(1000)]
    assert recording.t_s[2049] == pytest.approx(1.0 + 2.049)
    assert recording.t_s[2050] == pytest.approx(1.0 + 2.0 + 30.0, abs=0.001)
    assert recording.metadata["capture"]["n_boots"] == 2


def test_finalising_again_changes_nothing(tmp_path: Path) -> None:
    journal = write_capture(tmp_path, 50)
    first = finalised(journal)
    written = first.recording.stat().st_mtime_ns
    assert finalised(journal) == first
    assert first.recording.stat().st_mtime_ns == written
    first.recording.write_bytes(b"damaged")
    assert finalised(journal) == first
    first.recording.unlink()
    assert finalised(journal) == first
    assert content_hash(first.recording) == first.content_hash
    note = journal.with_name(f"{journal.name}.final")
    for torn in ("", "{", "[]", '{"sha256": 5}'):
        note.write_text(torn)
        assert finalised(journal) == first
    assert unfinished(tmp_path) == (journal,)


def test_a_journal_goes_only_when_its_recording_is_safe(tmp_path: Path) -> None:
    journal = write_capture(tmp_path, 50)
    with pytest.raises(JournalError, match="is kept: that recording was not made of it"):
        discard(journal, "0" * 64)
    done = finalised(journal)
    with pytest.raises(JournalError, match="is kept"):
        discard(journal, "0" * 64)
    with JournalReader(journal), pytest.raises(JournalError, match="is in use"):
        discard(journal, done.content_hash)
    assert unfinished(tmp_path) == (journal,)
    discard(journal, done.content_hash)
    discard(journal, done.content_hash)
    assert list(tmp_path.iterdir()) == [done.recording]
    assert unfinished(tmp_path) == ()


def test_what_is_left_of_a_discarded_journal_is_swept(tmp_path: Path) -> None:
    journal = write_capture(tmp_path, 5)
    done = finalised(journal)
    journal.unlink()  # and killed there
    journal.with_name(f"{journal.name}-wal").write_bytes(b"old")
    assert unfinished(tmp_path) == ()
    assert list(tmp_path.iterdir()) == [done.recording]


def test_empty_captures_are_told_and_removed(tmp_path: Path) -> None:
    writer = begun(tmp_path, Clock())
    writer.close()
    blank = tmp_path / "blank.journal"  # killed before the first commit
    blank.touch()
    for journal in (writer.path, blank):
        assert finalise(journal, tmp_path, decoder_for=decoder_for) is None
    assert list(tmp_path.iterdir()) == []


def test_a_capture_of_which_nothing_can_be_decoded_is_kept(tmp_path: Path) -> None:
    clock = Clock()
    writer = begun(tmp_path, clock)
    writer.append(1, DATA, b"rubbish", clock.host)
    writer.close()
    with pytest.raises(JournalError, match="of 1 messages 1 were none of this sensor"):
        finalised(writer.path)
    assert writer.path.exists()


def test_a_driver_that_is_not_there_is_told(tmp_path: Path) -> None:
    journal = write_capture(tmp_path, 5)

    def unknown(description: StreamDescription) -> ByteDecoder:
        raise SensorDataError(f"no driver is called {description.driver}")

    with pytest.raises(JournalError, match="is kept: no driver is called fake"):
        finalise(journal, tmp_path, decoder_for=unknown)


def test_what_breaks_the_rules_of_recordings_is_kept(tmp_path: Path) -> None:
    clock = Clock()
    writer = begun(tmp_path, clock, metadata={"title": 5})
    list(feed(writer, clock, 10))
    writer.close()
    with pytest.raises(JournalError, match=r"no recording can be made: .*title must be text"):
        finalised(writer.path)
    assert writer.path.exists()


def test_a_full_disk_still_gives_a_recording(tmp_path: Path) -> None:
    clock = Clock()
    writer = begun(tmp_path, clock, max_pages=30, on_trouble=lambda _error: None)
    for _ in feed(writer, clock, 450):
        writer.flush()
    n_safe = writer.status.n_safe
    with pytest.raises(JournalError, match="The disk is full"):
        writer.close()
    recording = recorded(writer.path)
    assert numbers_of(recording.acc_mps2) == list(range((n_safe - 1) * N))
    assert recording.metadata["capture"]["has_ended_in_order"] is False


def test_a_journal_cut_off_gives_what_is_readable_and_says_so(tmp_path: Path) -> None:
    whole = write_capture(tmp_path, 2000)
    content = whole.read_bytes()
    whole.unlink()
    n_before = 0
    for percent in (10, 30, 50, 70, 90, 99):
        cut = tmp_path / f"{percent}.journal"
        cut.write_bytes(content[: len(content) * percent // 100])
        recording = recorded(cut)
        numbers = numbers_of(recording.acc_mps2)
        # Of the page that was cut through, some of the middle may be left.
        assert numbers == sorted(set(numbers))
        assert numbers[:-200] == list(range(len(numbers) - 200))
        assert 0.6 * percent * 200 < len(numbers) < 20_000
        assert len(numbers) > n_before
        n_before = len(numbers)
        assert recording.metadata["capture"]["is_damaged"] is True
    stump = tmp_path / "stump.journal"
    for n_bytes in (1, 50, 100, 511, 512, 600, 4096, 5000, 9000):
        stump.write_bytes(content[:n_bytes])
        with pytest.raises(JournalError, match=r"stump\.journal"):
            finalised(stump)
        assert stump.exists()


def test_messages_are_found_without_the_pages_that_lead_to_them(tmp_path: Path) -> None:
    whole = write_capture(tmp_path, 8000)  # enough for a tree of three levels
    with JournalReader(whole) as reader:
        stored = list(reader.notifications())
    with whole.open("rb") as file:
        assert [message for _, message in salvage(file)] == stored
    content = whole.read_bytes()
    for percent in (2, 20, 60):
        cut = tmp_path / f"{percent}.journal"
        cut.write_bytes(content[: len(content) * percent // 100])
        with JournalReader(cut) as reader:
            there = list(reader.notifications())
            assert reader.is_damaged
        assert there[:-20] == stored[: len(there) - 20]
        assert len(there) > 0.9 * percent * 80 - 80


@given(st.binary(max_size=300), st.integers(0, 12))
def test_any_bytes_are_no_message(noise: bytes, n_cells: int) -> None:
    page = b"\x0d\x00\x00" + n_cells.to_bytes(2, "big") + noise
    assert list(salvage(io.BytesIO(page + bytes(4096 - len(page)) + noise))) == []


def torn_journal(folder: Path) -> tuple[Path, bytes]:
    """A journal as a power cut leaves it: little in the file, the rest in the write-ahead log."""
    clock = Clock()
    writer = begun(folder, clock)
    for i in feed(writer, clock, 200):
        if i % 20 == 19:
            writer.flush()
    copy = folder / "copy.journal"
    wal = writer.path.with_name(f"{writer.path.name}-wal").read_bytes()
    # A copy by another process: this one would lose SQLite's lock with the file's descriptor.
    shutil.copy(writer.path, copy)
    writer.close()
    writer.path.unlink()
    return copy, wal


def test_a_torn_write_ahead_log_gives_all_whole_commits(tmp_path: Path) -> None:
    journal, wal = torn_journal(tmp_path)
    empty = journal.read_bytes()
    seen = set()
    for n_bytes in [*range(0, len(wal), len(wal) // 25), len(wal) - 1, len(wal)]:
        cut = tmp_path / f"{n_bytes}.journal"
        cut.write_bytes(empty)
        cut.with_name(f"{cut.name}-wal").write_bytes(wal[:n_bytes])
        done = finalise(cut, tmp_path, decoder_for=decoder_for)
        if done is None:
            seen.add(0)
            continue
        recording = read_recording(done.recording)
        numbers = numbers_of(recording.acc_mps2)
        assert numbers == list(range(len(numbers)))
        assert recording.metadata["capture"]["has_ended_in_order"] is False
        assert recording.metadata["capture"]["is_damaged"] is False
        seen.add(len(numbers))
    assert max(seen) == 2000
    assert len(seen) > 5


def test_a_damaged_byte_never_changes_samples_silently(tmp_path: Path) -> None:
    journal = write_capture(tmp_path, 200)
    content = journal.read_bytes()
    expected = read_recording(finalised(journal).recording)
    rng = random.Random(8)  # noqa: S311 - places, not secrets
    n_told = n_less = 0
    for _ in range(40):
        damaged = bytearray(content)
        damaged[rng.randrange(len(content))] ^= 1 << rng.randrange(8)
        path = tmp_path / "damaged.journal"
        path.write_bytes(damaged)
        try:
            recording = recorded(path)
        except JournalError:
            n_told += 1
        else:
            numbers = numbers_of(recording.acc_mps2)
            assert numbers == sorted(set(numbers))
            assert set(numbers) <= set(range(2000))
            is_same = len(numbers) == 2000
            n_less += not is_same
            assert is_same or recording.metadata["capture"]["is_damaged"] is True
            there = np.isin(np.arange(2000), numbers)
            np.testing.assert_array_equal(recording.acc_mps2, expected.acc_mps2[there])
            np.testing.assert_allclose(recording.t_s, expected.t_s[there], atol=1e-6)
        for left in tmp_path.glob("damaged.*"):
            left.unlink()
    assert n_less > 20
    assert n_told < 10
