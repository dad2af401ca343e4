import numpy as np
import pytest

from analysis.events import Events
from analysis.grid import to_grid
from analysis.stances import Exclusion
from analysis.steps import Steps
from analysis.validity import exclusions, turning_mask

RATE_HZ = 100.0
NOTHING = np.empty(0)


def grid_with(lost=()):
    t = np.arange(3000) / RATE_HZ
    keep = np.ones(3000, bool)
    for start, stop in lost:
        keep &= (t < start) | (t >= stop)
    ones = np.ones((int(keep.sum()), 3))
    return to_grid(t[keep], ones, ones, RATE_HZ)


def steps_at(strikes_s):
    n = len(strikes_s)
    index = np.asarray(strikes_s) * RATE_HZ
    return Steps(index, np.zeros(n, np.intp), np.ones(n, bool), np.full(n, 20.0))


def events_at(strikes_s, contact_s=0.25):
    strikes_s = np.asarray(strikes_s, float)
    n = len(strikes_s)
    return Events(strikes_s, strikes_s + contact_s, np.full(n, 0.005), np.full(n, 0.4))


def reasons(strikes_s, grid, *, turning=None, clipped_s=NOTHING, events=None):
    turning = np.zeros(len(grid.t_s), bool) if turning is None else turning
    return exclusions(
        events or events_at(strikes_s),
        steps_at(strikes_s),
        grid,
        turning=turning,
        clipped_s=clipped_s,
    )


EVEN = np.arange(5.0, 25.0, 0.4)


def test_even_steps_are_all_valid():
    assert set(reasons(EVEN, grid_with())) == {None}


def test_a_gap_of_a_fifth_of_a_second_is_bridged_and_a_longer_one_excludes():
    assert set(reasons(EVEN, grid_with([(10.05, 10.25)]))) == {None}
    found = reasons(EVEN, grid_with([(10.05, 10.30)]))
    excluded = EVEN[[reason is Exclusion.GAP for reason in found]]
    # Stances last 0.25 s: those at 9.8 (ends where the gap begins) and 10.2 touch it.
    assert excluded == pytest.approx([9.8, 10.2])


def test_a_stance_that_is_half_missing_is_excluded_even_without_one_long_gap():
    lost = [(10.20, 10.32), (10.33, 10.45)]
    found = reasons(EVEN, grid_with(lost))
    assert EVEN[[reason is Exclusion.GAP for reason in found]] == pytest.approx([10.2])


def test_clipping_inside_a_stance_excludes_it_and_no_other():
    found = reasons(EVEN, grid_with(), clipped_s=np.array([12.25, 12.26, 12.50]))
    assert EVEN[[reason is Exclusion.CLIPPED for reason in found]] == pytest.approx([12.2])


def test_a_step_that_takes_twice_as_long_is_a_stumble():
    late = np.concatenate((EVEN[:20], EVEN[20:] + 0.4))
    found = reasons(late, grid_with())
    assert late[[reason is Exclusion.STUMBLE for reason in found]] == pytest.approx([late[19]])


def test_a_stance_without_its_end_says_so():
    events = events_at(EVEN)
    toe_off = events.toe_off_s.copy()
    toe_off[7] = np.nan
    without = Events(events.foot_strike_s, toe_off, events.foot_strike_se_s, events.step_time_s)
    found = reasons(EVEN, grid_with(), events=without)
    assert [k for k, r in enumerate(found) if r is Exclusion.NO_TOE_OFF] == [7]


@pytest.mark.parametrize(("turn_deg", "duration_s", "marked"), [(180, 1.5, True), (80, 1.5, False)])
def test_only_a_turn_of_more_than_ninety_degrees_in_two_seconds_is_one(
    turn_deg, duration_s, marked
):
    grid = grid_with()
    inside = (grid.t_s >= 15.0) & (grid.t_s < 15.0 + duration_s)
    rate = np.where(inside, np.radians(turn_deg) / duration_s, 0.0)
    mask = turning_mask(rate, grid)
    assert mask.any() == marked
    assert not mask[grid.t_s < 13.0].any()
    assert not mask[grid.t_s > 19.0].any()


def test_the_bend_of_a_track_is_no_turn():
    grid = grid_with()
    # Half a circle of 115 m at 5 m/s takes 23 s.
    assert not turning_mask(np.full(3000, np.pi / 23), grid).any()


def test_swinging_from_stride_to_stride_is_no_turn():
    grid = grid_with()
    assert not turning_mask(2.0 * np.sin(2 * np.pi * 1.4 * grid.t_s), grid).any()
