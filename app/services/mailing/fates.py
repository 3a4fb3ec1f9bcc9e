"""What became of a message: it left, it will not leave, or its address was refused."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Update, update
from sqlalchemy.orm import Session

from app.models import Message
from app.services.campaigns.reading import content_of
from app.services.mailing.owing import JOURNEY


def quiet_until(tx: Session, told: Mapping[str, Any], now: datetime) -> datetime | None:
    """When the message may leave, if its journey's quiet hours are now: work may have been late, or failed at first.

    What somebody is waiting for (a coupon, a link to confirm) leaves at any hour.
    """
    if tx.get_one(Message, UUID(told["message_id"])).kind != JOURNEY:
        return None
    journey = content_of(tx, UUID(told["version_id"])).journey
    return journey.limits.quiet.until(now, journey.zone) if journey.limits.quiet else None


def mark_sent(tx: Session, message_id: UUID, now: datetime) -> None:
    """The message has left."""
    tx.execute(_waiting(message_id).values(status="sent", sent_at=now))


def mark_dropped(tx: Session, message_id: UUID, reason: str) -> None:
    """The message will not leave, and why."""
    tx.execute(_waiting(message_id).values(status="dropped", reason=reason))


def mark_failed(tx: Session, message_id: UUID, reply: str) -> None:
    """The server will not take the message to this address; `reply` is its code."""
    tx.execute(_waiting(message_id).values(status="failed", reason=f"smtp {reply}"))


def _waiting(message_id: UUID) -> Update:
    return update(Message).where(Message.id == message_id, Message.status == "queued")
