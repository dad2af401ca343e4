"""The rule set that is shipped is valid, and one that contradicts itself is refused."""

import copy
from typing import Any

import pytest

from analysis.errors import CoachingDataError
from analysis.findings import HEALTH, FindingKind
from analysis.rules import Action, Exercises, parse_rules, shipped_rules
from analysis.sources import parse_sources, read_data


@pytest.fixture
def raw() -> dict[str, Any]:
    return copy.deepcopy(read_data("rules.toml"))


def named(raw: dict[str, Any], rule_id: str) -> dict[str, Any]:
    return next(rule for rule in raw["rule"] if rule["id"] == rule_id)


def test_the_shipped_rules_have_a_version_and_every_action():
    rules = shipped_rules()
    assert rules.version
    assert {rule.action for rule in rules.rules} == set(Action)


def test_every_rule_says_where_its_thresholds_come_from_and_cites_a_source():
    for rule in shipped_rules().rules:
        assert rule.threshold.endswith(".")
        assert rule.sources


def test_only_a_rule_that_sends_to_a_clinician_rests_on_what_is_not_confirmed():
    unconfirmed = {
        rule.action
        for rule in shipped_rules().rules
        if not all(source.confirmed for source in rule.sources)
    }
    assert unconfirmed == {Action.SEE_CLINICIAN}


def test_no_rule_lets_pain_choose_an_exercise():
    asking = [rule for rule in shipped_rules().rules if {when.kind for when in rule.when} & HEALTH]
    assert asking
    assert [rule.id for rule in asking if rule.offers] == []


def test_what_pauses_or_refers_cannot_be_declined():
    strict = [rule for rule in shipped_rules().rules if rule.exercises >= Exercises.PAUSE]
    assert strict
    assert [rule.id for rule in strict if rule.can_decline] == []


@pytest.mark.parametrize(
    ("rule_id", "change", "complaint"),
    [
        ("spike-10", {"sources": ["hearsay"]}, "hearsay"),
        ("spike-10", {"sources": []}, "nothing"),
        ("spike-10", {"sources": ["clinician-to-confirm"]}, "confirmed"),
        ("spike-10", {"action": "panic"}, "PANIC"),
        ("spike-10", {"offers": ["side_steps"]}, "offers"),
        ("spike-10", {"exercises": "soften"}, "soften"),
        ("spike-10", {"when": []}, "needs a finding"),
        ("spike-10", {"when": [{"finding": "luck", "above": 1}]}, "known finding"),
        ("spike-10", {"when": [{"finding": "spike_percent"}]}, "at_least or above"),
        ("spike-10", {"when": [{"finding": "spike_percent", "below": 1}]}, "below"),
        ("spike-10", {"when": [{"finding": "spike_percent", "above": -1}]}, "from 0"),
        ("spike-10", {"when": [{"finding": "spike_percent", "above": True}]}, "from 0"),
        ("spike-10", {"when": [{"finding": "drift", "above": 3}]}, "class"),
        ("spike-10", {"given": [{"circumstance": "moon", "below": 3}]}, "circumstance"),
        ("spike-10", {"colour": "red"}, "colour"),
        ("spike-10", {"why": "no full stop"}, "why"),
        ("spike-10", {"title": "One two three four five six seven eight nine ten."}, "9 words"),
        ("spike-30", {"id": "spike-10"}, "twice"),
        ("spike-100", {"action": "learn"}, "mild to severe"),
        ("some-pain", {"action": "practise", "offers": ["hip_hinge"]}, "let pain choose"),
        ("some-pain", {"exercises": "pause"}, "as severe"),
        ("red-flag-soon", {"exercises": "leave"}, "silence"),
        ("drift-exercises", {"offers": []}, "offers"),
        ("drift-exercises", {"offers": ["yoga"]}, "yoga"),
        ("all-usual", {"given": [{"circumstance": "weeks_practised", "below": 3}]}, "last rule"),
    ],
)
def test_a_rule_that_is_not_valid_is_refused(raw, rule_id, change, complaint):
    named(raw, rule_id).update(change)
    with pytest.raises(CoachingDataError, match=complaint):
        parse_rules(raw)


@pytest.mark.parametrize("field", ["id", "action", "title", "why", "how_sure", "goes_away"])
def test_a_rule_without_a_part_is_refused(raw, field):
    del named(raw, "spike-10")[field]
    with pytest.raises(CoachingDataError, match=field):
        parse_rules(raw)


def test_a_kind_of_finding_that_no_rule_asks_for_is_refused(raw):
    raw["rule"] = [rule for rule in raw["rule"] if rule["id"] != "smaller-plan"]
    with pytest.raises(CoachingDataError, match=FindingKind.MISSED_PERCENT.value):
        parse_rules(raw)


@pytest.mark.parametrize("broken", [{}, {"version": "1"}, {"version": 1, "rule": []}])
def test_a_file_that_is_no_rule_set_is_refused(broken):
    with pytest.raises(CoachingDataError, match="rule set"):
        parse_rules(broken)


@pytest.mark.parametrize(
    "entry",
    [
        {},
        {"citation": ""},
        {"citation": "A study", "url": "ftp://example.org"},
        {"citation": "A study", "confirmed": "yes"},
        "A study",
    ],
)
def test_a_source_that_is_not_valid_is_refused(entry):
    with pytest.raises(CoachingDataError, match="source it"):
        parse_sources({"it": entry})
