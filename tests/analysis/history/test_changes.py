from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.history.changes import (
    MeasureChange,
    against_usual,
    compare_runs,
    dated_changes,
)
from analysis.history.noise import noise_between_runs
from analysis.history.points import Tracked
from analysis.history.usual import usual_of
from analysis.results import ChangeClass
from tests.analysis.history.history_points import around, noisy, point, points


def by_measure(changes: tuple[MeasureChange, ...]) -> dict[Tracked, MeasureChange]:
    return {change.measure: change for change in changes}


def test_a_run_like_the_others_is_unclear_and_one_far_off_is_likely_real() -> None:
    usual = usual_of(noisy(20, 0.4, 1))

    alike = by_measure(against_usual(point(99.0, 4.2, 4.6), usual))
    far = by_measure(against_usual(point(99.0, 4.0, 7.5, cadence=176.0), usual))

    assert {change.change_class for change in alike.values()} == {ChangeClass.UNCLEAR}
    assert far[Tracked.RIGHT].change_class is ChangeClass.LIKELY_REAL
    assert far[Tracked.RIGHT].change.value == pytest.approx(3.0, abs=0.3)
    assert far[Tracked.RIGHT].noise >= usual.noise.side.value_deg
    assert far[Tracked.LEFT].change_class is ChangeClass.UNCLEAR
    assert far[Tracked.CADENCE].change_class is ChangeClass.LIKELY_REAL


def test_nothing_is_said_while_learning() -> None:
    assert against_usual(point(9.0), usual_of(points([4.0, 4.1]))) == ()


def test_two_single_runs_differ_by_what_is_between_them() -> None:
    before, after = point(0.0, 5.0, 5.5), point(7.0, 4.0, 5.5)
    noise = noise_between_runs([before, after])

    found = by_measure(compare_runs([before], [after], noise))

    left = found[Tracked.LEFT]
    assert left.change.value == pytest.approx(-1.0)
    assert left.change.half_width == pytest.approx(np.hypot(0.2, 0.2))
    assert left.noise == 2.8
    assert left.change_class is ChangeClass.UNCLEAR
    # Not even two equal runs are trivial: one run does not know its day.
    assert found[Tracked.RIGHT].change_class is ChangeClass.UNCLEAR


def test_two_periods_have_the_interval_of_their_scatter() -> None:
    before, after = points([5.0, 5.2, 4.8, 5.0]), points([3.0, 3.2, 2.8, 3.0])
    noise = noise_between_runs(noisy(20, 0.3, 0))

    left = by_measure(compare_runs(before, after, noise))[Tracked.LEFT]

    # Standard deviation 0.1633, over the root of 4; Student's t of 3 is 3.182; twice, squared.
    assert left.change.half_width == pytest.approx(np.sqrt(2.0) * 3.182 * 0.1633 / 2.0, rel=1e-3)
    assert left.change.value == pytest.approx(-2.0)
    assert left.change_class is ChangeClass.LIKELY_REAL


def test_two_long_periods_alike_are_trivial() -> None:
    runs = noisy(60, 0.4, 4)

    found = by_measure(compare_runs(runs[:30], runs[30:], noise_between_runs(runs)))

    assert found[Tracked.LEFT].change_class is ChangeClass.TRIVIAL
    assert found[Tracked.CADENCE].change_class is ChangeClass.TRIVIAL


def test_what_was_not_measured_is_left_out() -> None:
    without = replace(point(0.0), cadence_spm=None)

    found = by_measure(compare_runs([without], [point(1.0)], noise_between_runs([])))

    assert Tracked.CADENCE not in found
    assert Tracked.LEFT in found


@given(st.lists(st.floats(1.0, 8.0), min_size=1, max_size=8), st.floats(-2.0, 2.0))
def test_a_comparison_turned_round_changes_its_sign(left: list[float], offset: float) -> None:
    before, after = points(left), points([one + offset for one in left])
    noise = noise_between_runs(before)

    there = by_measure(compare_runs(before, after, noise))[Tracked.LEFT]
    back = by_measure(compare_runs(after, before, noise))[Tracked.LEFT]

    assert there.change.value == pytest.approx(-back.change.value)
    assert there.change.value == pytest.approx(offset, abs=1e-9)
    assert there.change_class is back.change_class


def test_a_change_of_level_has_the_date_of_its_first_run() -> None:
    runs = noisy(40, 0.3, 2)
    later = [
        replace(run, right_deg=around((run.right_deg or around(0.0)).value - 2.0))
        for run in runs[22:]
    ]
    runs = [*runs[:22], *later]
    noise = noise_between_runs(runs)
    shuffled = [*runs[::-3], *runs[-2::-3], *runs[-3::-3]]

    (found,) = dated_changes(runs, noise)

    assert found.measure is Tracked.RIGHT
    assert found.run_id == runs[22].run_id
    assert found.at == runs[22].at
    assert found.change.value == pytest.approx(-2.0, abs=0.3)
    assert dated_changes(shuffled, noise) == (found,)


@pytest.mark.parametrize("n", [12, 20, 60])
def test_noise_has_no_dates(n: int) -> None:
    n_alarms = sum(
        bool(dated_changes(runs, noise_between_runs(runs)))
        for runs in (noisy(n, 0.5, seed) for seed in range(40))
    )

    assert n_alarms <= 1


def test_few_runs_have_no_dates_but_no_trouble() -> None:
    assert dated_changes([], noise_between_runs([])) == ()
    assert dated_changes(points([4.0, 8.0]), noise_between_runs([])) == ()
