"""What became of a message: it left, it will not leave, its address was refused, or it was given up."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Update, update
from sqlalchemy.orm import Session

from app.models import Message, Outbox
from app.services.campaigns.reading import content_of
from app.services.mailing.owing import JOBS, JOURNEY

LONGEST_REASON: Final = 200
AT_ONCE: Final = 500  # messages in one statement


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


def give_up(tx: Session, job: Outbox, why: str) -> None:
    """The job is a dead letter: when it was a message's, the message has failed, and `why` is kept with it."""
    for message_id in _of_messages([job]):
        tx.execute(_waiting(message_id).values(status="failed", reason=f"given up: {why}"[:LONGEST_REASON]))


def queue_again(tx: Session, jobs: Iterable[Outbox]) -> None:
    """Dead letters are tried once more: their messages wait again."""
    ids = _of_messages(jobs)
    for start in range(0, len(ids), AT_ONCE):
        failed = update(Message).where(Message.id.in_(ids[start : start + AT_ONCE]), Message.status == "failed")
        tx.execute(failed.values(status="queued", reason=""))


def _of_messages(jobs: Iterable[Outbox]) -> list[UUID]:
    told = [job.content.get("message_id") for job in jobs if job.kind in JOBS]
    return [UUID(message_id) for message_id in told if message_id]


def _waiting(message_id: UUID) -> Update:
    return update(Message).where(Message.id == message_id, Message.status == "queued")
