import numpy as np
import pytest

from analysis.candidates import Rejection
from analysis.clipping import NOTHING_CLIPPED
from analysis.gait import find_gait
from analysis.grid import to_grid
from analysis.steps import find_steps

RATE_HZ = 100.0


def grid_of(acc, gyr):
    return to_grid(np.arange(len(acc)) / RATE_HZ, acc, gyr, RATE_HZ)


def bounce(step_hz, amplitude, duration_s, *, abruptness=0.15, opposite=0.3):
    """All channels of something that moves up and down in rhythm, like gait in the simplest way.

    ``abruptness`` is the share of the stride's fourth harmonic, ``opposite`` that of the first.
    """
    t = np.arange(int(duration_s * RATE_HZ)) / RATE_HZ
    sine = np.sin(2 * np.pi * step_hz * t)
    up = amplitude * (sine + abruptness * np.sin(4 * np.pi * step_hz * t))
    left = opposite * amplitude * np.sin(np.pi * step_hz * t)
    acc = np.column_stack((0.3 * up, left, up + 9.80665))
    gyr = np.column_stack([0.3 * np.sin(np.pi * step_hz * t + k) for k in range(3)])
    return acc, gyr


@pytest.mark.parametrize("cadence_spm", [100, 130, 160, 180, 200, 230])
def test_one_step_per_bounce_over_all_cadences(cadence_spm):
    amplitude = 12.0 if cadence_spm > 120 else 2.0
    grid = grid_of(*bounce(cadence_spm / 60, amplitude, 20.0))
    steps = find_steps(grid.acc_mps2[:, 2] - 9.80665, grid)
    assert len(steps.index) == pytest.approx(20 * cadence_spm / 60, abs=2)
    assert steps.running.all() == (cadence_spm > 120)
    assert len(steps.bouts()) == 1


def test_each_step_lies_at_the_upward_crossing():
    grid = grid_of(*bounce(2.5, 12.0, 20.0))
    steps = find_steps(grid.acc_mps2[:, 2] - 9.80665, grid)
    inner = steps.index[2:-2] / RATE_HZ * 2.5
    assert np.abs(inner - np.round(inner)).max() < 0.02


def test_a_change_from_walking_to_running_makes_two_bouts():
    walk, run = bounce(1.8, 2.0, 12.0), bounce(2.7, 14.0, 12.0)
    grid = grid_of(*(np.concatenate(pair) for pair in zip(walk, run, strict=True)))
    steps = find_steps(grid.acc_mps2[:, 2] - 9.80665, grid)
    changes = np.flatnonzero(np.diff(steps.running.astype(int)))
    assert len(changes) == 1
    assert steps.index[changes[0]] / RATE_HZ == pytest.approx(12.0, abs=1.5)
    assert steps.bout[changes[0] + 1] > steps.bout[changes[0]]


def still(n, rng, acc_sd=0.02, gyr_sd=0.002):
    acc = np.array([0.0, 0.0, 9.80665]) + rng.normal(0, acc_sd, (n, 3))
    return acc, rng.normal(0, gyr_sd, (n, 3))


def shaken(n, rng, band_hz, acc_rms, gyr_rms):
    from scipy.signal import butter, sosfiltfilt

    sos = butter(2, band_hz, "bandpass", fs=RATE_HZ, output="sos")
    noise = sosfiltfilt(sos, rng.normal(size=(n, 6)), axis=0)
    noise /= noise.std()
    return np.array([0.0, 0.0, 9.80665]) + acc_rms * noise[:, :3], gyr_rms * noise[:, 3:]


def test_a_sensor_on_a_table_takes_no_steps():
    grid = grid_of(*still(60_000, np.random.default_rng(0)))
    assert find_gait(grid, clipped=NOTHING_CLIPPED) is None


@pytest.mark.parametrize("band_hz", [(0.5, 3.0), (0.8, 6.0), (1.0, 15.0)])
@pytest.mark.parametrize("acc_rms", [0.5, 1.5, 3.0])
def test_a_vehicle_takes_no_steps_in_ten_minutes(band_hz, acc_rms):
    grid = grid_of(*shaken(60_000, np.random.default_rng(3), band_hz, acc_rms, 0.2))
    assert find_gait(grid, clipped=NOTHING_CLIPPED) is None


def test_sitting_down_and_getting_up_takes_no_steps():
    rng = np.random.default_rng(0)
    acc, gyr = still(6000, rng)
    t = np.arange(6000) / RATE_HZ
    for start in (10.0, 25.0, 40.0):
        inside = (t >= start) & (t < start + 1.6)
        phase = (t[inside] - start) / 1.6
        acc[inside, 2] += -3 * np.sin(2 * np.pi * phase)
        gyr[inside, 1] += 1.2 * np.sin(np.pi * phase)
    assert find_gait(grid_of(acc, gyr), clipped=NOTHING_CLIPPED) is None


def test_three_hops_are_no_gait():
    acc, gyr = still(2000, np.random.default_rng(0))
    hop, _ = bounce(2.0, 12.0, 1.5)
    acc[800:950] = hop
    assert find_gait(grid_of(acc, gyr), clipped=NOTHING_CLIPPED) is None


@pytest.mark.parametrize("n", [5, 6, 7, 12, 40])
def test_whatever_single_steps_look_like_no_gait_lasts_for_less_than_three(n):
    from analysis.steps import _steady

    rng = np.random.default_rng(n)
    for _ in range(200):
        steady = _steady(rng.random(n) < 0.5)
        lengths = np.diff(np.flatnonzero(np.diff(steady.astype(int), prepend=-1, append=-1)))
        assert lengths.min() >= 3


@pytest.mark.parametrize(("delay_s", "n_more"), [(0.0, 1), (0.9, 0)])
def test_the_weak_step_that_closes_a_walk_is_found_on_the_beat_only(delay_s, n_more):
    acc, gyr = bounce(1.8, 2.0, 12.0)
    rest_acc, rest_gyr = still(600, np.random.default_rng(0))
    # A weak bounce that crosses zero one step (0.56 s) after the last one at 11.67 s.
    t = np.arange(50) / RATE_HZ
    start = int(delay_s * RATE_HZ)
    rest_acc[start : start + 50, 2] += 0.5 * np.sin(2 * np.pi * 1.8 * (t - 0.22))
    grid = grid_of(np.concatenate((acc, rest_acc)), np.concatenate((gyr, rest_gyr)))
    steps = find_steps(grid.acc_mps2[:, 2] - 9.80665, grid)
    strikes_s = steps.index / RATE_HZ
    assert (strikes_s > 11.9).sum() == n_more
    assert np.abs(strikes_s[strikes_s > 11.9] - 12.22).max(initial=0.0) < 0.1
    assert len(steps.bouts()) == 1


def rejections(acc, gyr):
    grid = grid_of(acc, gyr)
    steps = find_steps(grid.acc_mps2[:, 2] - 9.80665, grid)
    assert len(steps.rejected.index) == len(steps.rejected.reason)
    assert (np.diff(steps.rejected.index) > 0).all()
    assert not np.isin(steps.rejected.index, steps.index).any()
    return len(steps.index), set(steps.rejected.reason)


@pytest.mark.parametrize(
    ("like", "reason"),
    [
        ({"abruptness": 0.0}, Rejection.NO_STRIKES),
        ({"opposite": 0.0}, Rejection.NO_ALTERNATION),
        ({"opposite": 2.0}, Rejection.NO_ALTERNATION),
    ],
)
@pytest.mark.parametrize("step_hz", [1.3, 2.0, 3.0])
def test_an_even_rhythm_without_feet_is_no_gait_and_says_why(like, reason, step_hz):
    n_steps, reasons = rejections(*bounce(step_hz, 3.0, 20.0, **like))
    assert n_steps == 0
    assert reason in reasons
    assert reasons <= {reason, Rejection.WEAK, Rejection.TOO_FEW, Rejection.NO_RHYTHM}


def test_a_bounce_that_follows_a_walk_on_the_beat_is_cut_off_the_walk():
    walk, smooth = bounce(1.8, 3.0, 20.0), bounce(1.8, 3.0, 20.0, abruptness=0.0)
    acc, gyr = (np.concatenate(pair) for pair in zip(walk, smooth, strict=True))
    grid = grid_of(acc, gyr)
    steps = find_steps(grid.acc_mps2[:, 2] - 9.80665, grid)
    assert steps.index[-1] / RATE_HZ == pytest.approx(20.0, abs=3.0)
    assert len(steps.index) == pytest.approx(36, abs=6)
    assert len(steps.bouts()) == 1


def quiet_around(acc, gyr):
    rest = still(400, np.random.default_rng(1))
    return tuple(np.concatenate((r, middle, r)) for r, middle in zip(rest, (acc, gyr), strict=True))


@pytest.mark.parametrize(
    ("movement", "reason"),
    [
        (bounce(2.0, 0.5, 20.0), Rejection.WEAK),
        (bounce(2.0, 0.6, 20.0), Rejection.WEAK),
        (quiet_around(*bounce(2.0, 3.0, 0.7)), Rejection.NO_RHYTHM),
        (quiet_around(*bounce(2.0, 3.0, 1.6)), Rejection.TOO_FEW),
        (shaken(6000, np.random.default_rng(3), (0.8, 3.0), 2.0, 0.2), Rejection.NO_REPETITION),
    ],
)
def test_what_is_no_step_says_why(movement, reason):
    n_steps, reasons = rejections(*movement)
    assert n_steps == 0
    assert reason in reasons


@pytest.mark.parametrize("first_hz", [1.7, 1.9])
def test_walking_that_goes_over_into_running_keeps_its_first_and_last_steps(first_hz):
    parts = (bounce(first_hz, 1.5, 15.0), bounce(2.6, 16.0, 60.0), bounce(1.8, 1.5, 15.0))
    grid = grid_of(*(np.concatenate(channels) for channels in zip(*parts, strict=True)))
    steps = find_steps(grid.acc_mps2[:, 2] - 9.80665, grid)
    assert steps.index[0] / RATE_HZ < 1.0
    assert steps.index[-1] / RATE_HZ > 89.0
    running = steps.index[steps.running] / RATE_HZ
    assert running.min() == pytest.approx(15.0, abs=2 / 1.7)
    assert running.max() == pytest.approx(75.0, abs=2 / 1.8)
