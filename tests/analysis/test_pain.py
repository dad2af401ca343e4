"""What a person notes of pain, and which findings follow."""

import copy
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.errors import CoachingDataError, PainReportError
from analysis.findings import HEALTH, Circumstances, FindingKind
from analysis.pain import PAIN_MAX, PainReport, PainSite, current_reports, health_findings
from analysis.red_flags import Care, parse_red_flags, shipped_red_flags
from analysis.rules import Action, Exercises
from analysis.sources import read_data
from analysis.stances import Side
from analysis.suggestions import suggest

KNEE = PainSite.KNEECAP


def sizes(*reports: PainReport, **answers: bool) -> dict[FindingKind, float]:
    return {one.kind: one.order for one in health_findings(reports, answers)}


def test_all_red_flags_of_the_evidence_are_asked():
    by_care = {
        care: {flag.id for flag in shipped_red_flags() if flag.care is care} for care in Care
    }
    assert by_care[Care.URGENT] == {
        "cannot_bear_weight",
        "deformity",
        "pop_with_swelling",
        "locked_knee",
        "fever_or_hot_joint",
        "calf_swelling",
        "chest_pain_or_breathless",
        "numb_or_without_strength",
        "bladder_or_bowel",
    }
    assert by_care[Care.SOON] == {
        "giving_way",
        "swelling_over_a_day",
        "night_or_rest_pain",
        "pain_in_one_spot_of_bone",
        "groin_pain_on_hopping",
        "strong_pain_or_limp",
        "no_better_after_weeks",
        "recent_surgery_or_fracture",
        "under_18",
        "pregnant_or_after_birth",
        "osteoporosis",
        "low_energy",
    }


@pytest.mark.parametrize("flag", shipped_red_flags(), ids=lambda flag: flag.id)
def test_each_yes_alone_sends_to_a_clinician(flag):
    advice = suggest(health_findings((), {flag.id: True}), Circumstances())
    (only,) = advice.suggestions
    assert only.action is Action.SEE_CLINICIAN
    assert only.rule_id == f"red-flag-{flag.care.value}"
    assert flag.ask in only.because[0].said
    assert advice.exercises is Exercises.SILENCE


def test_no_everywhere_sends_nobody():
    assert health_findings((), {flag.id: False for flag in shipped_red_flags()}) == ()


@pytest.mark.parametrize(
    ("report", "expected"),
    [
        (PainReport(None), {}),
        (PainReport(KNEE, worst=0), {}),
        (PainReport(KNEE, before=2), {FindingKind.WORST_PAIN: 2.0}),
        (PainReport(KNEE, before=0, worst=2), {FindingKind.WORST_PAIN: 2.0}),
        (
            PainReport(KNEE, before=1, worst=3),
            {FindingKind.WORST_PAIN: 3.0, FindingKind.PAIN_ROSE: 2.0},
        ),
        (
            PainReport(KNEE, before=1, worst=1, next_morning=2),
            {FindingKind.WORST_PAIN: 2.0, FindingKind.PAIN_NEXT_MORNING: 1.0},
        ),
        (PainReport(KNEE, before=3, worst=3, next_morning=1), {FindingKind.WORST_PAIN: 3.0}),
        (PainReport(KNEE, worst=4, next_morning=4), {FindingKind.WORST_PAIN: 4.0}),
        (PainReport(KNEE, limp=True), {FindingKind.LIMP: 1.0}),
    ],
)
def test_a_check_in_gives_these_findings(report, expected):
    assert sizes(report) == expected


@pytest.mark.parametrize(
    ("given_", "complaint"),
    [
        ({"site": KNEE}, "how much"),
        ({"site": KNEE, "worst": 11}, "0 to 10"),
        ({"site": KNEE, "worst": -1}, "0 to 10"),
        ({"site": KNEE, "worst": 1, "side": Side.UNKNOWN}, "left, right"),
        ({"site": None, "worst": 1}, "where it hurts"),
        ({"site": None, "limp": True}, "where it hurts"),
        ({"site": None, "side": Side.LEFT}, "where it hurts"),
    ],
)
def test_a_check_in_that_contradicts_itself_is_refused(given_, complaint):
    with pytest.raises(PainReportError, match=complaint):
        PainReport(**given_)


def test_the_newest_report_of_each_place_counts_up_to_the_last_without_pain():
    left, right = PainReport(KNEE, Side.LEFT, worst=1), PainReport(KNEE, Side.RIGHT, worst=2)
    older, before_all = PainReport(KNEE, Side.LEFT, worst=8), PainReport(PainSite.HIP, worst=9)
    assert current_reports((left, right, older, PainReport(None), before_all)) == (left, right)


any_level = st.none() | st.integers(0, PAIN_MAX)


@st.composite
def any_report(draw, site=st.sampled_from(list(PainSite))):  # noqa: B008 - a strategy
    levels = draw(st.tuples(any_level, any_level, any_level))
    levels = levels if any(one is not None for one in levels) else (0, None, None)
    side = draw(st.sampled_from([Side.LEFT, Side.RIGHT, None]))
    return PainReport(draw(site), side, *levels, limp=draw(st.booleans()))


any_answers = st.dictionaries(
    st.sampled_from([flag.id for flag in shipped_red_flags()]), st.booleans()
)


@given(st.lists(any_report(), max_size=5), any_answers)
def test_a_diary_only_gives_findings_of_health(reports, answers):
    found = health_findings(reports, answers)
    assert {one.kind for one in found} <= HEALTH
    assert [one.said for one in found if not one.said.endswith((".", "?"))] == []


@given(any_report(), st.sampled_from(list(PainSite)), any_answers)
def test_the_site_changes_nothing(report, site, answers):
    elsewhere = PainReport(
        site, report.side, report.before, report.worst, report.next_morning, limp=report.limp
    )
    assert health_findings((report,), answers) == health_findings((elsewhere,), answers)


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        ({"care": "whenever"}, "urgent or soon"),
        ({"ask": "Tell us."}, "question"),
        ({"sources": []}, "nothing"),
        ({"id": "deformity"}, "twice"),
        ({"answer": "yes"}, "answer"),
    ],
)
def test_a_question_that_is_not_valid_is_refused(change, complaint):
    raw: dict[str, Any] = copy.deepcopy(read_data("red_flags.toml"))
    raw["question"][0].update(change)
    with pytest.raises(CoachingDataError, match=complaint):
        parse_red_flags(raw)


@pytest.mark.parametrize("broken", [{}, {"question": "how"}])
def test_a_file_that_is_no_list_of_questions_is_refused(broken):
    with pytest.raises(CoachingDataError, match="red flags"):
        parse_red_flags(broken)
