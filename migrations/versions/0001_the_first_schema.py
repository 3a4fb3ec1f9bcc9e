"""The first schema

Revision: 0001; before it: nothing.
Rows of the consent ledger and of campaign versions can be added, never changed: triggers refuse it on both databases.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
INSTANT = sa.DateTime(timezone=True)
APPEND_ONLY = ("consent", "campaign_version")

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "brand",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("slug", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("timezone", sa.String(length=64), nullable=False),
        sa.Column("country", sa.String(length=2), nullable=False),
        sa.Column("languages", JSON, nullable=False),
        sa.Column("opt_in", sa.String(length=6), nullable=False),
        sa.Column("attributes", JSON, nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.CheckConstraint("opt_in IN ('single', 'double')", name=op.f("ck_brand_opt_in")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_brand")),
        sa.UniqueConstraint("slug", name=op.f("uq_brand_slug")),
    )
    op.create_table(
        "answered",
        sa.Column("actor", sa.String(length=100), nullable=False),
        sa.Column("key", sa.String(length=100), nullable=False),
        sa.Column("fingerprint", sa.String(length=64), nullable=False),
        sa.Column("status", sa.Integer(), nullable=True),
        sa.Column("answer", JSON, nullable=True),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("brand_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["brand_id"], ["brand.id"], name=op.f("fk_answered_brand_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_answered")),
        sa.UniqueConstraint("brand_id", "actor", "key", name=op.f("uq_answered_brand_id_actor_key")),
    )
    with op.batch_alter_table("answered", schema=None) as batch_op:
        batch_op.create_index("ix_answered_at", ["at"], unique=False)

    op.create_table(
        "api_key",
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("key_hash", sa.String(length=64), nullable=False),
        sa.Column("scopes", JSON, nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("expires_at", INSTANT, nullable=True),
        sa.Column("revoked_at", INSTANT, nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("brand_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["brand_id"], ["brand.id"], name=op.f("fk_api_key_brand_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_api_key")),
        sa.UniqueConstraint("brand_id", "id", name=op.f("uq_api_key_brand_id_id")),
        sa.UniqueConstraint("key_hash", name=op.f("uq_api_key_key_hash")),
    )
    op.create_table(
        "consent",
        sa.Column("brand_id", sa.Uuid(), nullable=False),
        sa.Column("seq", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("subject_id", sa.Uuid(), nullable=False),
        sa.Column("purpose", sa.String(length=64), nullable=False),
        sa.Column("channel", sa.String(length=16), nullable=False),
        sa.Column("event", sa.String(length=16), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("campaign_id", sa.Uuid(), nullable=True),
        sa.Column("clear", sa.Text(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("previous_hash", sa.String(length=64), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.CheckConstraint(
            "event IN ('requested', 'given', 'refused', 'confirmed', 'withdrawn', 'expired', 'parental')",
            name=op.f("ck_consent_event"),
        ),
        sa.ForeignKeyConstraint(["brand_id"], ["brand.id"], name=op.f("fk_consent_brand_id")),
        sa.PrimaryKeyConstraint("brand_id", "seq", name=op.f("pk_consent")),
        sa.UniqueConstraint("id", name=op.f("uq_consent_id")),
    )
    with op.batch_alter_table("consent", schema=None) as batch_op:
        batch_op.create_index("ix_consent_brand_id_event_at", ["brand_id", "event", "at"], unique=False)
        batch_op.create_index("ix_consent_subject_id_seq", ["subject_id", "seq"], unique=False)

    op.create_table(
        "consent_head",
        sa.Column("brand_id", sa.Uuid(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(["brand_id"], ["brand.id"], name=op.f("fk_consent_head_brand_id")),
        sa.PrimaryKeyConstraint("brand_id", name=op.f("pk_consent_head")),
    )
    op.create_table(
        "contact",
        sa.Column("source", sa.String(length=64), nullable=False),
        sa.Column("external_id", sa.String(length=128), nullable=False),
        sa.Column("email", sa.String(length=320), nullable=True),
        sa.Column("phone", sa.String(length=20), nullable=True),
        sa.Column("first_name", sa.String(length=200), nullable=True),
        sa.Column("last_name", sa.String(length=200), nullable=True),
        sa.Column("member_number", sa.String(length=64), nullable=True),
        sa.Column("language", sa.String(length=8), nullable=True),
        sa.Column("country", sa.String(length=2), nullable=True),
        sa.Column("birth_year", sa.Integer(), nullable=True),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("updated_at", INSTANT, nullable=False),
        sa.Column("erased_at", INSTANT, nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("brand_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["brand_id"], ["brand.id"], name=op.f("fk_contact_brand_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contact")),
        sa.UniqueConstraint("brand_id", "id", name=op.f("uq_contact_brand_id_id")),
        sa.UniqueConstraint("brand_id", "source", "external_id", name=op.f("uq_contact_brand_id_source_external_id")),
    )
    with op.batch_alter_table("contact", schema=None) as batch_op:
        batch_op.create_index("ix_contact_brand_id_email", ["brand_id", "email"], unique=False)

    op.create_table(
        "erased_address",
        sa.Column("brand_id", sa.Uuid(), nullable=False),
        sa.Column("address_hmac", sa.String(length=64), nullable=False),
        sa.Column("erased_at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["brand_id"], ["brand.id"], name=op.f("fk_erased_address_brand_id")),
        sa.PrimaryKeyConstraint("brand_id", "address_hmac", name=op.f("pk_erased_address")),
    )
    op.create_table(
        "fan",
        sa.Column("display_name", sa.String(length=200), nullable=True),
        sa.Column("language", sa.String(length=8), nullable=True),
        sa.Column("country", sa.String(length=2), nullable=True),
        sa.Column("birth_year", sa.Integer(), nullable=True),
        sa.Column("link_asked_at", INSTANT, nullable=True),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("erased_at", INSTANT, nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("brand_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["brand_id"], ["brand.id"], name=op.f("fk_fan_brand_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_fan")),
        sa.UniqueConstraint("brand_id", "id", name=op.f("uq_fan_brand_id_id")),
    )
    with op.batch_alter_table("fan", schema=None) as batch_op:
        batch_op.create_index("ix_fan_brand_id_created_at", ["brand_id", "created_at"], unique=False)

    op.create_table(
        "notice",
        sa.Column("brand_id", sa.Uuid(), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("first_shown_at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["brand_id"], ["brand.id"], name=op.f("fk_notice_brand_id")),
        sa.PrimaryKeyConstraint("brand_id", "hash", name=op.f("pk_notice")),
    )
    op.create_table(
        "outbox",
        sa.Column("kind", sa.String(length=64), nullable=False),
        sa.Column("key", sa.String(length=100), nullable=False),
        sa.Column("content", JSON, nullable=False),
        sa.Column("due_at", INSTANT, nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("leased_until", INSTANT, nullable=True),
        sa.Column("leased_by", sa.String(length=64), nullable=True),
        sa.Column("done_at", INSTANT, nullable=True),
        sa.Column("dead_at", INSTANT, nullable=True),
        sa.Column("last_error", sa.Text(), nullable=True),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("brand_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["brand_id"], ["brand.id"], name=op.f("fk_outbox_brand_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outbox")),
        sa.UniqueConstraint("key", name=op.f("uq_outbox_key")),
    )
    with op.batch_alter_table("outbox", schema=None) as batch_op:
        batch_op.create_index("ix_outbox_done_at_dead_at_due_at", ["done_at", "dead_at", "due_at"], unique=False)

    op.create_table(
        "page",
        sa.Column("parent_id", sa.Uuid(), nullable=True),
        sa.Column("slug", sa.String(length=64), nullable=False),
        sa.Column("name", JSON, nullable=False),
        sa.Column("follower_count", sa.Integer(), nullable=True),
        sa.Column("followers_on", INSTANT, nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("brand_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["brand_id", "parent_id"], ["page.brand_id", "page.id"], name=op.f("fk_page_brand_id_parent_id")
        ),
        sa.ForeignKeyConstraint(["brand_id"], ["brand.id"], name=op.f("fk_page_brand_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_page")),
        sa.UniqueConstraint("brand_id", "id", name=op.f("uq_page_brand_id_id")),
        sa.UniqueConstraint("brand_id", "slug", name=op.f("uq_page_brand_id_slug")),
    )
    op.create_table(
        "picture",
        sa.Column("brand_id", sa.Uuid(), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.Column("media_type", sa.String(length=32), nullable=False),
        sa.Column("width_px", sa.Integer(), nullable=False),
        sa.Column("height_px", sa.Integer(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("added_at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["brand_id"], ["brand.id"], name=op.f("fk_picture_brand_id")),
        sa.PrimaryKeyConstraint("brand_id", "hash", name=op.f("pk_picture")),
    )
    op.create_table(
        "staff",
        sa.Column("email", sa.String(length=320), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("password_hash", sa.Text(), nullable=False),
        sa.Column("role", sa.String(length=16), nullable=False),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.Column("session_salt", sa.String(length=32), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("brand_id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("role IN ('owner', 'manager', 'crm')", name=op.f("ck_staff_role")),
        sa.ForeignKeyConstraint(["brand_id"], ["brand.id"], name=op.f("fk_staff_brand_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_staff")),
        sa.UniqueConstraint("brand_id", "id", name=op.f("uq_staff_brand_id_id")),
        sa.UniqueConstraint("email", name=op.f("uq_staff_email")),
    )
    op.create_table(
        "attribute",
        sa.Column("fan_id", sa.Uuid(), nullable=True),
        sa.Column("contact_id", sa.Uuid(), nullable=True),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("value", JSON, nullable=True),
        sa.Column("source", sa.String(length=16), nullable=False),
        sa.Column("origin", sa.String(length=200), nullable=False),
        sa.Column("set_at", INSTANT, nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("brand_id", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "source IN ('declared', 'crm', 'social', 'game', 'inferred')", name=op.f("ck_attribute_source")
        ),
        sa.CheckConstraint("(fan_id IS NULL) <> (contact_id IS NULL)", name=op.f("ck_attribute_one_person")),
        sa.ForeignKeyConstraint(
            ["brand_id", "contact_id"],
            ["contact.brand_id", "contact.id"],
            name=op.f("fk_attribute_brand_id_contact_id"),
        ),
        sa.ForeignKeyConstraint(
            ["brand_id", "fan_id"], ["fan.brand_id", "fan.id"], name=op.f("fk_attribute_brand_id_fan_id")
        ),
        sa.ForeignKeyConstraint(["brand_id"], ["brand.id"], name=op.f("fk_attribute_brand_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attribute")),
        sa.UniqueConstraint("contact_id", "name", "source", name=op.f("uq_attribute_contact_id_name_source")),
        sa.UniqueConstraint("fan_id", "name", "source", name=op.f("uq_attribute_fan_id_name_source")),
    )
    op.create_table(
        "audit",
        sa.Column("staff_id", sa.Uuid(), nullable=True),
        sa.Column("what", sa.String(length=64), nullable=False),
        sa.Column("on_what", sa.String(length=200), nullable=False),
        sa.Column("detail", JSON, nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("brand_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["brand_id", "staff_id"], ["staff.brand_id", "staff.id"], name=op.f("fk_audit_brand_id_staff_id")
        ),
        sa.ForeignKeyConstraint(["brand_id"], ["brand.id"], name=op.f("fk_audit_brand_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit")),
    )
    with op.batch_alter_table("audit", schema=None) as batch_op:
        batch_op.create_index("ix_audit_brand_id_at", ["brand_id", "at"], unique=False)

    op.create_table(
        "campaign",
        sa.Column("page_id", sa.Uuid(), nullable=False),
        sa.Column("slug", sa.String(length=64), nullable=False),
        sa.Column("title", JSON, nullable=False),
        sa.Column("opens_at", INSTANT, nullable=True),
        sa.Column("closes_at", INSTANT, nullable=True),
        sa.Column("live_version_id", sa.Uuid(), nullable=True),
        sa.Column("draft", JSON, nullable=False),
        sa.Column("embed_origins", JSON, nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("brand_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["brand_id", "page_id"], ["page.brand_id", "page.id"], name=op.f("fk_campaign_brand_id_page_id")
        ),
        sa.ForeignKeyConstraint(["brand_id"], ["brand.id"], name=op.f("fk_campaign_brand_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_campaign")),
        sa.UniqueConstraint("brand_id", "id", name=op.f("uq_campaign_brand_id_id")),
        sa.UniqueConstraint("slug", name=op.f("uq_campaign_slug")),
    )
    op.create_table(
        "identity",
        sa.Column("fan_id", sa.Uuid(), nullable=False),
        sa.Column("issuer", sa.String(length=255), nullable=False),
        sa.Column("subject", sa.String(length=255), nullable=False),
        sa.Column("provider", sa.String(length=64), nullable=False),
        sa.Column("email", sa.String(length=320), nullable=True),
        sa.Column("email_verified", sa.Boolean(), nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("seen_at", INSTANT, nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("brand_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["brand_id", "fan_id"], ["fan.brand_id", "fan.id"], name=op.f("fk_identity_brand_id_fan_id")
        ),
        sa.ForeignKeyConstraint(["brand_id"], ["brand.id"], name=op.f("fk_identity_brand_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_identity")),
        sa.UniqueConstraint("brand_id", "id", name=op.f("uq_identity_brand_id_id")),
        sa.UniqueConstraint("brand_id", "issuer", "subject", name=op.f("uq_identity_brand_id_issuer_subject")),
    )
    with op.batch_alter_table("identity", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_identity_fan_id"), ["fan_id"], unique=False)

    op.create_table(
        "link",
        sa.Column("fan_id", sa.Uuid(), nullable=False),
        sa.Column("contact_id", sa.Uuid(), nullable=False),
        sa.Column("how", sa.String(length=32), nullable=False),
        sa.Column("by_staff_id", sa.Uuid(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("made_at", INSTANT, nullable=False),
        sa.Column("ended_at", INSTANT, nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("brand_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["brand_id", "by_staff_id"], ["staff.brand_id", "staff.id"], name=op.f("fk_link_brand_id_by_staff_id")
        ),
        sa.ForeignKeyConstraint(
            ["brand_id", "contact_id"], ["contact.brand_id", "contact.id"], name=op.f("fk_link_brand_id_contact_id")
        ),
        sa.ForeignKeyConstraint(
            ["brand_id", "fan_id"], ["fan.brand_id", "fan.id"], name=op.f("fk_link_brand_id_fan_id")
        ),
        sa.ForeignKeyConstraint(["brand_id"], ["brand.id"], name=op.f("fk_link_brand_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_link")),
    )
    with op.batch_alter_table("link", schema=None) as batch_op:
        batch_op.create_index("ix_link_contact_id", ["contact_id"], unique=False)
        batch_op.create_index(
            "uq_link_fan_id_live",
            ["fan_id"],
            unique=True,
            sqlite_where=sa.text("ended_at IS NULL"),
            postgresql_where=sa.text("ended_at IS NULL"),
        )

    op.create_table(
        "order",
        sa.Column("contact_id", sa.Uuid(), nullable=False),
        sa.Column("source", sa.String(length=64), nullable=False),
        sa.Column("external_id", sa.String(length=128), nullable=False),
        sa.Column("ordered_at", INSTANT, nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("shop", sa.String(length=100), nullable=True),
        sa.Column("channel", sa.String(length=64), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("brand_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["brand_id", "contact_id"], ["contact.brand_id", "contact.id"], name=op.f("fk_order_brand_id_contact_id")
        ),
        sa.ForeignKeyConstraint(["brand_id"], ["brand.id"], name=op.f("fk_order_brand_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_order")),
        sa.UniqueConstraint("brand_id", "id", name=op.f("uq_order_brand_id_id")),
        sa.UniqueConstraint("brand_id", "source", "external_id", name=op.f("uq_order_brand_id_source_external_id")),
    )
    with op.batch_alter_table("order", schema=None) as batch_op:
        batch_op.create_index("ix_order_contact_id_ordered_at", ["contact_id", "ordered_at"], unique=False)

    op.create_table(
        "pass",
        sa.Column("pass_hash", sa.String(length=64), nullable=False),
        sa.Column("fan_id", sa.Uuid(), nullable=False),
        sa.Column("origin", sa.String(length=255), nullable=True),
        sa.Column("source", JSON, nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("seen_at", INSTANT, nullable=False),
        sa.Column("expires_at", INSTANT, nullable=False),
        sa.Column("revoked_at", INSTANT, nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("brand_id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("expires_at >= created_at", name=op.f("ck_pass_expires_after_creation")),
        sa.ForeignKeyConstraint(
            ["brand_id", "fan_id"], ["fan.brand_id", "fan.id"], name=op.f("fk_pass_brand_id_fan_id")
        ),
        sa.ForeignKeyConstraint(["brand_id"], ["brand.id"], name=op.f("fk_pass_brand_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pass")),
        sa.UniqueConstraint("brand_id", "id", name=op.f("uq_pass_brand_id_id")),
        sa.UniqueConstraint("pass_hash", name=op.f("uq_pass_pass_hash")),
    )
    op.create_table(
        "person_key",
        sa.Column("fan_id", sa.Uuid(), nullable=True),
        sa.Column("contact_id", sa.Uuid(), nullable=True),
        sa.Column("wrapped_key", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("brand_id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("(fan_id IS NULL) <> (contact_id IS NULL)", name=op.f("ck_person_key_one_person")),
        sa.ForeignKeyConstraint(
            ["brand_id", "contact_id"],
            ["contact.brand_id", "contact.id"],
            name=op.f("fk_person_key_brand_id_contact_id"),
        ),
        sa.ForeignKeyConstraint(
            ["brand_id", "fan_id"], ["fan.brand_id", "fan.id"], name=op.f("fk_person_key_brand_id_fan_id")
        ),
        sa.ForeignKeyConstraint(["brand_id"], ["brand.id"], name=op.f("fk_person_key_brand_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_person_key")),
        sa.UniqueConstraint("brand_id", "id", name=op.f("uq_person_key_brand_id_id")),
    )
    with op.batch_alter_table("person_key", schema=None) as batch_op:
        batch_op.create_index("uq_person_key_contact_id", ["contact_id"], unique=True)
        batch_op.create_index("uq_person_key_fan_id", ["fan_id"], unique=True)

    op.create_table(
        "points_entry",
        sa.Column("fan_id", sa.Uuid(), nullable=True),
        sa.Column("contact_id", sa.Uuid(), nullable=True),
        sa.Column("effect_key", sa.String(length=64), nullable=False),
        sa.Column("change", sa.BigInteger(), nullable=False),
        sa.Column("reason", sa.String(length=100), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("brand_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["brand_id", "contact_id"],
            ["contact.brand_id", "contact.id"],
            name=op.f("fk_points_entry_brand_id_contact_id"),
        ),
        sa.ForeignKeyConstraint(
            ["brand_id", "fan_id"], ["fan.brand_id", "fan.id"], name=op.f("fk_points_entry_brand_id_fan_id")
        ),
        sa.ForeignKeyConstraint(["brand_id"], ["brand.id"], name=op.f("fk_points_entry_brand_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_points_entry")),
    )
    with op.batch_alter_table("points_entry", schema=None) as batch_op:
        batch_op.create_index("ix_points_entry_contact_id", ["contact_id"], unique=False)
        batch_op.create_index("ix_points_entry_effect_key", ["effect_key"], unique=False)
        batch_op.create_index("ix_points_entry_fan_id", ["fan_id"], unique=False)

    op.create_table(
        "tag",
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("fan_id", sa.Uuid(), nullable=True),
        sa.Column("contact_id", sa.Uuid(), nullable=True),
        sa.Column("set_at", INSTANT, nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("brand_id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("(fan_id IS NULL) <> (contact_id IS NULL)", name=op.f("ck_tag_one_person")),
        sa.ForeignKeyConstraint(
            ["brand_id", "contact_id"], ["contact.brand_id", "contact.id"], name=op.f("fk_tag_brand_id_contact_id")
        ),
        sa.ForeignKeyConstraint(
            ["brand_id", "fan_id"], ["fan.brand_id", "fan.id"], name=op.f("fk_tag_brand_id_fan_id")
        ),
        sa.ForeignKeyConstraint(["brand_id"], ["brand.id"], name=op.f("fk_tag_brand_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tag")),
        sa.UniqueConstraint("contact_id", "name", name=op.f("uq_tag_contact_id_name")),
        sa.UniqueConstraint("fan_id", "name", name=op.f("uq_tag_fan_id_name")),
    )
    op.create_table(
        "campaign_version",
        sa.Column("campaign_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("files", JSON, nullable=False),
        sa.Column("surroundings", JSON, nullable=False),
        sa.Column("content_hash", sa.String(length=64), nullable=False),
        sa.Column("published_at", INSTANT, nullable=False),
        sa.Column("published_by", sa.Uuid(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("brand_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["brand_id", "campaign_id"],
            ["campaign.brand_id", "campaign.id"],
            name=op.f("fk_campaign_version_brand_id_campaign_id"),
        ),
        sa.ForeignKeyConstraint(
            ["brand_id", "published_by"],
            ["staff.brand_id", "staff.id"],
            name=op.f("fk_campaign_version_brand_id_published_by"),
        ),
        sa.ForeignKeyConstraint(["brand_id"], ["brand.id"], name=op.f("fk_campaign_version_brand_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_campaign_version")),
        sa.UniqueConstraint("brand_id", "id", name=op.f("uq_campaign_version_brand_id_id")),
        sa.UniqueConstraint("campaign_id", "number", name=op.f("uq_campaign_version_campaign_id_number")),
    )
    op.create_table(
        "coupon_pool",
        sa.Column("campaign_id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("shared_code", sa.String(length=64), nullable=True),
        sa.Column("stock", sa.Integer(), nullable=True),
        sa.Column("per_person", sa.Integer(), nullable=False),
        sa.Column("rules", JSON, nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("brand_id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("kind IN ('generated', 'imported', 'shared')", name=op.f("ck_coupon_pool_kind")),
        sa.ForeignKeyConstraint(
            ["brand_id", "campaign_id"],
            ["campaign.brand_id", "campaign.id"],
            name=op.f("fk_coupon_pool_brand_id_campaign_id"),
        ),
        sa.ForeignKeyConstraint(["brand_id"], ["brand.id"], name=op.f("fk_coupon_pool_brand_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_coupon_pool")),
        sa.UniqueConstraint("brand_id", "code", name=op.f("uq_coupon_pool_brand_id_code")),
        sa.UniqueConstraint("brand_id", "id", name=op.f("uq_coupon_pool_brand_id_id")),
    )
    op.create_table(
        "event",
        sa.Column("campaign_id", sa.Uuid(), nullable=True),
        sa.Column("fan_id", sa.Uuid(), nullable=True),
        sa.Column("contact_id", sa.Uuid(), nullable=True),
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("channel", sa.String(length=32), nullable=False),
        sa.Column("source", JSON, nullable=False),
        sa.Column("fields", JSON, nullable=False),
        sa.Column("once_key", sa.String(length=100), nullable=True),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("brand_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["brand_id", "campaign_id"],
            ["campaign.brand_id", "campaign.id"],
            name=op.f("fk_event_brand_id_campaign_id"),
        ),
        sa.ForeignKeyConstraint(
            ["brand_id", "contact_id"], ["contact.brand_id", "contact.id"], name=op.f("fk_event_brand_id_contact_id")
        ),
        sa.ForeignKeyConstraint(
            ["brand_id", "fan_id"], ["fan.brand_id", "fan.id"], name=op.f("fk_event_brand_id_fan_id")
        ),
        sa.ForeignKeyConstraint(["brand_id"], ["brand.id"], name=op.f("fk_event_brand_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_event")),
        sa.UniqueConstraint("brand_id", "once_key", name=op.f("uq_event_brand_id_once_key")),
    )
    with op.batch_alter_table("event", schema=None) as batch_op:
        batch_op.create_index("ix_event_campaign_id_name_at", ["campaign_id", "name", "at"], unique=False)
        batch_op.create_index("ix_event_fan_id_at", ["fan_id", "at"], unique=False)

    op.create_table(
        "login_attempt",
        sa.Column("state_hash", sa.String(length=64), nullable=False),
        sa.Column("campaign_id", sa.Uuid(), nullable=False),
        sa.Column("provider", sa.String(length=64), nullable=False),
        sa.Column("nonce", sa.String(length=64), nullable=False),
        sa.Column("pkce_verifier", sa.String(length=128), nullable=False),
        sa.Column("challenge", sa.String(length=64), nullable=True),
        sa.Column("browser_hash", sa.String(length=64), nullable=False),
        sa.Column("source", JSON, nullable=False),
        sa.Column("language", sa.String(length=8), nullable=True),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("used_at", INSTANT, nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("brand_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["brand_id", "campaign_id"],
            ["campaign.brand_id", "campaign.id"],
            name=op.f("fk_login_attempt_brand_id_campaign_id"),
        ),
        sa.ForeignKeyConstraint(["brand_id"], ["brand.id"], name=op.f("fk_login_attempt_brand_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_login_attempt")),
        sa.UniqueConstraint("state_hash", name=op.f("uq_login_attempt_state_hash")),
    )
    with op.batch_alter_table("login_attempt", schema=None) as batch_op:
        batch_op.create_index("ix_login_attempt_created_at", ["created_at"], unique=False)

    op.create_table(
        "login_code",
        sa.Column("code_hash", sa.String(length=64), nullable=False),
        sa.Column("challenge", sa.String(length=64), nullable=False),
        sa.Column("sealed_code", sa.String(length=512), nullable=True),
        sa.Column("campaign_id", sa.Uuid(), nullable=False),
        sa.Column("fan_id", sa.Uuid(), nullable=False),
        sa.Column("source", JSON, nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("used_at", INSTANT, nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("brand_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["brand_id", "campaign_id"],
            ["campaign.brand_id", "campaign.id"],
            name=op.f("fk_login_code_brand_id_campaign_id"),
        ),
        sa.ForeignKeyConstraint(
            ["brand_id", "fan_id"], ["fan.brand_id", "fan.id"], name=op.f("fk_login_code_brand_id_fan_id")
        ),
        sa.ForeignKeyConstraint(["brand_id"], ["brand.id"], name=op.f("fk_login_code_brand_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_login_code")),
        sa.UniqueConstraint("code_hash", name=op.f("uq_login_code_code_hash")),
    )
    with op.batch_alter_table("login_code", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_login_code_challenge"), ["challenge"], unique=False)

    op.create_table(
        "membership",
        sa.Column("program", sa.String(length=64), nullable=False),
        sa.Column("fan_id", sa.Uuid(), nullable=True),
        sa.Column("contact_id", sa.Uuid(), nullable=True),
        sa.Column("joined_at", INSTANT, nullable=False),
        sa.Column("left_at", INSTANT, nullable=True),
        sa.Column("campaign_id", sa.Uuid(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("brand_id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("(fan_id IS NULL) <> (contact_id IS NULL)", name=op.f("ck_membership_one_person")),
        sa.ForeignKeyConstraint(
            ["brand_id", "campaign_id"],
            ["campaign.brand_id", "campaign.id"],
            name=op.f("fk_membership_brand_id_campaign_id"),
        ),
        sa.ForeignKeyConstraint(
            ["brand_id", "contact_id"],
            ["contact.brand_id", "contact.id"],
            name=op.f("fk_membership_brand_id_contact_id"),
        ),
        sa.ForeignKeyConstraint(
            ["brand_id", "fan_id"], ["fan.brand_id", "fan.id"], name=op.f("fk_membership_brand_id_fan_id")
        ),
        sa.ForeignKeyConstraint(["brand_id"], ["brand.id"], name=op.f("fk_membership_brand_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_membership")),
        sa.UniqueConstraint("contact_id", "program", name=op.f("uq_membership_contact_id_program")),
        sa.UniqueConstraint("fan_id", "program", name=op.f("uq_membership_fan_id_program")),
    )
    op.create_table(
        "order_line",
        sa.Column("brand_id", sa.Uuid(), nullable=False),
        sa.Column("order_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("amount_cents", sa.BigInteger(), nullable=False),
        sa.Column("category", sa.String(length=100), nullable=True),
        sa.Column("product", sa.String(length=200), nullable=True),
        sa.Column("maker", sa.String(length=100), nullable=True),
        sa.ForeignKeyConstraint(
            ["brand_id", "order_id"], ["order.brand_id", "order.id"], name=op.f("fk_order_line_brand_id_order_id")
        ),
        sa.PrimaryKeyConstraint("order_id", "number", name=op.f("pk_order_line")),
    )
    op.create_table(
        "coupon",
        sa.Column("pool_id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.String(length=64), nullable=False),
        sa.Column("code_hmac", sa.String(length=64), nullable=False),
        sa.Column("claim_id", sa.Uuid(), nullable=True),
        sa.Column("used_at", INSTANT, nullable=True),
        sa.Column("loaded_at", INSTANT, nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("brand_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["brand_id", "pool_id"], ["coupon_pool.brand_id", "coupon_pool.id"], name=op.f("fk_coupon_brand_id_pool_id")
        ),
        sa.ForeignKeyConstraint(["brand_id"], ["brand.id"], name=op.f("fk_coupon_brand_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_coupon")),
        sa.UniqueConstraint("brand_id", "id", name=op.f("uq_coupon_brand_id_id")),
        sa.UniqueConstraint("claim_id", name=op.f("uq_coupon_claim_id")),
    )
    with op.batch_alter_table("coupon", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_coupon_code_hmac"), ["code_hmac"], unique=False)
        batch_op.create_index(
            "ix_coupon_pool_id_free",
            ["pool_id"],
            unique=False,
            sqlite_where=sa.text("claim_id IS NULL"),
            postgresql_where=sa.text("claim_id IS NULL"),
        )

    op.create_table(
        "run",
        sa.Column("campaign_id", sa.Uuid(), nullable=False),
        sa.Column("version_id", sa.Uuid(), nullable=False),
        sa.Column("journey", sa.String(length=64), nullable=False),
        sa.Column("fan_id", sa.Uuid(), nullable=True),
        sa.Column("contact_id", sa.Uuid(), nullable=True),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("state", JSON, nullable=False),
        sa.Column("at_step", sa.String(length=64), nullable=True),
        sa.Column("waiting", sa.String(length=16), nullable=True),
        sa.Column("wake_at", INSTANT, nullable=True),
        sa.Column("source", JSON, nullable=False),
        sa.Column("entered_at", INSTANT, nullable=False),
        sa.Column("ended_at", INSTANT, nullable=True),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("last_error", sa.String(length=500), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("brand_id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("fan_id IS NOT NULL OR contact_id IS NOT NULL", name=op.f("ck_run_has_person")),
        sa.ForeignKeyConstraint(
            ["brand_id", "campaign_id"], ["campaign.brand_id", "campaign.id"], name=op.f("fk_run_brand_id_campaign_id")
        ),
        sa.ForeignKeyConstraint(
            ["brand_id", "contact_id"], ["contact.brand_id", "contact.id"], name=op.f("fk_run_brand_id_contact_id")
        ),
        sa.ForeignKeyConstraint(
            ["brand_id", "fan_id"], ["fan.brand_id", "fan.id"], name=op.f("fk_run_brand_id_fan_id")
        ),
        sa.ForeignKeyConstraint(
            ["brand_id", "version_id"],
            ["campaign_version.brand_id", "campaign_version.id"],
            name=op.f("fk_run_brand_id_version_id"),
        ),
        sa.ForeignKeyConstraint(["brand_id"], ["brand.id"], name=op.f("fk_run_brand_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_run")),
        sa.UniqueConstraint("brand_id", "id", name=op.f("uq_run_brand_id_id")),
        sa.UniqueConstraint("campaign_id", "fan_id", "number", name=op.f("uq_run_campaign_id_fan_id_number")),
    )
    with op.batch_alter_table("run", schema=None) as batch_op:
        batch_op.create_index("ix_run_campaign_id_contact_id", ["campaign_id", "contact_id"], unique=False)
        batch_op.create_index("ix_run_fan_id", ["fan_id"], unique=False)
        batch_op.create_index("ix_run_wake_at", ["wake_at"], unique=False)

    op.create_table(
        "coupon_claim",
        sa.Column("pool_id", sa.Uuid(), nullable=False),
        sa.Column("effect_key", sa.String(length=64), nullable=False),
        sa.Column("coupon_id", sa.Uuid(), nullable=True),
        sa.Column("run_id", sa.Uuid(), nullable=True),
        sa.Column("fan_id", sa.Uuid(), nullable=True),
        sa.Column("contact_id", sa.Uuid(), nullable=True),
        sa.Column("claimed_at", INSTANT, nullable=False),
        sa.Column("expires_at", INSTANT, nullable=True),
        sa.Column("seen_at", INSTANT, nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("brand_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["brand_id", "contact_id"],
            ["contact.brand_id", "contact.id"],
            name=op.f("fk_coupon_claim_brand_id_contact_id"),
        ),
        sa.ForeignKeyConstraint(
            ["brand_id", "fan_id"], ["fan.brand_id", "fan.id"], name=op.f("fk_coupon_claim_brand_id_fan_id")
        ),
        sa.ForeignKeyConstraint(
            ["brand_id", "pool_id"],
            ["coupon_pool.brand_id", "coupon_pool.id"],
            name=op.f("fk_coupon_claim_brand_id_pool_id"),
        ),
        sa.ForeignKeyConstraint(
            ["brand_id", "run_id"], ["run.brand_id", "run.id"], name=op.f("fk_coupon_claim_brand_id_run_id")
        ),
        sa.ForeignKeyConstraint(["brand_id"], ["brand.id"], name=op.f("fk_coupon_claim_brand_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_coupon_claim")),
        sa.UniqueConstraint("brand_id", "id", name=op.f("uq_coupon_claim_brand_id_id")),
        sa.UniqueConstraint("coupon_id", name=op.f("uq_coupon_claim_coupon_id")),
        sa.UniqueConstraint("pool_id", "effect_key", name=op.f("uq_coupon_claim_pool_id_effect_key")),
    )
    with op.batch_alter_table("coupon_claim", schema=None) as batch_op:
        batch_op.create_index("ix_coupon_claim_contact_id", ["contact_id"], unique=False)
        batch_op.create_index("ix_coupon_claim_fan_id", ["fan_id"], unique=False)

    op.create_table(
        "coupon_entry",
        sa.Column("pool_id", sa.Uuid(), nullable=False),
        sa.Column("coupon_id", sa.Uuid(), nullable=False),
        sa.Column("account", sa.String(length=16), nullable=False),
        sa.Column("change", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(length=64), nullable=False),
        sa.Column("detail", JSON, nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("brand_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["brand_id", "coupon_id"], ["coupon.brand_id", "coupon.id"], name=op.f("fk_coupon_entry_brand_id_coupon_id")
        ),
        sa.ForeignKeyConstraint(
            ["brand_id", "pool_id"],
            ["coupon_pool.brand_id", "coupon_pool.id"],
            name=op.f("fk_coupon_entry_brand_id_pool_id"),
        ),
        sa.ForeignKeyConstraint(["brand_id"], ["brand.id"], name=op.f("fk_coupon_entry_brand_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_coupon_entry")),
    )
    with op.batch_alter_table("coupon_entry", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_coupon_entry_coupon_id"), ["coupon_id"], unique=False)

    op.create_table(
        "decision",
        sa.Column("run_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("step", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("outcome", sa.String(length=64), nullable=False),
        sa.Column("why", JSON, nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("brand_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["brand_id", "run_id"], ["run.brand_id", "run.id"], name=op.f("fk_decision_brand_id_run_id")
        ),
        sa.ForeignKeyConstraint(["brand_id"], ["brand.id"], name=op.f("fk_decision_brand_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_decision")),
        sa.UniqueConstraint("run_id", "number", name=op.f("uq_decision_run_id_number")),
    )
    op.create_table(
        "effect",
        sa.Column("run_id", sa.Uuid(), nullable=False),
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("step", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("content", JSON, nullable=False),
        sa.Column("result", sa.String(length=32), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("brand_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["brand_id", "run_id"], ["run.brand_id", "run.id"], name=op.f("fk_effect_brand_id_run_id")
        ),
        sa.ForeignKeyConstraint(["brand_id"], ["brand.id"], name=op.f("fk_effect_brand_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_effect")),
        sa.UniqueConstraint("key", name=op.f("uq_effect_key")),
    )
    with op.batch_alter_table("effect", schema=None) as batch_op:
        batch_op.create_index("ix_effect_run_id", ["run_id"], unique=False)

    op.create_table(
        "message",
        sa.Column("fan_id", sa.Uuid(), nullable=True),
        sa.Column("contact_id", sa.Uuid(), nullable=True),
        sa.Column("run_id", sa.Uuid(), nullable=True),
        sa.Column("effect_key", sa.String(length=64), nullable=False),
        sa.Column("channel", sa.String(length=16), nullable=False),
        sa.Column("template", sa.String(length=64), nullable=False),
        sa.Column("status", sa.String(length=16), nullable=False),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("sent_at", INSTANT, nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("brand_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["brand_id", "contact_id"], ["contact.brand_id", "contact.id"], name=op.f("fk_message_brand_id_contact_id")
        ),
        sa.ForeignKeyConstraint(
            ["brand_id", "fan_id"], ["fan.brand_id", "fan.id"], name=op.f("fk_message_brand_id_fan_id")
        ),
        sa.ForeignKeyConstraint(
            ["brand_id", "run_id"], ["run.brand_id", "run.id"], name=op.f("fk_message_brand_id_run_id")
        ),
        sa.ForeignKeyConstraint(["brand_id"], ["brand.id"], name=op.f("fk_message_brand_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_message")),
        sa.UniqueConstraint("effect_key", name=op.f("uq_message_effect_key")),
    )
    with op.batch_alter_table("message", schema=None) as batch_op:
        batch_op.create_index("ix_message_contact_id_created_at", ["contact_id", "created_at"], unique=False)
        batch_op.create_index("ix_message_fan_id_created_at", ["fan_id", "created_at"], unique=False)

    op.create_table(
        "play",
        sa.Column("campaign_id", sa.Uuid(), nullable=False),
        sa.Column("run_id", sa.Uuid(), nullable=False),
        sa.Column("fan_id", sa.Uuid(), nullable=False),
        sa.Column("game", sa.String(length=64), nullable=False),
        sa.Column("step", sa.String(length=64), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("seed", sa.String(length=64), nullable=False),
        sa.Column("moves", sa.Integer(), nullable=False),
        sa.Column("state", JSON, nullable=False),
        sa.Column("result", JSON, nullable=True),
        sa.Column("started_at", INSTANT, nullable=False),
        sa.Column("moved_at", INSTANT, nullable=False),
        sa.Column("finished_at", INSTANT, nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("brand_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["brand_id", "campaign_id"], ["campaign.brand_id", "campaign.id"], name=op.f("fk_play_brand_id_campaign_id")
        ),
        sa.ForeignKeyConstraint(
            ["brand_id", "fan_id"], ["fan.brand_id", "fan.id"], name=op.f("fk_play_brand_id_fan_id")
        ),
        sa.ForeignKeyConstraint(
            ["brand_id", "run_id"], ["run.brand_id", "run.id"], name=op.f("fk_play_brand_id_run_id")
        ),
        sa.ForeignKeyConstraint(["brand_id"], ["brand.id"], name=op.f("fk_play_brand_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_play")),
        sa.UniqueConstraint("brand_id", "id", name=op.f("uq_play_brand_id_id")),
        sa.UniqueConstraint("run_id", "step", "number", name=op.f("uq_play_run_id_step_number")),
    )
    with op.batch_alter_table("play", schema=None) as batch_op:
        batch_op.create_index("ix_play_campaign_id_game", ["campaign_id", "game"], unique=False)
        batch_op.create_index("ix_play_fan_id_campaign_id", ["fan_id", "campaign_id"], unique=False)

    op.create_table(
        "vote",
        sa.Column("campaign_id", sa.Uuid(), nullable=False),
        sa.Column("game", sa.String(length=64), nullable=False),
        sa.Column("fan_id", sa.Uuid(), nullable=False),
        sa.Column("play_id", sa.Uuid(), nullable=False),
        sa.Column("choice", sa.String(length=64), nullable=False),
        sa.Column("period", sa.String(length=16), nullable=False),
        sa.Column("status", sa.String(length=8), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("brand_id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("status IN ('counted', 'held', 'void')", name=op.f("ck_vote_status")),
        sa.ForeignKeyConstraint(
            ["brand_id", "campaign_id"], ["campaign.brand_id", "campaign.id"], name=op.f("fk_vote_brand_id_campaign_id")
        ),
        sa.ForeignKeyConstraint(
            ["brand_id", "fan_id"], ["fan.brand_id", "fan.id"], name=op.f("fk_vote_brand_id_fan_id")
        ),
        sa.ForeignKeyConstraint(
            ["brand_id", "play_id"], ["play.brand_id", "play.id"], name=op.f("fk_vote_brand_id_play_id")
        ),
        sa.ForeignKeyConstraint(["brand_id"], ["brand.id"], name=op.f("fk_vote_brand_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_vote")),
        sa.UniqueConstraint(
            "campaign_id",
            "game",
            "fan_id",
            "choice",
            "period",
            name=op.f("uq_vote_campaign_id_game_fan_id_choice_period"),
        ),
    )
    with op.batch_alter_table("vote", schema=None) as batch_op:
        batch_op.create_index("ix_vote_campaign_id_game_choice", ["campaign_id", "game", "choice"], unique=False)
    for table in APPEND_ONLY:
        forbid_changes(table)


def downgrade() -> None:
    for table in APPEND_ONLY:
        allow_changes(table)
    with op.batch_alter_table("vote", schema=None) as batch_op:
        batch_op.drop_index("ix_vote_campaign_id_game_choice")

    op.drop_table("vote")
    with op.batch_alter_table("play", schema=None) as batch_op:
        batch_op.drop_index("ix_play_fan_id_campaign_id")
        batch_op.drop_index("ix_play_campaign_id_game")

    op.drop_table("play")
    with op.batch_alter_table("message", schema=None) as batch_op:
        batch_op.drop_index("ix_message_fan_id_created_at")
        batch_op.drop_index("ix_message_contact_id_created_at")

    op.drop_table("message")
    with op.batch_alter_table("effect", schema=None) as batch_op:
        batch_op.drop_index("ix_effect_run_id")

    op.drop_table("effect")
    op.drop_table("decision")
    with op.batch_alter_table("coupon_entry", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_coupon_entry_coupon_id"))

    op.drop_table("coupon_entry")
    with op.batch_alter_table("coupon_claim", schema=None) as batch_op:
        batch_op.drop_index("ix_coupon_claim_fan_id")
        batch_op.drop_index("ix_coupon_claim_contact_id")

    op.drop_table("coupon_claim")
    with op.batch_alter_table("run", schema=None) as batch_op:
        batch_op.drop_index("ix_run_wake_at")
        batch_op.drop_index("ix_run_fan_id")
        batch_op.drop_index("ix_run_campaign_id_contact_id")

    op.drop_table("run")
    with op.batch_alter_table("coupon", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_coupon_pool_id_free",
            sqlite_where=sa.text("claim_id IS NULL"),
            postgresql_where=sa.text("claim_id IS NULL"),
        )
        batch_op.drop_index(batch_op.f("ix_coupon_code_hmac"))

    op.drop_table("coupon")
    op.drop_table("order_line")
    op.drop_table("membership")
    with op.batch_alter_table("login_code", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_login_code_challenge"))

    op.drop_table("login_code")
    with op.batch_alter_table("login_attempt", schema=None) as batch_op:
        batch_op.drop_index("ix_login_attempt_created_at")

    op.drop_table("login_attempt")
    with op.batch_alter_table("event", schema=None) as batch_op:
        batch_op.drop_index("ix_event_fan_id_at")
        batch_op.drop_index("ix_event_campaign_id_name_at")

    op.drop_table("event")
    op.drop_table("coupon_pool")
    op.drop_table("campaign_version")
    op.drop_table("tag")
    with op.batch_alter_table("points_entry", schema=None) as batch_op:
        batch_op.drop_index("ix_points_entry_fan_id")
        batch_op.drop_index("ix_points_entry_effect_key")
        batch_op.drop_index("ix_points_entry_contact_id")

    op.drop_table("points_entry")
    with op.batch_alter_table("person_key", schema=None) as batch_op:
        batch_op.drop_index("uq_person_key_fan_id")
        batch_op.drop_index("uq_person_key_contact_id")

    op.drop_table("person_key")
    op.drop_table("pass")
    with op.batch_alter_table("order", schema=None) as batch_op:
        batch_op.drop_index("ix_order_contact_id_ordered_at")

    op.drop_table("order")
    with op.batch_alter_table("link", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_link_fan_id_live",
            sqlite_where=sa.text("ended_at IS NULL"),
            postgresql_where=sa.text("ended_at IS NULL"),
        )
        batch_op.drop_index("ix_link_contact_id")

    op.drop_table("link")
    with op.batch_alter_table("identity", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_identity_fan_id"))

    op.drop_table("identity")
    op.drop_table("campaign")
    with op.batch_alter_table("audit", schema=None) as batch_op:
        batch_op.drop_index("ix_audit_brand_id_at")

    op.drop_table("audit")
    op.drop_table("attribute")
    op.drop_table("staff")
    op.drop_table("picture")
    op.drop_table("page")
    with op.batch_alter_table("outbox", schema=None) as batch_op:
        batch_op.drop_index("ix_outbox_done_at_dead_at_due_at")

    op.drop_table("outbox")
    op.drop_table("notice")
    with op.batch_alter_table("fan", schema=None) as batch_op:
        batch_op.drop_index("ix_fan_brand_id_created_at")

    op.drop_table("fan")
    op.drop_table("erased_address")
    with op.batch_alter_table("contact", schema=None) as batch_op:
        batch_op.drop_index("ix_contact_brand_id_email")

    op.drop_table("contact")
    op.drop_table("consent_head")
    with op.batch_alter_table("consent", schema=None) as batch_op:
        batch_op.drop_index("ix_consent_subject_id_seq")
        batch_op.drop_index("ix_consent_brand_id_event_at")

    op.drop_table("consent")
    op.drop_table("api_key")
    with op.batch_alter_table("answered", schema=None) as batch_op:
        batch_op.drop_index("ix_answered_at")

    op.drop_table("answered")
    op.drop_table("brand")


def forbid_changes(table: str) -> None:
    """Refuse UPDATE and DELETE (and TRUNCATE, where there is one) on the table."""
    if op.get_bind().dialect.name == "sqlite":
        for change in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER {table}_no_{change.lower()} BEFORE {change} ON {table} "
                f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
            )
        return
    op.execute(
        f"CREATE FUNCTION {table}_append_only() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN RAISE EXCEPTION '{table} is append-only'; END $$"
    )
    op.execute(
        f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
        f"FOR EACH STATEMENT EXECUTE FUNCTION {table}_append_only()"
    )


def allow_changes(table: str) -> None:
    """Take the triggers away again."""
    if op.get_bind().dialect.name == "sqlite":
        for change in ("update", "delete"):
            op.execute(f"DROP TRIGGER {table}_no_{change}")
        return
    op.execute(f"DROP TRIGGER {table}_append_only ON {table}")
    op.execute(f"DROP FUNCTION {table}_append_only()")
