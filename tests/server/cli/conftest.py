import os
import subprocess
from pathlib import Path

import pytest

from tests.server.cli.entry import ENTRY
from tests.server.recordings import write_run


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "home"


@pytest.fixture
def hiplevel(home: Path):
    environment = os.environ | {"HIPLEVEL_HOME": str(home), "NO_COLOR": "1"}

    def run(*arguments: object, timeout_s: float = 60) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            ENTRY + [str(argument) for argument in arguments],
            capture_output=True,
            text=True,
            encoding="utf-8",
            env=environment | {"PYTHONIOENCODING": "utf-8"},
            timeout=timeout_s,
            check=False,
        )

    return run


@pytest.fixture
def recording(tmp_path: Path) -> Path:
    return write_run(tmp_path / "easy.parquet")


@pytest.fixture
def free_port() -> int:
    import socket

    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
    return int(port)
