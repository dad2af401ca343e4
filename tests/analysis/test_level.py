"""Signals in level axes: whatever is computed for itself is what it is among all channels."""

import numpy as np
import pytest

from analysis.alignment import level_matrix
from analysis.geometry import GRAVITY_MPS2
from analysis.grid import Grid
from analysis.harmonics import stride_curves, stride_fourier
from analysis.level import LevelSignals

N = 3000
FORWARD = np.array([0.6, 0.8])


def level_signals(*, has_gyroscope=True):
    rng = np.random.default_rng(1)
    acc, gyr, up = rng.normal(size=(3, N, 3))
    up /= np.linalg.norm(up, axis=1, keepdims=True)
    t_s = np.arange(N) / 100.0
    grid = Grid(100.0, t_s, acc, gyr if has_gyroscope else None, np.ones(N, bool), ((0, N),))
    return LevelSignals(grid, up, level_matrix(np.array([0.2, -0.3, 0.9])))


def test_channels_are_level_and_vertical():
    level = level_signals()
    channels = level.channels()
    assert channels.shape == (N, 6)
    assert channels[:, 0:2] == pytest.approx(level.grid.acc_mps2 @ level.matrix[:2].T)
    assert channels[:, 3:5] == pytest.approx(level.grid.gyr_radps @ level.matrix[:2].T)
    felt = (level.up * level.grid.acc_mps2).sum(axis=1)
    assert channels[:, 2] == pytest.approx(felt - GRAVITY_MPS2)
    assert channels[:, 5] == pytest.approx((level.up * level.grid.gyr_radps).sum(axis=1))
    assert np.array_equal(level.channels(slice(100, 200)), channels[100:200])


def test_fore_aft_and_nodding_follow_forward():
    level = level_signals()
    channels, (x, y) = level.channels(), FORWARD
    fore_aft, nodding = level.fore_aft_mps2(FORWARD), level.pitch_rate_radps(FORWARD)
    assert fore_aft == pytest.approx(x * channels[:, 0] + y * channels[:, 1])
    assert nodding == pytest.approx(x * channels[:, 4] - y * channels[:, 3])


@pytest.mark.parametrize("has_gyroscope", [True, False])
def test_harmonics_are_those_of_the_channels(has_gyroscope):
    level = level_signals(has_gyroscope=has_gyroscope)
    start = np.linspace(0.3, N - 90.0, 40)
    end = start + np.linspace(60.0, 80.0, 40)
    expected = stride_fourier(stride_curves(start, end, level.channels()))
    assert level.harmonics(start, end) == pytest.approx(expected, abs=1e-12)


def test_without_a_gyroscope_nothing_turns():
    level = level_signals(has_gyroscope=False)
    assert not level.has_gyroscope
    assert level.pitch_rate_radps(FORWARD) is None
    assert not level.turning_radps().any()
    assert level.channels().shape == (N, 3)
