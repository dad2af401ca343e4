"""What the API takes and answers about pain."""

from datetime import datetime
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, field_serializer

from analysis.pain import PAIN_MAX, PainSite
from analysis.red_flags import Care, shipped_red_flags
from analysis.rules import Action, Exercises
from analysis.stances import Side
from server.api.requests import Moment
from server.api.schemas import Answer

Level = Annotated[
    int, Field(ge=0, le=PAIN_MAX, strict=True, description="0 is none, 10 the worst.")
]


class CheckIn(BaseModel):
    """What hurts; without a site: nothing does."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"examples": [{"site": "kneecap", "side": "left", "worst": 2}]},
    )

    site: PainSite | None = None
    side: Side | None = Field(default=None, description="Left or right; null: middle or both.")
    before: Level | None = None
    worst: Level | None = None
    next_morning: Level | None = None
    limp: bool = False
    note: str = Field(default="", max_length=2000)
    at: Moment | None = Field(default=None, description="With offset from UTC; now if left out.")


class NextMorning(BaseModel):
    """How the morning after was."""

    model_config = ConfigDict(extra="forbid")

    next_morning: Level


class PainEntryOut(Answer):
    """One check-in."""

    id: str
    at: datetime
    site: PainSite | None = Field(description="Null: nothing hurt.")
    side: Side | None
    before: int | None
    worst: int | None
    next_morning: int | None
    limp: bool
    note: str


class PainPage(Answer):
    """A page of check-ins, newest first."""

    items: list[PainEntryOut]
    total: int = Field(description="Length of the whole list.")
    limit: int
    offset: int


class RedFlagOut(Answer):
    """One question with its last answer."""

    id: str
    care: Care = Field(description="How soon a yes should be seen.")
    ask: str
    is_yes: bool | None = Field(description="Null: not answered yet.")
    answered_at: datetime | None
    sources: list[str]


def _known(answers: dict[str, bool]) -> dict[str, bool]:
    unknown = set(answers) - {flag.id for flag in shipped_red_flags()}
    if unknown:
        raise ValueError(f"there is no question {min(unknown)[:64]!r}")
    return answers


class AnswersIn(BaseModel):
    """Answers by the ids of their questions: true is yes."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"answers": {"locked_knee": False}}]}
    )

    answers: Annotated[dict[str, Annotated[bool, Field(strict=True)]], AfterValidator(_known)]


class SuggestionOut(Answer):
    """One suggestion."""

    rule_id: str
    action: Action
    title: str
    why: str
    goes_away: str

    @field_serializer("action")
    def _action_name(self, action: Action) -> str:
        return action.name.lower()


class AdviceOut(Answer):
    """What is suggested, most severe first, and what becomes of exercises and cues."""

    exercises: Exercises
    may_practise: bool
    suggestions: list[SuggestionOut]
    rule_set_version: str

    @field_serializer("exercises")
    def _exercises_name(self, exercises: Exercises) -> str:
        return exercises.name.lower()
