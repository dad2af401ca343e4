"""The pain diary and its red-flag questions: check in, list, complete, delete, answer."""

from datetime import UTC, datetime
from typing import Annotated

from fastapi import APIRouter, Path, Query

from analysis.pain import PainReport
from analysis.red_flags import shipped_red_flags
from server.api.pain_schemas import (
    AdviceOut,
    AnswersIn,
    CheckIn,
    NextMorning,
    PainEntryOut,
    PainPage,
    RedFlagOut,
)
from server.api.requests import Offset
from server.dependencies import LibraryDep
from server.pain import PainEntry

router = APIRouter(prefix="/pain", tags=["pain"])

EntryId = Annotated[str, Path(description="The check-in's id.", max_length=64)]
Limit = Annotated[int, Query(ge=1, le=200, description="At most this many.")]


@router.get("", response_model=PainPage)
def list_pain(library: LibraryDep, limit: Limit = 50, offset: Offset = 0) -> dict[str, object]:
    """List the check-ins, newest first."""
    page = library.pain.entries(limit=limit, offset=offset)
    items = [entry_out(entry) for entry in page.items]
    return {"items": items, "total": page.total, "limit": limit, "offset": offset}


@router.post("", response_model=PainEntryOut, status_code=201)
def check_in(library: LibraryDep, body: CheckIn) -> PainEntryOut:
    """Note what hurts, or that nothing does (no site)."""
    report = PainReport(**body.model_dump(exclude={"at"}))
    return entry_out(library.pain.add(report, body.at or datetime.now(UTC)))


@router.get("/advice", response_model=AdviceOut)
def advice(library: LibraryDep) -> object:
    """Say what diary and answers do to exercises and cues; no run has a part in it."""
    return library.pain.advice()


@router.get("/red-flags", response_model=list[RedFlagOut])
def list_red_flags(library: LibraryDep) -> list[RedFlagOut]:
    """List the questions with their last answers; null is not answered yet."""
    answers = library.pain.answers()
    return [
        RedFlagOut(
            id=flag.id,
            care=flag.care,
            ask=flag.ask,
            is_yes=answers[flag.id].is_yes if flag.id in answers else None,
            answered_at=answers[flag.id].at if flag.id in answers else None,
            sources=[source.citation for source in flag.sources],
        )
        for flag in shipped_red_flags()
    ]


@router.post("/red-flags", response_model=AdviceOut)
def answer_red_flags(library: LibraryDep, body: AnswersIn) -> object:
    """Answer one or more of the questions; answers what follows from all of them."""
    library.pain.answer(body.answers, datetime.now(UTC))
    return library.pain.advice()


@router.patch("/{entry_id}", response_model=PainEntryOut)
def note_next_morning(library: LibraryDep, entry_id: EntryId, body: NextMorning) -> PainEntryOut:
    """Add how the morning after a check-in was."""
    return entry_out(library.pain.note_next_morning(entry_id, body.next_morning))


@router.delete("/{entry_id}", status_code=204)
def delete_entry(library: LibraryDep, entry_id: EntryId) -> None:
    """Delete a check-in.  There is no way back."""
    library.pain.delete(entry_id)


def entry_out(entry: PainEntry) -> PainEntryOut:
    """Return a check-in as the API tells it."""
    report = entry.report
    return PainEntryOut(
        id=entry.id,
        at=entry.at,
        site=report.site,
        side=report.side,
        before=report.before,
        worst=report.worst,
        next_morning=report.next_morning,
        limp=report.limp,
        note=report.note,
    )
