"""Killed at any moment: at most the last second is lost, and nothing is there twice."""

import json
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from imu.capture.finalising import discard, finalise, unfinished
from imu.capture.reading import JournalReader
from imu.errors import JournalError
from imu.recordings import content_hash, read_recording
from tests.imu.capture.byte_sensor import N, decoder_for, message, numbers_of, write_capture
from tests.imu.capture.nursery import PROGRESS, SECOND

if not hasattr(os, "fork"):
    pytest.skip("only POSIX can kill so suddenly", allow_module_level=True)

N_KILLS = 50

Nursery = Callable[..., int]


@pytest.fixture
def nursery() -> Iterator[Nursery]:
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.imu.capture.nursery"],
        cwd=Path(__file__).parents[3],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdin is not None
    assert process.stdout is not None
    stdin, stdout = process.stdin, process.stdout

    def run(do: str, *paths: Path, after_s: float, after_messages: int = 0) -> int:
        task = {"do": do, "paths": [*map(str, paths)]}
        stdin.write(json.dumps({**task, "after_s": after_s, "after_messages": after_messages}))
        stdin.write("\n")
        stdin.flush()
        return int(stdout.readline())

    with process:
        yield run
        stdin.close()


def progress_of(folder: Path) -> tuple[int, int] | None:
    """Messages that a killed capture had handed over, and entries that it knew to be safe."""
    path = folder / "progress"
    if not path.exists():
        return None
    raw = path.read_bytes()
    n_whole = len(raw) // PROGRESS.size
    handed_over, n_safe = PROGRESS.unpack_from(raw, (n_whole - 1) * PROGRESS.size)
    return handed_over, n_safe


@pytest.mark.slow
def test_a_capture_killed_at_any_moment_loses_at_most_its_last_second(
    nursery: Nursery, tmp_path: Path
) -> None:
    rng = random.Random(2026)  # noqa: S311 - moments, not secrets
    longest = n_empty = 0
    for i in range(N_KILLS):
        folder = tmp_path / str(i)
        folder.mkdir()
        # Also at its very beginning, before the first message.
        n = 0 if i % 5 == 0 else rng.randrange(400)
        status = nursery("capture", folder, after_messages=n, after_s=rng.uniform(0.0, 0.03))
        assert status == signal.SIGKILL
        left = unfinished(folder)
        assert len(left) <= 1
        done = [finalise(journal, folder, decoder_for=decoder_for) for journal in left]
        progress = progress_of(folder)
        if not done or done[0] is None:
            # Killed within its first second.
            assert progress is None or progress[0] <= SECOND
            n_empty += 1
            continue
        recording = read_recording(done[0].recording)
        n_messages, rest = divmod(recording.n_samples, N)
        handed_over, n_safe = progress or (0, 0)
        assert rest == 0
        assert numbers_of(recording.acc_mps2) == list(range(recording.n_samples))
        assert n_messages >= n_safe - 1  # the stream is an entry as well
        assert handed_over - SECOND <= n_messages <= handed_over + 1
        assert recording.metadata["capture"]["has_ended_in_order"] is False
        assert finalise(left[0], folder, decoder_for=decoder_for) == done[0]
        discard(left[0], done[0].content_hash)
        assert {path.name for path in folder.iterdir()} == {"progress", done[0].recording.name}
        longest = max(longest, n_messages)
    assert longest > 2 * SECOND
    assert n_empty < N_KILLS / 2


@pytest.mark.slow
def test_a_finalisation_killed_at_any_moment_is_done_again(
    nursery: Nursery, tmp_path: Path
) -> None:
    rng = random.Random(4)  # noqa: S311 - moments, not secrets
    original = write_capture(tmp_path, 500)
    reference = finalise(original, tmp_path, decoder_for=decoder_for)
    assert reference is not None
    begun_s = time.perf_counter()
    folder = tmp_path / "whole"
    folder.mkdir()
    journal = folder / original.name
    shutil.copy(original, journal)
    done = finalise(journal, folder, decoder_for=decoder_for)
    assert done is not None
    takes_s = time.perf_counter() - begun_s
    n_killed = 0
    for i in range(25):
        folder = tmp_path / str(i)
        folder.mkdir()
        journal = shutil.copy(original, folder / original.name)
        status = nursery("finish", journal, folder, after_s=rng.uniform(0.0, 1.3 * takes_s))
        n_killed += status == signal.SIGKILL
        for path in unfinished(folder):
            again = finalise(path, folder, decoder_for=decoder_for)
            assert again is not None
            assert again.content_hash == reference.content_hash
            discard(path, again.content_hash)
        assert [path.name for path in folder.iterdir()] == [reference.recording.name]
        assert content_hash(next(folder.iterdir())) == reference.content_hash
    assert n_killed > 0


def test_a_journal_of_a_living_process_is_left_alone(tmp_path: Path) -> None:
    script = (
        "import sys, time; from pathlib import Path\n"
        "from tests.imu.capture.byte_sensor import *\n"
        "clock = Clock(); writer = new_journal(Path(sys.argv[1]), clock)\n"
        "writer.begin_stream(stream(), FACTS)\n"
        "for _ in feed(writer, clock, 5): pass\n"
        "writer.flush(); print(writer.path, flush=True); time.sleep(600)\n"
    )
    with subprocess.Popen(
        [sys.executable, "-c", script, str(tmp_path)],
        cwd=Path(__file__).parents[3],
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        journal = Path(process.stdout.readline().strip())
        assert unfinished(tmp_path) == ()
        with pytest.raises(JournalError, match="is in use"):
            finalise(journal, tmp_path, decoder_for=decoder_for)
        process.kill()
    assert unfinished(tmp_path) == (journal,)
    with JournalReader(journal) as reader:
        assert [s.payload for s in reader.notifications()] == [message(i * N) for i in range(5)]
