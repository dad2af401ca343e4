"""Times of packets instead of samples: even times again, and only what is missing is lost."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis import GaitStream, analyse_run
from analysis.clock import even_times
from analysis.quality import find_holes
from analysis.results import Grade
from imu.simulator import Activity, Segment, SimulationParameters, simulate

RATE_HZ = 100.0


def packets(n, size, *, within_s=1e-5, jitter_s=0.0, lost=(), drift=0.0, seed=0):
    """Stamped and true times of n samples; packets arrive 20 ms after their last sample or later.

    A packet never overtakes the one before; ``lost`` are numbers of packets.
    """
    rng = np.random.default_rng(seed)
    true_s = 5.0 + np.arange(n) / RATE_HZ * (1.0 + drift)
    stamped_s = np.empty(n)
    before_s = 0.0
    for start in range(0, n, size):
        stop = min(start + size, n)
        arrived_s = max(true_s[stop - 1] + 0.02 + rng.exponential(jitter_s), before_s + 1e-3)
        stamped_s[start:stop] = arrived_s + within_s * np.arange(stop - start)
        before_s = stamped_s[stop - 1]
    there = np.ones(n, bool)
    for packet in lost:
        there[packet * size : (packet + 1) * size] = False
    return stamped_s[there], true_s[there]


@pytest.mark.parametrize("size", [2, 4, 6, 8])
@pytest.mark.parametrize("within_s", [2e-6, 1e-3])
def test_packets_without_loss_are_an_even_clock(size, within_s):
    stamped_s, true_s = packets(6000, size, within_s=within_s)
    even_s = even_times(stamped_s, RATE_HZ)
    assert np.diff(even_s) == pytest.approx(1 / RATE_HZ, abs=1e-6)
    assert even_s - true_s == pytest.approx(0.02, abs=0.01)
    assert find_holes(even_s, RATE_HZ) == ()
    assert find_holes(stamped_s, RATE_HZ) != ()


@pytest.mark.parametrize("drift", [0.0, 0.002, -0.01])
def test_late_packets_and_a_clock_that_drifts_are_no_loss(drift):
    stamped_s, true_s = packets(12_000, 6, jitter_s=0.01, drift=drift)
    even_s = even_times(stamped_s, RATE_HZ)
    assert find_holes(even_s, RATE_HZ) == ()
    assert np.ptp(even_s - true_s) < 0.015


@settings(deadline=None, max_examples=30)
@given(lost=st.sets(st.integers(20, 700), max_size=40), size=st.sampled_from([4, 5, 8]))
def test_packets_that_are_lost_are_counted_where_they_are_missing(lost, size):
    stamped_s, true_s = packets(800 * size, size, lost=lost)
    even_s = even_times(stamped_s, RATE_HZ)
    assert sum(hole.n_lost for hole in find_holes(even_s, RATE_HZ)) == len(lost) * size
    assert even_s - true_s == pytest.approx(0.02, abs=0.005)


def test_a_pause_stays_as_long_as_it_was():
    stamped_s, _ = packets(6000, 8, lost=range(200, 400))
    (hole,) = find_holes(even_times(stamped_s, RATE_HZ), RATE_HZ)
    assert hole.n_lost == 1600


def test_a_phone_that_stalls_and_catches_up_has_lost_nothing():
    stamped_s, true_s = packets(6000, 8)
    late = (true_s > 30.0) & (true_s < 31.2)
    stamped_s[late] = stamped_s[late][-1] + 1e-5 * np.arange(late.sum())
    after = np.flatnonzero(late)[-1] + 1
    stamped_s[after:] = np.maximum(
        stamped_s[after:], stamped_s[after - 1] + 1e-5 * (1 + np.arange(len(stamped_s) - after))
    )
    even_s = even_times(stamped_s, RATE_HZ)
    assert find_holes(even_s, RATE_HZ) == ()
    assert np.ptp(even_s - true_s) < 0.005


@pytest.mark.parametrize("jitter_s", [0.0, 0.001, 0.004])
def test_an_uneven_clock_is_left_alone(jitter_s):
    rng = np.random.default_rng(1)
    noise_s = np.clip(jitter_s * rng.normal(size=5000), -0.004, 0.004)
    assert even_times(np.arange(5000) / RATE_HZ + noise_s, RATE_HZ) is None


def test_another_rate_and_lost_samples_are_no_packets():
    assert even_times(np.arange(5000) / 220.0, RATE_HZ) is None
    there = np.random.default_rng(2).random(5000) > 0.4
    assert even_times(np.arange(5000)[there] / RATE_HZ, RATE_HZ) is None
    assert even_times(np.arange(5) * 1e-6, RATE_HZ) is None


@pytest.fixture(scope="module")
def run():
    plan = (Segment(Activity.STAND, 8.0), Segment(Activity.RUN, 30.0))
    return simulate(SimulationParameters(plan, seed=1)).recording


def stamped(recording, size):
    k = np.arange(recording.n_samples)
    last = np.minimum((k // size + 1) * size, len(k)) - 1
    return recording.t_s[last] + 2e-5 * (k % size)


@pytest.mark.parametrize("size", [4, 8])
def test_a_run_that_came_in_packets_is_as_good_as_any(run, size):
    plain, bunched = (
        analyse_run(t_s, run.acc_mps2, run.gyr_radps, sampling_rate_hz=RATE_HZ)
        for t_s in (run.t_s, stamped(run, size))
    )
    assert bunched.quality.grade is Grade.GOOD
    assert bunched.quality.n_lost == 0
    assert "times of their packets" in bunched.quality.sentence
    assert len(bunched.stances) == len(plain.stances)
    later_s = np.array([s.foot_strike_s for s in bunched.stances]) - np.array(
        [s.foot_strike_s for s in plain.stances]
    )
    assert np.ptp(later_s) < 0.003
    for stance, other in zip(bunched.stances, plain.stances, strict=True):
        assert stance.drop_excursion_deg == pytest.approx(other.drop_excursion_deg, abs=0.1)


def test_the_live_stream_takes_packets_as_well(run):
    stream = GaitStream(RATE_HZ, has_gyroscope=True)
    t_s = stamped(run, 8)
    found = []
    for start in range(0, len(t_s), 8):
        part = slice(start, start + 8)
        found.extend(stream.push(t_s[part], run.acc_mps2[part], run.gyr_radps[part]))
    found.extend(stream.finish())
    recorded = analyse_run(t_s, run.acc_mps2, run.gyr_radps, sampling_rate_hz=RATE_HZ)
    live_s = np.array([s.foot_strike_s for s in found])
    for stance in recorded.stances[2:-2]:
        assert np.abs(live_s - stance.foot_strike_s).min() < 0.025
    assert len(found) == pytest.approx(len(recorded.stances), abs=2)
