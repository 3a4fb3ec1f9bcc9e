"""Owing a message: it is written down with the deed that owes it, and leaves after the commit."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from app.models import Message, new_id
from app.services import outbox
from app.services.keys import fingerprint
from app.services.people import Person

SERVICE = "service"  # the purpose of what people are owed anyway: no consent, and no advertising in it
USUAL_PURPOSE = "newsletter"  # what a journey's message rests on unless campaign.yaml says otherwise
JOBS = ("message", "message.service")  # of a kind each: a newsletter to everybody holds up no confirmation
JOURNEY, COUPON, CONFIRMATION = "journey", "coupon", "confirmation"


@dataclass(frozen=True, slots=True)
class Due:
    """A message that is owed: what kind, from which template, resting on what, under which key, and not before when.

    `key` makes it once; `version_id` is the version of the campaign that says it; `run_id` the run that owes it.
    """

    kind: str
    template: str
    key: str
    version_id: UUID
    purpose: str = SERVICE
    channel: str = "email"
    run_id: UUID | None = None
    not_before: datetime | None = None


def owe_message(tx: Session, person: Person, due: Due, now: datetime, **more: Any) -> Message:
    """Write the message down, and the job that sends it; `more` is what only this kind of job is told."""
    message = Message(
        id=new_id(), brand_id=person.brand_id, fan_id=person.fan_id, contact_id=person.contact_id, run_id=due.run_id,
        effect_key=due.key, kind=due.kind, purpose=due.purpose, channel=due.channel, template=due.template,
        created_at=now,
    )  # fmt: skip
    tx.add(message)
    tx.flush()
    content = {"message_id": str(message.id), "version_id": str(due.version_id), **more}
    due_at = max(due.not_before or now, now)
    kind = JOBS[due.purpose == SERVICE]
    outbox.put(tx, outbox.Job(person.brand_id, kind, f"message:{due.key}", content, due_at), now)
    return message


def coupon_mail(template: str, effect_key: str, version_id: UUID, run_id: UUID) -> Due:
    """The mail that brings a coupon, once for the effect that gave it.

    It keeps a promise that the fan was made, so it asks for no consent.  Source: GDPR art. 6(1)(b).
    """
    return Due(COUPON, template, fingerprint(f"coupon-mail/{effect_key}"), version_id, run_id=run_id)
