"""Which clipped samples do harm; which samples are clipped is tested with the quality."""

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
