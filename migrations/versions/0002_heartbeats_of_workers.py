"""Heartbeats of workers

Revision: 0002; before it: 0001.
Each worker writes when it was last alive, so that doctor and metrics can tell a quiet night from a dead worker.
"""

import sqlalchemy as sa
from alembic import op

INSTANT = sa.DateTime(timezone=True)

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "heartbeat",
        sa.Column("worker", sa.String(length=64), nullable=False),
        sa.Column("program", sa.String(length=32), nullable=False),
        sa.Column("started_at", INSTANT, nullable=False),
        sa.Column("seen_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("worker", name=op.f("pk_heartbeat")),
    )
    op.create_index("ix_heartbeat_seen_at", "heartbeat", ["seen_at"])


def downgrade() -> None:
    op.drop_table("heartbeat")
