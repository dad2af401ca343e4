"""From findings to at most three suggestions, by the rule set."""

from dataclasses import dataclass

from analysis.findings import Circumstances, Finding
from analysis.rules import Action, Exercises, Offer, Rule, RuleSet, shipped_rules
from analysis.sources import Source

N_SUGGESTIONS_MAX = 3
"""More than three things to do are not done."""


@dataclass(frozen=True, slots=True)
class Suggestion:
    """One suggestion, with all that a page says of it.

    Attributes
    ----------
    rule_id : str
        Which rule made it; a person declines it by this name.
    action : Action
    offers : tuple of Offer
        What to practise; empty unless ``action`` is to practise.
    title, why, how_sure, can_change, cannot_change, goes_away : str
    because : tuple of Finding
        The findings behind it, in the order they were given; none where there is nothing to do.
    run_ids : tuple of str
        The runs behind it, each once.
    sources : tuple of Source
    is_softened : bool
        Pain was noted: no step up, and a step easier where it is too much.
    can_decline : bool
    """

    rule_id: str
    action: Action
    offers: tuple[Offer, ...]
    title: str
    why: str
    how_sure: str
    can_change: str
    cannot_change: str
    goes_away: str
    because: tuple[Finding, ...]
    run_ids: tuple[str, ...]
    sources: tuple[Source, ...]
    is_softened: bool
    can_decline: bool


@dataclass(frozen=True, slots=True)
class Advice:
    """What is suggested, most severe first, and what becomes of exercises and cues."""

    suggestions: tuple[Suggestion, ...]
    exercises: Exercises
    rule_set_version: str

    @property
    def may_practise(self) -> bool:
        """Whether exercises, cadence work and live cues may run at all."""
        return self.exercises < Exercises.PAUSE


def suggest(
    findings: tuple[Finding, ...],
    circumstances: Circumstances,
    *,
    declined: frozenset[str] = frozenset(),
    rule_set: RuleSet | None = None,
) -> Advice:
    """Suggest what to do next.

    Parameters
    ----------
    findings : tuple of Finding
        In any order; a kind may come more than once.
    circumstances : Circumstances
    declined : frozenset of str
        Ids of rules that the person said no to; it counts for milder rules of the same group too,
        and not for rules that pause exercises or send to a clinician.
    rule_set : RuleSet, optional
        The shipped one by default.

    Returns
    -------
    Advice
        One to three suggestions, the most severe first.  On the order nothing, learn, practise,
        reduce load, see a clinician the first one never gets milder when a finding gets worse.
    """
    rule_set = shipped_rules() if rule_set is None else rule_set
    fired = [
        (rule, matched)
        for rule in rule_set.rules
        if (matched := rule.matched(findings)) and _are_given(rule, circumstances)
    ]
    exercises = max((rule.exercises for rule, _ in fired), default=Exercises.LEAVE)
    spoken = [
        (rule, because)
        for rule, because in _one_per_group(fired)
        if _is_allowed(rule, exercises) and not _is_declined(rule, declined, rule_set)
    ]
    # Sorting is stable: within an action the file's order is kept.
    spoken.sort(key=lambda one: -one[0].action)
    spoken = _without_echoes(spoken)
    if not spoken:
        spoken = [(_nothing_to_do(rule_set, circumstances), ())]
    is_softened = exercises is Exercises.SOFTEN
    told = tuple(
        _suggestion(rule, because, is_softened=is_softened)
        for rule, because in spoken[:N_SUGGESTIONS_MAX]
    )
    return Advice(told, exercises, rule_set.version)


def _are_given(rule: Rule, circumstances: Circumstances) -> bool:
    return all(given.holds(circumstances) for given in rule.given)


def _one_per_group(
    fired: list[tuple[Rule, tuple[Finding, ...]]],
) -> list[tuple[Rule, tuple[Finding, ...]]]:
    """Return the most severe rule of each group, with the findings of all that fired in it."""
    groups: dict[str, tuple[Rule, tuple[Finding, ...]]] = {}
    for rule, matched in fired:
        before = groups[rule.group][1] if rule.group in groups else ()
        more = tuple(one for one in matched if one not in before)
        groups[rule.group] = (rule, before + more)
    return list(groups.values())


def _without_echoes(
    spoken: list[tuple[Rule, tuple[Finding, ...]]],
) -> list[tuple[Rule, tuple[Finding, ...]]]:
    """Leave out what there is to learn of findings that something is done about already."""
    acted_on = [one for rule, because in spoken if rule.action > Action.LEARN for one in because]
    return [
        (rule, because)
        for rule, because in spoken
        if rule.action is not Action.LEARN or any(one not in acted_on for one in because)
    ]


def _is_allowed(rule: Rule, exercises: Exercises) -> bool:
    if exercises is Exercises.SILENCE:
        return rule.action is Action.SEE_CLINICIAN
    return exercises is not Exercises.PAUSE or rule.action is not Action.PRACTISE


def _is_declined(rule: Rule, declined: frozenset[str], rule_set: RuleSet) -> bool:
    """Tell whether the person said no to it, or to a more severe rule of its group."""
    if not rule.can_decline:
        return False
    group = [one.id for one in rule_set.rules if one.group == rule.group]
    return not declined.isdisjoint(group[group.index(rule.id) :])


def _nothing_to_do(rule_set: RuleSet, circumstances: Circumstances) -> Rule:
    return next(
        rule
        for rule in rule_set.rules
        if rule.action is Action.NOTHING and _are_given(rule, circumstances)
    )


def _suggestion(rule: Rule, because: tuple[Finding, ...], *, is_softened: bool) -> Suggestion:
    return Suggestion(
        rule_id=rule.id,
        action=rule.action,
        offers=rule.offers,
        title=rule.title,
        why=rule.why,
        how_sure=rule.how_sure,
        can_change=rule.can_change,
        cannot_change=rule.cannot_change,
        goes_away=rule.goes_away,
        because=because,
        run_ids=tuple(dict.fromkeys(run_id for one in because for run_id in one.run_ids)),
        sources=rule.sources,
        is_softened=is_softened and rule.action is Action.PRACTISE,
        can_decline=rule.can_decline and rule.action is not Action.NOTHING,
    )
