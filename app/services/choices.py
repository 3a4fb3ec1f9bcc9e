"""A fan's choices: the consents that she gave, each with its exact words, and taking one back at once."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy.orm import Session

from app.errors import InvalidValue
from app.models import Brand
from app.services.consent import Word, allows, record, standing
from app.services.consent.words import last_word
from app.services.mailing.confirming import request_again, waits_for_mail
from app.services.screens import said
from app.services.visits import Visit, live_content
from app.services.waking import owe_consent_news


def choices_screen(tx: Session, visit: Visit) -> dict[str, Any]:
    """Every consent that the campaign asks for or that the fan ever gave, and how it stands."""
    content, lang = live_content(tx, visit.campaign), visit.language
    brand = tx.get_one(Brand, visit.campaign.brand_id)
    stands = standing(tx, visit.person)
    rows = []
    for name in sorted({*content.definition.consents, *stands}):
        known, event = content.definition.consents.get(name), stands.get(name)
        rows.append(
            {
                "name": name, "label": said(known.label, lang) if known else name,
                "notice": content.text(known.notice, lang).plain if known else "",
                "given": allows(event, brand.opt_in), "waiting": event == "given" and brand.opt_in == "double",
                "by_mail": name.endswith(".email"),
            }
        )  # fmt: skip
    tied = visit.person.contact_id is not None
    return {"kind": "choices", "step": "choices", "title": "", "consents": rows, "linked": tied}


def send_again(tx: Session, visit: Visit, name: str) -> None:
    """Send the mail that confirms a yes once more; nobody is told whether one left, for the address may be anybody's.

    Raises: InvalidValue when that yes waits for no mail.
    """
    purpose, _, channel = name.rpartition(".")
    if not waits_for_mail(
        last_word(tx, visit.person, purpose, channel), tx.get_one(Brand, visit.campaign.brand_id).opt_in
    ):
        raise InvalidValue(field="again", reason=name[:40])
    version_id = visit.campaign.live_version_id
    if version_id is not None:
        request_again(tx, visit.person, (purpose, channel), version_id, visit.now)


def take_back(tx: Session, visit: Visit, name: str, circumstances: Mapping[str, str]) -> None:
    """Withdraw one consent; the ledger keeps where and in which circumstances, as it does of a yes.

    Raises: InvalidValue when there is none to take back.
    """
    if standing(tx, visit.person).get(name) not in {"given", "confirmed"}:
        raise InvalidValue(field="withdraw", reason=name[:40])
    purpose, channel = name.rsplit(".", 1)
    said = {"actor": "fan", **circumstances}
    word = Word("withdrawn", purpose, channel, "", visit.language, "one_click", visit.campaign.id, said)
    owe_consent_news(tx, visit.person, record(tx, visit.person, [word], None, visit.now), visit.now)
