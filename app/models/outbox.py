"""What leaves after the commit, what was said to people, what happened, and what was already answered."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

from sqlalchemy import Index, Integer, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base, BrandRow, unique_in_brand, within_brand

_WAITING = text("done_at IS NULL AND dead_at IS NULL")
_DEAD = text("dead_at IS NOT NULL")


class Outbox(BrandRow, Base):
    """A job that leaves after the commit.  The row is the truth; a queue is only its doorbell."""

    __tablename__ = "outbox"

    kind: Mapped[str] = mapped_column(String(64))
    key: Mapped[str] = mapped_column(String(100), unique=True)  # also the idempotency key outward
    content: Mapped[dict[str, Any]] = mapped_column(default=dict)
    due_at: Mapped[datetime]
    attempts: Mapped[int] = mapped_column(Integer, default=0)
    leased_until: Mapped[datetime | None]
    leased_by: Mapped[str | None] = mapped_column(String(64))
    done_at: Mapped[datetime | None]
    dead_at: Mapped[datetime | None]
    last_error: Mapped[str | None] = mapped_column(Text)
    created_at: Mapped[datetime]

    __table_args__ = (
        Index("ix_outbox_done_at_dead_at_due_at", "done_at", "dead_at", "due_at"),
        Index("ix_outbox_kind_due_at", "kind", "due_at", postgresql_where=_WAITING, sqlite_where=_WAITING),
        Index("ix_outbox_brand_id_dead_at", "brand_id", "dead_at", postgresql_where=_DEAD, sqlite_where=_DEAD),
    )


class Message(BrandRow, Base):
    """A message to a person: an e-mail or another channel."""

    __tablename__ = "message"

    fan_id: Mapped[uuid.UUID | None]
    contact_id: Mapped[uuid.UUID | None]
    run_id: Mapped[uuid.UUID | None]
    effect_key: Mapped[str] = mapped_column(String(64), unique=True)
    channel: Mapped[str] = mapped_column(String(16))
    template: Mapped[str] = mapped_column(String(64))
    kind: Mapped[str] = mapped_column(String(16), default="journey")  # journey, coupon, confirmation
    purpose: Mapped[str] = mapped_column(String(64), default="newsletter")  # "service", or what its consent is for
    status: Mapped[str] = mapped_column(String(16), default="queued")  # queued, sent, dropped, failed
    reason: Mapped[str] = mapped_column(String(200), default="")
    created_at: Mapped[datetime]
    sent_at: Mapped[datetime | None]

    __table_args__ = (
        unique_in_brand(),
        within_brand("fan", "fan_id"),
        within_brand("contact", "contact_id"),
        within_brand("run", "run_id"),
        Index("ix_message_fan_id_created_at", "fan_id", "created_at"),
        Index("ix_message_contact_id_created_at", "contact_id", "created_at"),
    )


class Event(BrandRow, Base):
    """Something that happened to a person in a campaign, with the source they came from."""

    __tablename__ = "event"

    campaign_id: Mapped[uuid.UUID | None]
    fan_id: Mapped[uuid.UUID | None]
    contact_id: Mapped[uuid.UUID | None]
    name: Mapped[str] = mapped_column(String(64))
    channel: Mapped[str] = mapped_column(String(32), default="")  # embed, qr, link, mail ...
    source: Mapped[dict[str, Any]] = mapped_column(default=dict)  # shop, utm_source, utm_medium, utm_campaign, origin
    fields: Mapped[dict[str, Any]] = mapped_column(default=dict)
    once_key: Mapped[str | None] = mapped_column(String(100))  # counted once under this key
    at: Mapped[datetime]

    __table_args__ = (
        UniqueConstraint("brand_id", "once_key"),
        within_brand("campaign", "campaign_id"),
        within_brand("fan", "fan_id"),
        within_brand("contact", "contact_id"),
        Index("ix_event_campaign_id_name_at", "campaign_id", "name", "at"),
        Index("ix_event_fan_id_at", "fan_id", "at"),
    )


class Answered(BrandRow, Base):
    """A request that was already answered, by its idempotency key; kept at least 24 hours."""

    __tablename__ = "answered"

    actor: Mapped[str] = mapped_column(String(100))  # fan:<id>, key:<id>
    key: Mapped[str] = mapped_column(String(100))
    fingerprint: Mapped[str] = mapped_column(String(64))  # sha256 of path and body
    status: Mapped[int | None]  # none while in flight
    answer: Mapped[dict[str, Any] | None]
    at: Mapped[datetime]

    __table_args__ = (UniqueConstraint("brand_id", "actor", "key"), Index("ix_answered_at", "at"))
