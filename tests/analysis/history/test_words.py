from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.history.changes import DatedChange, against_usual, compare_runs
from analysis.history.noise import noise_between_runs
from analysis.history.points import RunPoint, Tracked
from analysis.history.usual import usual_of
from analysis.history.words import dated_sentence, period_verdict, run_verdict_across, told
from analysis.results import Estimate, Verdict
from tests.analysis.history.history_points import noisy, point, points


def verdict_of(runs: list[RunPoint]) -> Verdict:
    *before, newest = runs
    usual = usual_of(before)
    return run_verdict_across(newest, against_usual(newest, usual), usual)


def test_learning_counts_the_newest_run_as_well() -> None:
    assert run_verdict_across(None, (), usual_of([])).headline == (
        "Learning your usual range: 0 of 3 runs."
    )
    assert verdict_of(points([4.0])).headline == "Learning your usual range: 1 of 3 runs."
    assert verdict_of(points([4.0, 4.1])).headline == "Learning your usual range: 2 of 3 runs."
    assert verdict_of(points([4.0, 4.1, 4.0])).headline == "Your usual range is learnt."


def test_a_run_like_the_others_is_inside() -> None:
    verdict = verdict_of([*noisy(20, 0.3, 0), point(99.0, 4.1, 4.6)])

    assert verdict.headline == "Your last run is inside your usual range."
    assert verdict.lead.startswith("Left drop 4.1° (usual ")
    assert "right drop 4.6° (usual " in verdict.lead


def test_a_run_far_off_says_how_far_and_asks_how_it_feels() -> None:
    verdict = verdict_of([*noisy(20, 0.3, 0), point(99.0, 4.0, 7.5)])

    assert verdict.headline.startswith(
        ("Right drop is 3.", "Right minus left is 3.", "Right drop is 2.")
    )
    assert verdict.headline.endswith("° above your usual.")
    assert "that we can tell from noise for you." in verdict.lead
    assert verdict.lead.endswith("Any pain or a limp today?")


def test_periods_are_lower_unclear_or_trivial() -> None:
    runs = noisy(40, 0.3, 6)
    noise = noise_between_runs(runs)
    lower = points([2.0, 2.1, 1.9, 2.0])

    changed = period_verdict(compare_runs(runs, lower, noise), "August", "the last 4 weeks")
    alike = period_verdict(compare_runs(runs[:20], runs[20:], noise), "August", "September")
    single = period_verdict(compare_runs(runs[:1], runs[1:2], noise), "5 Jan", "7 Jan")

    assert changed.headline.endswith("lower than before.")
    assert changed.lead.startswith("From August to the last 4 weeks: more than the ")
    assert alike.headline == "Any change of drop is trivial."
    assert single.headline == "No clear change of drop."
    assert "unclear, inside what we can tell from noise" in single.lead
    assert period_verdict((), "May", "June").headline == "Nothing to compare in these periods."


def test_a_date_is_told_in_the_run_s_own_zone() -> None:
    run = point(0.0)
    change = DatedChange(Tracked.RIGHT, run.at, run.run_id, Estimate(-1.04, -1.31, -0.7))

    assert dated_sentence(change) == (
        "Right drop changed its level on 5 Jan 2026 by \N{MINUS SIGN}1.0° "
        "(\N{MINUS SIGN}1.3 to \N{MINUS SIGN}0.7°)."
    )


@pytest.mark.parametrize(
    ("tracked", "value", "text"),
    [
        (Tracked.LEFT, 4.12, "4.1°"),
        (Tracked.RIGHT_MINUS_LEFT, 0.52, "+0.5°"),
        (Tracked.RIGHT_MINUS_LEFT, -0.04, "0.0°"),
        (Tracked.CONTACT_BALANCE, 50.31, "50.3 %"),
        (Tracked.CADENCE, 167.6, "168 spm"),
    ],
)
def test_values_are_told_as_people_read_them(tracked: Tracked, value: float, text: str) -> None:
    assert told(tracked, value) == text


@given(
    st.lists(st.floats(0.5, 9.0), min_size=1, max_size=12),
    st.floats(0.0, 12.0),
    st.floats(0.0, 12.0),
)
def test_headlines_have_at_most_nine_words(
    left: list[float], left_now: float, right_now: float
) -> None:
    runs = [*points(left), point(999.0, left_now, right_now)]
    noise = noise_between_runs(runs)
    told_of_run = verdict_of(runs)
    told_of_periods = period_verdict(compare_runs(runs[:-1], runs[-1:], noise), "then", "now")

    for verdict in (told_of_run, told_of_periods):
        assert len(verdict.headline.split()) <= 9
        assert verdict.headline.endswith(".")
        assert verdict.lead


def test_what_is_added_to_all_runs_changes_no_word_of_the_headline() -> None:
    runs = [*noisy(15, 0.3, 8), point(99.0, 4.0, 7.5)]

    def lifted(run: RunPoint) -> RunPoint:
        assert run.left_deg is not None
        assert run.right_deg is not None
        return point(
            (run.at - runs[0].at).days, run.left_deg.value + 1.0, run.right_deg.value + 1.0
        )

    assert verdict_of([lifted(run) for run in runs]).headline == verdict_of(runs).headline
    assert verdict_of([replace(run, sensor="x") for run in runs]) == verdict_of(runs)
