"""The rule set of suggestions: ``rules.toml``, checked when it is loaded.

What the checks hold, whatever the file says:

- findings only switch rules on by being at least or above a size, so worse never means fewer rules;
- pain and red flags never offer an exercise, cadence work or cues;
- a rule that pauses exercises reduces the load at least, one that silences them sends to a
  clinician, and neither can be declined;
- within a group rules go from mild to severe, and the last that fires speaks for the group.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from enum import IntEnum, StrEnum
from functools import cache
from itertools import pairwise
from typing import Any

from analysis.errors import CoachingDataError
from analysis.estimates import ChangeClass
from analysis.findings import CLASS_ORDER, GRADED, HEALTH, Circumstances, Finding, FindingKind
from analysis.sources import Source, check_fields, cited, read_data, sentence

N_TITLE_WORDS_MAX = 9


class Action(IntEnum):
    """What a suggestion asks for, from mild to severe."""

    NOTHING = 0
    LEARN = 1
    PRACTISE = 2
    REDUCE_LOAD = 3
    SEE_CLINICIAN = 4


class Exercises(IntEnum):
    """What becomes of exercises, cadence work and cues, from mild to severe."""

    LEAVE = 0
    SOFTEN = 1  # no step up, and a step easier where it is too much
    PAUSE = 2
    SILENCE = 3


class Offer(StrEnum):
    """What can be practised."""

    SIDE_STEPS = "side_steps"
    FIRE_HYDRANTS = "fire_hydrants"
    SIDE_V_UPS = "side_v_ups"
    HIP_HINGE = "hip_hinge"
    CADENCE = "cadence"
    FEEDBACK = "feedback"


class Circumstance(StrEnum):
    """What rules may ask for beside findings; see :class:`analysis.findings.Circumstances`."""

    N_COMPARABLE_RUNS = "n_comparable_runs"
    WEEKS_PRACTISED = "weeks_practised"


@dataclass(frozen=True, slots=True)
class When:
    """A finding of this kind is at least (or above) this size."""

    kind: FindingKind
    limit: float
    is_above: bool

    def holds(self, finding: Finding) -> bool:
        """Tell whether this finding is that large."""
        if finding.kind is not self.kind:
            return False
        return finding.order > self.limit or (not self.is_above and finding.order == self.limit)


@dataclass(frozen=True, slots=True)
class Given:
    """A circumstance is at least (or below) this."""

    circumstance: Circumstance
    limit: float
    is_below: bool

    def holds(self, circumstances: Circumstances) -> bool:
        """Tell whether it is."""
        value = float(getattr(circumstances, self.circumstance.value))
        return value < self.limit if self.is_below else value >= self.limit


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule; the texts are whole sentences, and ``threshold`` says where the limits are from."""

    id: str
    group: str
    action: Action
    exercises: Exercises
    offers: tuple[Offer, ...]
    when: tuple[When, ...]
    given: tuple[Given, ...]
    threshold: str
    title: str
    why: str
    how_sure: str
    can_change: str
    cannot_change: str
    goes_away: str
    sources: tuple[Source, ...]

    @property
    def can_decline(self) -> bool:
        """Whether a person may say no to it."""
        return self.exercises < Exercises.PAUSE and self.action is not Action.SEE_CLINICIAN

    def matched(self, findings: tuple[Finding, ...]) -> tuple[Finding, ...]:
        """Return the findings that switch it on."""
        return tuple(one for one in findings if any(when.holds(one) for when in self.when))


@dataclass(frozen=True, slots=True)
class RuleSet:
    """All rules, in the file's order."""

    version: str
    rules: tuple[Rule, ...]


_TEXTS = ("threshold", "title", "why", "how_sure", "can_change", "cannot_change", "goes_away")


@cache
def shipped_rules() -> RuleSet:
    """Give the rule set of ``rules.toml``."""
    return parse_rules(read_data("rules.toml"))


def parse_rules(raw: Mapping[str, Any]) -> RuleSet:
    """Check a rule set.

    Parameters
    ----------
    raw : mapping
        What the TOML file holds.

    Raises
    ------
    CoachingDataError
        It is not valid; the message names the rule.
    """
    table = check_fields(dict(raw), "rule set", required={"version", "rule"})
    if not isinstance(table["version"], str) or not isinstance(table["rule"], list):
        raise CoachingDataError("rule set", "needs a version in quotes and a list of rules")
    rules = tuple(_rule(entry) for entry in table["rule"])
    _check_together(rules)
    return RuleSet(table["version"], rules)


def _rule(entry: Any) -> Rule:
    where = f"rule {entry.get('id', '?') if isinstance(entry, dict) else '?'}"
    table = check_fields(
        entry,
        where,
        required={"id", "action", "sources", *_TEXTS},
        optional={"group", "exercises", "offers", "when", "given"},
    )
    try:
        action = Action[str(table["action"]).upper()]
        exercises = Exercises[str(table.get("exercises", "leave")).upper()]
        offers = tuple(Offer(name) for name in table.get("offers", []))
    except (KeyError, ValueError) as error:
        raise CoachingDataError(where, f"{error} is not known") from error
    rule = Rule(
        id=str(table["id"]),
        group=str(table.get("group", table["id"])),
        action=action,
        exercises=exercises,
        offers=offers,
        when=tuple(_when(line, where) for line in table.get("when", [])),
        given=tuple(_given(line, where) for line in table.get("given", [])),
        sources=cited(table["sources"], where),
        **{name: sentence(table, name, where) for name in _TEXTS},
    )
    _check_alone(rule, where)
    return rule


def _when(line: Any, where: str) -> When:
    table = check_fields(line, where, required={"finding"}, optional={"at_least", "above"})
    limits = [name for name in ("at_least", "above") if name in table]
    if len(limits) != 1 or table["finding"] not in list(FindingKind):
        raise CoachingDataError(where, f"{table} needs a known finding with at_least or above")
    kind, limit = FindingKind(table["finding"]), table[limits[0]]
    if kind in GRADED:
        if limit not in list(ChangeClass):
            raise CoachingDataError(where, f"{kind} takes the class of a change, not {limit!r}")
        return When(kind, CLASS_ORDER[ChangeClass(limit)], is_above=limits == ["above"])
    return When(kind, _number(limit, where), is_above=limits == ["above"])


def _given(line: Any, where: str) -> Given:
    table = check_fields(line, where, required={"circumstance"}, optional={"at_least", "below"})
    limits = [name for name in ("at_least", "below") if name in table]
    if len(limits) != 1 or table["circumstance"] not in list(Circumstance):
        raise CoachingDataError(where, f"{table} needs a known circumstance, at_least or below")
    limit = _number(table[limits[0]], where)
    return Given(Circumstance(table["circumstance"]), limit, is_below=limits == ["below"])


def _number(value: object, where: str) -> float:
    if isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value < math.inf:
        return float(value)
    raise CoachingDataError(where, f"{value!r} has to be a finite number from 0 up")


def _check_alone(rule: Rule, where: str) -> None:
    """Refuse a rule that contradicts itself."""
    asks_health = any(when.kind in HEALTH for when in rule.when)
    mildest = {
        Exercises.LEAVE: Action.NOTHING,
        Exercises.SOFTEN: Action.LEARN,
        Exercises.PAUSE: Action.REDUCE_LOAD,
        Exercises.SILENCE: Action.SEE_CLINICIAN,
    }[rule.exercises]
    wrong = {
        "needs offers to practise, and only then": bool(rule.offers)
        is not (rule.action is Action.PRACTISE),
        "needs a finding unless it says that there is nothing to do": bool(rule.when)
        is (rule.action is Action.NOTHING),
        "may not let pain choose what to practise": asks_health and rule.action is Action.PRACTISE,
        "may only soften, pause or silence for pain": not asks_health
        and rule.exercises is not Exercises.LEAVE,
        "has to be as severe as what it does to exercises": rule.action < mildest,
        "has to silence exercises, as it sends to a clinician": rule.action is Action.SEE_CLINICIAN
        and rule.exercises is not Exercises.SILENCE,
        "rests on what nobody confirmed": rule.action is not Action.SEE_CLINICIAN
        and not all(source.confirmed for source in rule.sources),
        f"has a title of more than {N_TITLE_WORDS_MAX} words": len(rule.title.split())
        > N_TITLE_WORDS_MAX,
    }
    for what, is_wrong in wrong.items():
        if is_wrong:
            raise CoachingDataError(where, what)


def _check_together(rules: tuple[Rule, ...]) -> None:
    """Refuse rules that contradict each other."""
    ids = [rule.id for rule in rules]
    if len(ids) != len(set(ids)):
        raise CoachingDataError("rule set", "has an id twice")
    for group in {rule.group for rule in rules}:
        members = [rule for rule in rules if rule.group == group]
        if any(b.action < a.action or b.exercises < a.exercises for a, b in pairwise(members)):
            raise CoachingDataError(f"group {group}", "has to go from mild to severe")
    unused = set(FindingKind) - {when.kind for rule in rules for when in rule.when}
    if unused:
        raise CoachingDataError("rule set", f"no rule asks for {sorted(unused)}")
    nothing = [rule for rule in rules if rule.action is Action.NOTHING]
    if not nothing or nothing[-1].given:
        raise CoachingDataError("rule set", "needs a last rule that always finds nothing to do")
