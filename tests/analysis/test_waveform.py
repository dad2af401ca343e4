from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.stances import Gait, Side, Stance
from analysis.waveform import N_CYCLES_MIN, mean_waveforms
from tests.analysis.rows import STEP_S, left_out, mirrored, run_of, shifted

STRIDE_S = 2 * STEP_S
PHASE = np.linspace(0.0, 1.0, 101)


def grid(stances: list[Stance], rate_hz: float = 100.0) -> np.ndarray:
    start_s = stances[0].foot_strike_s - 1.0
    n = int((stances[-1].foot_strike_s + 1.0 - start_s) * rate_hz)
    return start_s + np.arange(n) / rate_hz


def left_drop_deg(phase: np.ndarray) -> np.ndarray:
    """Drop of the left side's gait cycle: an offset and the first three harmonics."""
    turn = 2 * np.pi * phase
    return 0.7 + 1.5 * np.sin(turn) + 2.0 * np.sin(2 * turn + 0.4) + 0.3 * np.cos(3 * turn)


def obliquity_deg(t_s: np.ndarray, stances: list[Stance]) -> np.ndarray:
    """Left drop is minus obliquity; the curve repeats with the stride."""
    return -left_drop_deg((t_s - stances[0].foot_strike_s) / STRIDE_S)


def test_each_side_gets_its_own_curve_back() -> None:
    stances = run_of(41)
    t_s = grid(stances)

    left, right = mean_waveforms(t_s, obliquity_deg(t_s, stances), stances)

    assert (left.side, right.side) == (Side.LEFT, Side.RIGHT)
    assert (left.n_cycles, right.n_cycles) == (20, 19)
    # Linear interpolation at 100 Hz: h^2 / 8 times the largest second derivative, 0.01 deg.
    np.testing.assert_allclose(left.mean_deg, left_drop_deg(PHASE), atol=0.012)
    np.testing.assert_allclose(right.mean_deg, -left_drop_deg(PHASE + 0.5), atol=0.012)
    assert left.sd_deg.max() < 0.01
    assert left.toe_off_percent == pytest.approx(100 * 0.24 / STRIDE_S, abs=0.5)


def test_spread_is_the_standard_deviation_between_cycles() -> None:
    stances = run_of(400)
    t_s = grid(stances)
    rng = np.random.default_rng(3)
    cycle = ((t_s - stances[0].foot_strike_s) // STRIDE_S).astype(int)
    offset_deg = rng.normal(0, 0.8, cycle.max() + 2)[cycle]

    left, _ = mean_waveforms(t_s, obliquity_deg(t_s, stances) - offset_deg, stances)

    # Away from the ends, where the next cycle's offset begins.
    assert left.sd_deg[5:95].mean() == pytest.approx(0.8, rel=0.12)


def test_cycles_with_missing_samples_or_left_out_stances_do_not_count() -> None:
    stances = run_of(60)
    t_s = grid(stances)
    obliquity = obliquity_deg(t_s, stances)
    n_whole = mean_waveforms(t_s, obliquity, stances)[0].n_cycles
    in_cycle = (t_s > stances[10].foot_strike_s + 0.05) & (t_s < stances[10].foot_strike_s + 0.1)

    holed = mean_waveforms(t_s, np.where(in_cycle, np.nan, obliquity), stances)
    # Stance 20 opens one left cycle and lies in the middle of one right cycle.
    without = mean_waveforms(t_s, obliquity, [*stances[:20], left_out(stances[20]), *stances[21:]])

    assert [w.n_cycles for w in holed] == [n_whole - 1, n_whole - 1]
    assert [w.n_cycles for w in without] == [n_whole - 1, n_whole - 1]
    for waveform in (*holed, *without):
        assert np.isfinite(waveform.mean_deg).all()


def test_a_pause_that_is_cut_out_of_the_grid_moves_no_curve() -> None:
    before = run_of(61)
    after = [replace(s, bout=1) for s in shifted(run_of(61), 20 * STRIDE_S + 40 * STRIDE_S)]
    stances = [*before, *after]
    t_s = grid(stances)
    in_pause = (t_s > before[-1].foot_strike_s + 0.5) & (t_s < after[0].foot_strike_s - 0.5)
    obliquity = obliquity_deg(t_s, stances)

    left, right = mean_waveforms(t_s[~in_pause], obliquity[~in_pause], stances)

    assert (left.n_cycles, right.n_cycles) == (60, 58)
    np.testing.assert_allclose(left.mean_deg, left_drop_deg(PHASE), atol=0.012)
    np.testing.assert_allclose(right.mean_deg, -left_drop_deg(PHASE + 0.5), atol=0.012)


def test_a_cycle_over_a_cut_in_the_grid_does_not_count() -> None:
    stances = run_of(60)
    t_s = grid(stances)
    cut = (t_s > stances[10].foot_strike_s + 0.05) & (t_s < stances[10].foot_strike_s + 0.1)
    obliquity = obliquity_deg(t_s, stances)
    whole = [w.n_cycles for w in mean_waveforms(t_s, obliquity, stances)]

    found = mean_waveforms(t_s[~cut], obliquity[~cut], stances)

    assert [w.n_cycles for w in found] == [n - 1 for n in whole]
    np.testing.assert_allclose(found[0].mean_deg, left_drop_deg(PHASE), atol=0.012)


def test_a_missed_step_a_new_bout_or_a_long_step_breaks_the_cycle() -> None:
    stances = run_of(60)
    t_s = grid(stances)
    obliquity = obliquity_deg(t_s, stances)
    whole = [w.n_cycles for w in mean_waveforms(t_s, obliquity, stances)]

    missed = [*stances[:20], *stances[21:]]
    new_bout = [*stances[:30], *(replace(s, bout=1) for s in stances[30:])]
    long_step = [*stances[:30], *shifted(stances[30:], 0.3)]

    # Without stance 20 two right stances follow each other: the cycles 18, 19 and 20 are broken.
    assert [w.n_cycles for w in mean_waveforms(t_s, obliquity, missed)] == [
        whole[0] - 2,
        whole[1] - 1,
    ]
    for broken in (new_bout, long_step):
        n_cycles = [w.n_cycles for w in mean_waveforms(t_s, obliquity, broken)]
        assert n_cycles == [whole[0] - 1, whole[1] - 1]


def test_cycles_of_the_other_gait_do_not_count() -> None:
    walking = run_of(30, start_s=200.0, gait=Gait.WALKING, bout=1)
    running = run_of(61)
    t_s = grid([*running, *walking])
    obliquity = obliquity_deg(t_s, running)

    assert [w.n_cycles for w in mean_waveforms(t_s, obliquity, [*running, *walking])] == [30, 29]


def test_no_curve_without_orientation_sides_or_enough_cycles() -> None:
    stances = run_of(40)
    t_s = grid(stances)
    obliquity = obliquity_deg(t_s, stances)
    sideless = [replace(s, side=Side.UNKNOWN) for s in stances]

    assert mean_waveforms(t_s, None, stances) == ()
    assert mean_waveforms(t_s, obliquity, []) == ()
    assert mean_waveforms(t_s, obliquity, sideless) == ()
    assert mean_waveforms(t_s, np.full(t_s.size, np.nan), stances) == ()
    # 2 n stances hold n - 1 cycles of each side.
    assert mean_waveforms(t_s, obliquity, stances[: 2 * N_CYCLES_MIN]) == ()
    assert len(mean_waveforms(t_s, obliquity, stances[: 2 * N_CYCLES_MIN + 2])) == 2


def test_cycles_beyond_either_end_of_the_grid_are_left_out() -> None:
    stances = run_of(40)
    t_s = grid(stances)
    inner = (t_s > stances[4].foot_strike_s) & (t_s < stances[33].foot_strike_s)

    left, right = mean_waveforms(t_s[inner], obliquity_deg(t_s, stances)[inner], stances)

    # Left strikes are even: cycles open at 6 ... 30; right ones at 5 ... 29 (31 ends at 33).
    assert (left.n_cycles, right.n_cycles) == (13, 13)


@settings(max_examples=15, deadline=None)
@given(by_s=st.floats(-1e4, 1e6), constant_deg=st.floats(-5.0, 5.0))
def test_time_moves_no_curve_and_a_tilt_of_the_sensor_moves_both_oppositely(
    by_s: float, constant_deg: float
) -> None:
    stances = run_of(40)
    t_s = grid(stances)
    obliquity = obliquity_deg(t_s, stances)

    plain = mean_waveforms(t_s, obliquity, stances)
    later = mean_waveforms(t_s + by_s, obliquity, shifted(stances, by_s))
    tilted = mean_waveforms(t_s, obliquity + constant_deg, stances)

    for one, other, moved, sign in zip(plain, later, tilted, (-1, 1), strict=True):
        np.testing.assert_allclose(one.mean_deg, other.mean_deg, atol=1e-5)
        np.testing.assert_allclose(one.mean_deg + sign * constant_deg, moved.mean_deg, atol=1e-9)
        np.testing.assert_allclose(one.sd_deg, moved.sd_deg, atol=1e-9)


def test_mirroring_the_runner_swaps_the_curves() -> None:
    stances = run_of(41)
    t_s = grid(stances)
    obliquity = obliquity_deg(t_s, stances)

    left, right = mean_waveforms(t_s, obliquity, stances)
    mirrored_left, mirrored_right = mean_waveforms(t_s, -obliquity, mirrored(stances))

    np.testing.assert_allclose(mirrored_left.mean_deg, right.mean_deg)
    np.testing.assert_allclose(mirrored_right.mean_deg, left.mean_deg)
