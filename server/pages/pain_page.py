"""The pain page: check in, the history, and the questions that send to a clinician.

No number of a run appears here.
"""

from collections.abc import Mapping
from datetime import UTC, datetime

from fastapi import APIRouter, Request
from starlette.responses import Response

from analysis.pain import PAIN_MAX
from analysis.red_flags import Care, RedFlag, shipped_red_flags
from analysis.rules import Action
from server.dependencies import LibraryDep
from server.pages.pain_view import (
    SITE_WORDS,
    STRIP_HEIGHT,
    STRIP_WIDTH,
    pain_line,
    pain_strips,
    place_words,
    to_ask_about,
)
from server.pages.site import page
from server.pages.words import day, local
from server.pain import RedFlagAnswer

router = APIRouter()

N_LISTED = 30
N_IN_STRIPS = 1000


@router.get("/pain")
def pain(request: Request, library: LibraryDep) -> Response:
    """Show the check-in first, then the history and the questions."""
    now = datetime.now(UTC)
    diary = library.pain
    entries = diary.entries(limit=N_IN_STRIPS)
    answers = diary.answers()
    advice = diary.advice()
    waiting = to_ask_about(entries.items, now)
    return page(
        request,
        "pain.html",
        place="pain",
        first=advice.suggestions[0],
        is_referred=advice.suggestions[0].action is Action.SEE_CLINICIAN,
        sites=[(site.value, words) for site, words in SITE_WORDS.items()],
        levels=range(PAIN_MAX + 1),
        waiting=waiting,
        waiting_words="" if waiting is None else _asked(waiting.at, place_words(waiting.report)),
        strips=pain_strips(entries.items, now),
        strip_size=(STRIP_WIDTH, STRIP_HEIGHT),
        lines=[pain_line(entry) for entry in entries.items[:N_LISTED]],
        n_entries=entries.total,
        flags=_asked_flags(answers),
        answered=_answered([answer.at for answer in answers.values()]),
    )


def _asked_flags(
    answers: Mapping[str, RedFlagAnswer],
) -> list[tuple[Care, list[tuple[RedFlag, RedFlagAnswer | None]]]]:
    """Return the questions with their last answers, by how soon a yes should be seen."""
    flags = shipped_red_flags()
    return [
        (care, [(flag, answers.get(flag.id)) for flag in flags if flag.care is care])
        for care in Care
    ]


def _asked(at: datetime, where: str) -> str:
    return f"{where}, {day(local(at))}"


def _answered(moments: list[datetime]) -> str:
    return f"Last answered {day(local(max(moments)))}." if moments else "Not answered yet."
