import numpy as np

from analysis.sides import _most_likely

QUIET = np.zeros(12, bool)


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
    doubtful[6] = True
    assert _most_likely(1.5 * side, doubtful).tolist() == (side > 0).tolist()
