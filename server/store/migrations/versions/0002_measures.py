"""Measures of each stance beside the drop; unknown until a run is analysed again."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

COLUMNS = ("vertical_oscillation_m", "tilt_range_deg", "rotation_range_deg", "impact_peak_mps2")


def upgrade() -> None:
    """Apply."""
    for name in COLUMNS:
        op.add_column("stances", sa.Column(name, sa.Double(), nullable=True))


def downgrade() -> None:
    """Undo."""
    for name in reversed(COLUMNS):
        op.drop_column("stances", name)
