"""Impact peaks of forces that are known."""

import numpy as np
import pytest
from scipy.spatial.transform import Rotation

from analysis.impact import Samples, impact_peaks

STRIKES_S = 1.0 + 0.36 * np.arange(20)
RUNNING = np.ones(20, bool)
NOT_CLIPPED = np.empty(0)


def samples(transient_mps2, *, rate_hz=500.0, at_s=0.025):
    """A stance of 0.24 s under 2.3 body weights, with a peak of 20 ms width in its beginning."""
    t_s = np.arange(round(9.0 * rate_hz)) / rate_hz
    since = (t_s - 1.0) % 0.36
    force = 23.0 * np.where(since < 0.24, np.sin(np.pi * since / 0.24), 0.0)
    force += transient_mps2 * np.exp(-0.5 * ((since - at_s) / 0.006) ** 2)
    return Samples(t_s, np.column_stack((0 * force, 0 * force, force)), rate_hz)


def peaks(given, *, running=RUNNING, clipped_s=NOT_CLIPPED):
    return impact_peaks(given, STRIKES_S, running, clipped_s)


@pytest.mark.parametrize("rate_hz", [200.0, 500.0, 1000.0])
def test_a_known_peak_is_found_at_its_height(rate_hz):
    t = np.linspace(0.0, 0.06, 100_001)
    force = 23.0 * np.sin(np.pi * t / 0.24) + 20.0 * np.exp(-0.5 * ((t - 0.025) / 0.006) ** 2)
    expected = force[t < 0.04].max()
    np.testing.assert_allclose(peaks(samples(20.0, rate_hz=rate_hz)), expected, rtol=0.04)


def test_a_force_that_only_rises_has_no_impact_peak():
    assert np.isnan(peaks(samples(0.0))).all()


def test_a_larger_transient_gives_a_larger_peak():
    means = [peaks(samples(size)).mean() for size in (15.0, 20.0, 30.0)]
    assert means == sorted(means)
    assert means[2] - means[1] == pytest.approx(10.0, abs=0.5)


def test_it_does_not_depend_on_how_the_sensor_sits():
    given = samples(20.0)
    turned = Samples(
        given.t_s, Rotation.random(random_state=1).apply(given.acc_mps2), given.rate_hz
    )
    np.testing.assert_allclose(peaks(turned), peaks(given), rtol=1e-9)


def test_walking_slow_sensors_and_no_samples_have_none():
    assert np.isnan(peaks(samples(20.0), running=~RUNNING)).all()
    assert np.isnan(peaks(samples(20.0, rate_hz=199.0))).all()
    assert np.isnan(peaks(None)).all()


def test_a_stance_at_the_end_of_the_range_has_none():
    found = peaks(samples(20.0), clipped_s=STRIKES_S[[3]] + 0.02)
    assert np.flatnonzero(np.isnan(found)).tolist() == [3]


def test_a_stance_with_a_missing_sample_has_none():
    given = samples(20.0)
    there = np.ones(len(given.t_s), bool)
    there[np.searchsorted(given.t_s, STRIKES_S[5] + 0.02)] = False
    found = peaks(Samples(given.t_s[there], given.acc_mps2[there], given.rate_hz))
    assert np.flatnonzero(np.isnan(found)).tolist() == [5]


def test_a_recording_that_ends_in_the_window_has_none_there():
    given = samples(20.0)
    there = given.t_s < STRIKES_S[-1] + 0.03
    found = peaks(Samples(given.t_s[there], given.acc_mps2[there], given.rate_hz))
    assert np.flatnonzero(np.isnan(found)).tolist() == [19]
