from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from analysis.columns import StanceColumns, stance_columns
from analysis.drift_results import DriftTrend, DriftTrends, Followed, Influence, TrendUnit
from analysis.fatigue import WARM_UP_S, trends_over_run
from analysis.results import ChangeClass
from analysis.stances import Gait, Side
from tests.analysis.rows import STEP_S, mirrored, run_of, shifted

N_HALF_HOUR = int(1800 / STEP_S)


def right_rises(t_s: float, side: Side) -> float:
    """One degree over half an hour, right only."""
    return t_s / 1800.0 if side is Side.RIGHT else 0.0


def known(trend: DriftTrend | None) -> DriftTrend:
    assert trend is not None
    return trend


def trends_of(columns: StanceColumns | list, *, distance_m: float | None = None) -> DriftTrends:
    trends = trends_over_run(columns, distance_m=distance_m)
    assert trends is not None
    return trends


def with_pace(
    n: int,
    relative: Callable[[np.ndarray], np.ndarray],
    *,
    cadence_deg: float = 0.0,
    extra_deg: Callable[[float, Side], float] | None = None,
) -> StanceColumns:
    """A run whose cadence changes by a relative amount, its drop by so many degrees per unit."""
    columns = stance_columns(run_of(n, extra_deg=extra_deg, seed=1))
    change = relative(np.arange(n) / n)
    return replace(
        columns,
        cadence_spm=columns.cadence_spm * np.exp(change),
        drop_excursion_deg=columns.drop_excursion_deg + cadence_deg * change,
    )


def waves(x: np.ndarray) -> np.ndarray:
    return 0.03 * np.sin(14.0 * np.pi * x)


def test_a_known_slope_is_recovered_per_minute_and_per_kilometre() -> None:
    stances = run_of(N_HALF_HOUR, extra_deg=right_rises, seed=1)

    by_minute = trends_of(stances)
    by_km = trends_of(stances, distance_m=6000.0)

    assert by_minute.unit is TrendUnit.MINUTE
    assert by_km.unit is TrendUnit.KILOMETRE
    for trends, slope in ((by_minute, 1 / 30), (by_km, 1 / 6)):
        right, left = known(trends.right_deg), known(trends.left_deg)
        assert right.rate.ci_low < slope < right.rate.ci_high
        assert right.rate.half_width < 0.2 * slope
        assert right.change.value == pytest.approx(right.rate.value * trends.extent)
        assert right.change_class is ChangeClass.LIKELY_REAL
        assert left.change_class is ChangeClass.TRIVIAL
        difference = known(trends.right_minus_left_deg)
        assert difference.rate.ci_low < slope < difference.rate.ci_high
        assert trends.adjusted_for == ()
        assert trends.level_changes == ()


def test_intervals_of_whole_runs_hold_the_slope_in_about_95_percent() -> None:
    held = []
    for seed in range(80):
        stances = run_of(N_HALF_HOUR // 2, extra_deg=right_rises, seed=seed)
        rate = known(trends_of(stances).right_deg).rate
        held.append(rate.ci_low <= 1 / 30 <= rate.ci_high)

    assert 0.88 <= np.mean(held) <= 1.0


def test_the_early_part_is_behind_the_warm_up_and_the_change_spans_from_its_middle() -> None:
    trends = trends_of(run_of(N_HALF_HOUR, start_s=500.0))

    # A third of 29 minutes, cut to whole windows of 25 strides (17.5 s).
    assert trends.early_start_s - 500.0 == pytest.approx(WARM_UP_S, abs=18.0)
    assert trends.early_end_s - 500.0 == pytest.approx(WARM_UP_S + 580.0, abs=18.0)
    assert trends.extent == pytest.approx(29.85 - (1.0 + 29.0 / 6.0), abs=0.4)
    assert known(trends.left_deg).early.value == pytest.approx(4.0, abs=0.1)


def test_the_adjusted_slope_is_right_when_cadence_drifts_along() -> None:
    columns = with_pace(
        N_HALF_HOUR,
        lambda x: waves(x) - 0.06 * x,
        cadence_deg=-10.0,
        extra_deg=right_rises,
    )

    trends = trends_of(columns)

    assert trends.adjusted_for == (Influence.CADENCE,)
    right = known(trends.right_deg)
    assert right.rate.ci_low < 1 / 30 < right.rate.ci_high
    assert right.rate.value == pytest.approx(1 / 30, rel=0.15)
    # Unadjusted, what cadence does to the drop comes on top: 0.6 degrees in half an hour.
    assert right.rate_unadjusted.value == pytest.approx(1.6 / 30, rel=0.15)
    left = known(trends.left_deg)
    assert left.change_class is not ChangeClass.LIKELY_REAL
    assert left.change_unadjusted.value == pytest.approx(0.6 * trends.extent / 30, rel=0.25)
    assert known(trends.cadence_spm).change.value < -5.0


def test_a_faster_pace_shows_as_speed_and_is_taken_off() -> None:
    columns = stance_columns(run_of(N_HALF_HOUR))
    x = np.arange(len(columns)) / len(columns)
    change = 2.0 * waves(x) + 0.1 * x
    columns = replace(
        columns,
        contact_time_s=columns.contact_time_s * np.exp(change / -1.881),
        drop_excursion_deg=columns.drop_excursion_deg + 4.0 * change,
    )

    trends = trends_of(columns)

    assert trends.adjusted_for == (Influence.SPEED,)
    left = known(trends.left_deg)
    assert abs(left.change.value) < 0.1
    assert left.change_unadjusted.value > 0.25
    assert known(trends.contact_time_s).change.value < 0.0


def test_a_known_distance_gets_the_shape_of_the_speed() -> None:
    columns = stance_columns(run_of(N_HALF_HOUR))
    half = np.arange(len(columns)) >= len(columns) // 2
    # Twice as fast in the second half: two thirds of the way, and where the level changes.
    columns = replace(
        columns,
        contact_time_s=np.where(half, columns.contact_time_s * 2.0 ** (1 / -1.881), 0.24),
        drop_excursion_deg=columns.drop_excursion_deg + 1.5 * half,
    )

    trends = trends_of(columns, distance_m=6000.0)

    moments = {change.measure: change for change in trends.level_changes}
    assert set(moments) == {Followed.LEFT, Followed.RIGHT, Followed.CONTACT_TIME}
    assert moments[Followed.LEFT].at == pytest.approx(2.0, abs=0.15)
    assert moments[Followed.LEFT].change.value == pytest.approx(1.5, abs=0.1)
    assert moments[Followed.LEFT].t_s == pytest.approx(100.0 + 900.0, abs=20.0)


def test_walking_has_trends_but_no_speed() -> None:
    columns = stance_columns(run_of(N_HALF_HOUR, gait=Gait.WALKING))
    wide = np.exp(3.0 * waves(np.arange(len(columns)) / len(columns)))
    columns = replace(columns, contact_time_s=0.62 * wide)

    trends = trends_of(columns)

    assert trends.adjusted_for == ()
    assert known(trends.left_deg).change_class is ChangeClass.TRIVIAL


def test_a_short_run_has_no_early_part_and_one_without_drop_has_its_rhythm() -> None:
    assert trends_over_run([]) is None
    assert trends_over_run(run_of(int(180 / STEP_S))) is None

    without = [replace(s, drop_excursion_deg=None) for s in run_of(N_HALF_HOUR)]
    trends = trends_of(without)
    assert trends.left_deg is None
    assert trends.right_minus_left_deg is None
    assert trends.cadence_spm is not None


def test_a_pause_takes_no_time_and_makes_no_change() -> None:
    stances = run_of(N_HALF_HOUR, extra_deg=right_rises)
    half = N_HALF_HOUR // 2
    paused = [*stances[:half], *shifted(stances[half:], 900.0)]

    whole, cut = known(trends_of(stances).right_deg), known(trends_of(paused).right_deg)

    assert cut.rate.value == pytest.approx(whole.rate.value, rel=0.03)


def numbers(trend: DriftTrend | None) -> list[float]:
    told = known(trend)
    estimates = (told.rate, told.change, told.rate_unadjusted, told.change_unadjusted)
    return [value for e in estimates for value in (e.value, e.ci_low, e.ci_high)]


def test_mirrored_sides_swap_and_their_difference_changes_sign() -> None:
    stances = run_of(N_HALF_HOUR, extra_deg=right_rises)

    one, other = trends_of(stances), trends_of(mirrored(stances))

    assert one.left_deg == other.right_deg
    assert one.right_deg == other.left_deg
    rate, opposite = (known(t.right_minus_left_deg).rate for t in (one, other))
    assert opposite.value == pytest.approx(-rate.value)
    assert opposite.ci_low == pytest.approx(-rate.ci_high)


@pytest.mark.parametrize("by_s", [-100.0, 3600.0])
def test_a_shift_in_time_shifts_only_the_moments(by_s: float) -> None:
    stances = run_of(N_HALF_HOUR, extra_deg=lambda t, _: 1.5 * (t > 900.0))

    one, other = trends_of(stances), trends_of(shifted(stances, by_s))

    assert numbers(one.left_deg) == pytest.approx(numbers(other.left_deg), abs=1e-6)
    assert len(one.level_changes) == 2
    for before, after in zip(one.level_changes, other.level_changes, strict=True):
        assert after.t_s == pytest.approx(before.t_s + by_s)
        assert after.at == pytest.approx(before.at)


def test_a_constant_changes_no_drift() -> None:
    columns = with_pace(N_HALF_HOUR, waves, cadence_deg=-10.0, extra_deg=right_rises)
    raised = replace(columns, drop_excursion_deg=columns.drop_excursion_deg + 7.0)

    one, other = trends_of(columns), trends_of(raised)

    assert numbers(one.right_deg) == pytest.approx(numbers(other.right_deg), abs=1e-5)
    assert known(other.left_deg).early.value == pytest.approx(known(one.left_deg).early.value + 7.0)
