import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.repeatability import (
    FLOOR_DEG,
    N_RUNS_MIN,
    SEM_TO_MDC,
    MdcMethod,
    RepeatedRun,
    minimal_detectable_change,
)
from analysis.results import Estimate
from analysis.stances import Gait
from analysis.verdict import MINIMAL_DETECTABLE_CHANGE_DEG


def around(value: float, half_width: float = 0.2) -> Estimate:
    return Estimate(value, value - half_width, value + half_width)


def runs_of(left: list[float], right: list[float] | None = None) -> list[RepeatedRun]:
    pairs = zip(left, right or left, strict=True)
    return [
        RepeatedRun(around(one), around(other), Gait.RUNNING, f"day {k}")
        for k, (one, other) in enumerate(pairs)
    ]


def test_too_few_runs_give_the_published_value() -> None:
    for n in range(N_RUNS_MIN):
        found = minimal_detectable_change(runs_of([4.0] * n))
        assert found.value_deg == MINIMAL_DETECTABLE_CHANGE_DEG == 2.8
        assert found.is_default
        assert found.estimate_deg is None
        assert found.n_mountings == n


def test_three_runs_that_differ_by_one_degree_are_worked_out_by_hand() -> None:
    found = minimal_detectable_change(runs_of([4.0, 5.0, 4.0]))

    # Differences 1, -1: their mean square over 2 is 0.5, so SEM is 0.707 and MDC 1.96.
    assert found.estimate_deg == pytest.approx(1.96)
    assert found.method is MdcMethod.SUCCESSIVE_DIFFERENCES
    assert not found.is_default
    # Three runs say little: what is used is the default still, since twice the guess may be true.
    assert found.value_deg == MINIMAL_DETECTABLE_CHANGE_DEG
    assert found.ci_low_deg is not None
    assert found.ci_high_deg is not None
    assert found.ci_low_deg < found.estimate_deg < found.ci_high_deg


def test_many_runs_reach_the_true_value_from_above() -> None:
    rng = np.random.default_rng(0)
    sem = 0.6
    values = [
        minimal_detectable_change(
            runs_of(
                (4 + sem * rng.normal(size=20)).tolist(), (5 + sem * rng.normal(size=20)).tolist()
            )
        )
        for _ in range(200)
    ]

    guesses = [value.estimate_deg for value in values if value.estimate_deg is not None]
    assert np.sqrt(np.mean(np.square(guesses))) == pytest.approx(SEM_TO_MDC * sem, rel=0.05)
    assert np.median([v.value_deg for v in values]) == pytest.approx(SEM_TO_MDC * sem, rel=0.3)
    assert np.mean([v.value_deg >= SEM_TO_MDC * sem for v in values]) > 0.78


@pytest.mark.parametrize("n", [3, 5, 10])
def test_its_interval_holds_the_truth_where_both_sides_move_together(n: int) -> None:
    """The hardest case: a mounting that is off moves both sides, and two tell no more than one."""
    rng = np.random.default_rng(1)
    held = 0
    for _ in range(400):
        found = minimal_detectable_change(runs_of((4.0 + 0.8 * rng.normal(size=n)).tolist()))
        assert found.ci_low_deg is not None
        assert found.ci_high_deg is not None
        held += found.ci_low_deg <= SEM_TO_MDC * 0.8 <= found.ci_high_deg

    assert 0.91 < held / 400 < 0.985


def test_a_slow_trend_over_weeks_hardly_widens_it() -> None:
    rng = np.random.default_rng(2)
    noise = 0.5 * rng.normal(size=(200, 2, 12))
    trend = np.linspace(0.0, 3.0, 12)

    def typical(values: np.ndarray) -> float:
        found = [minimal_detectable_change(runs_of(a.tolist(), b.tolist())) for a, b in values]
        return float(np.mean([one.estimate_deg for one in found if one.estimate_deg]))

    assert typical(noise + trend) < 1.1 * typical(noise)
    assert SEM_TO_MDC * np.std(trend) > 1.8 * typical(noise)


def test_equal_runs_never_go_below_what_the_sensor_can_tell() -> None:
    found = minimal_detectable_change(runs_of([4.0] * 30))

    assert found.estimate_deg == 0.0
    assert found.value_deg == FLOOR_DEG == pytest.approx(0.83, abs=0.01)


def test_runs_of_one_mounting_count_once_and_what_is_unlike_or_unsure_does_not() -> None:
    steady = runs_of([4.0, 4.6, 4.2, 4.8])
    twice = [run for run in steady for _ in range(2)]
    walk = RepeatedRun(around(1.0), around(1.0), Gait.WALKING, "walk")
    unsure = RepeatedRun(around(9.0, 2.0), around(9.0), Gait.RUNNING, "unsure")
    without = RepeatedRun(None, around(9.0), Gait.RUNNING, "without")

    expected = minimal_detectable_change(steady)

    assert expected.n_mountings == 4
    assert minimal_detectable_change(twice) == expected
    assert minimal_detectable_change([walk, *steady[:2], unsure, without, *steady[2:]]) == expected


def test_a_person_who_varies_more_than_the_default_gets_more() -> None:
    found = minimal_detectable_change(runs_of([2.0, 6.0, 2.0, 6.0, 2.0]))

    assert found.estimate_deg is not None
    assert found.value_deg == pytest.approx(found.estimate_deg)
    assert found.value_deg > MINIMAL_DETECTABLE_CHANGE_DEG


@given(
    left=st.lists(st.floats(0.0, 10.0), min_size=3, max_size=12),
    shift=st.floats(-3.0, 3.0),
)
def test_a_constant_or_the_other_direction_of_time_changes_nothing(
    left: list[float], shift: float
) -> None:
    one = minimal_detectable_change(runs_of(left))
    moved = minimal_detectable_change(runs_of([value + shift for value in left]))
    back = minimal_detectable_change(runs_of(left[::-1]))

    assert moved.value_deg == pytest.approx(one.value_deg, abs=1e-6)
    assert back.value_deg == pytest.approx(one.value_deg, abs=1e-6)
    assert one.value_deg >= FLOOR_DEG
