"""The rhythm is kept per window and read between windows."""

import numpy as np
import pytest

from analysis.grid import Grid
from analysis.rhythm import Rhythm, rhythm_of


def test_a_steady_rhythm_is_found_and_repeats():
    t_s = np.arange(6000) / 100.0
    vertical = np.sin(2 * np.pi * 2.8 * t_s)
    acc = vertical[:, None] * [0.0, 0.0, 1.0]
    rhythm = rhythm_of(vertical, Grid(100.0, t_s, acc, None, np.ones(6000, bool), ((0, 6000),)))
    assert rhythm.step_rate_hz[2:-2] == pytest.approx(2.8, abs=0.06)
    assert rhythm.repeat_at(np.arange(1000.0, 5000.0)).min() > 0.9


def test_repeatability_is_read_between_windows_in_proportion():
    rhythm = Rhythm(np.ones(3), np.array([0.0, 1.0, 0.5]), 200)
    assert rhythm.repeat_at(np.array([0.0, 50.0, 200.0, 300.0, 999.0])) == pytest.approx(
        [0.0, 0.25, 1.0, 0.75, 0.5]
    )


@pytest.mark.parametrize("n", [450, 500, 900])
def test_a_sample_is_as_slow_as_the_window_it_is_nearest_to(n):
    slow = Rhythm(np.array([1.2, 2.5, 1.2]), np.ones(3), 200).is_slower(1.4, n)
    assert len(slow) == n
    nearest = np.minimum((np.arange(n) + 100) // 200, 2)
    assert slow.tolist() == (nearest != 1).tolist()
