"""The orientation filter in pieces."""

from itertools import pairwise

import numpy as np
import pytest
import vqf

from analysis import orientation
from analysis.grid import to_grid
from analysis.orientation import pieces, up_in_sensor
from imu.simulator import Activity, Segment, SimulationParameters, simulate


@pytest.fixture(scope="module")
def grid():
    plan = (Segment(Activity.STAND, 8.0), Segment(Activity.RUN, 600.0))
    recording = simulate(SimulationParameters(plan, seed=3)).recording
    return to_grid(recording.t_s, recording.acc_mps2, recording.gyr_radps, 100.0)


def test_pieces_agree_with_one_pass(grid, monkeypatch):
    whole = up_in_sensor(grid)
    monkeypatch.setattr(orientation, "PIECE_S", 150.0)
    in_pieces = up_in_sensor(grid)
    assert len(pieces(grid.segments[0], grid.rate_hz)) == 4
    apart_deg = np.degrees(np.linalg.norm(in_pieces - whole, axis=1))
    # Where a recording starts and ends, the filter knows less.
    assert apart_deg[:200].max() < 0.05
    # In the last seconds one pass knows the gyroscope's bias from ten minutes, a piece from four.
    assert apart_deg[200:-200].max() < 0.01
    assert apart_deg[-200:].max() < 0.3


def test_a_recording_of_less_than_one_piece_is_one_pass(grid):
    start, stop = grid.segments[0]
    assert pieces((start, stop), grid.rate_hz) == [(start, stop, start, stop)]
    result = vqf.offlineVQF(grid.gyr_radps, grid.acc_mps2, None, 0.01, {"tauAcc": 1.0})
    w, x, y, z = result["quat6D"][5000]
    expected = [2 * (x * z - w * y), 2 * (y * z + w * x), 1 - 2 * (x * x + y * y)]
    assert up_in_sensor(grid)[5000] == pytest.approx(expected, abs=1e-4)  # 0.006 deg


@pytest.mark.parametrize("n", [10, 5_000, 200_000, 3_234_567])
def test_pieces_cover_a_segment_once_and_overlap(n):
    parts = pieces((7, 7 + n), 100.0)
    assert parts[0][0] == 7
    assert parts[-1][1] == 7 + n
    assert all(a[1] == b[0] for a, b in pairwise(parts))
    for start, stop, first, last in parts:
        assert 7 <= first <= start < stop <= last <= 7 + n
        assert first == 7 or start - first == 12_000
        assert last == 7 + n or last - stop == 12_000
