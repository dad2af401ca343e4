"""Every query and every transaction about runs."""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import ColumnElement, Engine, delete, func, insert, select
from sqlalchemy.orm import Session

from analysis.history.points import RunPoint
from analysis.results import RunAnalysis
from analysis.stances import Side
from server.errors import RunNotFoundError
from server.runs import NumberedStance, Page, Person, Run
from server.store.engine import for_writing
from server.store.history import HISTORY_QUERY, run_point
from server.store.models import PersonRow, RunRow, StanceRow, SummaryRow
from server.store.rows import (
    STANCE_COLUMNS,
    analysis_from,
    run_from,
    stance_rows,
    stances_from,
    summary_row,
)

# One person until there are accounts; every run already belongs to somebody.
DEFAULT_PERSON = Person(id="me", name="Me")

# What lists need of a summary: all but the document.
_HEADLINE_COLUMNS = [column for column in SummaryRow.__table__.columns if column.name != "document"]


class RunStore:
    """Reads and writes runs; each method is one transaction."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._writing = for_writing(engine)
        with self._writing.begin() as connection:
            known = connection.execute(select(PersonRow.id).where(PersonRow.id == "me")).first()
            if known is None:
                connection.execute(
                    insert(PersonRow).values(
                        id=DEFAULT_PERSON.id, name=DEFAULT_PERSON.name, created_at=datetime.now(UTC)
                    )
                )

    def people(self) -> list[Person]:
        """Return everybody whose runs are kept."""
        with self._engine.connect() as connection:
            rows = connection.execute(
                select(PersonRow.id, PersonRow.name).order_by(PersonRow.created_at)
            )
            return [Person(*row) for row in rows]

    def add(self, run: dict[str, Any], analysis: RunAnalysis) -> None:
        """Store a run with its results, whole or not at all.

        Raises
        ------
        sqlalchemy.exc.IntegrityError
            This person has a run with this content already.
        """
        with self._writing.begin() as connection:
            connection.execute(insert(RunRow).values(**run))
            connection.execute(insert(SummaryRow).values(**summary_row(run["id"], analysis)))
            if analysis.stances:
                connection.execute(insert(StanceRow), stance_rows(run["id"], analysis.stances))

    def edit(
        self, run_id: str, values: dict[str, Any], analysis: RunAnalysis | None = None
    ) -> None:
        """Change columns of a run and, if given, exchange its results; whole or not at all.

        Raises
        ------
        RunNotFoundError
            No run has this id.
        """
        with Session(self._writing) as session, session.begin():
            row = session.get(RunRow, run_id)
            if row is None:
                raise RunNotFoundError(run_id)
            for name, value in values.items():
                setattr(row, name, value)
            row.at = row.started_at or row.imported_at
            if analysis is not None:
                row.analysis_version = analysis.analysis_version
                _replace_results(session, run_id, analysis)

    def delete(self, run_id: str) -> str | None:
        """Delete a run; return the hash of its recording if no other run refers to it.

        Raises
        ------
        RunNotFoundError
            No run has this id.
        """
        with self._writing.begin() as connection:
            content_hash = connection.execute(
                select(RunRow.content_hash).where(RunRow.id == run_id)
            ).scalar_one_or_none()
            if content_hash is None:
                raise RunNotFoundError(run_id)
            connection.execute(delete(RunRow).where(RunRow.id == run_id))
            n_others = connection.execute(
                select(func.count()).where(RunRow.content_hash == content_hash)
            ).scalar_one()
            return None if n_others else content_hash

    def find_content(self, content_hash: str) -> str | None:
        """Return the id of the run with this content."""
        query = select(RunRow.id).where(
            RunRow.content_hash == content_hash, RunRow.person_id == DEFAULT_PERSON.id
        )
        with self._engine.connect() as connection:
            return connection.execute(query).scalar_one_or_none()

    def content_hashes(self) -> set[str]:
        """Return the hashes of all recordings that a run refers to."""
        with self._engine.connect() as connection:
            return set(connection.execute(select(RunRow.content_hash)).scalars())

    def runs(self, *, limit: int, offset: int, kind: str | None) -> Page[Run]:
        """Return a page of the runs, newest first."""
        wanted = [] if kind is None else [RunRow.kind == kind]
        query = (
            select(RunRow, *_HEADLINE_COLUMNS)
            .join(SummaryRow, SummaryRow.run_id == RunRow.id)
            .where(*wanted)
            .order_by(RunRow.at.desc(), RunRow.id.desc())
        )
        with Session(self._engine) as session:
            total = session.execute(
                select(func.count()).select_from(RunRow).where(*wanted)
            ).scalar_one()
            rows = session.execute(query.limit(limit).offset(offset)).all()
            items = [run_from(row[0], row) for row in rows]
        return Page(items, total, limit, offset)

    def history(self, n_newest: int | None) -> list[RunPoint]:
        """Return runs as points of the history, oldest first, in this computer's time."""
        with self._engine.connect() as connection:
            rows = connection.execute(HISTORY_QUERY.limit(n_newest)).all()
        return [run_point(row) for row in reversed(rows)]

    def run(self, run_id: str) -> Run:
        """Return a run.

        Raises
        ------
        RunNotFoundError
            No run has this id.
        """
        query = (
            select(RunRow, *_HEADLINE_COLUMNS)
            .join(SummaryRow, SummaryRow.run_id == RunRow.id)
            .where(RunRow.id == run_id)
        )
        with Session(self._engine) as session:
            row = session.execute(query).one_or_none()
            if row is None:
                raise RunNotFoundError(run_id)
            return run_from(row[0], row)

    def analysis(self, run_id: str) -> RunAnalysis:
        """Return the results of a run, without the signals.

        Raises
        ------
        RunNotFoundError
            No run has this id.
        """
        with self._engine.connect() as connection:
            document = connection.execute(
                select(SummaryRow.document).where(SummaryRow.run_id == run_id)
            ).scalar_one_or_none()
            if document is None:
                raise RunNotFoundError(run_id)
            rows = connection.execute(
                select(*STANCE_COLUMNS).where(StanceRow.run_id == run_id).order_by(StanceRow.number)
            )
            return analysis_from(document, stances_from(rows))

    def stances(
        self,
        run_id: str,
        *,
        limit: int,
        offset: int,
        side: Side | None,
        valid: bool | None,
        start_s: float | None,
        end_s: float | None,
    ) -> Page[NumberedStance]:
        """Return a page of the stances of a run whose strike lies in [start_s, end_s)."""
        wanted: list[ColumnElement[bool]] = [StanceRow.run_id == run_id]
        if side is not None:
            wanted.append(StanceRow.side == side.value)
        if valid is not None:
            wanted.append(StanceRow.valid.is_(valid))
        if start_s is not None:
            wanted.append(StanceRow.foot_strike_s >= start_s)
        if end_s is not None:
            wanted.append(StanceRow.foot_strike_s < end_s)
        query = select(StanceRow.number, *STANCE_COLUMNS).where(*wanted).order_by(StanceRow.number)
        with self._engine.connect() as connection:
            total = connection.execute(select(func.count()).where(*wanted)).scalar_one()
            rows = connection.execute(query.limit(limit).offset(offset)).all()
        stances = stances_from(row[1:] for row in rows)
        items = [NumberedStance(row[0], stance) for row, stance in zip(rows, stances, strict=True)]
        return Page(items, total, limit, offset)

    def versions(self) -> dict[str, str]:
        """Return the analysis version of every run, by run id."""
        with self._engine.connect() as connection:
            rows = connection.execute(
                select(RunRow.id, RunRow.analysis_version).order_by(RunRow.at)
            )
            return {row.id: row.analysis_version for row in rows}


def _replace_results(session: Session, run_id: str, analysis: RunAnalysis) -> None:
    session.execute(delete(StanceRow).where(StanceRow.run_id == run_id))
    session.execute(delete(SummaryRow).where(SummaryRow.run_id == run_id))
    session.execute(insert(SummaryRow).values(**summary_row(run_id, analysis)))
    if analysis.stances:
        session.execute(insert(StanceRow), stance_rows(run_id, analysis.stances))
