"""Standing still and ten steps, as they happen."""

import numpy as np
import pytest

from analysis.live import GaitStream
from analysis.wear_check import N_STEPS, STILL_S, WearCheck
from imu.replay import batches
from imu.simulator import Activity, Segment, SimulationParameters, simulate

RATE_HZ = 100.0


def still(seconds, start_s=0.0, *, up=(0.0, 0.0, 9.81), bias=0.0, noise=0.02, seed=0):
    n = round(seconds * RATE_HZ)
    rng = np.random.default_rng(seed)
    t_s = start_s + np.arange(n) / RATE_HZ
    return t_s, rng.normal(up, noise, (n, 3)), rng.normal(bias, 0.005, (n, 3))


def test_five_seconds_of_stillness_count_up_and_then_stay():
    check = WearCheck(RATE_HZ)
    seen = []
    t_s, acc, gyr = still(8.0)
    for k in range(0, len(t_s), 10):
        check.push_samples(t_s[k : k + 10], acc[k : k + 10], gyr[k : k + 10])
        seen.append(check.state.still_s)
    assert seen == sorted(seen)
    assert max(seen) == STILL_S
    assert check.state.has_stood
    assert not check.state.is_ready


def test_a_movement_begins_the_count_anew():
    check = WearCheck(RATE_HZ)
    check.push_samples(*still(3.0))
    t_s, acc, gyr = still(1.0, 3.0, noise=3.0)
    check.push_samples(t_s, acc, gyr)
    assert check.state.still_s == 0.0
    check.push_samples(*still(4.0, 4.0))
    assert check.state.still_s == pytest.approx(4.0)
    assert not check.state.has_stood


@pytest.mark.parametrize(
    ("up", "axis", "tilt_deg"),
    [((0, 0, 9.81), "+z", 0.0), ((0, -9.81, 0), "-y", 0.0), ((9.0, 3.9, 0), "+x", 23.4)],
)
def test_the_way_up_is_told_as_an_axis_of_the_sensor(up, axis, tilt_deg):
    check = WearCheck(RATE_HZ)
    check.push_samples(*still(6.0, up=up))
    assert check.state.axis_up == axis
    assert check.state.tilt_deg == pytest.approx(tilt_deg, abs=0.3)


def test_a_gyroscope_with_a_bias_can_stand_still():
    check = WearCheck(RATE_HZ)
    check.push_samples(*still(6.0, bias=0.3))
    assert check.state.has_stood


def test_a_simulated_runner_is_ready_after_standing_and_ten_steps():
    plan = (Segment(Activity.STAND, 7.0), Segment(Activity.WALK, 20.0))
    recording = simulate(SimulationParameters(plan, seed=2)).recording
    check = WearCheck(recording.sampling_rate_hz)
    stream = GaitStream(recording.sampling_rate_hz, has_gyroscope=True)
    ready_s = None
    for batch in batches(recording):
        check.push_samples(batch.t_s, batch.acc_mps2, batch.gyr_radps)
        check.push_stances(stream.push(batch.t_s, batch.acc_mps2, batch.gyr_radps))
        if ready_s is None and check.state.is_ready:
            ready_s = float(batch.t_s[-1])
    assert check.state.n_steps == N_STEPS
    assert ready_s is not None
    assert ready_s < 7.0 + 20.0


def test_without_standing_steps_do_not_count():
    plan = (Segment(Activity.WALK, 20.0),)
    recording = simulate(SimulationParameters(plan, seed=2)).recording
    check = WearCheck(recording.sampling_rate_hz)
    stream = GaitStream(recording.sampling_rate_hz, has_gyroscope=True)
    for batch in batches(recording):
        check.push_samples(batch.t_s, batch.acc_mps2, batch.gyr_radps)
        check.push_stances(stream.push(batch.t_s, batch.acc_mps2, batch.gyr_radps))
    assert check.state.n_steps == 0
