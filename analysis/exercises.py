"""The four exercises: ``exercises.toml``, checked when it is loaded.

Texts and doses are data, so that a therapist can read them; pages print them, and nothing in here
chooses one.  How hard muscles work in an exercise ranks exercises, and promises no result.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from typing import Any

from analysis.errors import CoachingDataError
from analysis.rules import Offer
from analysis.sources import Source, check_fields, cited, read_data, sentence


class Unit(StrEnum):
    """What a dose counts, per side."""

    REPETITIONS = "repetitions"
    METRES = "metres"


class Logged(StrEnum):
    """What is noted after an exercise."""

    SETS = "sets"
    REPETITIONS = "repetitions"
    LEVEL = "level"
    BAND = "band"
    EFFORT = "effort"  # 1 to 10
    PAIN = "pain"  # 0 to 10


@dataclass(frozen=True, slots=True)
class Dose:
    """How much of an exercise: sets, and repetitions or metres per set and side."""

    unit: Unit
    sets_min: int
    sets_max: int
    amount_min: float
    amount_max: float


@dataclass(frozen=True, slots=True)
class Exercise:
    """One exercise.

    Attributes
    ----------
    id : Offer
    name : str
    dose : Dose
    dose_words, dose_from : str
        The dose as a sentence, and whose it is.
    set_up, steps, cues, mistakes : tuple of str
        Sentences, in order.
    levels : tuple of str
        From easy to hard.
    starts_at : int
        Index of the level that it is described at; those before it are regressions, those after
        it progressions.
    known : str
        What studies say of it.
    log : tuple of Logged
    sources : tuple of Source
    """

    id: Offer
    name: str
    dose: Dose
    dose_words: str
    dose_from: str
    set_up: tuple[str, ...]
    steps: tuple[str, ...]
    cues: tuple[str, ...]
    mistakes: tuple[str, ...]
    levels: tuple[str, ...]
    starts_at: int
    known: str
    log: tuple[Logged, ...]
    sources: tuple[Source, ...]

    @property
    def regressions(self) -> tuple[str, ...]:
        """Easier levels, the nearest first."""
        return self.levels[: self.starts_at][::-1]

    @property
    def progressions(self) -> tuple[str, ...]:
        """Harder levels, the nearest first."""
        return self.levels[self.starts_at + 1 :]


@dataclass(frozen=True, slots=True)
class StepRules:
    """When to go up or down a level, and when to stop; effort from 1 and pain from 0, to 10."""

    up_after_sessions: int
    up_at_effort_max: int
    up_at_pain_max: int
    down_above_pain: int
    up: str
    down: str
    stop: str
    sides: str
    often: str
    sources: tuple[Source, ...]


@dataclass(frozen=True, slots=True)
class ExerciseSet:
    """All exercises with their common rules."""

    version: str
    steps: StepRules
    exercises: tuple[Exercise, ...]


_LISTS = ("set_up", "steps", "cues", "mistakes", "levels")
_FIELDS = {
    *("id", "name", "unit", "sets_min", "sets_max", "amount_min", "amount_max", "dose"),
    *("dose_from", "starts_at", "known", "log", "sources", *_LISTS),
}
_STEP_NUMBERS = ("up_after_sessions", "up_at_effort_max", "up_at_pain_max", "down_above_pain")
_STEP_TEXTS = ("up", "down", "stop", "sides", "often")


@cache
def shipped_exercises() -> ExerciseSet:
    """Give the exercises of ``exercises.toml``."""
    return parse_exercises(read_data("exercises.toml"))


def parse_exercises(raw: Mapping[str, Any]) -> ExerciseSet:
    """Check a set of exercises.

    Raises
    ------
    CoachingDataError
        It is not valid; the message names the exercise.
    """
    table = check_fields(dict(raw), "exercises", required={"version", "steps", "exercise"})
    if not isinstance(table["version"], str) or not isinstance(table["exercise"], list):
        raise CoachingDataError("exercises", "needs a version in quotes and a list of exercises")
    exercises = tuple(_exercise(entry) for entry in table["exercise"])
    ids = [exercise.id for exercise in exercises]
    if len(ids) != len(set(ids)):
        raise CoachingDataError("exercises", "has an id twice")
    return ExerciseSet(table["version"], _step_rules(table["steps"]), exercises)


def _step_rules(entry: Any) -> StepRules:
    where = "steps"
    table = check_fields(entry, where, required={*_STEP_NUMBERS, *_STEP_TEXTS, "sources"})
    numbers = {name: _whole(table[name], where) for name in _STEP_NUMBERS}
    if numbers["up_at_pain_max"] > numbers["down_above_pain"]:
        raise CoachingDataError(where, "the same pain may not go up and down")
    texts = {name: sentence(table, name, where) for name in _STEP_TEXTS}
    sources = _confirmed(table["sources"], where)
    return StepRules(
        up_after_sessions=numbers["up_after_sessions"],
        up_at_effort_max=numbers["up_at_effort_max"],
        up_at_pain_max=numbers["up_at_pain_max"],
        down_above_pain=numbers["down_above_pain"],
        up=texts["up"],
        down=texts["down"],
        stop=texts["stop"],
        sides=texts["sides"],
        often=texts["often"],
        sources=sources,
    )


def _exercise(entry: Any) -> Exercise:
    where = f"exercise {entry.get('id', '?') if isinstance(entry, dict) else '?'}"
    table = check_fields(entry, where, required=_FIELDS)
    try:
        offer = Offer(table["id"])
        log = tuple(Logged(name) for name in table["log"])
    except ValueError as error:
        raise CoachingDataError(where, f"{error} is not known") from error
    if not log or not isinstance(table["name"], str) or not table["name"]:
        raise CoachingDataError(where, "needs a name, and something to log")
    levels = _sentences(table, "levels", where)
    starts_at = _whole(table["starts_at"], where)
    if starts_at >= len(levels):
        raise CoachingDataError(where, f"starts_at is {starts_at}, past the last level")
    return Exercise(
        id=offer,
        name=table["name"],
        dose=_dose(table, where),
        dose_words=sentence(table, "dose", where),
        dose_from=sentence(table, "dose_from", where),
        **{name: _sentences(table, name, where) for name in _LISTS if name != "levels"},
        levels=levels,
        starts_at=starts_at,
        known=sentence(table, "known", where),
        log=log,
        sources=_confirmed(table["sources"], where),
    )


def _dose(table: Mapping[str, Any], where: str) -> Dose:
    if table["unit"] not in list(Unit):
        raise CoachingDataError(where, f"{table['unit']!r} is no unit of a dose")
    sets = [_whole(table[name], where) for name in ("sets_min", "sets_max")]
    amounts = [table[name] for name in ("amount_min", "amount_max")]
    if not all(isinstance(one, int | float) and 0 < one < math.inf for one in amounts):
        raise CoachingDataError(where, "amounts have to be above 0")
    if not 1 <= sets[0] <= sets[1] or amounts[0] > amounts[1]:
        raise CoachingDataError(where, "a dose goes from few to many, from one set up")
    return Dose(Unit(table["unit"]), *sets, *map(float, amounts))


def _sentences(table: Mapping[str, Any], field: str, where: str) -> tuple[str, ...]:
    lines = table[field]
    if not isinstance(lines, list) or not lines:
        raise CoachingDataError(where, f"{field} has to be a list of sentences")
    return tuple(sentence({field: line}, field, where) for line in lines)


def _whole(value: object, where: str) -> int:
    if isinstance(value, int) and not isinstance(value, bool) and value >= 0:
        return value
    raise CoachingDataError(where, f"{value!r} has to be a whole number from 0 up")


def _confirmed(keys: Any, where: str) -> tuple[Source, ...]:
    sources = cited(keys, where)
    if not all(source.confirmed for source in sources):
        raise CoachingDataError(where, "rests on what nobody confirmed")
    return sources
