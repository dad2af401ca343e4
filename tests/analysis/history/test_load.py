from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.history.load import (
    LoadState,
    Outing,
    reference_at,
    session_load,
    session_loads,
)
from analysis.history.load_words import after_run_sentence, before_run_sentence
from tests.analysis.history.history_points import FIRST_DAY


def outings(*days_and_km: tuple[float, float | None]) -> list[Outing]:
    return [
        Outing(FIRST_DAY + timedelta(days=day), None if km is None else 1000.0 * km)
        for day, km in days_and_km
    ]


WITHIN = "This run was 8.0 km; the longest of the 30 days before it was 8.0 km."

HISTORIES = st.lists(
    st.tuples(
        st.integers(0, 400).map(lambda half_days: half_days / 2.0),
        st.none() | st.floats(0.1, 60.0),
    ),
    max_size=30,
)


def test_the_longest_of_thirty_days_is_the_reference() -> None:
    runs = outings((0, 20.0), (5, 8.0), (20, 9.2), (28, 6.0))

    at_30 = reference_at(runs, FIRST_DAY + timedelta(days=30))
    later = reference_at(runs, FIRST_DAY + timedelta(days=30, seconds=1))

    assert at_30.longest_m == 20_000.0  # the first run is 30 days ago to the second
    assert later.longest_m == 9_200.0
    assert later.step_m == pytest.approx(10_120.0)
    assert later.n_runs == 3
    assert later.days_since_last == pytest.approx(2.0, abs=1e-4)


def test_a_run_does_not_count_for_itself_nor_for_its_twin() -> None:
    loads = session_loads(outings((0, 10.0), (3, 15.0), (3, 12.0), (6, 16.0)))

    assert [load.reference.longest_m for load in loads] == [None, 10_000.0, 10_000.0, 15_000.0]
    assert [load.state for load in loads] == [
        LoadState.NO_RECENT_REFERENCE,
        LoadState.BEYOND,
        LoadState.BEYOND,
        LoadState.WITHIN,
    ]
    assert loads[1].beyond_percent == pytest.approx(50.0)


@pytest.mark.parametrize(
    ("km", "state"),
    [(5.0, LoadState.WITHIN), (10.99, LoadState.WITHIN), (11.01, LoadState.BEYOND)],
)
def test_ten_percent_beyond_is_the_border(km: float, state: LoadState) -> None:
    *_, load = session_loads(outings((0, 10.0), (7, km)))

    assert load.state is state


def test_a_lapse_has_no_ratio() -> None:
    *_, load = session_loads(outings((0, 10.0), (31, 2.0)))

    assert load.state is LoadState.NO_RECENT_REFERENCE
    assert load.beyond_percent is None
    assert load.reference.is_lapse
    assert load.reference.days_since_last == pytest.approx(31.0)


def test_distances_that_are_missing_are_counted() -> None:
    loads = session_loads(outings((0, None), (2, 5.0), (4, 6.0), (6, None)))

    assert loads[1].state is LoadState.NOT_KNOWN
    assert loads[2].state is LoadState.BEYOND
    assert loads[2].reference.n_without_distance == 1
    assert loads[3].state is LoadState.NOT_KNOWN


@given(HISTORIES)
def test_all_runs_at_once_are_each_run_by_itself(history: list[tuple[float, float | None]]) -> None:
    runs = outings(*history)

    loads = session_loads(runs)

    assert [load.outing.at for load in loads] == sorted(run.at for run in runs)
    assert list(loads) == [
        session_load(load.outing, reference_at(runs, load.outing.at)) for load in loads
    ]


@given(HISTORIES, st.floats(0.1, 10.0))
def test_other_units_of_distance_change_no_state(
    history: list[tuple[float, float | None]], factor: float
) -> None:
    scaled = [(day, None if km is None else factor * km) for day, km in history]

    plain, other = session_loads(outings(*history)), session_loads(outings(*scaled))

    for a, b in zip(plain, other, strict=True):
        if a.beyond_percent is None or abs(a.beyond_percent - 10.0) > 1e-6:
            assert a.state is b.state


def test_words_are_neutral_and_have_the_numbers() -> None:
    runs = outings((0, 9.2), (3, 7.0))
    at = FIRST_DAY + timedelta(days=5)

    assert before_run_sentence(reference_at(runs, at)) == (
        "Your longest run in 30 days is 9.2 km; 10 % beyond it is 10.1 km."
    )
    assert before_run_sentence(reference_at([], at)) == (
        "No run in the last 30 days: no recent reference."
    )
    assert before_run_sentence(reference_at(outings((0, None)), at)) == (
        "The run of the 30 days before has no distance: type it in to see the longest."
    )


@pytest.mark.parametrize(
    ("history", "sentence"),
    [
        (
            [(0, 8.0), (2, 10.0)],
            "This run was 10.0 km, 25 % beyond the longest of the 30 days before it (8.0 km).",
        ),
        (
            [(0, 8.0), (2, 8.0)],
            WITHIN,
        ),
        (
            [(0, None), (1, 8.0), (2, 8.0)],
            f"{WITHIN} 1 run of those days has no distance.",
        ),
        (
            [(0, 8.0), (40, 8.0)],
            "There was no run in the 30 days before this one: no recent reference.",
        ),
        ([(0, 8.0), (2, None)], "The distance of this run is not known."),
    ],
)
def test_a_run_is_told_against_the_longest(
    history: list[tuple[float, float | None]], sentence: str
) -> None:
    *_, load = session_loads(outings(*history))

    assert after_run_sentence(load) == sentence
