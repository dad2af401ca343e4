from dataclasses import replace

import pytest

from analysis.history.points import NotComparable, comparable_runs
from analysis.results import Grade
from analysis.stances import Gait
from tests.analysis.history.history_points import point, points


def test_every_run_that_is_left_out_says_why() -> None:
    odd = {
        NotComparable.NO_DROP: point(1.0, left=None),
        NotComparable.GAIT: point(2.1, gait=Gait.WALKING),
        NotComparable.GRADE: point(3.1, grade=Grade.POOR),
        NotComparable.HARD: point(4.1, is_hard=True),
        NotComparable.UNSURE: point(5.1, half_width=1.5),
        NotComparable.VERSION: point(0.1, version="0"),
    }
    even = points([4.0, 4.1, 4.2, 4.3])

    found = comparable_runs([*odd.values(), *even])

    assert list(found.runs) == even
    assert found.left_out == {run.run_id: reason for reason, run in odd.items()}
    assert found.gait is Gait.RUNNING
    assert found.analysis_version == "1"


def test_order_of_the_runs_does_not_matter() -> None:
    runs = points([4.0, 5.0, 4.2, 4.4, 3.9])
    shuffled = [*runs[::-2], *runs[-2::-2]]

    assert comparable_runs(shuffled) == comparable_runs(runs)


def test_a_history_of_walks_compares_walks() -> None:
    walks = [replace(run, gait=Gait.WALKING) for run in points([3.0, 3.1, 3.2])]

    found = comparable_runs([*walks, point(9.0)])

    assert list(found.runs) == walks
    assert found.gait is Gait.WALKING


def test_an_even_number_of_walks_and_runs_compares_runs() -> None:
    found = comparable_runs([point(0.0, gait=Gait.WALKING), point(1.0)])

    assert [run.gait for run in found.runs] == [Gait.RUNNING]


def test_no_runs_are_nothing_to_go_by() -> None:
    found = comparable_runs([])

    assert found.runs == ()
    assert found.gait is None
    assert found.analysis_version is None


def test_speed_comes_from_distance_and_from_contact_time() -> None:
    run = point(0.0, contact_s=0.23, distance_m=5400.0)

    assert run.speed_mps == pytest.approx(3.0)
    assert run.estimated_speed_mps == pytest.approx(3.506)
    assert replace(run, distance_m=None).speed_mps is None
    assert point(0.0, contact_s=0.6, gait=Gait.WALKING).estimated_speed_mps is None
