import random
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.drift_results import Influence
from analysis.history.adjusting import N_ADJUST_MIN, adjustment_of
from analysis.history.points import DROPS, RunPoint, Tracked
from analysis.history.usual import N_USUAL_MAX, usual_of
from analysis.repeatability import FLOOR_DEG
from analysis.verdict import MINIMAL_DETECTABLE_CHANGE_DEG
from tests.analysis.history.history_points import noisy, point, points

LEVELS = st.lists(st.floats(0.5, 9.0), min_size=0, max_size=25)


@pytest.mark.parametrize("n", [0, 1, 2])
def test_fewer_than_three_runs_are_learnt_from(n: int) -> None:
    usual = usual_of(points([4.0] * n))

    assert usual.is_learning
    assert usual.n_learnt == n
    assert usual.ranges == {}
    assert usual.noise.side.value_deg == MINIMAL_DETECTABLE_CHANGE_DEG


def test_three_runs_are_worked_out_by_hand() -> None:
    usual = usual_of(points([4.0, 5.0, 4.0], [5.0, 6.0, 5.0]))

    # The personal noise of three runs that differ by one degree is the default still.
    assert not usual.is_learning
    assert usual.ranges[Tracked.LEFT].middle == pytest.approx(4.0)
    assert usual.ranges[Tracked.LEFT].half_width == pytest.approx(2.8)
    assert usual.ranges[Tracked.RIGHT].low == pytest.approx(2.2)
    # The difference was the same each time: no narrower than what orientation can tell.
    assert usual.ranges[Tracked.RIGHT_MINUS_LEFT].middle == pytest.approx(1.0)
    assert usual.ranges[Tracked.RIGHT_MINUS_LEFT].half_width == pytest.approx(FLOOR_DEG)
    assert usual.ranges[Tracked.CONTACT_BALANCE].half_width == pytest.approx(1.0)
    assert usual.ranges[Tracked.CADENCE].half_width == pytest.approx(0.02 * 168.0)


def test_runs_of_one_mounting_do_not_teach_as_three() -> None:
    runs = [replace(run, mounting="one") for run in points([4.0, 4.1, 4.2])]

    usual = usual_of(runs)

    assert usual.is_learning
    assert usual.n_learnt == 1


def test_one_odd_run_hardly_moves_the_middle() -> None:
    level = usual_of(points([4.0, 4.1, 3.9, 4.0, 4.1, 3.9])).ranges[Tracked.LEFT].middle
    with_odd = usual_of(points([4.0, 4.1, 3.9, 4.0, 4.1, 3.9, 9.0])).ranges[Tracked.LEFT].middle

    assert with_odd == pytest.approx(level, abs=0.11)


def test_a_change_that_stays_is_usual_after_eleven_runs() -> None:
    def middle(n_after: int) -> float:
        runs = points([4.0] * 30 + [6.0] * n_after)
        return usual_of(runs, adjust=False).ranges[Tracked.LEFT].middle

    assert N_USUAL_MAX == 20
    assert middle(9) == 4.0
    assert middle(11) == 6.0


@pytest.mark.parametrize(("sd", "n"), [(0.3, 3), (0.5, 5), (0.5, 20), (1.0, 10)])
def test_it_holds_the_next_run_of_an_unchanged_person(sd: float, n: int) -> None:
    held = []
    for seed in range(60):
        *before, newest = noisy(n + 1, sd, seed)
        usual = usual_of(before)
        for tracked in DROPS:
            usually, now = usual.ranges[tracked], newest.of(tracked)
            assert now is not None
            held.append(usually.low <= now.value <= usually.high)

    assert np.mean(held) > 0.95


@given(LEVELS)
def test_it_is_never_narrower_than_the_noise(left: list[float]) -> None:
    usual = usual_of(points(left))

    for tracked, usually in usual.ranges.items():
        assert usually.half_width >= usual.noise.of(tracked, usually.middle)
    assert usual.is_learning == (len(left) < 3)


@given(LEVELS, st.floats(-3.0, 3.0))
def test_a_constant_moves_its_level_and_nothing_else(left: list[float], offset: float) -> None:
    plain = usual_of(points(left))
    moved = usual_of(points([one + offset for one in left]))

    assert moved.noise.side.value_deg == pytest.approx(plain.noise.side.value_deg)
    assert set(moved.ranges) == set(plain.ranges)
    for tracked, usually in plain.ranges.items():
        shift = offset if tracked in (Tracked.LEFT, Tracked.RIGHT) else 0.0
        assert moved.ranges[tracked].middle == pytest.approx(usually.middle + shift, abs=1e-6)
        assert moved.ranges[tracked].half_width == pytest.approx(usually.half_width, abs=1e-6)


@given(LEVELS, st.randoms(use_true_random=False))
def test_order_of_the_runs_does_not_matter(left: list[float], chance: random.Random) -> None:
    runs = points(left)
    shuffled = runs.copy()
    chance.shuffle(shuffled)

    assert usual_of(shuffled) == usual_of(runs)


def runs_at_cadences(n: int, slope_deg: float, sd: float = 0.1) -> list[RunPoint]:
    rng = np.random.default_rng(3)
    cadence = 168.0 * np.exp(0.03 * rng.normal(size=n))
    drop = 4.0 + slope_deg * np.log(cadence / 168.0) + sd * rng.normal(size=n)
    return [
        point(2.0 * k, float(one), float(one) + 0.5, cadence=float(at))
        for k, (one, at) in enumerate(zip(drop, cadence, strict=True))
    ]


def test_cadence_is_taken_off_from_ten_runs_on() -> None:
    runs = runs_at_cadences(20, slope_deg=-10.0)

    assert N_ADJUST_MIN == 10
    assert usual_of(runs[:9]).adjustment is None
    adjustment = usual_of(runs).adjustment
    assert adjustment is not None
    assert adjustment.influences == (Influence.CADENCE,)
    assert adjustment.slopes_deg[Tracked.LEFT][0] == pytest.approx(-10.0, abs=1.5)
    assert usual_of(runs, adjust=False).adjustment is None


def test_the_range_for_a_faster_rhythm_is_shifted_and_as_wide() -> None:
    usual = usual_of(runs_at_cadences(20, slope_deg=-10.0))
    quick = point(99.0, cadence=168.0 * 1.05)

    usually, plain = usual.range_for(quick, Tracked.LEFT), usual.ranges[Tracked.LEFT]

    assert usually is not None
    assert usually.middle - plain.middle == pytest.approx(-0.49, abs=0.15)
    assert usually.half_width == plain.half_width
    assert usual.range_for(quick, Tracked.CADENCE) == usual.ranges[Tracked.CADENCE]


def test_steady_cadence_and_speed_leave_nothing_to_take_off() -> None:
    assert adjustment_of(noisy(20, 0.5, 0)) is None


def test_speed_is_that_of_distances_only_where_all_are_known() -> None:
    rng = np.random.default_rng(5)
    runs = [
        point(float(k), contact_s=float(0.24 * np.exp(0.05 * one)), distance_m=5000.0 + 800.0 * one)
        for k, one in enumerate(rng.normal(size=15))
    ]

    measured = adjustment_of(runs)
    estimated = adjustment_of([replace(runs[0], distance_m=None), *runs[1:]])

    assert measured is not None
    assert measured.is_speed_measured
    assert estimated is not None
    assert not estimated.is_speed_measured
    assert estimated.influences == measured.influences == (Influence.SPEED,)
