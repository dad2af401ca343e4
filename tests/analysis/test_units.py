"""Other units than SI are refused, recorded and live, and no runner is taken for one."""

import numpy as np
import pytest

from analysis import GaitStream, SignalError, analyse_run
from analysis.units import check_units
from imu.simulator import Activity, Segment, SimulationParameters, running, simulate

RATE_HZ = 100.0
G_MPS2 = 9.80665
WRONG = {
    "g": (1.0, 1 / G_MPS2, 1.0, "convert it to m/s2"),
    "mg": (1.0, 1e3 / G_MPS2, 1.0, "convert it to m/s2"),
    "degrees": (1.0, 1.0, 180 / np.pi, "degrees per second"),
    "milliseconds": (1e3, 1.0, 1.0, "convert t_s to seconds"),
    "half the rate": (2.0, 1.0, 1.0, "correct sampling_rate_hz"),
}


def simulated(*segments, run=None):
    parameters = SimulationParameters(segments, seed=4, run=running(3.5) if run is None else run)
    return simulate(parameters).recording


@pytest.fixture(scope="module")
def run():
    return simulated(Segment(Activity.STAND, 6.0), Segment(Activity.RUN, 24.0))


@pytest.mark.parametrize(("t", "acc", "gyr", "told"), WRONG.values(), ids=WRONG)
def test_other_units_are_refused_recorded_and_live(run, t, acc, gyr, told):
    signals = run.t_s * t, run.acc_mps2 * acc, run.gyr_radps * gyr
    with pytest.raises(SignalError, match=told):
        analyse_run(*signals, sampling_rate_hz=RATE_HZ)
    stream = GaitStream(RATE_HZ, has_gyroscope=True)
    stream.push(*(signal[:1499] for signal in signals))
    with pytest.raises(SignalError, match=told):  # as soon as 15 s have come
        stream.push(*(signal[1499:1500] for signal in signals))


def test_degrees_after_a_long_standing_are_refused_live():
    recording = simulated(Segment(Activity.STAND, 20.0), Segment(Activity.RUN, 30.0))
    stream = GaitStream(RATE_HZ, has_gyroscope=True)
    with pytest.raises(SignalError, match="degrees per second"):
        stream.push(recording.t_s, recording.acc_mps2, np.degrees(recording.gyr_radps))
    stream.push(recording.t_s, recording.acc_mps2, recording.gyr_radps)  # as if nothing had come
    assert stream.finish()


def test_acceleration_without_gravity_is_refused(run):
    for seconds in (6, 30):
        part = slice(0, round(seconds * RATE_HZ))
        up = run.acc_mps2[:500].mean(axis=0)
        with pytest.raises(SignalError, match="gravity seems to have been removed"):
            check_units(run.t_s[part], run.acc_mps2[part] - up, None, RATE_HZ)


@pytest.mark.parametrize("cadence_spm", [130.0, 180.0])
@pytest.mark.parametrize("speed_mps", [3.0, 5.5])
def test_who_flies_most_of_the_time_is_no_other_unit(speed_mps, cadence_spm):
    recording = simulated(Segment(Activity.RUN, 20.0), run=running(speed_mps, cadence_spm))
    result = analyse_run(
        recording.t_s, recording.acc_mps2, recording.gyr_radps, sampling_rate_hz=RATE_HZ
    )
    assert len(result.stances) > 35


def test_lost_samples_packets_and_a_piece_of_a_flight_are_no_other_unit(run):
    rng = np.random.default_rng(0)
    kept = rng.random(len(run.t_s)) > 0.55
    check_units(run.t_s[kept], run.acc_mps2[kept], run.gyr_radps[kept], RATE_HZ)
    n = len(run.t_s)
    packets_s = (np.arange(n) // 8 * 8 + 7) / RATE_HZ + np.arange(n) % 8 * 1e-6
    check_units(packets_s, run.acc_mps2, run.gyr_radps, RATE_HZ)
    check_units(np.arange(10) / RATE_HZ, np.full((10, 3), 0.5), None, RATE_HZ)


def test_a_stream_that_was_in_another_unit_for_a_while_goes_on(run):
    stream = GaitStream(RATE_HZ, has_gyroscope=False)
    wrong = run.acc_mps2 / G_MPS2
    stream.push(run.t_s[:1000], wrong[:1000], None)
    n_refused, found = 0, []
    for start in range(1000, 3000, 100):
        part = slice(start, start + 100)
        try:
            found += stream.push(run.t_s[part], run.acc_mps2[part], None)
        except SignalError:
            n_refused += 1
    assert n_refused == 3  # until half of the last 15 s are right
    assert len(found) > 25


def test_an_accelerometer_that_stops_is_no_other_unit(run):
    acc = run.acc_mps2.copy()
    for value in (0.0, 1.0):
        acc[800:] = value
        check_units(run.t_s, acc, run.gyr_radps, RATE_HZ)
        with pytest.raises(SignalError, match="gravity"):
            check_units(run.t_s[:800], acc[:800] - [0.0, 0.0, 9.8], None, RATE_HZ)
