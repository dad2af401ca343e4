import os
import signal

import pytest

from server.errors import AnalysisEndedError
from server.workers import Workers


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
