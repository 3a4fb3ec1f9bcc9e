"""Waiting jobs by kind, and runs that failed

Revision: 0004; before it: 0003.
Each kind of job is drained by itself, the longest due first; what has left long ago must not make that slower.  Runs
that failed are found without reading all that wait.
"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

WAITING = sa.text("done_at IS NULL AND dead_at IS NULL")
FAILED = sa.text("failures > 0")


def upgrade() -> None:
    op.create_index(
        "ix_outbox_kind_due_at", "outbox", ["kind", "due_at"], postgresql_where=WAITING, sqlite_where=WAITING
    )
    op.create_index(
        "ix_outbox_brand_id_dead_at", "outbox", ["brand_id", "dead_at"],
        postgresql_where=sa.text("dead_at IS NOT NULL"), sqlite_where=sa.text("dead_at IS NOT NULL"),
    )  # fmt: skip
    op.create_index("ix_run_brand_id_failures", "run", ["brand_id"], postgresql_where=FAILED, sqlite_where=FAILED)


def downgrade() -> None:
    op.drop_index("ix_run_brand_id_failures", table_name="run")
    op.drop_index("ix_outbox_brand_id_dead_at", table_name="outbox")
    op.drop_index("ix_outbox_kind_due_at", table_name="outbox")
