"""People, runs, stances and summaries."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    _create_people()
    _create_runs()
    _create_stances()
    _create_summaries()


def downgrade() -> None:
    """Undo."""
    op.drop_table("summaries")
    op.drop_table("stances")
    op.drop_index("ix_runs_person_id_at", table_name="runs")
    op.drop_index(op.f("ix_runs_analysis_version"), table_name="runs")
    op.drop_table("runs")
    op.drop_table("people")


def _create_people() -> None:
    op.create_table(
        "people",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_people")),
    )


def _create_runs() -> None:
    op.create_table(
        "runs",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("person_id", sa.String(length=32), nullable=False),
        sa.Column("content_hash", sa.String(length=128), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("imported_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("distance_m", sa.Double(), nullable=True),
        sa.Column("notes", sa.Text(), nullable=False),
        sa.Column("source_name", sa.String(length=255), nullable=False),
        sa.Column("sensor", sa.String(length=200), nullable=True),
        sa.Column("sampling_rate_hz", sa.Double(), nullable=False),
        sa.Column("has_gyroscope", sa.Boolean(), nullable=False),
        sa.Column("analysis_version", sa.String(length=50), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name=op.f("fk_runs_person_id_people"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_runs")),
        sa.UniqueConstraint(
            "person_id", "content_hash", name=op.f("uq_runs_person_id_content_hash")
        ),
    )
    op.create_index(op.f("ix_runs_analysis_version"), "runs", ["analysis_version"], unique=False)
    op.create_index("ix_runs_person_id_at", "runs", ["person_id", "at"], unique=False)


def _create_stances() -> None:
    op.create_table(
        "stances",
        sa.Column("run_id", sa.String(length=32), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("foot_strike_s", sa.Double(), nullable=False),
        sa.Column("toe_off_s", sa.Double(), nullable=True),
        sa.Column("side", sa.String(length=10), nullable=False),
        sa.Column("valid", sa.Boolean(), nullable=False),
        sa.Column("exclusion", sa.String(length=20), nullable=True),
        sa.Column("gait", sa.String(length=10), nullable=False),
        sa.Column("bout", sa.Integer(), nullable=False),
        sa.Column("peak_drop_deg", sa.Double(), nullable=True),
        sa.Column("drop_excursion_deg", sa.Double(), nullable=True),
        sa.Column("mid_stance_drop_deg", sa.Double(), nullable=True),
        sa.Column("contact_time_s", sa.Double(), nullable=True),
        sa.Column("flight_time_s", sa.Double(), nullable=True),
        sa.Column("cadence_spm", sa.Double(), nullable=True),
        sa.Column("foot_strike_se_s", sa.Double(), nullable=True),
        sa.Column("peak_drop_se_deg", sa.Double(), nullable=True),
        sa.Column("drop_excursion_se_deg", sa.Double(), nullable=True),
        sa.ForeignKeyConstraint(
            ["run_id"], ["runs.id"], name=op.f("fk_stances_run_id_runs"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("run_id", "number", name=op.f("pk_stances")),
    )


def _create_summaries() -> None:
    op.create_table(
        "summaries",
        sa.Column("run_id", sa.String(length=32), nullable=False),
        sa.Column("gait", sa.String(length=10), nullable=True),
        sa.Column("duration_s", sa.Double(), nullable=False),
        sa.Column("moving_time_s", sa.Double(), nullable=False),
        sa.Column("n_stances", sa.Integer(), nullable=False),
        sa.Column("n_valid", sa.Integer(), nullable=False),
        sa.Column("left_deg", sa.Double(), nullable=True),
        sa.Column("left_ci_low_deg", sa.Double(), nullable=True),
        sa.Column("left_ci_high_deg", sa.Double(), nullable=True),
        sa.Column("right_deg", sa.Double(), nullable=True),
        sa.Column("right_ci_low_deg", sa.Double(), nullable=True),
        sa.Column("right_ci_high_deg", sa.Double(), nullable=True),
        sa.Column("asym_deg", sa.Double(), nullable=True),
        sa.Column("asym_ci_low_deg", sa.Double(), nullable=True),
        sa.Column("asym_ci_high_deg", sa.Double(), nullable=True),
        sa.Column("contact_balance_percent", sa.Double(), nullable=True),
        sa.Column("contact_balance_ci_low_percent", sa.Double(), nullable=True),
        sa.Column("contact_balance_ci_high_percent", sa.Double(), nullable=True),
        sa.Column("contact_time_s", sa.Double(), nullable=True),
        sa.Column("contact_time_ci_low_s", sa.Double(), nullable=True),
        sa.Column("contact_time_ci_high_s", sa.Double(), nullable=True),
        sa.Column("cadence_spm", sa.Double(), nullable=True),
        sa.Column("cadence_ci_low_spm", sa.Double(), nullable=True),
        sa.Column("cadence_ci_high_spm", sa.Double(), nullable=True),
        sa.Column("grade", sa.String(length=10), nullable=False),
        sa.Column("coverage_percent", sa.Double(), nullable=False),
        sa.Column("verdict", sa.String(length=300), nullable=False),
        sa.Column("sparkline", sa.JSON(), nullable=False),
        sa.Column("document", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["run_id"], ["runs.id"], name=op.f("fk_summaries_run_id_runs"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("run_id", name=op.f("pk_summaries")),
    )
