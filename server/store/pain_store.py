"""Every query and every transaction about pain and red-flag answers."""

import secrets
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import Engine, delete, func, insert, select, update

from analysis.findings import Circumstances
from analysis.pain import PainReport, PainSite, health_findings
from analysis.stances import Side
from analysis.suggestions import Advice, suggest
from server.errors import PainEntryNotFoundError
from server.pain import PainEntry, RedFlagAnswer
from server.runs import Page
from server.store.engine import for_writing
from server.store.models import PainEntryRow, RedFlagAnswerRow
from server.store.run_store import DEFAULT_PERSON
from server.text import clean_notes

_COLUMNS = (
    PainEntryRow.id,
    PainEntryRow.at,
    PainEntryRow.site,
    PainEntryRow.side,
    PainEntryRow.pain_before,
    PainEntryRow.pain_worst,
    PainEntryRow.pain_next_morning,
    PainEntryRow.limp,
    PainEntryRow.note,
)
_IS_MINE = PainEntryRow.person_id == DEFAULT_PERSON.id


class PainStore:
    """Reads and writes the diary of one person; each method is one transaction."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._writing = for_writing(engine)

    def add(self, report: PainReport, at: datetime) -> PainEntry:
        """Store a check-in."""
        entry = PainEntry(secrets.token_hex(12), at, replace(report, note=clean_notes(report.note)))
        values = {
            "id": entry.id,
            "person_id": DEFAULT_PERSON.id,
            "at": at,
            "site": report.site,
            "side": report.side,
            "pain_before": report.before,
            "pain_worst": report.worst,
            "pain_next_morning": report.next_morning,
            "limp": report.limp,
            "note": entry.report.note,
        }
        with self._writing.begin() as connection:
            connection.execute(insert(PainEntryRow).values(**values))
        return entry

    def entries(self, *, limit: int, offset: int = 0) -> Page[PainEntry]:
        """Return a page of the check-ins, newest first."""
        query = select(*_COLUMNS).where(_IS_MINE).order_by(PainEntryRow.at.desc(), PainEntryRow.id)
        with self._engine.connect() as connection:
            total = connection.execute(select(func.count()).where(_IS_MINE)).scalar_one()
            rows = connection.execute(query.limit(limit).offset(offset)).all()
        return Page([_entry(row) for row in rows], total, limit, offset)

    def note_next_morning(self, entry_id: str, level: int) -> PainEntry:
        """Add how the morning after a check-in was.

        Raises
        ------
        PainEntryNotFoundError
            No check-in has this id.
        PainReportError
            The check-in says that nothing hurt, or the level is off the scale.
        """
        is_it = (PainEntryRow.id == entry_id) & _IS_MINE
        with self._writing.begin() as connection:
            row = connection.execute(select(*_COLUMNS).where(is_it)).one_or_none()
            if row is None:
                raise PainEntryNotFoundError(entry_id)
            entry = _entry(row)
            changed = replace(entry, report=replace(entry.report, next_morning=level))
            connection.execute(update(PainEntryRow).where(is_it).values(pain_next_morning=level))
        return changed

    def delete(self, entry_id: str) -> None:
        """Delete a check-in.

        Raises
        ------
        PainEntryNotFoundError
            No check-in has this id.
        """
        is_it = (PainEntryRow.id == entry_id) & _IS_MINE
        with self._writing.begin() as connection:
            if connection.execute(delete(PainEntryRow).where(is_it)).rowcount == 0:
                raise PainEntryNotFoundError(entry_id)

    def answer(self, answers: Mapping[str, bool], at: datetime) -> None:
        """Store answers to red-flag questions, by their ids; earlier ones are kept."""
        rows = [
            {"person_id": DEFAULT_PERSON.id, "question": question, "is_yes": is_yes, "at": at}
            for question, is_yes in answers.items()
        ]
        if rows:
            with self._writing.begin() as connection:
                connection.execute(insert(RedFlagAnswerRow), rows)

    def answers(self) -> dict[str, RedFlagAnswer]:
        """Return the last answer to each question that was ever answered."""
        query = (
            select(RedFlagAnswerRow.question, RedFlagAnswerRow.is_yes, RedFlagAnswerRow.at)
            .where(RedFlagAnswerRow.person_id == DEFAULT_PERSON.id)
            .order_by(RedFlagAnswerRow.number)
        )
        with self._engine.connect() as connection:
            return {row.question: RedFlagAnswer(*row) for row in connection.execute(query)}

    def advice(self) -> Advice:
        """Say what diary and answers do to exercises and cues; runs have no part in it."""
        reports = [entry.report for entry in self._since_nothing_hurt()]
        answers = {question: one.is_yes for question, one in self.answers().items()}
        return suggest(health_findings(reports, answers), Circumstances())

    def _since_nothing_hurt(self) -> list[PainEntry]:
        """Return the check-ins after the last one that nothing hurts, newest first."""
        nothing_hurt = (
            select(func.max(PainEntryRow.at))
            .where(_IS_MINE, PainEntryRow.site.is_(None))
            .scalar_subquery()
        )
        query = (
            select(*_COLUMNS)
            .where(_IS_MINE, (PainEntryRow.at > nothing_hurt) | nothing_hurt.is_(None))
            .order_by(PainEntryRow.at.desc(), PainEntryRow.id)
        )
        with self._engine.connect() as connection:
            return [_entry(row) for row in connection.execute(query)]


def _entry(row: Any) -> PainEntry:
    report = PainReport(
        site=None if row.site is None else PainSite(row.site),
        side=None if row.side is None else Side(row.side),
        before=row.pain_before,
        worst=row.pain_worst,
        next_morning=row.pain_next_morning,
        limp=row.limp,
        note=row.note,
    )
    return PainEntry(row.id, row.at, report)
