"""Hand-made recordings."""

from pathlib import Path

import numpy as np
import pytest

from imu.recordings import Recording


def make_recording(n: int = 60, *, with_gyr: bool = True) -> Recording:
    rng = np.random.default_rng(7)
    acc = (rng.normal((0, 0, 9.81), 1, (n, 3))).astype(np.float32).astype(float)
    gyr = rng.normal(0, 1, (n, 3)).astype(np.float32).astype(float)
    metadata = {"sampling_rate_hz": 100.0, "started_at": "2026-03-01T07:30:00Z"}
    return Recording(np.arange(n) / 100, acc, gyr if with_gyr else None, metadata)


@pytest.fixture
def recording() -> Recording:
    return make_recording()


@pytest.fixture
def acc_recording() -> Recording:
    return make_recording(30, with_gyr=False)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "run.parquet"
