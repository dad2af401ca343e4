"""A process that forks captures and finalisations, and kills each of them after a while.

Imports everything once, so that a kill costs milliseconds.  Reads one JSON task per line from
standard input and answers each with one line: the exit status of the child.
"""

import contextlib
import json
import os
import signal
import struct
import sys
import time
from pathlib import Path
from typing import Any

from imu.capture.finalising import discard, finalise
from tests.imu.capture.byte_sensor import FACTS, Clock, decoder_for, feed, new_journal, stream

SPEED = 20.0  # simulated seconds per second
SECOND = 100  # messages
PROGRESS = struct.Struct("<II")  # messages handed over, entries known to be safe


def capture(folder: Path) -> None:
    """Stream until killed, and tell how far it is behind everything that it tells the disk."""
    clock = Clock()
    writer = new_journal(folder, clock, commit_s=0.5 / SPEED, on_trouble=lambda _error: None)
    writer.begin_stream(stream(), FACTS)
    with (folder / "progress").open("ab", buffering=0) as progress:
        progress.write(PROGRESS.pack(0, 0))
        for i in feed(writer, clock, 10**9):
            progress.write(PROGRESS.pack(i + 1, writer.status.n_safe))
            time.sleep(0.01 / SPEED)
            # Simulated time stands still while a shared machine does.
            while writer.status.n_waiting >= SECOND:
                time.sleep(0.001)


def finish(journal: Path, recordings: Path) -> None:
    finalised = finalise(journal, recordings, decoder_for=decoder_for)
    assert finalised is not None
    discard(journal, finalised.content_hash)


def wait(task: dict[str, Any]) -> None:
    """Wait for so many messages of a capture, and for so long."""
    progress = Path(task["paths"][0]) / "progress"
    n_bytes = task["after_messages"] * PROGRESS.size
    while n_bytes and not (progress.exists() and progress.stat().st_size >= n_bytes):
        time.sleep(0.001)
    time.sleep(task["after_s"])


def main() -> None:
    for line in sys.stdin:
        task = json.loads(line)
        pid = os.fork()
        if pid == 0:
            status = 1
            try:
                {"capture": capture, "finish": finish}[task["do"]](*map(Path, task["paths"]))
                status = 0
            finally:
                os._exit(status)
        wait(task)
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
        _, status = os.waitpid(pid, 0)
        print(status, flush=True)  # noqa: T201 - the answer


if __name__ == "__main__":
    main()
