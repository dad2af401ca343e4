"""Questions that send a person to a clinician: ``red_flags.toml``, checked when it is loaded."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from typing import Any

from analysis.errors import CoachingDataError
from analysis.sources import Source, check_fields, cited, read_data, sentence


class Care(StrEnum):
    """How soon somebody should be seen."""

    URGENT = "urgent"  # the same day
    SOON = "soon"  # within days


@dataclass(frozen=True, slots=True)
class RedFlag:
    """One question, to be answered with yes or no; nothing is assumed where it is not answered."""

    id: str
    care: Care
    ask: str
    sources: tuple[Source, ...]


@cache
def shipped_red_flags() -> tuple[RedFlag, ...]:
    """Give the questions of ``red_flags.toml``, urgent ones first."""
    return parse_red_flags(read_data("red_flags.toml"))


def parse_red_flags(raw: Mapping[str, Any]) -> tuple[RedFlag, ...]:
    """Check a list of questions.

    Raises
    ------
    CoachingDataError
        It is not valid; the message names the question.
    """
    table = check_fields(dict(raw), "red flags", required={"question"})
    if not isinstance(table["question"], list):
        raise CoachingDataError("red flags", "needs a list of questions")
    flags = tuple(_red_flag(entry) for entry in table["question"])
    if len({flag.id for flag in flags}) != len(flags):
        raise CoachingDataError("red flags", "has an id twice")
    # Sorting is stable: within a kind of care the file's order is kept.
    return tuple(sorted(flags, key=lambda flag: flag.care is not Care.URGENT))


def _red_flag(entry: Any) -> RedFlag:
    where = f"red flag {entry.get('id', '?') if isinstance(entry, dict) else '?'}"
    table = check_fields(entry, where, required={"id", "care", "ask", "sources"})
    if table["care"] not in list(Care):
        raise CoachingDataError(where, f"care is {table['care']!r}, not urgent or soon")
    ask = sentence(table, "ask", where)
    if not ask.endswith("?"):
        raise CoachingDataError(where, "ask has to be a question")
    return RedFlag(str(table["id"]), Care(table["care"]), ask, cited(table["sources"], where))
