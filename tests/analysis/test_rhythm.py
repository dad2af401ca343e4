"""The rhythm is kept per window and read between windows."""

import numpy as np
import pytest

from analysis.grid import Grid
from analysis.layout import Layout
from analysis.rhythm import Rhythm, rhythm_of


def whole(n):
    """A grid of n samples without holes."""
    return Layout(np.zeros(1, np.intp), np.zeros(1, np.intp), n, n)


def test_a_steady_rhythm_is_found_and_repeats():
    t_s = np.arange(6000) / 100.0
    vertical = np.sin(2 * np.pi * 2.8 * t_s)
    acc = vertical[:, None] * [0.0, 0.0, 1.0]
    rhythm = rhythm_of(vertical, Grid(100.0, t_s, acc, None, np.ones(6000, bool), ((0, 6000),)))
    assert rhythm.step_rate_hz[2:-2] == pytest.approx(2.8, abs=0.06)
    assert rhythm.repeat_at(np.arange(1000.0, 5000.0)).min() > 0.9


def test_repeatability_is_read_between_windows_in_proportion():
    rhythm = Rhythm(np.ones(3), np.array([0.0, 1.0, 0.5]), 200, whole(1000))
    assert rhythm.repeat_at(np.array([0.0, 50.0, 200.0, 300.0, 999.0])) == pytest.approx(
        [0.0, 0.25, 1.0, 0.75, 0.5]
    )


@pytest.mark.parametrize("n", [450, 500, 900])
def test_a_sample_is_as_slow_as_the_window_it_is_nearest_to(n):
    slow = Rhythm(np.array([1.2, 2.5, 1.2]), np.ones(3), 200, whole(n)).is_slower(1.4, n)
    assert len(slow) == n
    nearest = np.minimum((np.arange(n) + 100) // 200, 2)
    assert slow.tolist() == (nearest != 1).tolist()


@pytest.mark.parametrize("hole_s", [0.3, 0.8])
@pytest.mark.parametrize("parted", [False, True])
def test_a_hole_takes_nothing_from_the_repetition_around_it(hole_s, parted):
    t_s = np.arange(2000) / 100.0
    vertical = np.sin(2 * np.pi * 1.85 * t_s) + 0.5 * np.sin(2 * np.pi * 0.925 * t_s)
    lost = (t_s > 10.0) & (t_s < 10.0 + hole_s)
    vertical[lost] = 40.0
    kept = ~lost if parted else np.ones(2000, bool)
    cut = int(np.argmax(lost))
    n = int(kept.sum())
    segments = ((0, cut), (cut, n)) if parted else ((0, n),)
    acc = vertical[kept, None] * [0.0, 0.0, 1.0]
    rhythm = rhythm_of(vertical[kept], Grid(100.0, t_s[kept], acc, None, ~lost[kept], segments))
    assert rhythm.step_rate_hz[1:-1] == pytest.approx(1.85, abs=0.12)
    assert rhythm.repeat_at(np.arange(200.0, n - 200.0)).min() > 0.9
