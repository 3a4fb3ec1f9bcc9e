"""How versions went live, and what moved people

Revision: 0005; before it: 0004.
`publication`: how a version went live, and what becomes of the people inside.  `advance`: the event that moved a run
and the facts that were looked at, so that it can be decided again.  A play may keep the rules it began with.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

INSTANT = sa.DateTime(timezone=True)
JSON = sa.JSON().with_variant(JSONB(), "postgresql")

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "publication",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("brand_id", sa.Uuid(), nullable=False),
        sa.Column("campaign_id", sa.Uuid(), nullable=False),
        sa.Column("version_id", sa.Uuid(), nullable=False),
        sa.Column("restores_id", sa.Uuid(), nullable=True),
        sa.Column("inside", sa.String(length=8), nullable=False),
        sa.Column("targets", JSON, nullable=False),
        sa.Column("staff_id", sa.Uuid(), nullable=True),
        sa.Column("moved", sa.Integer(), nullable=False),
        sa.Column("gone", sa.Integer(), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("done_at", INSTANT, nullable=True),
        sa.CheckConstraint("inside IN ('finish', 'move', 'leave')", name=op.f("ck_publication_inside")),
        sa.ForeignKeyConstraint(["brand_id"], ["brand.id"], name=op.f("fk_publication_brand_id")),
        sa.ForeignKeyConstraint(
            ["brand_id", "campaign_id"],
            ["campaign.brand_id", "campaign.id"],
            name=op.f("fk_publication_brand_id_campaign_id"),
        ),
        sa.ForeignKeyConstraint(
            ["brand_id", "version_id"],
            ["campaign_version.brand_id", "campaign_version.id"],
            name=op.f("fk_publication_brand_id_version_id"),
        ),
        sa.ForeignKeyConstraint(
            ["brand_id", "restores_id"],
            ["campaign_version.brand_id", "campaign_version.id"],
            name=op.f("fk_publication_brand_id_restores_id"),
        ),
        sa.ForeignKeyConstraint(
            ["brand_id", "staff_id"], ["staff.brand_id", "staff.id"], name=op.f("fk_publication_brand_id_staff_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_publication")),
        sa.UniqueConstraint("version_id", name=op.f("uq_publication_version_id")),
    )
    op.create_index("ix_publication_campaign_id", "publication", ["campaign_id"])
    op.create_table(
        "advance",
        sa.Column("run_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("brand_id", sa.Uuid(), nullable=False),
        sa.Column("version_id", sa.Uuid(), nullable=False),
        sa.Column("event", JSON, nullable=False),
        sa.Column("facts", JSON, nullable=False),
        sa.Column("came_to", sa.String(length=64), nullable=False),
        sa.Column("digest", sa.String(length=16), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(
            ["brand_id", "run_id"], ["run.brand_id", "run.id"], name=op.f("fk_advance_brand_id_run_id")
        ),
        sa.PrimaryKeyConstraint("run_id", "number", name=op.f("pk_advance")),
    )
    op.add_column("run", sa.Column("advances", sa.Integer(), server_default="0", nullable=False))
    op.add_column("play", sa.Column("version_id", sa.Uuid(), nullable=True))
    op.add_column("play", sa.Column("set_aside_at", INSTANT, nullable=True))


def downgrade() -> None:
    op.drop_column("play", "set_aside_at")
    op.drop_column("play", "version_id")
    op.drop_column("run", "advances")
    op.drop_table("advance")
    op.drop_index("ix_publication_campaign_id", "publication")
    op.drop_table("publication")
