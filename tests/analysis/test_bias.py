"""The offset of a gyroscope: found in standing or in gait, taken off, told."""

import numpy as np
import pytest

from analysis import analyse_run
from analysis.bias import without_bias
from analysis.grid import Grid
from analysis.results import Grade, ZeroReference
from imu.simulator import Activity, Segment, Sensor, SimulationParameters, simulate

STAND, RUN = Segment(Activity.STAND, 8.0), Segment(Activity.RUN, 40.0)


def grid_of(offset_dps, *, standing=True, turning_dps=0.0):
    """Twenty seconds of standing, or none, and forty of a level swing; z is up."""
    n, n_still = 6000, 2000 if standing else 0
    t_s = np.arange(n) / 100.0
    wave = np.sin(2 * np.pi * 1.4 * t_s) * (np.arange(n) >= n_still)
    acc = np.column_stack((4.0 * wave, np.zeros(n), 9.8 + 6.0 * wave))
    gyr = np.column_stack((wave, wave, 0.5 * wave + np.radians(turning_dps) * (wave != 0.0)))
    gyr += np.radians(offset_dps)
    return Grid(100.0, t_s, acc, gyr, np.ones(n, bool), ((0, n),))


@pytest.mark.parametrize("offset_dps", [(8.0, 0.0, 0.0), (-12.0, 5.0, 15.0), (0.0, 0.0, 20.0)])
def test_an_offset_is_the_rate_of_quiet_standing(offset_dps):
    found, size = without_bias(grid_of(offset_dps))
    assert np.degrees(size) == pytest.approx(np.linalg.norm(offset_dps), abs=1e-6)
    assert found.gyr_radps == pytest.approx(grid_of((0.0, 0.0, 0.0)).gyr_radps, abs=1e-9)


def test_without_standing_the_part_about_the_vertical_may_be_a_true_turn():
    found, size = without_bias(grid_of((9.0, 0.0, 0.0), standing=False, turning_dps=15.0))
    truth = grid_of((0.0, 0.0, 0.0), standing=False, turning_dps=15.0)
    assert np.degrees(size) == pytest.approx(9.0, abs=0.2)
    assert found.gyr_radps == pytest.approx(truth.gyr_radps, abs=np.radians(0.2))


@pytest.mark.parametrize("offset_dps", [(0.0, 0.0, 0.0), (2.0, -2.0, 1.0)])
def test_a_small_offset_is_left_to_the_filter(offset_dps):
    grid = grid_of(offset_dps)
    found, size = without_bias(grid)
    assert found is grid
    assert size == 0.0


def test_a_piece_of_a_stride_tells_no_offset():
    whole = grid_of((0.0, 0.0, 0.0), standing=False)
    for n in (10, 50, 500, 990):
        part = slice(0, n)
        piece = Grid(
            100.0,
            whole.t_s[part],
            whole.acc_mps2[part],
            2.0 * whole.gyr_radps[part],
            np.ones(n, bool),
            ((0, n),),
        )
        assert without_bias(piece) == (piece, 0.0)


@pytest.mark.parametrize("axis", [0, 1, 2])
def test_an_offset_of_20_degrees_per_second_changes_no_result(axis):
    results = []
    for offset_dps in (0.0, 20.0):
        bias = [0.0, 0.0, 0.0]
        bias[axis] = float(np.radians(offset_dps))
        sensor = Sensor(gyr_bias_radps=tuple(bias))
        recording = simulate(SimulationParameters((STAND, RUN), sensor=sensor, seed=2)).recording
        results.append(
            analyse_run(
                recording.t_s, recording.acc_mps2, recording.gyr_radps, sampling_rate_hz=100.0
            )
        )
    plain, offset = results
    assert offset.alignment.zero is ZeroReference.STANDING
    assert len(offset.stances) == len(plain.stances)
    for stance, other in zip(offset.stances, plain.stances, strict=True):
        assert stance.foot_strike_s == pytest.approx(other.foot_strike_s, abs=0.003)
        assert stance.peak_drop_deg == pytest.approx(other.peak_drop_deg, abs=0.1)
        assert stance.doubts == other.doubts
    assert "off by 20° per second" in offset.quality.sentence


def test_an_offset_beyond_a_sound_gyroscope_lowers_the_grade():
    sensor = Sensor(gyr_bias_radps=(float(np.radians(30.0)), 0.0, 0.0))
    recording = simulate(SimulationParameters((STAND, RUN), sensor=sensor, seed=2)).recording
    result = analyse_run(
        recording.t_s, recording.acc_mps2, recording.gyr_radps, sampling_rate_hz=100.0
    )
    assert result.quality.grade is Grade.FAIR
    assert result.alignment.zero is ZeroReference.STANDING
