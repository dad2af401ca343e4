import os
import select
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from server.errors import AnalysisEndedError
from server.workers import Workers, process_pool


def test_work_is_done_elsewhere_and_its_errors_come_back() -> None:
    workers = Workers(1)
    assert workers.run(os.getpid) != os.getpid()
    with pytest.raises(ValueError, match="invalid literal"):
        workers.run(int, "x")
    workers.close()
    assert Workers(0).run(os.getpid) == os.getpid()


def test_a_worker_that_the_system_ends_is_replaced() -> None:
    workers = Workers(1)
    victim = workers.run(os.getpid)
    with pytest.raises(AnalysisEndedError, match="Nothing was stored"):
        workers.run(os.kill, victim, signal.SIGKILL)
    assert workers.run(os.getpid) != victim
    workers.close()


@pytest.mark.skipif(os.name != "posix", reason="signals as POSIX knows them")
def test_workers_end_with_a_parent_that_was_killed() -> None:
    program = (
        "import os, time\n"
        "from server.workers import Workers\n"
        "if __name__ == '__main__':\n"
        "    print(Workers(1).run(os.getpid), flush=True)\n"
        "    time.sleep(60)\n"
    )
    parent = subprocess.Popen(
        [sys.executable, "-c", program], stdout=subprocess.PIPE, cwd=Path(__file__).parents[2]
    )
    assert parent.stdout is not None
    assert int(parent.stdout.readline()) != parent.pid
    parent.kill()
    # Worker and resource tracker hold the pipe as well: its end comes when all are gone.
    rest, _ = parent.communicate(timeout=10)
    assert rest == b""


@pytest.mark.skipif(os.name != "posix", reason="process groups as POSIX knows them")
def test_the_demo_ends_in_silence_while_it_fills(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "server", "demo", "--port", "0", "--home", str(tmp_path)]
    demo = subprocess.Popen(
        command,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        cwd=Path(__file__).parents[2],
        start_new_session=True,
    )
    try:
        assert demo.stdout is not None
        assert select.select([demo.stdout], [], [], 60)[0]
        until_s = time.monotonic() + 60
        while not any((tmp_path / "incoming").glob("*")):
            assert time.monotonic() < until_s, "the demo does not fill"
            time.sleep(0.05)
        time.sleep(1.5)  # until a worker is at work
        os.killpg(demo.pid, signal.SIGTERM)
        _, told = demo.communicate(timeout=90)
    finally:
        demo.kill()
    assert told == b""
    assert demo.returncode == 0


def held_back() -> bool:
    return signal.SIGINT in signal.pthread_sigmask(signal.SIG_BLOCK, ())


@pytest.mark.skipif(os.name == "nt", reason="Windows has no signal masks")
def test_a_worker_is_born_deaf_to_an_interrupt_and_its_parent_is_not() -> None:
    pool = process_pool(1)
    assert pool.submit(held_back).result()
    assert not held_back()
    pool.shutdown()
