"""Standard errors of foot strikes and drops: each part alone, where its size is known."""

from dataclasses import replace

import numpy as np
import pytest

from analysis.drop import stance_drops
from analysis.events import Events
from analysis.filter_start import start_se_deg
from analysis.grid import Grid
from analysis.results import ZeroReference
from analysis.uncertainty import (
    BRIDGED_STRIKE_FACTOR,
    EXCURSION_SE_DEG,
    GAP_SHARE_OF_EXCURSION,
    LOOSE_SE_DEG,
    LOOSE_STRIKE_FACTOR,
    PEAK_SE_DEG,
    RUN_MEAN_SE_DEG,
    UNFITTED_STRIKE_SHARE,
    AngleSignals,
    drop_errors,
    strike_errors_s,
)

RUNNING = np.ones(2, bool)
RATE_HZ = 100.0
N = 1000
T_S = np.arange(N) / RATE_HZ - 3.0  # the filter has settled before the first stance
STRIKE_S, TOE_OFF_S = np.array([2.0, 5.0]), np.array([2.25, 5.25])


def grid(lost=()):
    recorded = np.ones(N, bool)
    recorded[list(lost)] = False
    return Grid(RATE_HZ, T_S, np.zeros((N, 3)), np.zeros((N, 3)), recorded, ((0, N),))


def events(se_s=0.0):
    return Events(STRIKE_S, TOE_OFF_S, np.full(2, se_s), np.full(2, 0.35))


def errors_of(obliquity, *, tilt=None, loose=0.0, gap=0.0, yaw_se_deg=0.0, strike_se_s=0.0):
    tilt = np.zeros(N) if tilt is None else tilt
    signals = AngleSignals(obliquity, tilt, np.full(N, loose), np.full(N, gap))
    drops = stance_drops(obliquity, grid(), STRIKE_S, TOE_OFF_S, np.array([1.0, -1.0]))
    return drop_errors(signals, grid(), events(strike_se_s), drops, yaw_se_deg=yaw_se_deg), drops


def parts(se, floor):
    """What is added to the floor, root of squares."""
    return np.sqrt(se**2 - floor**2)


STILL = np.zeros(N)
# Rises by 20 degrees a second from each foot strike on, and falls again.
BUMP = 20.0 * np.clip(0.1 - np.abs((T_S % 3.0) - 2.1), 0.0, None)


def test_a_still_pelvis_has_the_error_of_the_filter_alone():
    errors, _ = errors_of(STILL)
    assert errors.peak_deg == pytest.approx([PEAK_SE_DEG] * 2)
    assert errors.excursion_deg == pytest.approx([EXCURSION_SE_DEG] * 2)


def test_stances_right_behind_the_start_of_a_segment_are_less_sure():
    drops = stance_drops(STILL, grid(), STRIKE_S, TOE_OFF_S, np.array([1.0, -1.0]))
    signals = AngleSignals(STILL, STILL, STILL, STILL)
    paused = replace(grid(), segments=((0, 790), (790, N)))  # the second begins at 4.9 s
    errors = drop_errors(signals, paused, events(), drops, yaw_se_deg=0.0)
    expected = start_se_deg(drops.peak_s - 4.9)
    assert parts(errors.peak_deg, PEAK_SE_DEG)[1] == pytest.approx(expected[1])
    assert parts(errors.excursion_deg, EXCURSION_SE_DEG)[1] == pytest.approx(
        GAP_SHARE_OF_EXCURSION * expected[1]
    )
    assert errors.peak_deg[0] == pytest.approx(PEAK_SE_DEG)


def test_a_turned_mounting_leaks_the_tilt_into_the_peak_and_its_change_into_the_excursion():
    tilt = np.full(N, 10.0)
    errors, _ = errors_of(STILL, tilt=tilt, yaw_se_deg=3.0)
    assert parts(errors.peak_deg, PEAK_SE_DEG) == pytest.approx(10.0 * np.radians(3.0))
    assert errors.excursion_deg == pytest.approx([EXCURSION_SE_DEG] * 2)
    # 4 degrees more tilt where the peak is, 0.1 s behind the strike.
    changing = tilt + 40.0 * np.clip((T_S % 3.0) - 2.0, 0.0, 0.1)
    errors, drops = errors_of(BUMP, tilt=changing, yaw_se_deg=3.0)
    assert drops.peak_s[0] == pytest.approx(2.1)
    leak = parts(errors.excursion_deg[:1], EXCURSION_SE_DEG)
    assert leak == pytest.approx(4.0 * np.radians(3.0), rel=1e-6)


def test_a_strike_at_the_wrong_time_reads_the_slope():
    errors, _ = errors_of(20.0 * T_S, strike_se_s=0.006)
    assert parts(errors.excursion_deg, EXCURSION_SE_DEG) == pytest.approx(20.0 * 0.006)
    assert errors.peak_deg == pytest.approx([PEAK_SE_DEG] * 2)


def test_a_swinging_belt_and_a_gap_add_their_own_errors():
    errors, _ = errors_of(STILL, loose=1.0)
    assert parts(errors.peak_deg, PEAK_SE_DEG) == pytest.approx(LOOSE_SE_DEG)
    errors, _ = errors_of(STILL, gap=0.4)
    assert parts(errors.peak_deg, PEAK_SE_DEG) == pytest.approx(0.4)
    assert (parts(errors.excursion_deg, EXCURSION_SE_DEG) < 0.4).all()


def test_a_drop_that_is_not_known_has_no_error():
    signals = AngleSignals(STILL, STILL, STILL, STILL)
    drops = stance_drops(STILL, grid(), STRIKE_S, np.full(2, np.nan), np.array([1.0, np.nan]))
    errors = drop_errors(signals, grid(), events(), drops, yaw_se_deg=2.0)
    assert np.isnan(errors.peak_deg).all()
    assert np.isnan(errors.excursion_deg).all()


def test_strikes_near_lost_samples_and_on_a_loose_sensor_are_less_sure():
    se_s = strike_errors_s(events(0.006), grid(lost=[810, 811]), STILL, RUNNING)
    assert se_s == pytest.approx([0.006, 0.006 * BRIDGED_STRIKE_FACTOR])
    se_s = strike_errors_s(events(0.006), grid(), np.ones(N), RUNNING)
    assert se_s == pytest.approx([0.006 * LOOSE_STRIKE_FACTOR] * 2)
    assert strike_errors_s(events(0.006), grid(), None, RUNNING) == pytest.approx([0.006] * 2)


@pytest.mark.parametrize("cadence_spm", [146.0, 160.0, 180.0, 205.0])
def test_within_the_fitted_cadences_nothing_is_added(cadence_spm):
    found = replace(events(0.006), step_time_s=np.full(2, 60.0 / cadence_spm))
    assert strike_errors_s(found, grid(), STILL, RUNNING) == pytest.approx([0.006] * 2, abs=1e-12)


@pytest.mark.parametrize(("cadence_spm", "early_s"), [(130.0, 0.018), (230.0, 0.009)])
def test_beyond_the_fitted_cadences_the_interval_holds_what_strikes_are_early_by(
    cadence_spm, early_s
):
    found = replace(events(0.006), step_time_s=np.full(2, 60.0 / cadence_spm))
    se_s = strike_errors_s(found, grid(), STILL, RUNNING)
    assert (1.96 * se_s > early_s).all()
    assert strike_errors_s(found, grid(), STILL, ~RUNNING) == pytest.approx([0.006] * 2)


def test_the_error_grows_with_the_distance_from_the_fitted_cadences():
    step_time_s = np.array([0.414, 0.45, 0.5])
    found = Events(T_S[:3] + 2.0, T_S[:3] + 2.3, np.full(3, 0.006), step_time_s)
    added_s = parts(strike_errors_s(found, grid(), None, np.ones(3, bool)), 0.006)
    assert added_s == pytest.approx(UNFITTED_STRIKE_SHARE * (step_time_s - 0.414), abs=1e-9)


def test_a_slip_widens_the_peak_and_not_the_excursion():
    drops = stance_drops(BUMP, grid(), STRIKE_S, TOE_OFF_S, np.array([1.0, -1.0]))
    signals = AngleSignals(BUMP, STILL, STILL, STILL, np.where(T_S > 4.0, 0.4, 0.0))
    slipped = drop_errors(signals, grid(), events(), drops, yaw_se_deg=0.0)
    plain = drop_errors(replace(signals, slip_se_deg=None), grid(), events(), drops, yaw_se_deg=0.0)
    assert parts(slipped.peak_deg, plain.peak_deg) == pytest.approx([0.0, 0.4])
    assert slipped.excursion_deg.tolist() == plain.excursion_deg.tolist()


def test_without_standing_the_peak_is_less_sure_and_the_excursion_is_not():
    drops = stance_drops(BUMP, grid(), STRIKE_S, TOE_OFF_S, np.array([1.0, -1.0]))
    signals = AngleSignals(BUMP, STILL, STILL, STILL)
    standing, run_mean = (
        drop_errors(signals, grid(), events(), drops, yaw_se_deg=0.0, zero=zero)
        for zero in (ZeroReference.STANDING, ZeroReference.RUN_MEAN)
    )
    assert parts(run_mean.peak_deg, standing.peak_deg) == pytest.approx([RUN_MEAN_SE_DEG] * 2)
    assert run_mean.excursion_deg.tolist() == standing.excursion_deg.tolist()
