"""Which clipped samples do harm; which samples are clipped is tested with the quality."""

from dataclasses import replace

import numpy as np
import pytest

from analysis import analyse_run
from analysis.clipping import clipped_mask, harmful_clipping
from analysis.stances import Doubt, Exclusion
from imu.simulator import Activity, Segment, Sensor, SimulationParameters, running, simulate

LIMIT = 8 * 9.80665
N = 400
T_S = np.arange(N) / 100.0


def signals(*, stuck=(), turning=()):
    acc = np.random.default_rng(0).normal(0.0, 1.0, (N, 3)) + np.array([0.0, 0.0, 9.8])
    gyr = np.random.default_rng(1).normal(0.0, 0.1, (N, 3))
    for start, stop in stuck:
        acc[start:stop, 2] = LIMIT
    for start, stop in turning:
        gyr[start:stop, 0] = np.radians(2000.0)
    return acc, gyr


def test_the_tip_of_an_impact_does_no_harm_and_a_longer_stretch_does():
    acc, gyr = signals(stuck=[(50, 52), (200, 203)])
    assert clipped_mask(acc, gyr).sum() == 5
    assert np.flatnonzero(harmful_clipping(T_S, acc, gyr)).tolist() == [200, 201, 202]


def test_a_turning_rate_that_is_cut_off_always_does_harm():
    acc, gyr = signals(turning=[(100, 102)])
    assert np.flatnonzero(harmful_clipping(T_S, acc, gyr)).tolist() == [100, 101]
    assert not harmful_clipping(T_S, acc, None).any()


def test_how_long_is_a_matter_of_time_and_not_of_samples():
    acc, gyr = signals(stuck=[(50, 54)])
    assert harmful_clipping(T_S, acc, gyr).sum() == 4
    assert not harmful_clipping(np.arange(N) / 200.0, acc, gyr).any()


def impacts(n=3000, seed=0):
    """Peaks of many sizes up to 90 m/s2 on one axis, noise on all."""
    rng = np.random.default_rng(seed)
    phase = np.arange(n) / 36.0 + 0.13
    size = rng.uniform(30.0, 90.0, int(phase[-1]) + 1)[phase.astype(int)]
    acc = rng.normal(0.0, 0.3, (n, 3))
    acc[:, 2] += size * np.sin(np.pi * phase) ** 8
    return acc


@pytest.mark.parametrize("limit_g", [3.5, 5.0, 6.0])
@pytest.mark.parametrize("sign", [1.0, -1.0])
def test_an_unusual_range_is_told_by_equal_readings_at_its_end(limit_g, sign):
    whole = sign * impacts()
    limit = limit_g * 9.80665
    cut = np.clip(whole, -limit, limit)
    np.testing.assert_array_equal(clipped_mask(cut, None), (np.abs(whole) >= limit).any(axis=1))
    assert not clipped_mask(whole, None).any()


def test_each_end_of_a_range_is_judged_by_itself():
    whole = impacts() - np.roll(impacts(seed=1), 18, axis=0)
    cut = np.clip(whole, -33.0, 47.0)  # an end of range moved by an offset
    expected = (whole <= -33.0).any(axis=1) | (whole >= 47.0).any(axis=1)
    np.testing.assert_array_equal(clipped_mask(cut, None), expected)


def test_an_unusual_range_of_the_gyroscope_is_told_as_well():
    gyr = np.random.default_rng(1).normal(0.0, 2.5, (4000, 3))
    limit = np.radians(300.0)
    found = clipped_mask(np.zeros((4000, 3)), np.clip(gyr, -limit, limit))
    np.testing.assert_array_equal(found, (np.abs(gyr) >= limit).any(axis=1))


@pytest.mark.parametrize("step_mps2", [1.2, 0.005, 0.0])
def test_peaks_that_are_only_rounded_are_not_cut_off(step_mps2):
    acc = impacts()
    steady = 45.0 * np.sin(2 * np.pi * np.arange(3000) / 36.0)  # the same maximum in each period
    for signal in (acc[:, 2], 0.6 * acc[:, 2], steady):
        acc[:, 2] = np.round(signal / step_mps2) * step_mps2 if step_mps2 else signal
        assert not clipped_mask(acc, None).any()


@pytest.mark.parametrize("range_g", [3.5, 6.0])
def test_a_run_beyond_an_unusual_range_says_so(range_g):
    hard = replace(running(3.0), impact_mps2=120.0)
    plan = (Segment(Activity.STAND, 5.0), Segment(Activity.RUN, 30.0))
    for limit, is_clipped in ((range_g * 9.80665, True), (156.9, False)):
        sensor = Sensor(acc_range_mps2=limit)
        recording = simulate(SimulationParameters(plan, run=hard, sensor=sensor)).recording
        found = clipped_mask(recording.acc_mps2, recording.gyr_radps)
        assert (found.sum() > 5) == is_clipped
        assert found.any() == is_clipped


@pytest.mark.parametrize("rate_hz", [100.0, 200.0])
def test_impacts_beyond_8_g_cost_few_stances_and_are_counted(rate_hz):
    gait = running(3.0)
    hard = type(gait)(**{**{n: getattr(gait, n) for n in gait.__slots__}, "impact_mps2": 120.0})
    sensor = Sensor(sampling_rate_hz=rate_hz, acc_range_mps2=LIMIT)
    plan = (Segment(Activity.STAND, 5.0), Segment(Activity.RUN, 30.0))
    recording = simulate(SimulationParameters(plan, run=hard, sensor=sensor)).recording
    run = analyse_run(
        recording.t_s, recording.acc_mps2, recording.gyr_radps, sampling_rate_hz=rate_hz
    )
    assert run.quality.n_clipped > 10
    left_out = [s for s in run.stances if s.exclusion is Exclusion.CLIPPED]
    assert len(left_out) < 0.2 * len(run.stances)
    assert any(Doubt.CLIPPED in s.doubts for s in run.stances)
