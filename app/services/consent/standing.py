"""Reading the consent ledger: what a person's words amount to now.  Silence is no, and the last word wins."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TypeVar

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models import Brand, Consent
from app.services.consent.subjects import subject_ids
from app.services.people import Person

T = TypeVar("T")
# Events that answer the question; a request for confirmation and a parent's word go beside the answer.
ANSWERS = ("given", "refused", "confirmed", "withdrawn", "expired")


def fold(words: Iterable[tuple[str, str, T]]) -> dict[str, tuple[str, T]]:
    """The answer that stands for each `purpose.channel`, from (purpose.channel, event, anything) in order.

    A yes that is repeated does not undo its confirmation: the confirmed one stands.
    """
    standing: dict[str, tuple[str, T]] = {}
    for topic, event, row in words:
        repeated = event == "given" and topic in standing and standing[topic][0] == "confirmed"
        if event in ANSWERS and not repeated:
            standing[topic] = (event, row)
    return standing


def standing(tx: Session, person: Person) -> Mapping[str, str]:
    """What stands for the person: `purpose.channel` -> given, confirmed, refused, withdrawn or expired.

    A fan's words and those of the contact that she is linked to count together, in the order they were said.
    What was never said is absent.
    """
    said = (
        select(Consent.purpose, Consent.channel, Consent.event)
        .where(Consent.brand_id == person.brand_id, Consent.subject_id.in_(subject_ids(tx, person)))
        .order_by(Consent.seq)
    )
    words = ((f"{purpose}.{channel}", event, None) for purpose, channel, event in tx.execute(said))
    return {topic: event for topic, (event, _) in fold(words).items()}


def allows(event: str | None, opt_in: str) -> bool:
    """Whether an answer is a yes under the brand's opt-in: confirmed, or given where single opt-in was chosen."""
    return event == "confirmed" or (event == "given" and opt_in == "single")


def may_contact(tx: Session, person: Person, purpose: str, channel: str, brand: Brand) -> bool:
    """Whether the brand may write to this person for this purpose on this channel, as things stand now."""
    return allows(standing(tx, person).get(f"{purpose}.{channel}"), brand.opt_in)
