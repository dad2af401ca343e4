"""Steps at the ends of walks, and foot strikes read from the score."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.aligned import align, with_walks
from analysis.grid import to_grid
from analysis.models import shipped_models
from analysis.steps import Steps
from analysis.strides import StrideHarmonics
from analysis.strike_score import Peaks, score_channels, score_peaks
from analysis.walking import _Found, _Free, _free_range, _joined, _steps_of_walk
from imu.simulator import Activity, Segment, SimulationParameters, simulate, walking

RATE_HZ = 100.0
STEP = 55.0  # samples


def peaks(*pairs):
    index, height = np.array(pairs, float).T
    return Peaks(index, height)


EXPECTED = 1000.0 + STEP * np.arange(8)
AT = np.arange(3, 11)
CLEAR = [(at, 0.8) for at in EXPECTED]
FREE = _Free(-np.inf, np.inf, opens=True, closes=True)


def steps_of(*more, free=FREE):
    return _steps_of_walk(EXPECTED - 8.0, AT, peaks(*sorted([*CLEAR, *more])), free, RATE_HZ)


def test_steps_of_the_rhythm_keep_their_place_and_get_their_foot_strikes():
    found = steps_of()
    assert found.index == pytest.approx(EXPECTED - 8.0)
    assert found.strike == pytest.approx(EXPECTED)
    assert found.known.tolist() == AT.tolist()


def test_a_step_beyond_the_ends_is_new_and_beside_the_last_one():
    found = steps_of((945.0, 0.7), (1440.0, 0.4))
    assert found.strike[[0, -1]] == pytest.approx([945.0, 1440.0])
    assert found.index[[0, -1]] == pytest.approx([937.0, 1432.0])
    assert found.known[[0, -1]].tolist() == [-1, -1]
    assert found.beside[[0, -1]].tolist() == [3, 10]


def test_no_step_is_added_into_another_bout_or_where_the_signal_ends():
    bounded = _Free(EXPECTED[0] - 15.0, EXPECTED[-1] + 15.0, opens=False, closes=False)
    found = steps_of((945.0, 0.9), (1440.0, 0.9), free=bounded)
    assert found.known.tolist() == AT.tolist()


def test_strides_whose_first_step_is_none_are_dropped():
    values = np.arange(3.0)[:, None, None] * np.ones((1, 6, 6)) + 0j
    harmonics = StrideHarmonics(values, np.array([0, 1, 3]), np.array([1.0, -1.0, -1.0]))
    placed = harmonics.placed(np.array([-1, 0, 1, 2]))
    assert placed.step.tolist() == [0, 2]
    assert placed.parity.tolist() == [-1.0, -1.0]
    assert placed.values[:, 0, 0].tolist() == [1.0, 2.0]
    assert harmonics.placed(np.array([1, 2, 3, 4])).step.tolist() == [1, 2, 4]


def rhythm(index, bout):
    n = len(index)
    return Steps(np.asarray(index, float), np.asarray(bout), np.zeros(n, bool), np.ones(n))


def test_a_walk_is_free_where_no_other_goes_on_and_the_signal_does():
    grid = to_grid(np.arange(3000) / RATE_HZ, np.ones((3000, 3)), None, RATE_HZ)
    one, other = np.arange(500, 1000, 50), np.arange(1040, 1500, 50)
    both = rhythm([*one, *other], [0] * len(one) + [1] * len(other))
    first, second = both.bouts()
    free = _free_range(both, first, -np.inf, grid)
    assert (free.opens, free.closes) == (True, False)
    assert free.high == pytest.approx(950 + 15 + 8)
    free = _free_range(both, second, 950.0, grid)
    assert (free.opens, free.closes) == (False, True)
    later = rhythm([*one, *(other + 230)], [0] * len(one) + [1] * len(other))
    assert _free_range(later, later.bouts()[1], 1010.0, grid).low == pytest.approx(1010 + 25 + 8)
    at_edges = rhythm(np.arange(60, 2960, 50), np.zeros(58, int))
    free = _free_range(at_edges, slice(0, 58), -np.inf, grid)
    assert (free.opens, free.closes) == (False, False)


def test_bouts_stand_one_after_the_other_and_the_old_steps_are_found_again():
    index = EXPECTED - 8.0
    steps = Steps(index, np.full(8, 2), np.zeros(8, bool), np.arange(8.0))
    found = _Found(
        np.array([937.0, *index[:-1]]),
        np.array([945.0, *EXPECTED[:-1]]),
        np.array([-1, *range(7)]),
        np.array([0, *range(7)]),
    )
    walks = _joined(steps, [found])
    assert walks.place.tolist() == [1, 2, 3, 4, 5, 6, 7, -1]
    assert walks.steps.index[walks.place[:-1]] == pytest.approx(index[:-1])
    assert walks.strike_index == pytest.approx(found.strike)
    assert set(walks.steps.bout.tolist()) == {2}
    assert walks.steps.swing_mps2.tolist() == [0.0, 0.0, 1.0, 2.0, 3.0, 4.0, 5.0, 6.0]


@given(st.lists(st.tuples(st.floats(900.0, 1500.0), st.floats(0.05, 1.2)), max_size=40))
def test_steps_and_strikes_are_in_order_whatever_the_peaks(more):
    found = _steps_of_walk(
        EXPECTED - 8.0, AT, peaks(*sorted([(900.0, 0.05), *more])), FREE, RATE_HZ
    )
    assert (np.diff(found.index) > 0).all()
    strike = found.strike[np.isfinite(found.strike)]
    assert (np.diff(strike) > 0).all()
    known = found.known[found.known >= 0]
    assert (np.diff(known) > 0).all()


@pytest.fixture(scope="module")
def walk():
    plan = (
        Segment(Activity.STAND, 5.0),
        Segment(Activity.WALK, 15.0),
        Segment(Activity.STAND, 5.0),
    )
    return simulate(SimulationParameters(plan, walk=walking(1.3), seed=2))


@pytest.mark.parametrize("gyroscope", [True, False])
def test_the_score_peaks_once_per_step_and_not_in_standing(walk, gyroscope):
    recording = walk.recording
    gyr = recording.gyr_radps if gyroscope else None
    aligned = align(to_grid(recording.t_s, recording.acc_mps2, gyr, RATE_HZ))
    channels = score_channels(aligned.level.channels(), aligned.forward, aligned.grid)
    model = shipped_models()["walking_score_6axis" if gyroscope else "walking_score_3axis"]
    found = score_peaks(channels, RATE_HZ, model)
    high = found.index[found.height > 0.35] / RATE_HZ
    strikes = np.array([s.foot_strike_s for s in walk.truth.stances])
    near = np.abs(high[:, None] - strikes).min(axis=1)
    assert (near < 0.12).mean() > 0.8
    assert not ((high < 3.5) | (high > 22.5)).any()


def test_running_is_left_as_it_is():
    run = simulate(SimulationParameters((Segment(Activity.RUN, 20.0),), seed=2)).recording
    aligned = align(to_grid(run.t_s, run.acc_mps2, run.gyr_radps, RATE_HZ))
    same, strikes = with_walks(aligned, shipped_models())
    assert same.steps.index is aligned.steps.index
    assert np.isnan(strikes).all()
