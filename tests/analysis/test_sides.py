from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.grid import to_grid
from analysis.sides import INDEPENDENT, _chances_of_same_foot, _most_likely, probability_of_left
from analysis.steps import Steps

QUIET = np.full(12, 1e-4)


def test_votes_that_agree_alternate():
    votes = np.where(np.arange(12) % 2 == 0, 2.0, -2.0)
    assert _most_likely(votes, QUIET).tolist() == [True, False] * 6


def test_one_stray_vote_does_not_turn_the_feet_round():
    votes = np.where(np.arange(12) % 2 == 0, 2.0, -2.0)
    votes[5] = 3.0
    assert _most_likely(votes, QUIET).tolist() == [True, False] * 6


def test_steps_without_a_vote_follow_from_their_neighbours():
    votes = np.where(np.arange(12) % 2 == 0, -1.0, 1.0)
    votes[3:9] = 0.0
    assert _most_likely(votes, QUIET).tolist() == [False, True] * 6


def test_a_missed_step_turns_the_order_round_where_the_steps_look_odd():
    side = np.array([1, -1, 1, -1, 1, -1, -1, 1, -1, 1, -1, 1])
    doubtful = QUIET.copy()
    doubtful[6] = 0.05
    assert _most_likely(1.5 * side, doubtful).tolist() == (side > 0).tolist()


def by_trying_all(votes, same_foot):
    """Probability of left from every possible sequence."""
    n, total, for_left = len(votes), 0.0, np.zeros(len(votes))
    for sequence in product((True, False), repeat=n):
        left = np.array(sequence)
        chance = np.exp(np.where(left, votes, -votes) / 4).prod()
        same = left[1:] == left[:-1]
        chance *= np.where(same, same_foot[1:], 1 - same_foot[1:]).prod()
        total += chance
        for_left += chance * left
    return for_left / total


@given(
    st.lists(
        st.tuples(st.floats(-3, 3), st.sampled_from([1e-4, 0.05, 0.5, 0.95])),
        min_size=1,
        max_size=7,
    )
)
def test_the_probability_is_that_over_all_sequences(steps):
    votes, same_foot = (np.array(column) for column in zip(*steps, strict=True))
    found = probability_of_left(votes, same_foot)
    assert found == pytest.approx(by_trying_all(votes, same_foot), abs=1e-6)
    assert probability_of_left(-votes, same_foot) == pytest.approx(1 - found, abs=1e-9)


def chances(strikes_s, bouts, *, lost_s=(), turning_s=()):
    """Chance of the same foot at each step; samples are lost between pairs of times."""
    t = np.arange(6000) / 100.0
    kept, turns = np.ones(len(t), bool), np.zeros(len(t), bool)
    for start_s, end_s in lost_s:
        kept &= (t < start_s) | (t >= end_s)
    grid = to_grid(t[kept], np.ones((kept.sum(), 3)), None, 100.0)
    index = np.interp(strikes_s, grid.t_s, np.arange(len(grid.t_s)))
    n = len(index)
    steps = Steps(index, np.asarray(bouts), np.ones(n, bool), np.full(n, 9.0))
    turns = np.zeros(n, bool)
    for start_s, end_s in turning_s:
        turns |= (np.asarray(strikes_s) >= start_s) & (np.asarray(strikes_s) < end_s)
    return _chances_of_same_foot(steps, turns, grid)


EVEN = np.arange(5.0, 15.0, 0.4)


def test_a_walk_that_goes_over_into_a_run_keeps_its_feet():
    chance = chances(EVEN, np.arange(len(EVEN)) // 13)
    assert (chance < 0.1).sum() == len(EVEN) - 1
    assert chance[0] == INDEPENDENT


@pytest.mark.parametrize(("n_lost", "same"), [(4, True), (5, False), (3, False)])
def test_steps_lost_in_a_hole_are_counted_by_the_rhythm(n_lost, same):
    later = 0.4 * n_lost
    strikes = np.concatenate((EVEN, EVEN[-1] + 0.4 + later + EVEN - EVEN[0]))
    bouts = np.repeat([0, 1], len(EVEN))
    hole = (EVEN[-1] + 0.1, EVEN[-1] + 0.3 + later)
    chance = chances(strikes, bouts, lost_s=[hole])[len(EVEN)]
    # With an odd number lost, the first step after the hole is of the foot of the last before it.
    assert (chance > 0.9) == (n_lost % 2 == 1)
    assert (chance < 0.1) == same
    in_a_turn = chances(strikes, bouts, lost_s=[hole], turning_s=[(hole[0] - 2, hole[1] + 1)])
    assert in_a_turn[len(EVEN)] == INDEPENDENT


@pytest.mark.parametrize(("waits_s", "lost"), [(1.6, False), (1.4, True), (8.0, True)])
def test_nothing_is_said_of_feet_across_a_stop_or_a_hole_that_fits_no_rhythm(waits_s, lost):
    strikes = np.concatenate((EVEN, EVEN[-1] + waits_s + EVEN - EVEN[0]))
    hole = [(EVEN[-1] + 0.1, EVEN[-1] + waits_s - 0.1)] if lost else []
    chance = chances(strikes, np.repeat([0, 1], len(EVEN)), lost_s=hole)
    assert chance[len(EVEN)] == INDEPENDENT
