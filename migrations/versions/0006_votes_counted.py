"""Votes counted by choice

Revision: 0006; before it: 0005.
A game that shows its results must not sum up all votes at each view.  Votes that are there are counted here.
"""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

BY_CHOICE = """INSERT INTO vote_count (brand_id, campaign_id, game, choice, part, votes)
    SELECT brand_id, campaign_id, game, choice, 0, count(*) FROM vote WHERE status = 'counted'
    GROUP BY brand_id, campaign_id, game, choice"""
VOTERS = """INSERT INTO vote_count (brand_id, campaign_id, game, choice, part, votes)
    SELECT brand_id, campaign_id, game, '', 0, count(DISTINCT fan_id) FROM vote WHERE status = 'counted'
    GROUP BY brand_id, campaign_id, game"""


def upgrade() -> None:
    op.create_table(
        "vote_count",
        sa.Column("brand_id", sa.Uuid(), nullable=False),
        sa.Column("campaign_id", sa.Uuid(), nullable=False),
        sa.Column("game", sa.String(64), nullable=False),
        sa.Column("choice", sa.String(64), nullable=False),
        sa.Column("part", sa.Integer(), nullable=False),
        sa.Column("votes", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("campaign_id", "game", "choice", "part", name="pk_vote_count"),
        sa.ForeignKeyConstraint(
            ["brand_id", "campaign_id"], ["campaign.brand_id", "campaign.id"], name="fk_vote_count_brand_id_campaign_id"
        ),
    )
    op.execute(BY_CHOICE)
    op.execute(VOTERS)


def downgrade() -> None:
    op.drop_table("vote_count")
