"""Gaps inside gait, filled with what the neighbouring strides did."""

from dataclasses import replace

import numpy as np

from analysis.gaps import fill_gaps
from analysis.grid import Grid
from analysis.steps import Steps

RATE_HZ = 100.0
STRIDE_S = 0.72
N = 3000
T_S = np.arange(N) / RATE_HZ


def signals(growth=0.0):
    """Six periodic channels with a short event in each stride; their size may grow."""
    phase = T_S / STRIDE_S % 1.0
    short = np.exp(-((phase - 0.3) ** 2) / 0.006)
    waves = [np.sin(2 * np.pi * (k + 1) * phase) + (k + 1) * short for k in range(6)]
    return np.column_stack(waves) * (1.0 + growth * T_S[:, None])


def walk(lost=(), *, growth=0.0, gyroscope=True):
    """A grid whose lost stretches are bridged by straight lines, its truth and its steps."""
    truth = signals(growth)
    recorded = np.ones(N, bool)
    bridged = truth.copy()
    for start, stop in lost:
        recorded[start:stop] = False
        share = np.linspace(0, 1, stop - start + 2)[1:-1, None]
        bridged[start:stop] = truth[start - 1] * (1 - share) + truth[stop] * share
    gyr = bridged[:, 3:] if gyroscope else None
    grid = Grid(RATE_HZ, T_S, bridged[:, :3], gyr, recorded, ((0, N),))
    index = np.arange(0.1, T_S[-1], STRIDE_S / 2) * RATE_HZ
    n = len(index)
    steps = Steps(index, np.zeros(n, np.intp), np.ones(n, bool), np.full(n, 9.0))
    return grid, truth, steps


LOST = ((520, 530), (1210, 1216), (1217, 1225), (2000, 2018))


def test_periodic_motion_comes_back_whole():
    grid, truth, steps = walk(LOST)
    filled = fill_gaps(grid, steps)
    error = np.hstack((filled.acc_mps2, filled.gyr_radps)) - truth
    assert np.abs(error).max() < 0.2
    assert np.abs(np.hstack((grid.acc_mps2, grid.gyr_radps)) - truth).max() > 1.0


def test_what_was_recorded_stays_and_what_was_lost_stays_marked():
    grid, _, steps = walk(LOST)
    filled = fill_gaps(grid, steps)
    assert filled.recorded is grid.recorded
    there = grid.recorded
    assert (filled.acc_mps2[there] == grid.acc_mps2[there]).all()
    assert (filled.gyr_radps[there] == grid.gyr_radps[there]).all()


def test_the_filling_meets_the_samples_at_both_ends_of_a_gap():
    grid, truth, steps = walk(((1500, 1510),), growth=0.02)
    error = (fill_gaps(grid, steps).acc_mps2 - truth[:, :3])[1500:1510]
    assert np.abs(error).max() < 0.15  # although the strides grow by 1.4 % each


def test_without_gaps_and_outside_of_strides_nothing_is_filled():
    assert fill_gaps(*(walk()[k] for k in (0, 2))) is None
    grid, _, steps = walk(((2990, 2996),))
    few = replace(
        steps,
        **{name: getattr(steps, name)[:20] for name in ("index", "bout", "running", "swing_mps2")},
    )
    assert fill_gaps(grid, few) is None
    none = replace(
        steps,
        **{name: getattr(steps, name)[:2] for name in ("index", "bout", "running", "swing_mps2")},
    )
    assert fill_gaps(grid, none) is None


def test_a_single_lost_sample_is_left_to_the_curve():
    grid, _, steps = walk(((700, 701), (900, 901)))
    assert fill_gaps(grid, steps) is None


def test_a_phase_that_no_neighbour_recorded_is_left_to_the_curve():
    lost = tuple((k, k + 30) for k in range(200, 2800, 72))  # the same phase of every stride
    grid, _, steps = walk(lost)
    filled = fill_gaps(grid, steps)
    # Only at the ends are there strides that know better.
    assert (filled.acc_mps2 == grid.acc_mps2)[1000:2000].all()


def test_an_accelerometer_alone_is_filled_as_well():
    grid, truth, steps = walk(LOST, gyroscope=False)
    filled = fill_gaps(grid, steps)
    assert filled.gyr_radps is None
    assert np.abs(filled.acc_mps2 - truth[:, :3]).max() < 0.2
