from dataclasses import replace

import numpy as np
import pytest

from analysis import analyse_run
from analysis.events import Events
from analysis.grid import to_grid
from analysis.stances import Exclusion
from analysis.steps import Steps
from analysis.validity import exclusions, turning_mask, turning_stances
from imu.simulator import (
    Activity,
    Segment,
    SimulationParameters,
    running,
    simulate,
    track_laps,
    walking,
)

RATE_HZ = 100.0
NOTHING = np.empty(0)


def grid_with(lost=()):
    t = np.arange(3000) / RATE_HZ
    keep = np.ones(3000, bool)
    for start, stop in lost:
        keep &= (t < start) | (t >= stop)
    ones = np.ones((int(keep.sum()), 3))
    return to_grid(t[keep], ones, ones, RATE_HZ)


def steps_at(strikes_s, *, running=True):
    n = len(strikes_s)
    index = np.asarray(strikes_s) * RATE_HZ
    return Steps(index, np.zeros(n, np.intp), np.full(n, running), np.full(n, 20.0))


def events_at(strikes_s, contact_s=0.25):
    strikes_s = np.asarray(strikes_s, float)
    n = len(strikes_s)
    return Events(strikes_s, strikes_s + contact_s, np.full(n, 0.005), np.full(n, 0.4))


def reasons(strikes_s, grid, *, clipped_s=NOTHING, events=None, steps=None):
    return exclusions(
        events or events_at(strikes_s),
        steps or steps_at(strikes_s),
        grid,
        turns=np.zeros(len(strikes_s), bool),
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


@pytest.mark.parametrize("n_lost_of_four", [1, 2])
def test_short_gaps_are_bridged_however_many_there_are(n_lost_of_four):
    lost = [(at, at + n_lost_of_four / RATE_HZ) for at in np.arange(10.0, 15.0, 0.04)]
    assert set(reasons(EVEN, grid_with(lost))) == {None}


def test_a_stance_with_too_few_samples_is_excluded_even_without_one_long_gap():
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


def test_a_stumble_is_told_by_the_foot_strikes_not_by_the_rise_of_the_pelvis():
    uneven = EVEN.copy()
    uneven[20] += 0.15
    assert Exclusion.STUMBLE in reasons(uneven, grid_with())
    assert set(reasons(EVEN, grid_with(), steps=steps_at(uneven))) == {None}


def test_whoever_sets_off_or_stops_does_not_stumble():
    # The first step takes twice as long, the last but two half as long.
    walk = np.concatenate(([EVEN[0] - 0.4], EVEN[1:-2], EVEN[-2:] - 0.2))
    assert set(reasons(walk, grid_with(), steps=steps_at(walk, running=False))) == {None}
    late = np.concatenate((EVEN[:20], EVEN[20:] + 0.4))
    found = reasons(late, grid_with(), steps=steps_at(late, running=False))
    assert [k for k, r in enumerate(found) if r is Exclusion.STUMBLE] == [19]


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


def test_a_stance_that_does_not_turn_itself_lies_beside_the_turn():
    grid = grid_with()
    # Half a turn within half a second: 2 s around it reach far beyond.
    quick = np.where((grid.t_s >= 15.0) & (grid.t_s < 15.5), np.pi / 0.5, 0.0)
    strikes = np.arange(11.9, 19.0, 0.7)
    marked = strikes[
        turning_stances(
            events_at(strikes, 0.7),
            steps_at(strikes, running=False),
            grid,
            turning_mask(quick, grid),
            quick,
        )
    ]
    # The turn lasts from 15.0 to 15.5; the stance from 16.1 on begins within 1 s of its middle.
    assert turning_mask(quick, grid)[1610]
    assert marked == pytest.approx([14.7, 15.4])


WALK = Segment(Activity.WALK, 12.0)
ABOUT_TURN = Segment(Activity.WALK, 1.5, turn_deg=180.0, joined=True)


def test_a_walk_that_turns_about_is_marked_in_the_turn_and_straight_ahead_it_is_not():
    plan = (Segment(Activity.STAND, 5.0), WALK, ABOUT_TURN, replace(WALK, joined=True))
    walk = simulate(SimulationParameters(plan, walk=walking(1.2), seed=4)).recording
    run = analyse_run(walk.t_s, walk.acc_mps2, walk.gyr_radps, sampling_rate_hz=RATE_HZ)
    turns = [s for s in run.stances if s.exclusion is Exclusion.TURN]
    assert turns == [s for s in run.stances if 17.0 < s.foot_strike_s < 18.2]
    assert len(turns) == 2
    assert all(s.valid for s in run.stances[1:-1] if s not in turns)


@pytest.mark.slow
def test_no_stance_on_a_track_is_in_a_turn():
    laps = simulate(SimulationParameters(track_laps(running(4.0), 1), seed=4)).recording
    run = analyse_run(laps.t_s, laps.acc_mps2, laps.gyr_radps, sampling_rate_hz=RATE_HZ)
    assert len(run.stances) > 200
    assert not any(s.exclusion is Exclusion.TURN for s in run.stances)
