from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.columns import stance_columns
from analysis.series import (
    N_WINDOW_MIN,
    Measure,
    RollingSeries,
    point_series,
    rolling_series,
    thin,
)
from analysis.stances import Exclusion, Gait, Side, Stance
from tests.analysis.rows import left_out, run_of, shifted


def test_the_middle_of_a_window_is_its_median_and_its_tenths() -> None:
    stances = run_of(200)
    own = np.array([s.drop_excursion_deg for s in stances if s.side is Side.RIGHT])

    series = rolling_series(stances, Side.RIGHT, Measure.DROP_EXCURSION, window_strides=25)

    assert series.t_s.size == 100
    for k in (12, 50, 87):
        window = own[k - 12 : k + 13]
        assert series.median[k] == pytest.approx(np.median(window))
        assert series.low_10[k] == pytest.approx(np.quantile(window, 0.1))
        assert series.high_90[k] == pytest.approx(np.quantile(window, 0.9))
    # At the start the window is cut: stance 0 sees itself and the 12 that follow.
    assert series.median[0] == pytest.approx(np.median(own[:13]))
    assert series.high_90[-1] == pytest.approx(np.quantile(own[-13:], 0.9))


def test_the_line_breaks_at_a_pause_and_no_window_reaches_across() -> None:
    before = run_of(100, left_deg=2.0, noise_deg=0.0)
    after = run_of(100, left_deg=8.0, noise_deg=0.0, start_s=before[-1].foot_strike_s + 30.0)

    series = rolling_series([*before, *after], Side.LEFT, Measure.DROP_EXCURSION)

    at = np.flatnonzero(np.isnan(series.median))
    assert at.tolist() == [50]
    assert before[-1].foot_strike_s < series.t_s[50] < after[0].foot_strike_s
    assert np.isnan([series.low_10[50], series.high_90[50]]).all()
    np.testing.assert_allclose(series.median[:50], 2.0)
    np.testing.assert_allclose(series.median[51:], 8.0)
    assert (np.diff(series.t_s) > 0).all()


def test_a_few_stances_left_out_do_not_break_the_line_but_many_do() -> None:
    stances = run_of(120)
    few = [left_out(s) if 40 <= i < 46 else s for i, s in enumerate(stances)]
    many = [left_out(s, Exclusion.TURN) if 40 <= i < 60 else s for i, s in enumerate(stances)]

    few_broken = np.isnan(rolling_series(few, Side.LEFT, Measure.CONTACT_TIME).median)
    many_broken = np.isnan(rolling_series(many, Side.LEFT, Measure.CONTACT_TIME).median)

    assert not few_broken.any()
    assert many_broken.sum() == 1


def test_a_stretch_of_a_few_stances_draws_no_line() -> None:
    lonely = run_of(2 * (N_WINDOW_MIN - 1))
    enough = run_of(2 * N_WINDOW_MIN)

    assert np.isnan(rolling_series(lonely, Side.LEFT, Measure.PEAK_DROP).median).all()
    assert np.isfinite(rolling_series(enough, Side.LEFT, Measure.PEAK_DROP).median).all()


def test_a_window_of_one_stride_is_the_stances_themselves() -> None:
    stances = run_of(30)

    series = rolling_series(stances, Side.LEFT, Measure.PEAK_DROP, window_strides=1)

    points = point_series(stances, Side.LEFT, Measure.PEAK_DROP)
    np.testing.assert_array_equal(series.median, points.value)
    np.testing.assert_array_equal(series.low_10, points.value)
    with pytest.raises(ValueError, match="at least 1"):
        rolling_series(stances, Side.LEFT, Measure.PEAK_DROP, window_strides=0)


def test_both_feet_can_share_one_series() -> None:
    stances = run_of(40)

    points = point_series(stances, None, Measure.CADENCE)

    assert points.t_s.tolist() == [s.foot_strike_s for s in stances]
    np.testing.assert_allclose(points.value, 60.0 / 0.35)


@pytest.mark.parametrize("measure", Measure)
def test_every_measure_reads_its_attribute_and_says_its_unit(measure: Measure) -> None:
    stances = run_of(10)

    points = point_series(stances, None, measure)

    assert points.value.tolist() == [getattr(s, measure.attribute) for s in stances]
    assert measure.label
    assert measure.unit == {"deg": "°", "s": "ms", "spm": "spm"}[measure.value.rpartition("_")[2]]
    assert measure.display_factor == (1000.0 if measure.unit == "ms" else 1.0)
    assert measure.n_decimals == (1 if measure.unit == "°" else 0)


def test_points_are_the_valid_ones_of_the_main_gait_that_have_the_measure() -> None:
    stances = run_of(20)
    stances[4] = left_out(stances[4])
    stances[6] = replace(stances[6], peak_drop_deg=None)
    stances[8] = replace(stances[8], gait=Gait.WALKING)

    points = point_series(stances, Side.LEFT, Measure.PEAK_DROP)

    assert points.t_s.tolist() == [stances[i].foot_strike_s for i in (0, 2, 10, 12, 14, 16, 18)]
    assert point_series([], Side.LEFT, Measure.PEAK_DROP).t_s.size == 0
    assert rolling_series([], Side.LEFT, Measure.PEAK_DROP).median.size == 0


def test_columns_draw_the_same_as_stances() -> None:
    stances = run_of(60)

    one = rolling_series(stances, Side.LEFT, Measure.DROP_EXCURSION)
    other = rolling_series(stance_columns(stances), Side.LEFT, Measure.DROP_EXCURSION)

    np.testing.assert_array_equal(one.median, other.median)


def test_thinning_keeps_the_highest_the_lowest_and_the_breaks() -> None:
    before = run_of(4000, seed=1)
    after = shifted(run_of(4000, seed=2), 2000.0)
    series = rolling_series([*before, *after], Side.LEFT, Measure.DROP_EXCURSION)

    thinned = thin(series, 200)

    assert 150 < thinned.t_s.size <= 200
    assert np.nanmax(thinned.median) == np.nanmax(series.median)
    assert np.nanmin(thinned.median) == np.nanmin(series.median)
    assert np.isnan(thinned.median).sum() == 1
    assert thin(series, 100_000) is series
    with pytest.raises(ValueError, match="at least 4"):
        thin(series, 3)


rows = st.lists(st.one_of(st.floats(-9, 9), st.just(float("nan"))), min_size=1, max_size=120)


@settings(deadline=None)
@given(values=rows, n_max=st.integers(4, 60))
def test_thinned_rows_are_rows_of_the_series_in_order_and_few_enough(
    values: list[float], n_max: int
) -> None:
    median = np.array(values)
    t_s = np.arange(median.size, dtype=float)
    series = RollingSeries(t_s, median, median - 1, median + 1)

    thinned = thin(series, n_max)

    assert thinned.t_s.size <= n_max
    assert (np.diff(thinned.t_s) > 0).all()
    np.testing.assert_array_equal(thinned.median, median[thinned.t_s.astype(int)])
    if median.size > n_max:
        # Two rows with a break between them never become neighbours.
        kept = thinned.t_s[np.isfinite(thinned.median)].astype(int)
        for a, b in pairwise(kept):
            broken_before = np.isnan(median[a:b]).any()
            broken_after = np.isnan(thinned.median[(thinned.t_s > a) & (thinned.t_s < b)]).any()
            assert broken_before == broken_after


@settings(max_examples=20, deadline=None)
@given(seed=st.integers(0, 50), window=st.integers(1, 41), by_s=st.integers(-1000, 10_000))
def test_the_band_holds_the_median_and_time_does_not_matter(
    seed: int, window: int, by_s: int
) -> None:
    stances: list[Stance] = run_of(80, seed=seed)

    series = rolling_series(stances, Side.LEFT, Measure.DROP_EXCURSION, window_strides=window)
    later = rolling_series(
        shifted(stances, float(by_s)), Side.LEFT, Measure.DROP_EXCURSION, window_strides=window
    )

    drawn = np.isfinite(series.median)
    assert drawn.sum() >= 36  # at most the two cut windows at each end are too short
    assert (series.low_10 <= series.median)[drawn].all()
    assert (series.median <= series.high_90)[drawn].all()
    np.testing.assert_array_equal(series.median, later.median)
