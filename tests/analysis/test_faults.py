"""Sensors that stop, repeat themselves or spike: what is taken out, what is told, what stays."""

import numpy as np
import pytest

from analysis import GaitStream, analyse_run
from analysis.faults import NO_FAULTS, find_spikes, without_faults
from analysis.noise import blinded
from analysis.results import Grade
from analysis.stances import Exclusion
from analysis.standstills import constant_runs
from imu.simulator import Activity, Segment, SimulationParameters, simulate

RATE_HZ = 100.0
N = 6000


def moving(n=N):
    """Time, acceleration and turning rate of something that moves, all axes at once."""
    t_s = np.arange(n) / RATE_HZ
    rng = np.random.default_rng(0)
    phase = 2 * np.pi * 1.4 * t_s[:, None] + np.arange(3)
    acc = 5.0 * np.sin(phase) + [0.0, 0.0, 9.8] + 0.01 * rng.normal(size=(n, 3))
    return t_s, acc, 1.5 * np.cos(phase) + 0.001 * rng.normal(size=(n, 3))


def test_sound_signals_pass_as_they_are():
    signals = moving()
    sound = without_faults(*signals, RATE_HZ)
    assert sound.faults == NO_FAULTS
    for before, after in zip(signals, (sound.t_s, sound.acc_mps2, sound.gyr_radps), strict=True):
        assert after is before


def test_what_repeats_one_sample_in_all_channels_is_missing():
    t_s, acc, gyr = moving()
    acc[1000:1060], gyr[1000:1060] = acc[1000], gyr[1000]
    acc[2000:2008], gyr[2000:2008] = acc[2000], gyr[2000]  # a packet that came twice is bridged
    sound = without_faults(t_s, acc, gyr, RATE_HZ)
    assert set(t_s) - set(sound.t_s) == set(t_s[1001:1060])
    assert (sound.faults.n_frozen, sound.faults.frozen_s) == (59, (10.0,))
    without_gyroscope = without_faults(t_s, acc, None, RATE_HZ)
    assert without_gyroscope.faults.n_frozen == 59


def test_a_recording_that_stands_still_at_its_end_keeps_its_length():
    t_s, acc, gyr = moving()
    acc[4000:], gyr[4000:] = acc[4000], gyr[4000]
    sound = without_faults(t_s, acc, gyr, RATE_HZ)
    assert sound.t_s[-1] == t_s[-1]
    assert len(sound.t_s) == 4002


def test_quiet_standing_on_a_coarse_sensor_is_not_standing_still():
    t_s, acc, _ = moving()
    acc[1000:3000] = [0.0, 0.0, 9.8]
    acc[800:1000] = acc[3000:3200] = acc[5000:] = [0.0, 0.08, 9.8]
    assert without_faults(t_s, acc, None, RATE_HZ).faults == NO_FAULTS


@pytest.mark.parametrize("axes", [[0], [1, 2], [0, 1, 2]])
def test_a_gyroscope_that_stops_is_told_from_when_to_when(axes):
    t_s, acc, gyr = moving()
    gyr[1500:2500, axes] = gyr[1500, axes]
    sound = without_faults(t_s, acc, gyr, RATE_HZ)
    assert sound.faults.dead_s == ((15.0, 24.99),)
    assert len(sound.t_s) == N
    assert not sound.gyr_radps[1500:2500].any()
    assert (sound.gyr_radps[:1500] == gyr[:1500]).all()
    grid = sound.on_grid(RATE_HZ)
    assert grid.segments == ((0, 1500), (1500, 2500), (2500, N))


def test_a_gyroscope_that_stops_for_less_than_a_second_loses_samples():
    t_s, acc, gyr = moving()
    gyr[1500:1550, 1] = 0.1
    gyr[1900:1950, 1] = gyr[:, 1].max()  # at the end of its range; see `analysis.clipping`
    sound = without_faults(t_s, acc, gyr, RATE_HZ)
    assert sound.faults.dead_s == ()
    assert set(t_s) - set(sound.t_s) == set(t_s[1501:1550])


def test_a_gyroscope_that_stops_for_most_of_the_time_is_not_used():
    t_s, acc, gyr = moving()
    gyr[2000:, 0] = 0.3
    sound = without_faults(t_s, acc, gyr, RATE_HZ)
    assert sound.gyr_radps is None
    assert sound.faults.gyroscope_is_dead
    assert len(sound.t_s) == N


@pytest.mark.parametrize(("axes", "noise_radps"), [([0, 1, 2], 0.01), ([1], 0.003)])
def test_a_gyroscope_that_shows_only_noise_is_dead_where_there_are_steps(axes, noise_radps):
    t_s, acc, gyr = moving()
    gyr[1500:2500, axes] = noise_radps * np.random.default_rng(4).normal(size=(1000, len(axes)))
    sound = without_faults(t_s, acc, gyr, RATE_HZ)
    assert (sound.faults.dead_s, sound.faults.noise_s) == ((), ((15.0, 24.99),))
    # Whatever goes up and down without turning is no gait.
    assert blinded(sound, np.array([14.0, 26.0])) is sound
    blind = blinded(sound, np.array([14.0, 20.0, 26.0]))
    assert blind.faults.dead_s == ((15.0, 24.99),)
    assert not blind.gyr_radps[1500:2500].any()
    assert (blind.gyr_radps[2500:] == gyr[2500:]).all()
    acc[1500:2500] = acc[1500:2500].mean(axis=0)
    acc += 0.01 * np.random.default_rng(5).normal(size=(N, 3))
    assert without_faults(t_s, acc, gyr, RATE_HZ).faults == NO_FAULTS  # standing


def test_a_gyroscope_that_shows_only_noise_for_most_of_the_time_is_not_used(run):
    def stop(_, gyr):
        gyr[2000:] = 0.002 * np.random.default_rng(7).normal(size=gyr[2000:].shape)

    result = analysed(run.recording, stop)
    assert {s.peak_drop_deg for s in result.stances} == {None}
    assert "gyroscope stood still for most of the time" in result.quality.sentence


@pytest.mark.parametrize("axes", [[0], [1, 2], [0, 1, 2]])
@pytest.mark.parametrize("value", [None, 0.0])
def test_where_the_accelerometer_stands_still_samples_are_missing(axes, value):
    t_s, acc, gyr = moving()
    acc[1500:2500, axes] = acc[1500, axes] if value is None else value
    sound = without_faults(t_s, acc, gyr, RATE_HZ)
    assert sound.faults.stuck_s == ((15.0, 24.99),)
    all_zero = value == 0.0 and len(axes) == 3
    assert set(t_s) - set(sound.t_s) == set(t_s[1500 if all_zero else 1501 : 2500])
    assert set(sound.faults.frozen_s) == {14.99 if all_zero else 15.0}


def test_an_accelerometer_that_never_moves_on_an_axis_leaves_nothing_to_read():
    t_s, acc, gyr = moving()
    acc[:, 1] = 0.5
    sound = without_faults(t_s, acc, gyr, RATE_HZ)
    assert sound.t_s.tolist() == [t_s[0], t_s[-1]]


def test_a_coarse_accelerometer_of_somebody_who_stands_does_not_stand_still():
    t_s, acc, gyr = moving()
    acc[1000:3000] = [0.0, 0.0, 9.8]
    acc[1200:2800:300] = [0.0, 0.08, 9.8]
    acc[970:1030, 1] = acc[2970:3030, 1] = 0.0
    gyr[1000:3000] *= 0.02
    assert without_faults(t_s, acc, gyr, RATE_HZ).faults == NO_FAULTS


def test_spikes_are_found_on_any_axis_and_of_any_sign():
    _, acc, gyr = moving()
    acc[100, 0] = 1000.0
    acc[2000:2002, 2] = -150.0
    acc[3000, 1] += 70.0
    gyr[4000, 1] = 100.0
    gyr[5000, 2] = -20.0
    assert find_spikes(acc, gyr, RATE_HZ).tolist() == [100, 2000, 2001, 3000, 4000, 5000]


def test_many_impossible_values_are_spikes_all_the_same():
    _, acc, gyr = moving()
    at = np.random.default_rng(1).choice(N, 300, replace=False)
    acc[at, 1] = 1000.0
    assert find_spikes(acc, gyr, RATE_HZ).tolist() == sorted(at.tolist())


@pytest.mark.parametrize("width", [1, 2, 5])
def test_hard_impacts_that_come_with_every_step_are_no_spikes(width):
    _, acc, gyr = moving()
    rng = np.random.default_rng(2)
    for start in range(20, N - 20, 36):
        acc[start : start + width, 2] += rng.uniform(60.0, 120.0)
    assert not len(find_spikes(acc, gyr, RATE_HZ))


def test_runs_of_equal_values_are_half_open_and_as_long_as_asked():
    column = np.arange(100.0)
    column[10:30], column[50:59], column[90:] = 10.0, 50.0, 90.0
    assert constant_runs([column], 10) == [(10, 30), (90, 100)]
    assert constant_runs([column, np.arange(100.0)], 10) == []
    assert constant_runs([np.zeros(3)], 10) == []


@pytest.fixture(scope="module")
def run():
    plan = (Segment(Activity.STAND, 8.0), Segment(Activity.RUN, 60.0))
    return simulate(SimulationParameters(plan, seed=1))


def analysed(recording, change=lambda acc, gyr: None):
    acc, gyr = recording.acc_mps2.copy(), recording.gyr_radps.copy()
    change(acc, gyr)
    return analyse_run(recording.t_s, acc, gyr, sampling_rate_hz=RATE_HZ)


@pytest.fixture(scope="module")
def plain(run):
    return analysed(run.recording)


@pytest.mark.parametrize("axis_noise_radps", [0.0, 0.002])
def test_a_run_goes_on_where_its_gyroscope_stops(run, plain, axis_noise_radps):
    def stop(_, gyr):
        noise = np.random.default_rng(5).normal(size=len(gyr[5000:]))
        gyr[5000:, 0] = gyr[5000, 0] + axis_noise_radps * noise

    result = analysed(run.recording, stop)
    assert len(result.stances) == pytest.approx(len(plain.stances), abs=2)
    blind = [s for s in result.stances if s.foot_strike_s > 50.0]
    assert {s.exclusion for s in blind} == {Exclusion.GYROSCOPE}
    assert {s.peak_drop_deg for s in blind} == {None}
    truth = [s for s in run.truth.stances if s.foot_strike_s > 50.0]
    true_s = np.array([s.foot_strike_s for s in truth])
    for stance in blind:
        nearest = truth[int(np.abs(true_s - stance.foot_strike_s).argmin())]
        if abs(nearest.foot_strike_s - stance.foot_strike_s) < 0.1:
            assert stance.side == nearest.side
    seeing = [s for s in result.stances if s.valid]
    assert len(seeing) > 80
    for stance, other in zip(seeing, plain.stances, strict=False):
        assert stance.peak_drop_deg == pytest.approx(other.peak_drop_deg, abs=0.1)
    assert result.quality.grade is Grade.FAIR
    assert "the gyroscope stood still for 18 s" in result.quality.sentence


def test_standing_still_is_lost_and_no_pause_however_long(run):
    def freeze(acc, gyr):
        for signal in (acc, gyr):
            signal[3000:3060], signal[5000:5700] = signal[3000], signal[5000]

    result = analysed(run.recording, freeze)
    assert [(h.n_lost, h.is_pause) for h in result.quality.holes] == [(59, False), (699, False)]
    assert result.quality.n_lost == 758
    assert "froze 2 times" in result.quality.sentence
    assert result.quality.grade is Grade.FAIR
    for stance in result.stances:
        # Less than a second is filled from the strides around: a step there is a row, not valid.
        assert not (stance.valid and 30.1 < stance.foot_strike_s < 30.5)
        assert not 50.1 < stance.foot_strike_s < 56.9


def test_spikes_move_no_event_and_are_told(run, plain):
    def spike(acc, gyr):
        rng = np.random.default_rng(3)
        for k in rng.choice(np.arange(1000, 6000), 12, replace=False):
            acc[k, rng.integers(3)] = 1e3
            gyr[k + 20, rng.integers(3)] = -100.0

    result = analysed(run.recording, spike)
    assert len(result.stances) == len(plain.stances)
    for stance, other in zip(result.stances, plain.stances, strict=True):
        assert stance.foot_strike_s == pytest.approx(other.foot_strike_s, abs=0.003)
        assert stance.drop_excursion_deg == pytest.approx(other.drop_excursion_deg, abs=0.15)
    assert "24 samples were spikes" in result.quality.sentence
    assert result.quality.n_lost == 24


def test_the_live_stream_sees_no_spikes_either(run):
    recording = run.recording
    told = []
    for n_spikes in (0, 8):
        stream = GaitStream(RATE_HZ, has_gyroscope=True)
        acc = recording.acc_mps2[:3000].copy()
        acc[np.arange(n_spikes) * 200 + 1300, 1] = 1e3
        found = stream.push(recording.t_s[:3000], acc, recording.gyr_radps[:3000])
        told.append([s.foot_strike_s for s in (*found, *stream.finish())])
    assert told[1] == pytest.approx(told[0], abs=0.005)


def test_where_the_accelerometer_stops_stances_are_missing_and_that_is_told(run, plain):
    def stop(acc, _):
        acc[3000:3500, 1] = acc[3000, 1]

    result = analysed(run.recording, stop)
    assert not [s for s in result.stances if 30.1 < s.foot_strike_s < 34.9]
    assert len(result.stances) == pytest.approx(len(plain.stances) * 55 / 60, abs=3)
    assert "axis of the accelerometer stood still for 5 s" in result.quality.sentence
    assert "froze" not in result.quality.sentence
    assert result.quality.grade is Grade.FAIR


@pytest.mark.filterwarnings("error")
def test_a_sensor_that_shows_zeros_from_half_way_is_told(run):
    def stop(acc, gyr):
        acc[4000:], gyr[4000:] = 0.0, 0.0

    result = analysed(run.recording, stop)
    assert result.stances[-1].foot_strike_s < 40.0
    assert result.quality.grade is Grade.POOR
    assert "samples are missing" in result.quality.sentence


@pytest.mark.parametrize("noise_radps", [0.0, 0.002])
def test_live_stances_stay_left_out_once_the_gyroscope_has_stopped(run, noise_radps):
    recording = run.recording
    gyr = recording.gyr_radps.copy()
    gyr[3000:] = noise_radps * np.random.default_rng(6).normal(size=gyr[3000:].shape)
    stream = GaitStream(RATE_HZ, has_gyroscope=True)
    found = stream.push(recording.t_s, recording.acc_mps2, gyr)
    found += stream.finish()
    assert found[-1].foot_strike_s > 65.0
    late = [s for s in found if s.foot_strike_s > 33.0]
    assert Exclusion.GYROSCOPE in {s.exclusion for s in late}
    assert not any(s.valid for s in late)


def test_live_stances_of_a_gyroscope_that_never_worked_are_as_recorded(run):
    recording = run.recording
    dead = np.zeros((3000, 3))
    stream = GaitStream(RATE_HZ, has_gyroscope=True)
    found = stream.push(recording.t_s[:3000], recording.acc_mps2[:3000], dead)
    assert sum(s.valid for s in found) > 50
    assert {s.peak_drop_deg for s in found} == {None}


@pytest.mark.parametrize("n", [10, 150, 400])
def test_a_piece_that_is_too_short_for_steps_is_not_called_good(run, n):
    part = slice(3000, 3000 + n)
    recording = run.recording
    signals = (recording.t_s, recording.acc_mps2, recording.gyr_radps)
    result = analyse_run(*(signal[part] for signal in signals), sampling_rate_hz=RATE_HZ)
    if not result.stances:
        assert result.quality.grade is Grade.POOR
        assert "too short to find steps in" in result.quality.sentence
    assert n == 400 or not result.stances
    assert "off by" not in result.quality.sentence


@pytest.mark.parametrize(("size_mps2", "grade"), [(8.0, Grade.FAIR), (0.5, Grade.GOOD)])
def test_a_violent_movement_without_steps_is_told(size_mps2, grade):
    rng = np.random.default_rng(8)
    acc = size_mps2 * rng.normal(size=(N, 3)) + [0.0, 0.0, 9.8]
    t_s = np.arange(N) / RATE_HZ
    result = analyse_run(t_s, acc, 0.3 * rng.normal(size=(N, 3)), sampling_rate_hz=RATE_HZ)
    assert result.stances == ()
    assert result.quality.grade is grade
    assert ("no steps were found" in result.quality.sentence) == (grade is Grade.FAIR)
