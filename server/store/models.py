"""The tables.  Units stand in the column names; times are UTC."""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    DateTime,
    Dialect,
    Double,
    ForeignKey,
    Index,
    MetaData,
    String,
    Text,
    TypeDecorator,
    UniqueConstraint,
)
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


class UtcDateTime(TypeDecorator[datetime]):
    """A moment in UTC.  SQLite keeps no time zone, so it is added again on the way out."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Turn into UTC; a moment without time zone is refused rather than guessed."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment without time zone cannot be stored")
        moment = value.astimezone(UTC)
        return moment.replace(tzinfo=None) if dialect.name == "sqlite" else moment

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Return the moment in UTC."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Base(DeclarativeBase):
    """Base of all tables; constraints have fixed names so that migrations can address them."""

    type_annotation_map = {float: Double}  # noqa: RUF012 - read once by SQLAlchemy
    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )


class PersonRow(Base):
    """Somebody whose runs are kept."""

    __tablename__ = "people"

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    name: Mapped[str] = mapped_column(String(200))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)


class RunRow(Base):
    """One run: what it was, and which recording holds it."""

    __tablename__ = "runs"
    __table_args__ = (
        UniqueConstraint("person_id", "content_hash"),
        Index("ix_runs_person_id_at", "person_id", "at"),
    )

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    person_id: Mapped[str] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"))
    content_hash: Mapped[str] = mapped_column(String(128))
    title: Mapped[str] = mapped_column(String(200))
    kind: Mapped[str] = mapped_column(String(20))
    at: Mapped[datetime] = mapped_column(UtcDateTime)  # started_at or imported_at: sorts lists
    started_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    imported_at: Mapped[datetime] = mapped_column(UtcDateTime)
    distance_m: Mapped[float | None]
    notes: Mapped[str] = mapped_column(Text)
    source_name: Mapped[str] = mapped_column(String(255))
    sensor: Mapped[str | None] = mapped_column(String(200))
    sampling_rate_hz: Mapped[float]
    has_gyroscope: Mapped[bool]
    analysis_version: Mapped[str] = mapped_column(String(50), index=True)


class StanceRow(Base):
    """One stance of a run, numbered from 1; the columns are those of :class:`analysis.Stance`."""

    __tablename__ = "stances"

    run_id: Mapped[str] = mapped_column(ForeignKey("runs.id", ondelete="CASCADE"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    foot_strike_s: Mapped[float]
    toe_off_s: Mapped[float | None]
    side: Mapped[str] = mapped_column(String(10))
    valid: Mapped[bool]
    exclusion: Mapped[str | None] = mapped_column(String(20))
    gait: Mapped[str] = mapped_column(String(10))
    bout: Mapped[int]
    peak_drop_deg: Mapped[float | None]
    drop_excursion_deg: Mapped[float | None]
    mid_stance_drop_deg: Mapped[float | None]
    contact_time_s: Mapped[float | None]
    flight_time_s: Mapped[float | None]
    cadence_spm: Mapped[float | None]
    foot_strike_se_s: Mapped[float | None]
    peak_drop_se_deg: Mapped[float | None]
    drop_excursion_se_deg: Mapped[float | None]
    vertical_oscillation_m: Mapped[float | None]
    tilt_range_deg: Mapped[float | None]
    rotation_range_deg: Mapped[float | None]
    impact_peak_mps2: Mapped[float | None]
    doubts: Mapped[str | None] = mapped_column(String(80))  # joined by spaces


class SummaryRow(Base):
    """One run in numbers: scalars for lists and trends, the rest as one document."""

    __tablename__ = "summaries"

    run_id: Mapped[str] = mapped_column(ForeignKey("runs.id", ondelete="CASCADE"), primary_key=True)
    gait: Mapped[str | None] = mapped_column(String(10))
    duration_s: Mapped[float]
    moving_time_s: Mapped[float]
    n_stances: Mapped[int]
    n_valid: Mapped[int]
    left_deg: Mapped[float | None]
    left_ci_low_deg: Mapped[float | None]
    left_ci_high_deg: Mapped[float | None]
    right_deg: Mapped[float | None]
    right_ci_low_deg: Mapped[float | None]
    right_ci_high_deg: Mapped[float | None]
    asym_deg: Mapped[float | None]
    asym_ci_low_deg: Mapped[float | None]
    asym_ci_high_deg: Mapped[float | None]
    contact_balance_percent: Mapped[float | None]
    contact_balance_ci_low_percent: Mapped[float | None]
    contact_balance_ci_high_percent: Mapped[float | None]
    contact_time_s: Mapped[float | None]
    contact_time_ci_low_s: Mapped[float | None]
    contact_time_ci_high_s: Mapped[float | None]
    cadence_spm: Mapped[float | None]
    cadence_ci_low_spm: Mapped[float | None]
    cadence_ci_high_spm: Mapped[float | None]
    grade: Mapped[str] = mapped_column(String(10))
    coverage_percent: Mapped[float]
    verdict: Mapped[str] = mapped_column(String(300))
    sparkline: Mapped[dict[str, Any]] = mapped_column(JSON)
    document: Mapped[dict[str, Any]] = mapped_column(JSON)


class PainEntryRow(Base):
    """One check-in of the pain diary; without a site nothing hurt."""

    __tablename__ = "pain_entries"
    __table_args__ = (Index("ix_pain_entries_person_id_at", "person_id", "at"),)

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    person_id: Mapped[str] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"))
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    site: Mapped[str | None] = mapped_column(String(20))
    side: Mapped[str | None] = mapped_column(String(10))
    pain_before: Mapped[int | None]
    pain_worst: Mapped[int | None]
    pain_next_morning: Mapped[int | None]
    limp: Mapped[bool]
    note: Mapped[str] = mapped_column(Text)


class RedFlagAnswerRow(Base):
    """One answer to a red-flag question; the last of a question counts."""

    __tablename__ = "red_flag_answers"

    number: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[str] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"), index=True)
    question: Mapped[str] = mapped_column(String(60))
    is_yes: Mapped[bool]
    at: Mapped[datetime] = mapped_column(UtcDateTime)
