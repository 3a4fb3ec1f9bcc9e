"""What can be wrong with the mails of a campaign: what they rest on, and what they bring."""

from __future__ import annotations

from collections.abc import Iterator

from app.services.campaigns.definition import CampaignDefinition
from journeys.problems import Kind, Problem
from journeys.yamlfile import Document

SERVICE = "service"
NO_SUCH_MESSAGE = Kind(
    "campaign.no_message", "error", "there is no message “{name}”", "il n'y a pas de message « {name} »",
    "add it under “messages:” with a subject and a text", "ajoutez-le sous « messages: » avec subject et text",
)  # fmt: skip
NO_SUCH_POOL = Kind(
    "campaign.no_pool", "error", "there is no pool “{name}”", "il n'y a pas de réserve « {name} »",
    "write one that stands under “pools:”", "écrivez l'une de celles de « pools: »",
)  # fmt: skip
NOBODY_CAN_AGREE = Kind(
    "campaign.purpose", "error", "“{purpose}.email” is no consent of this campaign: nobody can agree to this message",
    "« {purpose}.email » n'est pas un consentement de cette opération : personne ne peut accepter ce message",
    "write a purpose of “consents:”, or “service” for what people are owed anyway",
    "écrivez une finalité de « consents: », ou « service » pour ce qui est dû de toute façon",
)  # fmt: skip
COUPON_NEEDS_CONSENT = Kind(
    "campaign.coupon_mail", "warning", "the coupon's mail “{name}” goes only to people who agreed to “{purpose}”",
    "l'e-mail du coupon « {name} » ne part que vers les personnes qui ont accepté « {purpose} »",
    "write “purpose: service” if it brings the coupon and advertises nothing",
    "écrivez « purpose: service » s'il apporte le coupon sans rien promouvoir",
)  # fmt: skip
NO_ADVERTISING = Kind(
    "campaign.service_message", "warning", "“{name}” goes to people who agreed to nothing: it may advertise nothing",
    "« {name} » part sans consentement : il ne doit rien promouvoir",
    "Directive 2002/58/EC art. 13(1): advertising by mail needs a consent; a promise kept does not (GDPR art. 6(1)(b))",
    "directive 2002/58/CE art. 13(1) : la publicité par e-mail suppose un consentement ; une promesse tenue, non",
)  # fmt: skip


def mail_findings(definition: CampaignDefinition, document: Document) -> Iterator[Problem]:
    """Mails that nobody could get, that bring nothing, or that ask for a second look."""
    brought = {pool.mail for pool in definition.pools.values() if pool.mail}
    for code, pool in definition.pools.items():
        if pool.mail and pool.mail not in definition.messages:
            yield _at(document, NO_SUCH_MESSAGE, ("pools", code, "mail"), name=pool.mail)
    for name, message in definition.messages.items():
        if message.coupon and message.coupon not in definition.pools:
            yield _at(document, NO_SUCH_POOL, ("messages", name, "coupon"), name=message.coupon)
        if message.purpose == SERVICE:
            if name not in brought:
                yield _at(document, NO_ADVERTISING, ("messages", name, "purpose"), name=name)
            continue
        if name in brought:
            yield _at(document, COUPON_NEEDS_CONSENT, ("messages", name), name=name, purpose=message.purpose)
        if message.purpose != "newsletter" and f"{message.purpose}.email" not in definition.consents:
            yield _at(document, NOBODY_CAN_AGREE, ("messages", name, "purpose"), purpose=message.purpose)


def _at(document: Document, kind: Kind, path: tuple[str | int, ...], **values: object) -> Problem:
    line, col = document.position(path)
    return Problem(kind, document.file, line, col, values)
