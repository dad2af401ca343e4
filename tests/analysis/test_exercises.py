"""The four exercises are whole, and a set that is not is refused."""

import copy
from typing import Any

import pytest

from analysis.errors import CoachingDataError
from analysis.exercises import Logged, Unit, parse_exercises, shipped_exercises
from analysis.rules import Offer, shipped_rules
from analysis.sources import read_data, shipped_sources


@pytest.fixture
def raw() -> dict[str, Any]:
    return copy.deepcopy(read_data("exercises.toml"))


def test_there_are_the_four_of_the_article_and_each_cites_it():
    exercises = shipped_exercises().exercises
    assert [one.name for one in exercises] == [
        "Side-steps",
        "Fire hydrants",
        "Side V-ups",
        "Single-leg hip hinge",
    ]
    for one in exercises:
        assert one.sources[0].key == "therapist-article-2023"
        assert len(one.cues) == 3


def test_what_the_rules_offer_is_described():
    offered = {offer for rule in shipped_rules().rules for offer in rule.offers}
    assert {one.id for one in shipped_exercises().exercises} == offered - {
        Offer.CADENCE,
        Offer.FEEDBACK,
    }


def test_doses_are_those_of_the_article():
    doses = {one.id: one.dose for one in shipped_exercises().exercises}
    walk = doses.pop(Offer.SIDE_STEPS)
    assert (walk.unit, walk.amount_min, walk.amount_max) == (Unit.METRES, 7.5, 7.5)
    for dose in doses.values():
        assert (dose.unit, dose.amount_min, dose.amount_max) == (Unit.REPETITIONS, 10.0, 15.0)
        assert (dose.sets_min, dose.sets_max) == (2, 3)


def test_sets_effort_and_pain_are_logged_for_each():
    for one in shipped_exercises().exercises:
        assert {Logged.SETS, Logged.EFFORT, Logged.PAIN} <= set(one.log)


def test_levels_lead_down_and_up_from_where_an_exercise_starts():
    side_steps = shipped_exercises().exercises[0]
    assert side_steps.regressions == ("Band around the ankles.", "Band around the knees.")
    assert side_steps.progressions == ("Thicker band.",)
    for one in shipped_exercises().exercises:
        assert len(one.regressions) + 1 + len(one.progressions) == len(one.levels)
        assert one.progressions


def test_steps_up_and_down_are_those_of_the_evidence():
    steps = shipped_exercises().steps
    assert (steps.up_after_sessions, steps.up_at_effort_max, steps.up_at_pain_max) == (2, 7, 2)
    assert steps.down_above_pain == 3


def test_every_source_is_used_by_a_rule_a_question_or_an_exercise():
    from analysis.red_flags import shipped_red_flags

    exercises = shipped_exercises()
    users = (*shipped_rules().rules, *shipped_red_flags(), *exercises.exercises, exercises.steps)
    used = {source.key for user in users for source in user.sources}
    assert used == set(shipped_sources())


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        ({"id": "burpees"}, "burpees"),
        ({"id": "hip_hinge"}, "twice"),
        ({"name": ""}, "name"),
        ({"log": ["mood"]}, "mood"),
        ({"log": []}, "log"),
        ({"unit": "minutes"}, "minutes"),
        ({"sets_min": 0}, "few to many"),
        ({"sets_min": 4}, "few to many"),
        ({"sets_min": True}, "whole number"),
        ({"amount_min": 0}, "above 0"),
        ({"amount_max": "many"}, "above 0"),
        ({"amount_min": 99}, "few to many"),
        ({"cues": []}, "cues"),
        ({"cues": ["no full stop"]}, "cues"),
        ({"steps": "One step."}, "steps"),
        ({"levels": ["Only one."]}, "past the last"),
        ({"starts_at": -1}, "whole number"),
        ({"sources": ["clinician-to-confirm"]}, "confirmed"),
        ({"sources": ["hearsay"]}, "hearsay"),
        ({"known": "no full stop"}, "known"),
        ({"colour": "red"}, "colour"),
    ],
)
def test_an_exercise_that_is_not_valid_is_refused(raw, change, complaint):
    raw["exercise"][0].update(change)
    with pytest.raises(CoachingDataError, match=complaint):
        parse_exercises(raw)


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        ({"up_at_pain_max": 4}, "up and down"),
        ({"up_after_sessions": 1.5}, "whole number"),
        ({"stop": "never"}, "stop"),
        ({"sources": ["clinician-to-confirm"]}, "confirmed"),
    ],
)
def test_step_rules_that_are_not_valid_are_refused(raw, change, complaint):
    raw["steps"].update(change)
    with pytest.raises(CoachingDataError, match=complaint):
        parse_exercises(raw)


@pytest.mark.parametrize("broken", [{}, {"version": "1", "steps": {}, "exercise": "none"}])
def test_a_file_that_is_no_set_of_exercises_is_refused(broken):
    with pytest.raises(CoachingDataError, match="exercises"):
        parse_exercises(broken)
