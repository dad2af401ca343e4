"""Doubts of each stance, joined by spaces; none until a run is analysed again."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.add_column("stances", sa.Column("doubts", sa.String(80), nullable=True))


def downgrade() -> None:
    """Undo."""
    op.drop_column("stances", "doubts")
