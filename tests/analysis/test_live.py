from dataclasses import fields, is_dataclass
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.spatial.transform import Rotation

from analysis import analyse_run
from analysis.errors import SignalError, StreamEndedError
from analysis.live import WINDOW_S, GaitStream
from analysis.results import ZeroReference
from analysis.stances import Gait, Side
from imu.simulator import Activity, Segment, Sensor, SimulationParameters, simulate


def simulated(*segments, seed=8, **sensor):
    parts = tuple(Segment(activity, duration_s) for activity, duration_s in segments)
    sensor = Sensor(**sensor)
    return simulate(SimulationParameters(parts, sensor=sensor, seed=seed)).recording


@pytest.fixture(scope="module")
def recording():
    return simulated((Activity.STAND, 4.0), (Activity.RUN, 20.0), loss_rate=0.01)


@pytest.fixture(scope="module")
def broken():
    """A run, a pause without samples, a walk; with lost samples and a burst."""
    recording = simulated(
        (Activity.STAND, 2.0),
        (Activity.RUN, 5.0),
        (Activity.PAUSE, 4.0),
        (Activity.WALK, 6.0),
        loss_rate=0.02,
    )
    columns = as_columns(recording)
    return columns[(columns[:, 0] < 5.0) | (columns[:, 0] > 5.4)]


def as_columns(recording):
    return np.column_stack((recording.t_s, recording.acc_mps2, recording.gyr_radps)).astype(float)


def push(stream, columns):
    return list(stream.push(columns[:, 0], columns[:, 1:4], columns[:, 4:]))


def streamed(columns, sizes):
    """Stances of a stream that is cut into batches of the given sizes, over and over."""
    stream = GaitStream(100.0, has_gyroscope=True)
    stances, start, k = [], 0, 0
    while start < len(columns):
        stop = start + sizes[k % len(sizes)]
        stances += push(stream, columns[start:stop])
        start, k = stop, k + 1
    return stances + list(stream.finish())


def told_with_delay(columns):
    """Stances and how long after its toe-off each was told, in batches of a twentieth second."""
    stream = GaitStream(100.0, has_gyroscope=True)
    told = []
    for start in range(0, len(columns), 5):
        part = columns[start : start + 5]
        told += [(s, part[-1, 0] - s.toe_off_s) for s in push(stream, part)]
    return told


def assert_sides_alternate(stances):
    for before, after in pairwise(stances):
        if after.bout == before.bout:
            assert {before.side, after.side} == {Side.LEFT, Side.RIGHT}


@pytest.fixture(scope="module")
def reference(recording):
    return streamed(as_columns(recording), [10])


@pytest.fixture(scope="module")
def broken_reference(broken):
    return streamed(broken, [10])


@settings(max_examples=4, deadline=None)
@given(sizes=st.lists(st.integers(0, 400), min_size=1, max_size=6).filter(any))
def test_the_same_stances_however_the_stream_is_cut(broken, broken_reference, sizes):
    assert streamed(broken, sizes) == broken_reference


@pytest.mark.parametrize("size", [1, 1_000_000], ids=["single samples", "all at once"])
def test_the_same_stances_from_single_samples_and_from_one_batch(broken, broken_reference, size):
    assert len(broken_reference) > 15
    assert streamed(broken, [size]) == broken_reference


def test_live_and_recorded_agree(recording, reference):
    recorded = analyse_run(
        recording.t_s, recording.acc_mps2, recording.gyr_radps, sampling_rate_hz=100.0
    ).stances
    assert len(reference) == len(recorded)
    strike = [a.foot_strike_s - b.foot_strike_s for a, b in zip(reference, recorded, strict=True)]
    assert np.abs(strike).mean() < 0.005
    assert [a.side for a in reference] == [b.side for b in recorded]
    for measure in ("drop_excursion_deg", "peak_drop_deg"):
        pairs = [
            (getattr(a, measure), getattr(b, measure))
            for a, b in zip(reference, recorded, strict=True)
            if a.valid and b.valid
        ]
        assert np.sqrt(np.mean(np.subtract(*np.transpose(pairs)) ** 2)) < 0.5


@pytest.mark.parametrize("activity", [Activity.RUN, Activity.WALK])
def test_a_stance_is_told_within_a_step_of_its_toe_off(activity):
    told = told_with_delay(as_columns(simulated((Activity.STAND, 2.0), (activity, 14.0))))
    # The first steps wait until there are enough of them to be gait.
    going = told[7:]
    steps = [delay * stance.cadence_spm / 60 for stance, delay in going]
    assert len(going) > 12
    assert np.percentile(steps, 95) < 1.0


def test_each_stance_comes_once_and_in_order(reference):
    strikes = [s.foot_strike_s for s in reference]
    assert strikes == sorted(strikes)
    assert np.diff(strikes).min() > 0.2
    assert_sides_alternate(reference)


def test_standing_that_has_left_the_window_still_gives_zero(recording):
    columns = as_columns(recording)
    stream = GaitStream(100.0, has_gyroscope=True)
    push(stream, columns[columns[:, 0] < 8.0])
    push(stream, columns[columns[:, 0] > WINDOW_S + 5.0])
    assert stream.zero is ZeroReference.STANDING


def test_standing_after_a_run_gives_zero_where_there_was_none_before():
    stream = GaitStream(100.0, has_gyroscope=True)
    run_first = as_columns(
        simulated((Activity.RUN, 8.0), (Activity.STAND, 4.0), (Activity.RUN, 6.0))
    )
    push(stream, run_first[run_first[:, 0] < 8.0])
    assert stream.zero is ZeroReference.RUN_MEAN
    push(stream, run_first[run_first[:, 0] >= 8.0])
    assert stream.zero is ZeroReference.STANDING


def sizes_of(value):
    """Number of values in all containers of an object, however deep."""
    if isinstance(value, np.ndarray):
        return value.size
    if is_dataclass(value):
        return sum(sizes_of(getattr(value, field.name)) for field in fields(value))
    if isinstance(value, (list, tuple, set)):
        return len(value) + sum(sizes_of(v) for v in value)
    if isinstance(value, dict):
        return len(value) + sum(sizes_of(v) for v in value.values())
    return 0


def test_memory_does_not_grow():
    piece = as_columns(simulated((Activity.STAND, 3.0), (Activity.RUN, 12.0)))
    stream = GaitStream(100.0, has_gyroscope=True)
    largest = []
    for repeat in range(5):
        later = piece + np.array([15.0 * repeat, *np.zeros(6)])
        sizes = []
        for start in range(0, len(later), 50):
            push(stream, later[start : start + 50])
            sizes.append(sizes_of(vars(stream)))
        largest.append(max(sizes))
    assert max(largest[3:]) <= 1.02 * max(largest[1:3])
    assert max(largest) < 2 * WINDOW_S * 100 * 7


def test_a_batch_that_is_refused_leaves_the_stream_as_it_was(broken, broken_reference):
    stream = GaitStream(100.0, has_gyroscope=True)
    stances = []
    for start in range(0, len(broken), 100):
        part = broken[start : start + 100]
        stances += push(stream, part)
        t_s, acc, gyr = part[-3:, 0] + 1.0, part[-3:, 1:4], part[-3:, 4:]
        for bad in (
            (t_s - 2.0, acc, gyr),  # from the past
            (t_s[::-1], acc, gyr),  # backward
            (t_s, acc[:2], gyr),  # of another length
            (t_s, acc[:, :2], gyr),  # two axes
            (t_s, acc, None),  # no gyroscope
            (t_s, np.full((3, 3), np.nan), gyr),
            (t_s.reshape(3, 1), acc, gyr),
        ):
            with pytest.raises(SignalError):
                stream.push(*bad)
    assert stances + list(stream.finish()) == broken_reference


def test_a_rate_that_gait_cannot_be_read_from_is_refused_at_once():
    with pytest.raises(SignalError, match="rate"):
        GaitStream(5.0, has_gyroscope=True)


@pytest.mark.parametrize("pause_s", [30.0, 3600.0 * 24])
def test_a_pause_or_a_clock_that_jumps_loses_no_stance(pause_s):
    run = as_columns(simulated((Activity.STAND, 2.0), (Activity.RUN, 8.0)))
    again = run[run[:, 0] > 3.0] + np.array([pause_s, *np.zeros(6)])
    both = streamed(np.concatenate((run, again)), [10])
    first = streamed(run, [10])
    assert both[: len(first)] == first
    after = both[len(first) :]
    assert len(after) > 15
    assert after[0].foot_strike_s > again[0, 0] - 0.2
    assert {s.bout for s in both} == {0, 1}
    assert_sides_alternate(both)


def test_from_walking_to_running():
    told = streamed(as_columns(simulated((Activity.WALK, 8.0), (Activity.RUN, 8.0))), [10])
    gaits = [s.gait for s in told]
    assert gaits[:8] == [Gait.WALKING] * 8
    assert gaits[-15:] == [Gait.RUNNING] * 15
    assert np.diff([s.foot_strike_s for s in told]).min() > 0.2


def test_a_burst_of_lost_samples_invents_no_stance(recording, reference):
    columns = as_columns(recording)
    kept = columns[(columns[:, 0] < 14.0) | (columns[:, 0] > 14.5)]
    told = streamed(kept, [10])
    whole = np.array([s.foot_strike_s for s in reference])
    apart = [np.abs(whole - s.foot_strike_s).min() for s in told if s.valid]
    assert max(apart) < 0.05
    assert len(reference) - 3 <= len(told) <= len(reference)


def test_a_sensor_put_on_in_another_way_is_another_mounting():
    first = as_columns(simulated((Activity.STAND, 3.0), (Activity.RUN, 10.0)))
    upside_down = Rotation.from_euler("xyz", [170.0, 20.0, 10.0], degrees=True)
    second = as_columns(simulated((Activity.STAND, 3.0), (Activity.RUN, 10.0), seed=9))
    second[:, 1:4] = upside_down.apply(second[:, 1:4])
    second[:, 4:] = upside_down.apply(second[:, 4:])
    alone = streamed(second, [10])
    second[:, 0] += 40.0
    stream = GaitStream(100.0, has_gyroscope=True)
    told = push(stream, first) + push(stream, second) + list(stream.finish())
    after = [s for s in told if s.foot_strike_s > 40.0]
    assert stream.n_mountings == 2
    assert stream.zero is ZeroReference.STANDING
    assert len(after) == len(alone)
    assert [s.side for s in after] == [s.side for s in alone]
    off = [a.peak_drop_deg - b.peak_drop_deg for a, b in zip(after, alone, strict=True) if b.valid]
    assert np.sqrt(np.mean(np.square(off))) < 0.5


def test_a_slip_within_a_run_makes_zero_provisional():
    columns = as_columns(simulated((Activity.STAND, 3.0), (Activity.RUN, 20.0)))
    slip = Rotation.from_euler("x", 18.0, degrees=True)
    late = columns[:, 0] > 13.0
    columns[late, 1:4] = slip.apply(columns[late, 1:4])
    columns[late, 4:] = slip.apply(columns[late, 4:])
    stream = GaitStream(100.0, has_gyroscope=True)
    told = push(stream, columns) + list(stream.finish())
    assert stream.n_mountings == 2
    assert stream.zero is ZeroReference.RUN_MEAN
    assert_sides_alternate(told)


def slipped(columns, at_s, degrees, axis):
    """Samples of a sensor that turns within half a second, as its gyroscope shows."""
    share = np.clip((columns[:, 0] - at_s) / 0.5, 0.0, 1.0)
    vector = np.radians(degrees) * np.array(axis)
    turns = Rotation.from_rotvec(share[:, None] * vector)
    acc, gyr = turns.apply(columns[:, 1:4]), turns.apply(columns[:, 4:])
    gyr[(share > 0.0) & (share < 1.0)] -= vector / 0.5
    return np.column_stack((columns[:, 0], acc, gyr))


@pytest.fixture(scope="module")
def plain():
    return as_columns(simulated((Activity.STAND, 3.0), (Activity.RUN, 24.0)))


@pytest.fixture(scope="module")
def plain_stances(plain):
    return streamed(plain, [1_000_000])


@pytest.mark.parametrize("axis", [(1.0, 0.0, 0.0), (0.0, 0.0, 1.0)])
def test_a_slip_is_re_aligned_while_it_is_fresh(plain, plain_stances, axis):
    stream = GaitStream(100.0, has_gyroscope=True)
    told = push(stream, slipped(plain, 13.0, 15.0, axis)) + list(stream.finish())
    assert stream.n_mountings == 1
    assert stream.zero is ZeroReference.STANDING
    assert stream.last_slip.angle_deg == pytest.approx(15.0, abs=2.0)
    assert 12.8 < stream.last_slip.time_s < 13.7
    late = [s for s in told if s.foot_strike_s > 16.0]
    alone = [s for s in plain_stances if s.foot_strike_s > 16.0]
    assert len(late) == len(alone) > 20
    assert [s.side for s in late] == [s.side for s in alone]
    off = [a.peak_drop_deg - b.peak_drop_deg for a, b in zip(late, alone, strict=True)]
    assert np.sqrt(np.mean(np.square(off))) < 1.0
    # Peaks are less certain than before.
    assert late[-1].peak_drop_se_deg > alone[-1].peak_drop_se_deg + 0.05


@pytest.mark.parametrize("sizes", [[7, 130], [1]])
def test_the_same_stances_around_a_slip_however_the_stream_is_cut(plain, sizes):
    columns = slipped(plain[plain[:, 0] < 21.0], 12.0, 15.0, (0.0, 0.0, 1.0))
    assert streamed(columns, sizes) == streamed(columns, [1_000_000])


def test_without_a_gyroscope_there_are_stances_and_no_drop(recording):
    stream = GaitStream(100.0, has_gyroscope=False)
    stances = stream.push(recording.t_s, recording.acc_mps2, None) + stream.finish()
    assert len(stances) > 45
    assert all(s.drop_excursion_deg is None for s in stances)
    assert stream.zero is ZeroReference.NONE


def test_an_empty_stream_has_no_stances():
    stream = GaitStream(100.0, has_gyroscope=True)
    assert stream.push(np.empty(0), np.empty((0, 3)), np.empty((0, 3))) == ()
    assert stream.finish() == ()


def test_nothing_comes_after_the_end():
    stream = GaitStream(100.0, has_gyroscope=True)
    stream.finish()
    for n in (0, 100):
        with pytest.raises(StreamEndedError, match="open another GaitStream"):
            stream.push(np.arange(n) / 100.0, np.ones((n, 3)), np.ones((n, 3)))
    assert stream.finish() == ()
