"""The direction of up, against the filter that it is made of."""

import numpy as np
import pytest
import vqf

from analysis import inclination
from analysis.inclination import filtered_up
from imu.simulator import Activity, Segment, SimulationParameters, simulate

RATE_HZ, TAU_S = 100.0, 1.0


@pytest.fixture(scope="module")
def signals():
    plan = (Segment(Activity.STAND, 8.0), Segment(Activity.RUN, 120.0))
    recording = simulate(SimulationParameters(plan, seed=3)).recording
    return recording.acc_mps2.astype(float), recording.gyr_radps.astype(float) + 0.01


def expected_up(acc, gyr):
    result = vqf.offlineVQF(gyr, acc, None, 1.0 / RATE_HZ, {"tauAcc": TAU_S})
    w, x, y, z = result["quat6D"].T
    rows = (2 * (x * z - w * y), 2 * (y * z + w * x), 1 - 2 * (x * x + y * y))
    return np.column_stack(rows)


def apart_deg(acc, gyr):
    found = filtered_up(acc, gyr, RATE_HZ, TAU_S)
    return np.degrees(np.linalg.norm(found - expected_up(acc, gyr), axis=1))


@pytest.mark.parametrize("n", [20, 99, 100, 101, 12_800])
def test_with_the_same_bias_it_is_the_filter_itself(signals, monkeypatch, n):
    monkeypatch.setattr(inclination, "BIAS_EVERY", 1)
    acc, gyr = signals
    assert apart_deg(acc[:n], gyr[:n]).max() < 1e-6


def test_a_bias_from_every_fourth_sample_makes_hardly_a_difference(signals):
    apart = apart_deg(*signals)
    assert np.median(apart) < 0.002
    assert apart[200:-200].max() < 0.02
    assert apart.max() < 0.5


def test_at_rest_up_is_where_the_force_points():
    force = np.tile([3.0, -4.0, 8.0], (500, 1))
    up = filtered_up(force, np.zeros((500, 3)), RATE_HZ, TAU_S)
    assert up == pytest.approx(force / np.linalg.norm(force, axis=1, keepdims=True))


def test_fewer_samples_than_an_estimate_of_the_bias_takes():
    up = filtered_up(np.tile([0.0, 0.0, 9.8], (3, 1)), np.zeros((3, 3)), RATE_HZ, TAU_S)
    assert up == pytest.approx(np.tile([0.0, 0.0, 1.0], (3, 1)))
