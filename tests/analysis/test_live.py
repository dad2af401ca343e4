import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis import analyse_run
from analysis.errors import SignalError
from analysis.live import WINDOW_S, GaitStream
from analysis.results import ZeroReference
from imu.simulator import Activity, Segment, Sensor, SimulationParameters, simulate


@pytest.fixture(scope="module")
def recording():
    segments = (Segment(Activity.STAND, 6.0), Segment(Activity.RUN, 30.0))
    sensor = Sensor(loss_rate=0.01)
    return simulate(SimulationParameters(segments, sensor=sensor, seed=8)).recording


def streamed(recording, sizes):
    """Stances of a stream that is cut into batches of the given sizes, over and over."""
    stream = GaitStream(recording.sampling_rate_hz, has_gyroscope=True)
    stances, start, k = [], 0, 0
    while start < recording.n_samples:
        stop = start + sizes[k % len(sizes)]
        part = slice(start, stop)
        stances += stream.push(
            recording.t_s[part], recording.acc_mps2[part], recording.gyr_radps[part]
        )
        start, k = stop, k + 1
    return stances + list(stream.finish())


@pytest.fixture(scope="module")
def reference(recording):
    return streamed(recording, [10])


@settings(max_examples=6, deadline=None)
@given(sizes=st.lists(st.integers(1, 400), min_size=1, max_size=6))
def test_the_same_stances_however_the_stream_is_cut(recording, reference, sizes):
    assert streamed(recording, sizes) == reference


def test_live_and_recorded_agree(recording, reference):
    recorded = analyse_run(
        recording.t_s, recording.acc_mps2, recording.gyr_radps, sampling_rate_hz=100.0
    ).stances
    assert len(reference) == len(recorded)
    strike = [a.foot_strike_s - b.foot_strike_s for a, b in zip(reference, recorded, strict=True)]
    assert np.abs(strike).mean() < 0.005
    assert [a.side for a in reference] == [b.side for b in recorded]
    pairs = [
        (a.drop_excursion_deg, b.drop_excursion_deg)
        for a, b in zip(reference, recorded, strict=True)
        if a.valid and b.valid
    ]
    assert np.sqrt(np.mean(np.subtract(*np.transpose(pairs)) ** 2)) < 0.5


def test_stances_come_within_two_seconds_of_their_toe_off(recording):
    stream = GaitStream(100.0, has_gyroscope=True)
    delays = []
    for start in range(0, recording.n_samples, 10):
        part = slice(start, start + 10)
        found = stream.push(
            recording.t_s[part], recording.acc_mps2[part], recording.gyr_radps[part]
        )
        now = recording.t_s[part][-1]
        delays += [now - s.toe_off_s for s in found]
    # The first steps wait until there are enough of them to be gait.
    assert np.median(delays) < 1.2
    assert np.percentile(delays[10:], 95) < 2.0


def test_each_stance_comes_once_and_in_order(reference):
    strikes = [s.foot_strike_s for s in reference]
    assert strikes == sorted(strikes)
    assert np.diff(strikes).min() > 0.2


def test_standing_that_has_left_the_window_still_gives_zero(recording):
    stream = GaitStream(100.0, has_gyroscope=True)
    stream.push(recording.t_s, recording.acc_mps2, recording.gyr_radps)
    assert recording.t_s[-1] - 6.0 > WINDOW_S
    assert stream.zero is ZeroReference.STANDING


def test_memory_does_not_grow(recording):
    stream = GaitStream(100.0, has_gyroscope=True)
    sizes = []
    for start in range(0, recording.n_samples, 100):
        part = slice(start, start + 100)
        stream.push(recording.t_s[part], recording.acc_mps2[part], recording.gyr_radps[part])
        sizes.append(len(stream._samples))
    assert max(sizes) <= (WINDOW_S + 1.0) * 100


def test_without_a_gyroscope_there_are_stances_and_no_drop(recording):
    stream = GaitStream(100.0, has_gyroscope=False)
    stances = stream.push(recording.t_s, recording.acc_mps2, None) + stream.finish()
    assert len(stances) > 60
    assert all(s.drop_excursion_deg is None for s in stances)
    assert stream.zero is ZeroReference.NONE


def test_an_empty_stream_has_no_stances():
    stream = GaitStream(100.0, has_gyroscope=True)
    assert stream.push(np.empty(0), np.empty((0, 3)), np.empty((0, 3))) == ()
    assert stream.finish() == ()


def test_a_batch_from_the_past_is_refused(recording):
    stream = GaitStream(100.0, has_gyroscope=True)
    batch = recording.t_s[:10], recording.acc_mps2[:10], recording.gyr_radps[:10]
    stream.push(*batch)
    with pytest.raises(SignalError, match="later"):
        stream.push(*batch)


def test_samples_that_are_not_finite_are_refused():
    stream = GaitStream(100.0, has_gyroscope=True)
    with pytest.raises(SignalError, match="finite"):
        stream.push(np.array([0.0]), np.full((1, 3), np.nan), np.zeros((1, 3)))
