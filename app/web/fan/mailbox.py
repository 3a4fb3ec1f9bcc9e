"""What the links in mails lead to: confirming a yes, and taking it back.  No login, no cookie: the token is enough.

GET shows and changes nothing, for mail scanners follow every link; POST does it, and may be sent twice.  The address of
the withdrawal is also the one that mail programs post to by themselves (RFC 8058).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from flask import Blueprint, Response, g, request
from sqlalchemy.orm import Session

from app.db import reading, transaction
from app.models import Campaign, MailLink, Message
from app.services.campaigns import CampaignContent
from app.services.mailing import confirming, withdrawing
from app.services.visits import live_content
from app.web.clock import utcnow
from app.web.fan.pages import show
from app.web.given import readable_form
from app.web.languages import choose_language, language
from app.web.limits import address, limiter
from games.texts import say

bp = Blueprint("mailbox", __name__, url_prefix="/m")
OVER: Final = {"expired", "replaced", "gone"}  # links that do nothing any more: 410
Page = tuple[Campaign, CampaignContent, dict[str, Any]]


def looks_limit() -> str:
    """How often one address may follow such links; 256 bits are not guessed, this spares the database."""
    return "60 per minute"


def one_click_limit() -> str:
    """How often one address may take yeses back: a mail provider does it for many people."""
    return "600 per minute"


@bp.get("/c/<token>")
@limiter.limit(looks_limit, key_func=address)
def confirmation(token: str) -> Response:
    """What is to be confirmed, and a button that does it."""
    with reading() as tx:
        page = _confirmation(tx, confirming.look(tx, token, utcnow()))
    return _shown(page)


@bp.post("/c/<token>")
@limiter.limit(looks_limit, key_func=address)
def confirm(token: str) -> Response:
    """Confirm it."""
    with transaction() as tx:
        page = _confirmation(tx, confirming.confirm(tx, token, _circumstances(), utcnow()))
    return _shown(page)


@bp.get("/w/<token>")
@limiter.limit(looks_limit, key_func=address)
def withdrawal(token: str) -> Response:
    """What will be taken back, and a button that does it."""
    with reading() as tx:
        page = _withdrawal(tx, *withdrawing.look(tx, token))
    return _shown(page)


@bp.post("/w/<token>")
@limiter.limit(one_click_limit, key_func=address)
def withdraw(token: str) -> Response:
    """Take it back; by a person on our page, or by her mail program.  Source: RFC 8058, 3.2."""
    by_program = readable_form().get("List-Unsubscribe", "").lower() == "one-click"
    with transaction() as tx:
        link = withdrawing.withdraw(tx, token, "one_click" if by_program else "link", _circumstances(), utcnow())
        page = _withdrawal(tx, link, "withdrawn")
    return _shown(page)


def _confirmation(tx: Session, opened: confirming.Opened) -> Page:
    """The yeses of the mail that stand as the page says: those that wait, or those that are confirmed."""
    words = [each.word for each in opened.questions if each.word is not None and each.state == opened.state]
    said = [confirming.yes_of(tx, word) for word in words]
    return _page(tx, opened.link, {"kind": "confirm", "state": opened.state, "said": said})


def _withdrawal(tx: Session, link: MailLink, state: str) -> Page:
    sent_on = tx.get_one(Message, link.message_id).channel
    return _page(tx, link, {"kind": "withdraw", "state": state, "channel": sent_on})


def _page(tx: Session, link: MailLink, screen: dict[str, Any]) -> Page:
    campaign = tx.get_one(Campaign, link.campaign_id)
    content = live_content(tx, campaign)
    choose_language(content.languages)
    asked = content.definition.consents.get(f"{link.purpose}.{link.channel}")
    screen["label"] = say(asked.label, language()) if asked else link.purpose
    return campaign, content, {**screen, "step": "", "title": "", "action": request.path}


def _shown(page: Page) -> Response:
    campaign, content, screen = page
    response = show(campaign, content, screen, status=410 if screen["state"] in OVER else 200)
    response.headers["Referrer-Policy"] = "same-origin"  # the token in the address is for nobody else
    response.headers["X-Robots-Tag"] = "noindex"
    return response


def _circumstances() -> Mapping[str, str]:
    """What the ledger keeps of the request; the address is shortened there."""
    return {"network": request.remote_addr or "", "request_id": str(g.get("request_id", ""))}
