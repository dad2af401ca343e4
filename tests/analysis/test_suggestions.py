"""Which suggestion goes with which finding: a row for every rule and every gap between rules."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.errors import FindingError
from analysis.estimates import ChangeClass
from analysis.findings import CLASS_ORDER, GRADED, HEALTH, Circumstances, Finding, FindingKind
from analysis.rules import Action, Exercises, shipped_rules
from analysis.suggestions import N_SUGGESTIONS_MAX, Advice, suggest

SETTLED = Circumstances(n_comparable_runs=10, weeks_practised=0.0)
NEW = Circumstances(n_comparable_runs=2)
SEASONED = Circumstances(n_comparable_runs=10, weeks_practised=6.0)
REAL, UNCLEAR, TRIVIAL = ChangeClass.LIKELY_REAL, ChangeClass.UNCLEAR, ChangeClass.TRIVIAL

# Findings, circumstances, and the rules that speak, most severe first.
TABLE: list[tuple[dict[str, ChangeClass | float], Circumstances, list[str]]] = [
    ({}, SETTLED, ["all-usual"]),
    ({}, NEW, ["learning"]),
    ({}, Circumstances(n_comparable_runs=3), ["all-usual"]),
    # Running form.
    ({"one_side": TRIVIAL}, SETTLED, ["all-usual"]),
    ({"one_side": UNCLEAR}, SETTLED, ["unclear-so-far"]),
    ({"one_side": REAL}, SETTLED, ["one-side-exercises"]),
    ({"both_sides": TRIVIAL}, SETTLED, ["all-usual"]),
    ({"both_sides": UNCLEAR}, SETTLED, ["unclear-so-far"]),
    ({"both_sides": REAL}, SETTLED, ["both-sides-exercises"]),
    ({"drift": TRIVIAL}, SETTLED, ["all-usual"]),
    ({"drift": UNCLEAR}, SETTLED, ["unclear-so-far"]),
    ({"drift": REAL}, SETTLED, ["drift-exercises"]),
    ({"low_cadence": TRIVIAL}, SETTLED, ["all-usual"]),
    ({"low_cadence": UNCLEAR}, SETTLED, ["unclear-so-far"]),
    ({"low_cadence": REAL}, SETTLED, ["cadence-practice"]),
    ({"new_difference": TRIVIAL}, SETTLED, ["all-usual"]),
    ({"new_difference": UNCLEAR}, SETTLED, ["all-usual"]),
    ({"new_difference": REAL}, SETTLED, ["new-difference"]),
    ({"one_side": UNCLEAR}, NEW, ["unclear-so-far"]),
    ({"one_side": REAL, "drift": REAL}, SETTLED, ["one-side-exercises"]),
    ({"both_sides": REAL, "drift": REAL}, SETTLED, ["both-sides-exercises"]),
    (
        {"one_side": REAL, "low_cadence": REAL},
        SETTLED,
        ["one-side-exercises", "cadence-practice"],
    ),
    ({"one_side": REAL}, replace(SEASONED, weeks_practised=5.9), ["one-side-exercises"]),
    ({"one_side": REAL}, SEASONED, ["one-side-exercises", "form-practice"]),
    ({"both_sides": REAL}, SEASONED, ["both-sides-exercises", "form-practice"]),
    ({"drift": REAL}, SEASONED, ["drift-exercises"]),
    # Load.
    ({"spike_percent": 0.0}, SETTLED, ["all-usual"]),
    ({"spike_percent": 10.0}, SETTLED, ["all-usual"]),
    ({"spike_percent": 10.1}, SETTLED, ["spike-10"]),
    ({"spike_percent": 30.0}, SETTLED, ["spike-10"]),
    ({"spike_percent": 30.1}, SETTLED, ["spike-30"]),
    ({"spike_percent": 100.0}, SETTLED, ["spike-30"]),
    ({"spike_percent": 100.1}, SETTLED, ["spike-100"]),
    ({"days_without_run": 13.0}, SETTLED, ["all-usual"]),
    ({"days_without_run": 14.0}, SETTLED, ["lapse-two-weeks"]),
    ({"days_without_run": 29.0}, SETTLED, ["lapse-two-weeks"]),
    ({"days_without_run": 30.0}, SETTLED, ["lapse-no-reference"]),
    ({"days_without_run": 90.0}, SETTLED, ["lapse-no-reference"]),
    ({"days_without_run": 91.0}, SETTLED, ["lapse-three-months"]),
    # The plan.
    ({"missed_percent": 50.0}, SETTLED, ["all-usual"]),
    ({"missed_percent": 51.0}, SETTLED, ["smaller-plan"]),
    # Pain.
    ({"worst_pain": 0.0}, SETTLED, ["all-usual"]),
    ({"worst_pain": 1.0}, SETTLED, ["some-pain"]),
    ({"worst_pain": 3.0}, SETTLED, ["some-pain"]),
    ({"worst_pain": 4.0}, SETTLED, ["pain-above-three"]),
    ({"worst_pain": 5.0}, SETTLED, ["pain-above-three"]),
    ({"worst_pain": 6.0}, SETTLED, ["strong-pain-or-limp"]),
    ({"pain_rose": 0.0}, SETTLED, ["all-usual"]),
    ({"pain_rose": 1.0}, SETTLED, ["pain-did-not-settle"]),
    ({"pain_next_morning": 0.0}, SETTLED, ["all-usual"]),
    ({"pain_next_morning": 1.0}, SETTLED, ["pain-did-not-settle"]),
    ({"limp": 0.0}, SETTLED, ["all-usual"]),
    ({"limp": 1.0}, SETTLED, ["strong-pain-or-limp"]),
    ({"soon_flags": 0.0}, SETTLED, ["all-usual"]),
    ({"soon_flags": 1.0}, SETTLED, ["red-flag-soon"]),
    ({"urgent_flags": 0.0}, SETTLED, ["all-usual"]),
    ({"urgent_flags": 1.0}, SETTLED, ["red-flag-urgent"]),
    # Several at once: the most severe first, and what pain does to exercises.
    ({"one_side": REAL, "worst_pain": 2.0}, SETTLED, ["one-side-exercises", "some-pain"]),
    ({"one_side": REAL, "worst_pain": 4.0}, SETTLED, ["pain-above-three", "unclear-so-far"]),
    ({"low_cadence": REAL, "pain_rose": 1.0}, SETTLED, ["pain-did-not-settle", "cadence-practice"]),
    ({"one_side": REAL, "spike_percent": 45.0}, SETTLED, ["spike-30", "one-side-exercises"]),
    ({"one_side": REAL, "spike_percent": 45.0, "limp": 1.0}, SETTLED, ["strong-pain-or-limp"]),
    ({"soon_flags": 1.0, "urgent_flags": 1.0}, SETTLED, ["red-flag-urgent"]),
    (
        {"drift": REAL, "missed_percent": 80.0, "low_cadence": REAL},
        SETTLED,
        ["drift-exercises", "cadence-practice", "smaller-plan"],
    ),
    ({"one_side": REAL, "drift": UNCLEAR}, SETTLED, ["one-side-exercises", "unclear-so-far"]),
    ({"one_side": REAL, "new_difference": REAL}, SETTLED, ["one-side-exercises", "new-difference"]),
    ({"drift": UNCLEAR, "new_difference": REAL}, SETTLED, ["new-difference"]),
]


def found(sizes: dict[str, ChangeClass | float]) -> tuple[Finding, ...]:
    return tuple(
        Finding(FindingKind(name), size, f"{name} was found.", (f"run of {name}",))
        for name, size in sizes.items()
    )


def spoken(advice: Advice) -> list[str]:
    return [one.rule_id for one in advice.suggestions]


@pytest.mark.parametrize(("sizes", "circumstances", "rule_ids"), TABLE)
def test_what_was_found_gives_these_rules(sizes, circumstances, rule_ids):
    assert spoken(suggest(found(sizes), circumstances)) == rule_ids


def test_the_table_has_every_rule():
    assert {rule_id for *_, ids in TABLE for rule_id in ids} == {
        rule.id for rule in shipped_rules().rules
    }


def test_the_table_has_both_sides_of_every_threshold():
    """For each limit one row that just holds it, and one that just does not."""
    alone = [sizes for sizes, *_ in TABLE if len(sizes) == 1]
    for rule in shipped_rules().rules:
        for when in rule.when:
            of_kind = [
                Finding(FindingKind(name), size, "Found.")
                for sizes in alone
                for name, size in sizes.items()
                if name == when.kind.value
            ]
            held = {when.holds(one) for one in of_kind}
            assert held == {True, False}, f"{rule.id}: {when}"
            nearest = min(abs(one.order - when.limit) for one in of_kind)
            assert nearest == 0.0, f"{rule.id}: no row at the limit of {when.kind}"


@pytest.mark.parametrize(
    ("sizes", "expected"),
    [
        ({}, Exercises.LEAVE),
        ({"one_side": REAL, "spike_percent": 200.0}, Exercises.LEAVE),
        ({"worst_pain": 1.0}, Exercises.SOFTEN),
        ({"pain_next_morning": 1.0}, Exercises.SOFTEN),
        ({"worst_pain": 3.5}, Exercises.PAUSE),
        ({"worst_pain": 5.5}, Exercises.SILENCE),
        ({"soon_flags": 1.0}, Exercises.SILENCE),
    ],
)
def test_pain_softens_pauses_or_silences_exercises_and_cues(sizes, expected):
    advice = suggest(found(sizes), SETTLED)
    assert advice.exercises is expected
    assert advice.may_practise is (expected < Exercises.PAUSE)


def test_a_softened_suggestion_says_so():
    advice = suggest(found({"one_side": REAL, "worst_pain": 2.0}), SETTLED)
    assert {one.rule_id: one.is_softened for one in advice.suggestions} == {
        "one-side-exercises": True,
        "some-pain": False,
    }


def test_a_suggestion_says_why_and_from_which_runs():
    several = (
        Finding(FindingKind.DRIFT, REAL, "Left drop rose by 1.2° (± 0.4°).", ("b",)),
        Finding(FindingKind.ONE_SIDE, REAL, "Right drops 1.9° more than left.", ("a", "b")),
    )
    (one,) = suggest(several, SETTLED).suggestions
    assert one.because == several
    assert one.run_ids == ("b", "a")
    assert one.can_decline
    assert one.sources[0].key == "therapist-article-2023"


def test_what_is_declined_is_not_said_again():
    findings = found({"one_side": REAL, "low_cadence": REAL})
    assert spoken(suggest(findings, SETTLED, declined=frozenset({"cadence-practice"}))) == [
        "one-side-exercises",
        "unclear-so-far",
    ]


def test_declining_a_rule_declines_milder_ones_of_its_group():
    declined = frozenset({"spike-30"})
    assert spoken(suggest(found({"spike_percent": 20.0}), SETTLED, declined=declined)) == [
        "all-usual"
    ]
    assert spoken(suggest(found({"spike_percent": 130.0}), SETTLED, declined=declined)) == [
        "spike-100"
    ]


def test_nothing_to_do_cannot_be_declined():
    (one,) = suggest((), SETTLED).suggestions
    assert one.action is Action.NOTHING
    assert not one.can_decline


@pytest.mark.parametrize("size", [-1.0, float("nan"), float("inf"), REAL])
def test_a_number_that_is_none_is_refused(size):
    with pytest.raises(FindingError, match="worst_pain"):
        Finding(FindingKind.WORST_PAIN, size, "Pain.")


def test_a_graded_finding_takes_a_class():
    with pytest.raises(FindingError, match="drift"):
        Finding(FindingKind.DRIFT, 2.0, "Drift.")


# Properties over any findings, any circumstances, and any rules declined.


def _sizes(kind: FindingKind) -> st.SearchStrategy[ChangeClass | float]:
    if kind in GRADED:
        return st.sampled_from(list(ChangeClass))
    return st.one_of(
        st.floats(0.0, 1e9), st.sampled_from([0.0, 1.0, 3.0, 5.0, 10.0, 14.0, 30.0, 50.0, 90.0])
    )


any_finding = st.sampled_from(list(FindingKind)).flatmap(
    lambda kind: st.builds(
        Finding,
        st.just(kind),
        _sizes(kind),
        st.just("Found."),
        st.lists(st.sampled_from("abc"), max_size=2).map(tuple),
    )
)
any_findings = st.lists(any_finding, max_size=8).map(tuple)
any_circumstances = st.builds(
    Circumstances, n_comparable_runs=st.integers(0, 20), weeks_practised=st.floats(0.0, 30.0)
)
any_declined = st.frozensets(st.sampled_from([rule.id for rule in shipped_rules().rules]))


@given(any_findings, any_circumstances, any_declined)
def test_any_input_gives_a_valid_output(findings, circumstances, declined):
    advice = suggest(findings, circumstances, declined=declined)
    actions = [one.action for one in advice.suggestions]
    assert 1 <= len(actions) <= N_SUGGESTIONS_MAX
    assert actions == sorted(actions, reverse=True)
    assert (Action.NOTHING in actions) <= (len(actions) == 1)
    assert len({one.rule_id for one in advice.suggestions}) == len(actions)
    for one in advice.suggestions:
        assert set(one.because) <= set(findings)
        assert bool(one.because) is (one.action is not Action.NOTHING)
        assert bool(one.offers) is (one.action is Action.PRACTISE)
        assert one.sources
        assert all(
            text.endswith((".", "?"))
            for text in (one.title, one.why, one.how_sure, one.can_change, one.goes_away)
        )


@st.composite
def worse_pairs(draw):
    """Some findings, and the same with one of them larger or one more."""
    findings = list(draw(any_findings))
    worse = list(findings)
    if findings and draw(st.booleans()):
        k = draw(st.integers(0, len(findings) - 1))
        one = findings[k]
        if one.kind in GRADED:
            larger = [c for c in ChangeClass if CLASS_ORDER[c] >= one.order]
            worse[k] = replace(one, size=draw(st.sampled_from(larger)))
        else:
            worse[k] = replace(one, size=one.order + draw(st.floats(0.0, 200.0)))
    else:
        worse.insert(draw(st.integers(0, len(worse))), draw(any_finding))
    return tuple(findings), tuple(worse)


@given(worse_pairs(), any_circumstances, any_declined)
def test_a_worse_finding_never_yields_a_milder_suggestion(pair, circumstances, declined):
    before, after = (suggest(one, circumstances, declined=declined) for one in pair)
    assert after.suggestions[0].action >= before.suggestions[0].action
    assert after.exercises >= before.exercises


@given(
    any_findings,
    st.sampled_from([FindingKind.SOON_FLAGS, FindingKind.URGENT_FLAGS, FindingKind.LIMP]),
    st.integers(1, 9),
    any_circumstances,
    any_declined,
)
def test_a_red_flag_always_silences_exercises_and_cues(findings, kind, n, circumstances, declined):
    flag = Finding(kind, float(n), "Answered with yes.")
    advice = suggest((*findings, flag), circumstances, declined=declined)
    assert {one.action for one in advice.suggestions} == {Action.SEE_CLINICIAN}
    assert [one.offers for one in advice.suggestions if one.offers] == []
    assert advice.exercises is Exercises.SILENCE
    assert not advice.may_practise


@given(any_findings, any_circumstances)
def test_pain_never_brings_an_exercise(findings, circumstances):
    """With pain there are the same things to practise as without it, or fewer."""
    offered = [
        {offer for one in suggest(some, circumstances).suggestions for offer in one.offers}
        for some in (findings, tuple(one for one in findings if one.kind not in HEALTH))
    ]
    assert offered[0] <= offered[1]


@given(any_findings, any_circumstances)
def test_gait_and_load_never_send_to_a_clinician_or_clear_one(findings, circumstances):
    health = tuple(one for one in findings if one.kind in HEALTH)
    with_gait, without = suggest(findings, circumstances), suggest(health, circumstances)
    assert with_gait.exercises is without.exercises
    sent = [
        [one.rule_id for one in advice.suggestions if one.action is Action.SEE_CLINICIAN]
        for advice in (with_gait, without)
    ]
    assert sent[0] == sent[1]
