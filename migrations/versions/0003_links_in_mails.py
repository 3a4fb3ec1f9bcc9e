"""Links in mails

Revision: 0003; before it: 0002.
A mail's links (confirm, withdraw) are found by the hash of their token.  Messages say what they are and what they rest
on; a brand may have another name in mails than elsewhere.
"""

import sqlalchemy as sa
from alembic import op

INSTANT = sa.DateTime(timezone=True)

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("brand", sa.Column("sender_name", sa.String(length=100), nullable=True))
    with op.batch_alter_table("message") as message:
        message.add_column(sa.Column("kind", sa.String(length=16), nullable=False, server_default="journey"))
        message.add_column(sa.Column("purpose", sa.String(length=64), nullable=False, server_default="newsletter"))
        message.create_unique_constraint(op.f("uq_message_brand_id_id"), ["brand_id", "id"])
    op.create_table(
        "mail_link",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("brand_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("message_id", sa.Uuid(), nullable=False),
        sa.Column("campaign_id", sa.Uuid(), nullable=False),
        sa.Column("purpose", sa.String(length=64), nullable=False),
        sa.Column("channel", sa.String(length=16), nullable=False),
        sa.Column("consent_id", sa.Uuid(), nullable=True),
        sa.Column("subject_id", sa.Uuid(), nullable=True),
        sa.Column("address_hmac", sa.String(length=64), nullable=True),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("expires_at", INSTANT, nullable=True),
        sa.Column("used_at", INSTANT, nullable=True),
        sa.Column("replaced_at", INSTANT, nullable=True),
        sa.CheckConstraint("kind IN ('confirm', 'withdraw')", name=op.f("ck_mail_link_kind")),
        sa.ForeignKeyConstraint(["brand_id"], ["brand.id"], name=op.f("fk_mail_link_brand_id")),
        sa.ForeignKeyConstraint(
            ["brand_id", "message_id"],
            ["message.brand_id", "message.id"],
            name=op.f("fk_mail_link_brand_id_message_id"),
        ),
        sa.ForeignKeyConstraint(
            ["brand_id", "campaign_id"],
            ["campaign.brand_id", "campaign.id"],
            name=op.f("fk_mail_link_brand_id_campaign_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mail_link")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_mail_link_token_hash")),
    )
    op.create_index("ix_mail_link_message_id", "mail_link", ["message_id"])
    op.create_index("ix_mail_link_subject_id", "mail_link", ["subject_id"])
    op.create_index("ix_mail_link_address_hmac_created_at", "mail_link", ["address_hmac", "created_at"])


def downgrade() -> None:
    op.drop_table("mail_link")
    with op.batch_alter_table("message") as message:
        message.drop_constraint(op.f("uq_message_brand_id_id"), type_="unique")
        message.drop_column("purpose")
        message.drop_column("kind")
    op.drop_column("brand", "sender_name")  # no batch: on SQLite it makes the table anew, to which all others refer
