"""Steps at the ends of walks, and foot strikes read from the score."""

import numpy as np
import pytest

from analysis.aligned import align, with_walks
from analysis.grid import to_grid
from analysis.models import shipped_models
from analysis.steps import Steps
from analysis.strike_score import Peaks, score_channels, score_peaks
from analysis.walking import _end_steps, _inserted, _nearest
from imu.simulator import Activity, Segment, SimulationParameters, simulate, walking

RATE_HZ = 100.0
STEP = 55.0  # samples


def peaks(*pairs):
    index, height = np.array(pairs, float).T
    return Peaks(index, height)


def test_the_nearest_high_peak_is_the_foot_strike_and_serves_one_step():
    found = _nearest(
        peaks((108.0, 0.9), (112.0, 0.05), (163.0, 0.8), (240.0, 0.9)),
        np.array([100.0, 102.0, 155.0, 210.0]),
        RATE_HZ,
    )
    assert found[0] == 108.0
    assert np.isnan(found[1])  # the same peak again
    assert found[2] == 163.0
    assert np.isnan(found[3])  # none within 0.15 s
    assert np.isnan(_nearest(peaks((1.0, 0.01)), np.array([1.0]), RATE_HZ)).all()


STRIKES = 1000.0 + STEP * np.arange(8)
BOUT = slice(3, 11)
FREE = (-np.inf, np.inf)


def test_a_walk_opens_and_closes_with_the_peaks_beyond_its_ends():
    beyond = peaks((940.0, 0.5), (1440.0, 0.3), (1800.0, 0.9))
    assert _end_steps(STRIKES, BOUT, beyond, FREE) == [(940.0, 3), (1440.0, 10)]


def test_a_shift_of_weight_before_the_first_step_is_no_step():
    assert _end_steps(STRIKES, BOUT, peaks((940.0, 0.2)), FREE) == []


def test_no_step_is_added_into_another_bout():
    closing = peaks((1440.0, 0.4))
    assert _end_steps(STRIKES, BOUT, closing, (-np.inf, 1450.0)) == []
    assert _end_steps(STRIKES, BOUT, closing, (-np.inf, 1500.0)) == [(1440.0, 10)]
    assert _end_steps(STRIKES, BOUT, peaks((940.0, 0.9)), (930.0, np.inf)) == []


def test_too_few_known_strikes_tell_no_rhythm_to_continue():
    few = np.full(8, np.nan)
    few[:2] = STRIKES[:2]
    assert _end_steps(few, BOUT, peaks((1440.0, 0.9)), FREE) == []


def test_added_steps_stand_in_order_and_the_old_ones_are_found_again():
    index = STRIKES - 8.0
    steps = Steps(index, np.full(8, 2), np.zeros(8, bool), np.arange(8.0))
    walks = _inserted(steps, STRIKES, [(945.0, 0), (1440.0, 7)], RATE_HZ)
    assert (np.diff(walks.steps.index) > 0).all()
    assert len(walks.steps.index) == 10
    assert walks.steps.index[walks.place] == pytest.approx(index)
    assert walks.strike_index[[0, -1]] == pytest.approx([945.0, 1440.0])
    assert set(walks.steps.bout.tolist()) == {2}
    assert walks.steps.swing_mps2[[0, -1]].tolist() == [0.0, 7.0]


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
