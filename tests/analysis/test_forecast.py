import numpy as np
import pytest

from analysis.forecast import AHEAD_S, continued
from analysis.grid import to_grid

RATE_HZ = 100.0


def grid_of(signals, rate_hz=RATE_HZ):
    t_s = np.arange(len(signals)) / rate_hz
    return to_grid(t_s, signals[:, :3], signals[:, 3:], rate_hz)


def gait(t_s, stride_s=0.7):
    """Six periodic channels; only the odd ones know left from right."""
    phase = 2 * np.pi * t_s / stride_s
    columns = [np.sin((1 + k % 2) * phase + k) + 0.4 * np.cos(3 * phase - k) for k in range(6)]
    return np.column_stack(columns)


@pytest.mark.parametrize("stride_s", [0.6, 0.7, 1.2])
@pytest.mark.parametrize("end_s", [9.0, 9.27, 9.81])
def test_what_repeats_itself_goes_on(stride_s, end_s):
    t_s = np.arange(0.0, end_s, 1 / RATE_HZ)
    grid = continued(grid_of(gait(t_s, stride_s)))
    ahead = grid.t_s[len(t_s) :]
    assert len(ahead) == round(AHEAD_S * RATE_HZ)
    np.testing.assert_allclose(np.diff(grid.t_s), 1 / RATE_HZ, atol=1e-9)
    error = np.hstack((grid.acc_mps2, grid.gyr_radps))[len(t_s) :] - gait(ahead, stride_s)
    # Half a sample of the fastest channel, where the stride is no whole number of samples.
    assert np.abs(error).max() < 0.2
    assert grid.segments == ((0, len(grid.t_s)),)


def test_samples_stay_as_they_are():
    signals = gait(np.arange(0.0, 9.0, 1 / RATE_HZ))
    grid = continued(grid_of(signals))
    np.testing.assert_array_equal(grid.acc_mps2[: len(signals)], signals[:, :3])


def test_noise_has_no_next():
    noise = np.random.default_rng(0).normal(size=(900, 6))
    grid = grid_of(noise)
    assert continued(grid) is grid


def test_a_short_signal_has_no_next():
    grid = grid_of(gait(np.arange(0.0, 1.2, 1 / RATE_HZ)))
    assert continued(grid) is grid


def test_only_the_last_segment_is_looked_at():
    t_s = np.arange(0.0, 12.0, 1 / RATE_HZ)
    t_s, signals = np.delete(t_s, slice(100, 400)), np.delete(gait(t_s), slice(100, 400), axis=0)
    grid = continued(to_grid(t_s, signals[:, :3], signals[:, 3:], RATE_HZ))
    assert len(grid.segments) == 2
    assert grid.segments[1][1] == len(grid.t_s)
