from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.drift import (
    N_KM_BINS_MAX,
    N_MINUTE_BINS_MAX,
    N_PER_THIRD_MIN,
    drift_over_run,
)
from analysis.errors import DistanceError
from analysis.results import Drift, Estimate
from analysis.stances import Exclusion, Side, Stance
from tests.analysis.rows import STEP_S, left_out, mirrored, run_of, shifted


def n_stances(minutes: float) -> int:
    return int(minutes * 60 / STEP_S)


def right_rises(t_s: float, side: Side) -> float:
    """One degree over half an hour, right only."""
    return t_s / 1800.0 if side is Side.RIGHT else 0.0


@pytest.mark.parametrize("distance_m", [0.0, -5000.0, float("nan"), float("inf")])
def test_a_distance_that_no_run_has_is_refused(distance_m: float) -> None:
    with pytest.raises(DistanceError, match="leave it out"):
        drift_over_run(run_of(100), distance_m=distance_m)
    with pytest.raises(DistanceError, match="above 0 m"):
        drift_over_run([], distance_m=distance_m)


def test_a_linear_rise_shows_in_its_side_and_two_thirds_of_it_between_the_thirds() -> None:
    drift = drift_over_run(run_of(n_stances(30), extra_deg=right_rises))

    left, right = drift.left_change_deg, drift.right_change_deg
    assert left is not None
    assert right is not None
    assert right.ci_low < 2 / 3 < right.ci_high
    assert right.half_width < 0.15
    assert left.ci_low < 0.0 < left.ci_high
    medians = [one.right_deg.value for one in drift.bins if one.right_deg is not None]
    assert len(medians) == len(drift.bins) == 15
    assert medians[0] == pytest.approx(4.0, abs=0.15)
    assert medians[-1] == pytest.approx(5.0, abs=0.15)


@pytest.mark.parametrize(
    ("minutes", "n_bins", "first_label"),
    [
        (2.9, 3, "0 to 1 min"),
        (12.5, 13, "0 to 1 min"),
        (19.9, 20, "0 to 1 min"),
        (30.5, 16, "0 to 2 min"),
        (61.0, 13, "0 to 5 min"),
        (150.0, 15, "0 to 10 min"),
    ],
)
def test_minutes_are_grouped_so_that_at_most_twenty_remain(
    minutes: float, n_bins: int, first_label: str
) -> None:
    drift = drift_over_run(run_of(n_stances(minutes)))

    assert len(drift.bins) == n_bins <= N_MINUTE_BINS_MAX
    assert drift.bins[0].label == first_label
    assert {one.start_km for one in drift.bins} == {None}


def assert_every_stance_is_in_one_bin(drift: Drift, stances: list[Stance]) -> None:
    for one, following in zip(drift.bins, drift.bins[1:], strict=False):
        assert one.end_s == following.start_s
    assert sum(one.n_left for one in drift.bins) == sum(s.side is Side.LEFT for s in stances)
    assert sum(one.n_right for one in drift.bins) == sum(s.side is Side.RIGHT for s in stances)


def test_kilometres_share_the_moving_time_evenly() -> None:
    stances = run_of(n_stances(28))

    drift = drift_over_run(stances, distance_m=5400.0)

    assert [one.label for one in drift.bins] == [f"km {k}" for k in range(1, 7)]
    assert [one.start_km for one in drift.bins] == [0, 1, 2, 3, 4, 5]
    per_km_s = 28 * 60 / 5.4
    for one in drift.bins[:-1]:
        assert one.end_s - one.start_s == pytest.approx(per_km_s, abs=1.0)
    assert_every_stance_is_in_one_bin(drift, stances)


def test_a_pause_takes_no_distance() -> None:
    first = run_of(n_stances(10))
    second = shifted(run_of(n_stances(10)), n_stances(10) * STEP_S + 600.0)
    stances = [*first, *second]

    drift = drift_over_run(stances, distance_m=4000.0)

    assert len(drift.bins) == 4
    n_per_km = [one.n_left for one in drift.bins]
    assert max(n_per_km) - min(n_per_km) <= 2
    assert_every_stance_is_in_one_bin(drift, stances)


def test_a_sliver_at_the_end_joins_the_kilometre_before_it() -> None:
    stances = run_of(n_stances(20))

    assert len(drift_over_run(stances, distance_m=4050.0).bins) == 4
    assert len(drift_over_run(stances, distance_m=4150.0).bins) == 5
    assert len(drift_over_run(stances, distance_m=40.0).bins) == 1


def test_an_ultra_is_grouped_in_longer_stretches() -> None:
    drift = drift_over_run(run_of(n_stances(60)), distance_m=101_300.0)

    assert len(drift.bins) <= N_KM_BINS_MAX
    assert drift.bins[0].label == "km 0 to 5"
    assert drift.bins[-1].label == "km 100 to 101.3"


def test_minute_zero_can_be_the_start_of_the_recording() -> None:
    stances = run_of(n_stances(5), start_s=100.0)

    assert drift_over_run(stances).bins[0].start_s == 100.0
    assert drift_over_run(stances, run_start_s=70.0).bins[0].start_s == 70.0
    # A start after the first strike would lose stances.
    late = drift_over_run(stances, run_start_s=130.0)
    assert_every_stance_is_in_one_bin(late, stances)


def test_a_stretch_without_stances_has_no_median() -> None:
    stances = [
        left_out(s, Exclusion.TURN) if 160.0 <= s.foot_strike_s < 220.0 else s
        for s in run_of(n_stances(5), start_s=100.0)
    ]

    second = drift_over_run(stances).bins[1]

    assert (second.n_left, second.n_right) == (0, 0)
    assert second.left_deg is None
    assert second.right_deg is None


def test_a_run_that_is_too_short_does_not_say_whether_it_changed() -> None:
    # 6 n stances are n of each side in each third.
    long_enough = drift_over_run(run_of(6 * N_PER_THIRD_MIN))
    too_short = drift_over_run(run_of(6 * N_PER_THIRD_MIN - 6))

    assert long_enough.left_change_deg is not None
    assert too_short.left_change_deg is None
    assert too_short.right_change_deg is None
    assert drift_over_run([]) == Drift((), None, None)
    assert drift_over_run([], distance_m=5000.0) == Drift((), None, None)
    assert drift_over_run(run_of(1), distance_m=5000.0).bins == ()


def test_without_drop_there_is_nothing_to_follow() -> None:
    drift = drift_over_run([replace(s, drop_excursion_deg=None) for s in run_of(600)])

    assert {one.left_deg for one in drift.bins} == {None}
    assert drift.left_change_deg is None


def assert_same(one: Estimate | None, other: Estimate | None) -> None:
    assert (one is None) == (other is None)
    if one is not None and other is not None:
        assert (one.value, one.ci_low, one.ci_high) == pytest.approx(
            (other.value, other.ci_low, other.ci_high)
        )


@settings(max_examples=15, deadline=None)
@given(by_s=st.integers(-10_000, 1_000_000), seed=st.integers(0, 9))
def test_mirroring_swaps_the_sides_and_time_does_not_matter(by_s: int, seed: int) -> None:
    stances = run_of(n_stances(4), extra_deg=right_rises, seed=seed)

    plain = drift_over_run(stances)
    other = drift_over_run(mirrored(shifted(stances, float(by_s))))

    assert_same(plain.left_change_deg, other.right_change_deg)
    assert_same(plain.right_change_deg, other.left_change_deg)
    assert [b.n_left for b in plain.bins] == [b.n_right for b in other.bins]
    assert [b.label for b in plain.bins] == [b.label for b in other.bins]
