"""What gaps do to an angle, and how much of it is taken back."""

import numpy as np
import pytest

from analysis.bridging import ERROR_DEG_PER_S, REACH_S, STRIDE_SD_DEG, steady_across_gaps
from analysis.grid import Grid
from analysis.steps import Steps

RATE_HZ = 100.0
N = 6000
T_S = np.arange(N) / RATE_HZ
STRIDE_S = 0.7
INSIDE = np.ones(N, bool)
GAIT = np.column_stack((4.0 * np.sin(2 * np.pi * T_S / STRIDE_S), np.full(N, 8.0)))


def grid(lost=()):
    recorded = np.ones(N, bool)
    for start, stop in lost:
        recorded[start:stop] = False
    return Grid(RATE_HZ, T_S, np.zeros((N, 3)), np.zeros((N, 3)), recorded, ((0, N),))


def steps():
    index = np.arange(0.0, N - 40, STRIDE_S / 2 * RATE_HZ)
    n = len(index)
    return Steps(index, np.zeros(n, np.intp), np.ones(n, bool), np.full(n, 9.0))


def error_behind(start, size_deg):
    """An error that a gap makes and gravity takes back within a second or so."""
    since = T_S - start / RATE_HZ
    return np.where(since >= 0, size_deg * np.exp(-since / 0.7), 0.0)[:, None]


def test_without_a_gap_nothing_changes():
    bridged = steady_across_gaps(GAIT, grid(), steps(), INSIDE)
    assert bridged.angles_deg is GAIT
    assert bridged.se_deg.max() == 0.0


def test_a_jump_behind_a_long_gap_is_taken_back_for_the_most_part():
    wrong = GAIT + error_behind(3000, 3.0)
    bridged = steady_across_gaps(wrong, grid(((2976, 3000),)), steps(), INSIDE)
    near = slice(3000, 3140)
    left = np.sqrt(((bridged.angles_deg - GAIT)[near] ** 2).mean())
    assert left < 0.5 * np.sqrt(((wrong - GAIT)[near] ** 2).mean())
    far = np.r_[0:2600, 3500:N]
    assert np.abs(bridged.angles_deg - wrong)[far].max() == 0.0


def test_the_movement_within_a_stride_stays():
    bridged = steady_across_gaps(GAIT, grid(((2976, 3000),)), steps(), INSIDE)
    assert np.abs(bridged.angles_deg - GAIT).max() < 0.15


def test_the_error_grows_with_the_gap_and_never_beyond_that_of_a_stride():
    def se_at(lost):
        return steady_across_gaps(GAIT, grid(lost), steps(), INSIDE).se_deg[3000]

    short, long = se_at(((2996, 3000),)), se_at(((2976, 3000),))
    assert 0.0 < short < long < STRIDE_SD_DEG
    assert short == pytest.approx(ERROR_DEG_PER_S * 0.04, rel=0.15)
    reach = round(REACH_S * RATE_HZ)
    assert se_at(((3000 + reach + 2, 3000 + reach + 12),)) == 0.0


def test_a_single_lost_sample_makes_no_error():
    assert steady_across_gaps(GAIT, grid(((3000, 3001),)), steps(), INSIDE).se_deg.max() == 0.0
