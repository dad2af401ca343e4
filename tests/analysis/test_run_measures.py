"""Measures of a run from stances that are known."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.columns import stance_columns
from analysis.extra_measures import VALIDITY, ExtraMeasure
from analysis.measures import StanceMeasures
from analysis.run_measures import run_measures
from analysis.stances import Gait
from tests.analysis.rows import left_out, mirrored, run_of, shifted

SIDES = (ExtraMeasure.VERTICAL_OSCILLATION, ExtraMeasure.DROP_EXCURSION_SD)


def with_strikes(stances, strike_s):
    """The same stances at other times."""
    return [
        replace(s, foot_strike_s=float(t), toe_off_s=float(t) + 0.24)
        for s, t in zip(stances, strike_s, strict=True)
    ]


def measured(stances, *, rate_hz=100.0, n_clipped=0, has_gyroscope=True, **known):
    n = len(stances)
    arrays = {
        name: np.broadcast_to(np.asarray(known.get(name, np.nan), float), (n,))
        for name in StanceMeasures.__slots__
    }
    return run_measures(
        stance_columns(stances),
        StanceMeasures(**arrays),
        gait=stance_columns(stances).main_gait,
        sampling_rate_hz=rate_hz,
        n_clipped=n_clipped,
        has_gyroscope=has_gyroscope,
    )


def uneven_run(n, left_step_s, right_step_s, noise_s=0.0, seed=0):
    """Left first; the left step ends with the left foot's strike."""
    rng = np.random.default_rng(seed)
    step_s = np.where(np.arange(n) % 2 == 0, right_step_s, left_step_s)
    step_s = step_s + noise_s * rng.standard_normal(n)
    return with_strikes(run_of(n), 10.0 + np.concatenate(([0.0], np.cumsum(step_s[:-1]))))


def test_every_measure_is_there_and_explained():
    assert list(measured(run_of(100))) == list(VALIDITY) == list(ExtraMeasure)


def test_step_time_balance_is_the_share_of_the_step_that_ends_with_the_left_strike():
    run = uneven_run(400, 0.36, 0.34, 0.005)
    found = measured(run)[ExtraMeasure.STEP_TIME_BALANCE].run
    assert found.value == pytest.approx(100 * 0.36 / 0.70, abs=0.05)
    # What event detection may do to one side is in the interval, however long the run is.
    assert found.half_width == pytest.approx(1.96 * 0.5, rel=0.1)


@settings(max_examples=20, deadline=None)
@given(left_s=st.floats(0.3, 0.4), right_s=st.floats(0.3, 0.4), seed=st.integers(0, 99))
def test_mirroring_swaps_the_balance_and_later_changes_nothing(left_s, right_s, seed):
    run = uneven_run(80, left_s, right_s, 0.005, seed)
    balance = ExtraMeasure.STEP_TIME_BALANCE
    value = measured(run)[balance].run.value
    assert measured(mirrored(run))[balance].run.value == pytest.approx(100.0 - value)
    assert measured(shifted(run, 1000.0))[balance].run.value == pytest.approx(value)


def strides_with(sd_s, *, n=1200, trend_s=0.0, seed=1):
    """Steps whose stride times of one foot are independent, on a slow change of pace."""
    rng = np.random.default_rng(seed)
    n_strides = n // 2 + 1
    stride_s = 0.70 + sd_s * rng.standard_normal(n_strides) + np.linspace(0, trend_s, n_strides)
    left = 10.0 + np.concatenate(([0.0], np.cumsum(stride_s)))
    middle = (left[1:] + left[:-1]) / 2
    strike_s = np.column_stack((left[:-1], middle)).ravel()[:n]
    return with_strikes(run_of(n), strike_s)


@pytest.mark.parametrize("trend_s", [0.0, 0.15])
def test_the_spread_of_stride_times_is_found_whatever_the_pace_does(trend_s):
    rng = np.random.default_rng(3)
    n = 3000
    # Steps vary independently, so a stride of either foot varies by the root of two.
    step_s = 0.35 + 0.005 * rng.standard_normal(n) + np.linspace(0, trend_s / 2, n)
    run = with_strikes(run_of(n), 10.0 + np.cumsum(step_s))
    found = measured(run)
    spread = found[ExtraMeasure.STRIDE_TIME_SD].run
    assert spread.value == pytest.approx(0.005 * np.sqrt(2), rel=0.06)
    assert spread.ci_low < 0.005 * np.sqrt(2) < spread.ci_high
    percent = found[ExtraMeasure.STRIDE_TIME_CV].run
    mean_s = 0.70 + trend_s / 2
    assert percent.value == pytest.approx(100 * 0.005 * np.sqrt(2) / mean_s, rel=0.08)


@settings(max_examples=15, deadline=None)
@given(factor=st.floats(0.8, 1.3))
def test_slower_strides_spread_more_and_vary_the_same(factor):
    run = strides_with(0.007, n=400)
    slower = with_strikes(run, [10.0 + factor * (s.foot_strike_s - 10.0) for s in run])
    one, other = measured(run), measured(slower)
    sd, cv = ExtraMeasure.STRIDE_TIME_SD, ExtraMeasure.STRIDE_TIME_CV
    assert other[sd].run.value == pytest.approx(factor * one[sd].run.value)
    assert other[cv].run.value == pytest.approx(one[cv].run.value)


def test_a_few_wild_stretches_hardly_count():
    run = strides_with(0.007)
    calm = measured(run)[ExtraMeasure.STRIDE_TIME_SD].run.value
    strike_s = np.array([s.foot_strike_s for s in run])
    strike_s[100:140] += 0.1 * np.sin(np.arange(40))
    wild = measured(with_strikes(run, strike_s))[ExtraMeasure.STRIDE_TIME_SD].run.value
    assert wild == pytest.approx(calm, rel=0.1)


def test_a_stance_left_out_breaks_the_row_of_strides():
    run = strides_with(0.007, n=130)
    assert measured(run)[ExtraMeasure.STRIDE_TIME_SD].run is not None
    every_tenth = [left_out(s) if k % 10 == 5 else s for k, s in enumerate(run)]
    found = measured(every_tenth)[ExtraMeasure.STRIDE_TIME_SD]
    assert found.run is None
    assert "strides in a row" in found.why_not


def test_the_spread_of_the_drop_is_that_within_a_side_and_without_its_drift():
    run = run_of(2000, left_deg=3.0, right_deg=6.0, noise_deg=0.5)
    drifting = [
        replace(s, drop_excursion_deg=s.drop_excursion_deg + 0.002 * k) for k, s in enumerate(run)
    ]
    found = measured(drifting)[ExtraMeasure.DROP_EXCURSION_SD]
    for side in (found.left, found.right):
        assert side.value == pytest.approx(0.5, rel=0.08)
    assert found.run is None


def test_ranges_are_means_of_the_main_gait():
    walk = [
        replace(s, gait=Gait.WALKING, bout=1) for s in shifted(run_of(20, gait=Gait.WALKING), 500.0)
    ]
    run = run_of(100)
    is_left = np.arange(120) % 2 == 0
    rise_m = np.where(np.arange(120) < 100, np.where(is_left, 0.08, 0.10), 0.5)
    found = measured([*run, *walk], vertical_oscillation_m=rise_m, tilt_range_deg=6.0)
    rise = found[ExtraMeasure.VERTICAL_OSCILLATION]
    assert (rise.left.value, rise.right.value) == pytest.approx((0.08, 0.10))
    assert found[ExtraMeasure.TILT_RANGE].run.value == pytest.approx(6.0)
    assert found[ExtraMeasure.TILT_RANGE].why_not == ""


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"rate_hz": 100.0}, "needs 200 samples per second; there are 100"),
        ({"rate_hz": 200.0, "n_clipped": 3}, "end of its range"),
        ({"rate_hz": 200.0}, "no impact peak of their own"),
    ],
)
def test_why_there_is_no_impact_peak_is_told(options, words):
    found = measured(run_of(100), **options)[ExtraMeasure.IMPACT_PEAK]
    assert (found.left, found.right, found.run) == (None, None, None)
    assert words in found.why_not


def test_walking_has_no_impact_peak():
    found = measured(run_of(100, gait=Gait.WALKING), rate_hz=500.0, impact_peak_mps2=20.0)
    assert "Walking" in found[ExtraMeasure.IMPACT_PEAK].why_not


def test_impact_peaks_of_few_stances_are_no_mean():
    few = np.where(np.arange(100) < 30, 20.0, np.nan)
    assert measured(run_of(100), rate_hz=200.0, impact_peak_mps2=few)[
        ExtraMeasure.IMPACT_PEAK
    ].why_not
    most = np.where(np.arange(100) < 70, 20.0, np.nan)
    found = measured(run_of(100), rate_hz=200.0, impact_peak_mps2=most)[ExtraMeasure.IMPACT_PEAK]
    assert found.left.value == found.right.value == pytest.approx(20.0)


def test_without_a_gyroscope_the_angles_say_so():
    bare = [replace(s, drop_excursion_deg=None) for s in run_of(200)]
    found = measured(bare, has_gyroscope=False, vertical_oscillation_m=0.09)
    for name in (
        ExtraMeasure.TILT_RANGE,
        ExtraMeasure.ROTATION_RANGE,
        ExtraMeasure.DROP_EXCURSION_SD,
    ):
        assert found[name].why_not == "It needs a gyroscope."
    assert found[ExtraMeasure.VERTICAL_OSCILLATION].left.value == pytest.approx(0.09)


def test_a_handful_of_stances_has_reasons_only():
    for found in measured(run_of(4)).values():
        assert (found.left, found.right, found.run) == (None, None, None)
        assert found.why_not
