"""What a file says of people's consent: taken over only with its proof, and never against what the person said here.

A yes needs where it was said (`consent_proof`) and when (`consent_given_at`, not in the future); else the contact is
imported as "no marketing".  A no, or nothing, is silence, which is no anyway.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from app.services.consent import Word, record, standing
from app.services.importing import cells
from app.services.importing.arrival import Arrival
from app.services.importing.cells import BadCell, Terms
from app.services.importing.columns import Spec, tidy_header
from app.services.importing.faults import BAD_VALUE, NO_PROOF
from app.services.importing.findings import Findings
from app.services.people import Person

USUAL = "consent.newsletter.email"
GIVEN_AT, PROOF, TEXT = "consent_given_at", "consent_proof", "consent_text"
LONGEST_NOTICE = 10_000
ADDRESS_OF = {"email": "email", "sms": "phone", "phone": "phone"}
_NAME = re.compile(r"consent\.[a-z]\w{0,63}\.[a-z]\w{0,15}")
_ANSWERS = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False, "oui": True, "non": False}
_WHY = {
    "proof": ("no proof of where it was said", "rien ne dit où il a été donné"),
    "date": ("no date", "pas de date"),
    "future": ("its date is in the future", "sa date est dans le futur"),
    "address": ("no address for this channel", "pas d'adresse pour ce canal"),
}


@dataclass(frozen=True, slots=True)
class Claim:
    """A yes that the file brings with its proof."""

    topic: str
    address: str
    said_at: datetime
    proof: str
    notice: str
    language: str


def claim_specs(headers: Sequence[str], terms: Terms) -> list[Spec]:
    """The columns that speak of consent: `consent.<purpose>.<channel>`, and where, when and to which words."""
    topics = dict.fromkeys([USUAL, *(name for name in map(tidy_header, headers) if _NAME.fullmatch(name))])
    usual = ("consent", "opt_in", "optin", "newsletter")
    return [
        *(Spec(topic, _yes_no, also=usual if topic == USUAL else ()) for topic in topics),
        Spec(GIVEN_AT, cells.instant(terms)),
        Spec(PROOF, cells.text(200), free_text=True),
        Spec(TEXT, cells.text(LONGEST_NOTICE), free_text=True),
    ]


def speaks_of_consent(names: Sequence[str]) -> bool:
    return any(_NAME.fullmatch(name) for name in names)


def _yes_no(cell: str) -> bool:
    if cell.lower() not in _ANSWERS:
        raise BadCell(BAD_VALUE, found=cell, type="yes/no")
    return _ANSWERS[cell.lower()]


def claims_of(values: Mapping[str, Any], line: int, findings: Findings, now: datetime) -> tuple[Claim, ...]:
    """The yeses of a row that can be taken over; the others are flagged."""
    topics = [name for name, value in values.items() if value is True and _NAME.fullmatch(name)]
    claims = []
    for topic in topics:
        address = values.get(ADDRESS_OF.get(topic.rpartition(".")[2], ""))
        why = _missing(values, address, now)
        if why:
            findings.add(NO_PROOF, line, 1, why=_WHY[why][0], pourquoi=_WHY[why][1])
            continue
        said = (values[GIVEN_AT], values[PROOF], values.get(TEXT) or "", values.get("language") or "")
        claims.append(Claim(topic.removeprefix("consent."), str(address), *said))
    return tuple(claims)


def _missing(values: Mapping[str, Any], address: object, now: datetime) -> str | None:
    if not values.get(PROOF):
        return "proof"
    if not values.get(GIVEN_AT):
        return "date"
    if values[GIVEN_AT] > now:
        return "future"
    return None if address else "address"


def save_claims(tx: Session, arrival: Arrival, claims: Mapping[UUID, Sequence[Claim]]) -> None:
    """Record the yeses of which the ledger has heard nothing yet; whoever has spoken here is not spoken for."""
    for contact_id, theirs in claims.items():
        person = Person(arrival.brand_id, None, contact_id)
        heard = standing(tx, person) if theirs and not arrival.dry_run else {}
        for claim in theirs:
            if claim.topic not in heard and not arrival.dry_run:
                record(tx, person, [_word(claim)], claim.address, arrival.now)


def _word(claim: Claim) -> Word:
    purpose, _, channel = claim.topic.partition(".")
    context = {"actor": "import", "proof": claim.proof, "said_at": claim.said_at.isoformat()}
    return Word("given", purpose, channel, claim.notice, claim.language, "import", context=context)
