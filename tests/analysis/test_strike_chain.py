"""The chain of foot strikes through the peaks of a score."""

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.strike_chain import (
    END_COST,
    STEP_RATIO,
    UNEVEN_COST,
    _best_path,
    best_chain,
    nearest,
)

STEP_S = 0.55
RHYTHM_S = 10.0 + STEP_S * np.arange(10)


def chain(*more, without=(), opens=True, closes=True):
    """The chain through clear peaks at the rhythm's steps, and some more."""
    clear = [(at, 0.8) for k, at in enumerate(RHYTHM_S) if k not in without]
    time_s, height = np.array(sorted([*clear, *more])).T
    return best_chain(time_s, height, RHYTHM_S, opens=opens, closes=closes)


def test_clear_peaks_at_the_steps_of_the_rhythm_are_the_strikes():
    found = chain()
    assert found.time_s == pytest.approx(RHYTHM_S)
    assert (found.step == -1).all()


def test_of_two_peaks_near_a_step_the_higher_one_counts_though_the_lower_one_is_nearer():
    found = chain((RHYTHM_S[0] - 0.02, 0.2), (RHYTHM_S[0] + 0.13, 0.6), without=[0])
    assert found.time_s[0] == pytest.approx(RHYTHM_S[0] + 0.13)


def test_an_echo_between_two_steps_is_none():
    assert chain((RHYTHM_S[4] + STEP_S / 2, 0.5)).time_s == pytest.approx(RHYTHM_S)


def test_inside_a_walk_the_rhythm_stands_in_where_no_peak_is():
    found = chain(without=[4, 5])
    assert found.time_s == pytest.approx(RHYTHM_S)
    assert found.step.tolist() == [-1] * 4 + [4, 5] + [-1] * 4


def test_a_walk_opens_and_closes_with_peaks_that_are_worth_a_step():
    before, behind = RHYTHM_S[0] - STEP_S, RHYTHM_S[-1] + STEP_S
    assert chain((before, 0.6), (behind, 0.3)).time_s[[0, -1]] == pytest.approx([before, behind])
    assert len(chain((before, 0.6), (behind, END_COST - 0.02)).time_s) == len(RHYTHM_S) + 1


def test_a_shift_of_weight_before_the_first_step_is_no_step():
    # The same peak would close a walk.
    assert chain((RHYTHM_S[0] - STEP_S, 0.3)).time_s[0] == pytest.approx(RHYTHM_S[0])
    assert chain((RHYTHM_S[-1] + STEP_S, 0.3)).time_s[-1] > RHYTHM_S[-1]


def test_a_step_of_the_rhythm_without_a_peak_is_none_where_a_walk_ends():
    assert chain(without=[0, 9]).time_s == pytest.approx(RHYTHM_S[1:-1])
    assert chain(without=[0, 9], opens=False, closes=False).time_s == pytest.approx(RHYTHM_S)


def test_weak_peaks_thin_out_no_walk():
    weak = np.full(len(RHYTHM_S), 0.06)
    found = best_chain(RHYTHM_S, weak, RHYTHM_S, opens=True, closes=True)
    assert len(found.time_s) >= len(RHYTHM_S) - 4


def test_without_any_peak_the_rhythm_stays():
    found = best_chain(np.empty(0), np.empty(0), RHYTHM_S, opens=False, closes=False)
    assert found.step.tolist() == list(range(10))


def worth(path, time_s, value, usual_s):
    total = value[path].sum()
    for before, after in itertools.pairwise(path):
        ratio = (time_s[after] - time_s[before]) / usual_s[after]
        if not STEP_RATIO[0] <= ratio <= STEP_RATIO[1]:
            return -np.inf
        total -= UNEVEN_COST * np.log(ratio) ** 2
    return total


@given(
    st.lists(st.tuples(st.floats(0.05, 0.8), st.floats(-0.4, 1.0)), min_size=1, max_size=6),
    st.floats(0.3, 0.8),
)
def test_no_chain_is_worth_more(candidates, usual):
    gap_s, value = np.array(candidates).T
    time_s, usual_s = np.cumsum(gap_s), np.full(len(gap_s), usual)
    found = worth(_best_path(time_s, value, usual_s), time_s, value, usual_s)
    everything = range(len(time_s))
    best = max(
        worth(np.array(path), time_s, value, usual_s)
        for n in range(1, len(time_s) + 1)
        for path in itertools.combinations(everything, n)
    )
    assert found == pytest.approx(best, abs=1e-9)


@given(st.lists(st.floats(-10.0, 10.0), min_size=1, max_size=20), st.floats(-12.0, 12.0))
def test_nearest_is_nearest(values, at):
    values = np.sort(values)
    found = nearest(values, np.array([at]))[0]
    assert abs(values[found] - at) == np.abs(values - at).min()
