from dataclasses import replace

import numpy as np
import pytest

from analysis.grid import to_grid
from analysis.remembered import MAX_LOG_ODDS, MAX_QUIET, Remembered
from analysis.stances import Gait, Side, Stance

UP = np.array([0.0, 0.0, 9.81])
LEANING = np.array([0.0, 1.2, 9.74])
LYING = np.array([9.81, 0.0, 0.0])


def quiet(force, start_s, duration_s):
    t_s = start_s + np.arange(round(duration_s * 100)) / 100
    return to_grid(t_s, np.tile(force, (len(t_s), 1)), np.zeros((len(t_s), 3)), 100.0)


def with_gait(memory, pose=UP):
    return memory.with_strides(np.diag([1.0, 0.0, 0.0]), pose, (50.0, 65.0))


def stance(strike_s, side):
    return Stance(
        strike_s, strike_s + 0.25, side, valid=True, exclusion=None, gait=Gait.RUNNING, bout=0
    )


def test_the_longest_standing_before_the_gait_counts():
    memory = (
        Remembered().with_quiet_of(quiet(UP, 0.0, 4.0)).with_quiet_of(quiet(LEANING, 20.0, 3.0))
    )
    memory = with_gait(memory).with_quiet_of(quiet(LEANING, 70.0, 12.0))
    np.testing.assert_allclose(memory.earlier().standing_up, UP)


def test_without_standing_before_the_gait_a_later_one_counts():
    memory = with_gait(Remembered())
    assert memory.earlier().standing_up is None
    memory = memory.with_quiet_of(quiet(LEANING, 70.0, 4.0))
    np.testing.assert_allclose(memory.earlier().standing_up, LEANING)


def test_lying_is_not_standing_once_gait_tells_the_difference():
    memory = Remembered().with_quiet_of(quiet(LYING, 0.0, 12.0)).with_quiet_of(quiet(UP, 20.0, 3.0))
    np.testing.assert_allclose(with_gait(memory).earlier().standing_up, UP)


def test_a_stretch_that_grows_is_one_stretch():
    memory = Remembered()
    for duration_s in (2.0, 3.0, 5.0):
        memory = memory.with_quiet_of(quiet(UP, 0.0, duration_s))
    (only,) = memory.quiet
    assert only.duration_s == pytest.approx(5.0, abs=0.1)


def test_the_number_of_stretches_is_bounded():
    memory = Remembered()
    for k in range(3 * MAX_QUIET):
        memory = memory.with_quiet_of(quiet(UP, 10.0 * k, 3.0))
    assert len(memory.quiet) == MAX_QUIET


def test_symmetry_fades_and_overlapping_windows_count_once():
    memory = with_gait(Remembered())
    assert memory.with_strides(np.diag([0.0, 9.0, 0.0]), UP, (60.0, 75.0)) == memory
    for k in range(100):
        start_s = 100.0 + 20 * k
        memory = memory.with_strides(np.diag([0.0, 20.0, 0.0]), UP, (start_s, start_s + 15.0))
    assert np.abs(memory.symmetry).max() <= 300.0 + 1e-9
    assert memory.symmetry[0, 0] < 0.2


@pytest.mark.parametrize(("lean_deg", "moved"), [(5.0, False), (15.0, True)])
def test_another_pose_in_gait_is_another_mounting(lean_deg, moved):
    lean = np.radians(lean_deg)
    pose = 9.81 * np.array([0.0, np.sin(lean), np.cos(lean)])
    assert with_gait(Remembered()).has_moved(pose, 10.0) is moved


def test_what_is_forgotten_and_what_is_not():
    memory = Remembered().with_quiet_of(quiet(UP, 0.0, 4.0))
    memory = with_gait(memory).with_quiet_of(quiet(LEANING, 70.0, 4.0))
    memory = memory.with_told(stance(60.0, Side.LEFT), 0).since(65.0)
    np.testing.assert_allclose(memory.earlier().standing_up, LEANING)
    assert memory.side is None
    assert memory.pose is None
    assert not memory.earlier().symmetry.any()


def test_sides_weigh_more_the_longer_they_alternate():
    memory, weights = Remembered(), []
    for k in range(200):
        memory = memory.with_told(stance(0.35 * k, Side.LEFT if k % 2 else Side.RIGHT), 40)
        weights.append(memory.side.log_odds)
    assert weights == sorted(weights)
    assert weights[0] < 3.0
    assert weights[-1] == MAX_LOG_ODDS
    again = memory.with_told(stance(80.0, Side.LEFT), 40)
    assert again.side.log_odds < 3.0
    assert replace(again, side=None).earlier().side is None
