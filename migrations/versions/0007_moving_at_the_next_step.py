"""People inside may come over at their next step

Revision: 0007; before it: 0006.
`publication.inside` may be `next`.  SQLite makes the table anew, for it cannot change a check; nothing refers to it.
"""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

NAME = "ck_publication_inside"


def upgrade() -> None:
    _allow("inside IN ('finish', 'move', 'next', 'leave')")


def downgrade() -> None:
    op.execute(sa.text("UPDATE publication SET inside = 'finish', targets = '{}' WHERE inside = 'next'"))
    _allow("inside IN ('finish', 'move', 'leave')")


def _allow(ways: str) -> None:
    if op.get_bind().dialect.name == "sqlite":
        with op.batch_alter_table("publication", recreate="always") as table:  # it leaves the old check behind
            table.create_check_constraint(op.f(NAME), ways)
        return
    op.drop_constraint(op.f(NAME), "publication", type_="check")
    op.create_check_constraint(op.f(NAME), "publication", ways)
