import numpy as np
import pytest

from analysis import Doubt, analyse_run
from analysis.bends import in_bend, lean_se_deg, turning_rates_radps
from analysis.grid import to_grid
from analysis.steps import Steps
from imu.simulator import Activity, Segment, SimulationParameters, running, simulate, track_laps

N = 4000
GRID = to_grid(np.arange(N) / 100.0, np.ones((N, 3)), np.ones((N, 3)), 100.0)


def steps_of(n, *, is_running=True, bouts=1):
    index = 500.0 + 40.0 * np.arange(n)
    bout = np.arange(n) * bouts // n
    return Steps(index, bout, np.full(n, is_running), np.full(n, 9.0))


@pytest.mark.parametrize("bouts", [1, 3, 30])
@pytest.mark.parametrize("deg_per_s", [-6.0, 0.0, 3.0, 12.0])
def test_a_steady_turn_has_its_rate_whatever_the_pelvis_does_in_each_stride(deg_per_s, bouts):
    # Two steps of 0.4 s are a stride; the pelvis swings by 10 deg to both sides in it.
    swing = np.radians(10.0) * 2 * np.pi / 0.8 * np.cos(2 * np.pi * GRID.t_s / 0.8 + 1.0)
    steps = steps_of(60, bouts=bouts)
    rates = turning_rates_radps(np.radians(deg_per_s) + swing, steps, GRID)
    expected = 0.0 if bouts == 30 else abs(deg_per_s)
    assert np.degrees(rates) == pytest.approx(np.full(60, expected), abs=0.3)
    assert in_bend(rates).all() == (expected > 4.0)


def test_the_lean_is_that_of_the_force_under_the_feet():
    rates = np.radians([0.0, 3.0, 6.0, 6.0])
    # tan of the lean is speed times rate over g; below 4 deg/s nothing is told.
    lean = lean_se_deg(rates, steps_of(4))
    assert lean[:2].tolist() == [0.0, 0.0]
    assert np.tan(np.radians(lean[2:])) * 9.80665 == pytest.approx(4.5 * np.radians(6.0))
    assert (lean_se_deg(rates, steps_of(4, is_running=False))[2:] < lean[2:]).all()


@pytest.fixture(scope="module")
def track():
    plan = (Segment(Activity.STAND, 8.0), *track_laps(running(3.5)))
    return simulate(SimulationParameters(plan, seed=3))


def test_the_bends_of_a_track_are_told_and_their_peaks_lie_within_the_error(track):
    recording = track.recording
    result = analyse_run(
        recording.t_s, recording.acc_mps2, recording.gyr_radps, sampling_rate_hz=100.0
    )
    bend_s, straight_s = np.pi * 36.5 / 3.5, 84.39 / 3.5
    starts_s = 8.0 + np.array([0.0, bend_s + straight_s])
    middle = [
        any(start + 4.0 < s.foot_strike_s < start + bend_s - 4.0 for start in starts_s)
        for s in result.stances
    ]
    told = [Doubt.BEND in s.doubts for s in result.stances]
    assert sum(middle) > 100
    assert all(bend for bend, inside in zip(told, middle, strict=True) if inside)
    assert 0.9 < sum(told) / (2 * bend_s / (2 * (bend_s + straight_s)) * len(told)) < 1.4
    assert sum(s.valid for s in result.stances) > 0.97 * len(told)

    strikes = np.array([s.foot_strike_s for s in result.stances])
    for true in track.truth.stances:
        found = result.stances[int(np.abs(strikes - true.foot_strike_s).argmin())]
        off = found.peak_drop_deg - true.peak_drop_deg
        assert abs(off) < 1.96 * found.peak_drop_se_deg + 0.1
        assert abs(found.drop_excursion_deg - true.drop_excursion_deg) < 0.5


def test_without_a_gyroscope_no_bend_is_told(track):
    recording = track.recording
    result = analyse_run(recording.t_s, recording.acc_mps2, sampling_rate_hz=100.0)
    assert result.stances
    assert not any(Doubt.BEND in s.doubts for s in result.stances)
