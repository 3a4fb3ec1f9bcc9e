"""Screens: what a fan sees where she stands, as plain JSON values that a template shows and a repeat is answered with.

To add a screen: one function that gives its values, one line in `SCREENS`, and a template `fan/<kind>.html`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any
from zoneinfo import ZoneInfo

import segno
from babel.dates import format_date
from babel.numbers import format_currency, format_decimal, format_percent
from sqlalchemy.orm import Session

from app.models import Brand, Campaign, Contact, Play, Run
from app.services.campaigns.content import CampaignContent
from app.services.campaigns.reading import content_of
from app.services.consent import standing
from app.services.linking import link_offer, masked_email
from app.services.offering import needs_address, open_asks, words_print
from app.services.playing import (
    AtGame,
    Moved,
    as_begun,
    first_state,
    game_at,
    last_play,
    seed_of,
    tally_of,
    tries_left,
)
from app.services.progress import may_start_again, state_of
from app.services.rewards.wallet import WalletCoupon, wallet
from app.services.visits import Visit, is_closed, language_in, live_content, run_of
from games.texts import say
from journeys.verbs.offer import Offer

Screen = dict[str, Any]
FRESH = timedelta(minutes=1)


def current_screen(tx: Session, visit: Visit, feedback: Mapping[str, Any] | None = None) -> Screen:
    """What the fan sees now; `feedback` is the game's word on the move just made."""
    run = run_of(tx, visit)
    if run is None or _starts_anew(tx, visit, run):
        return start_screen(tx, visit)
    content = content_of(tx, run.version_id)
    if run.ended_at is None and is_closed(content, visit.now, visit.campaign):
        return closed_screen(content, visit.now, visit.language)
    show = SCREENS.get(run.waiting or "", ticket_screen) if run.ended_at is None else ticket_screen
    screen = show(tx, visit, run, content)
    screen["said"] = dict(feedback) if feedback else None
    screen["gains"] = _gains(tx, visit, run, content)
    return screen


def after_move(tx: Session, visit: Visit, moved: Moved) -> Screen:
    """What the fan sees after a move: the next question, or how the game went and a way on."""
    feedback = moved.outcome.spoken(visit.language)
    if not moved.outcome.over or moved.at.run.at_step == moved.at.step.id:
        return current_screen(tx, visit, feedback)
    screen = _game_values(tx, visit, moved.at, moved.play)
    return {**screen, "step": "", "tries_left": None, "go_on": True, "said": feedback, "gains": []}


def start_screen(tx: Session, visit: Visit) -> Screen:
    """Before the journey: "is this you?" where a contact has the fan's verified address, else the way in."""
    content = live_content(tx, visit.campaign)
    if is_closed(content, visit.now, visit.campaign):
        return closed_screen(content, visit.now, visit.language)
    contact = link_offer(tx, visit.fan)
    return (
        link_screen(contact) if contact else {"kind": "enter", "step": "enter", "title": content.title(visit.language)}
    )


def link_screen(contact: Contact) -> Screen:
    """One plain sentence, yes or not now."""
    return {"kind": "link", "step": "link", "title": "", "email_masked": masked_email(contact.email or "")}


def closed_screen(content: CampaignContent, now: datetime, lang: str) -> Screen:
    """Before the opening, or after the end."""
    opens_at = content.journey.opens_at
    opens = opens_at if opens_at and now < opens_at else None
    return {
        "kind": "closed",
        "step": "",
        "title": "",
        "opens_on": day(opens, content.zone, lang) if opens else None,
    }


def turned_away_screen(reason: str, content: CampaignContent, visit: Visit) -> Screen:
    """The journey does not take this person in."""
    if reason in {"closed", "not_yet"}:
        return closed_screen(content, visit.now, visit.language)
    return {"kind": "not_for_you", "step": "", "title": ""}


def game_screen(tx: Session, visit: Visit, run: Run, content: CampaignContent) -> Screen:
    """A go at a game, or its result while the fan may still try again."""
    at = game_at(tx, run)
    play = last_play(tx, at)
    at = as_begun(tx, at, play) if play else at
    left, over = tries_left(at), play is not None and play.finished_at is not None
    return {
        **_game_values(tx, visit, at, play),
        "tries_left": (left if over else left - 1) if (at.step.tries or 1) > 1 else None,
        "can_try_again": over and left > 0,
        "can_move_on": over and left > 0,
    }


def _game_values(tx: Session, visit: Visit, at: AtGame, play: Play | None) -> Screen:
    state = play.state if play else first_state(at, seed_of(tx, at, 1))
    tally = tally_of(tx, at) if at.game.id == "vote" else None
    return {
        "kind": "game",
        "step": at.step.id,
        "game": at.game.id,
        "title": say(at.definition.title, visit.language),
        "view": dict(at.game.view(at.definition, state, visit.language, tally)),
        "result": play.result if play else None,
    }


def offer_screen(tx: Session, visit: Visit, run: Run, content: CampaignContent) -> Screen:
    """The invitation to a program, with its separate boxes, none of them ticked."""
    step = content.journey.step(str(run.at_step))
    if not isinstance(step, Offer):
        raise LookupError(f"run {run.id} stands at no offer")
    program, lang = content.definition.programs[step.name], language_in(content, visit)
    text = content.text(step.screen or program.text or step.name, lang)
    asks = open_asks(tx, visit.person, step.asks or ())
    return {
        "kind": "offer", "step": step.id, "program": step.name, "title": text.title or say(program.name, lang),
        "body_html": text.html, "advantage": say(program.advantage, lang) if program.advantage else None,
        "asks": [_ask(content, ask, lang) for ask in asks], "needs_email": needs_address(tx, visit, asks),
        "words": words_print(content, step, lang),
        "join_label": say(program.join, lang) if program.join else None,
        "refuse_label": say(program.refuse, lang) if program.refuse else None,
    }  # fmt: skip


def show_screen(tx: Session, visit: Visit, run: Run, content: CampaignContent) -> Screen:
    """A text of the author's."""
    step = content.journey.step(str(run.at_step))
    text = content.text(getattr(step, "screen", None) or step.name, visit.language)
    return {"kind": "show", "step": step.id, "title": text.title, "body_html": text.html}


def ticket_screen(tx: Session, visit: Visit, run: Run, content: CampaignContent) -> Screen:
    """Where a journey rests or ends: what the fan has won in it."""
    won = [coupon_values(coupon, content, visit) for coupon in wallet(tx, visit.person, run_id=run.id)]
    seen = _last_shown(content, run)
    text = content.text(seen, visit.language) if seen and not won else None
    return {
        "kind": "ticket", "step": "", "title": text.title if text else "", "body_html": text.html if text else "",
        "coupons": won, "ended": run.ended_at is not None, "look_into_mail": _waits_for_a_click(tx, visit),
    }  # fmt: skip


SCREENS: Mapping[str, Callable[[Session, Visit, Run, CampaignContent], Screen]] = {
    "play": game_screen,
    "offer": offer_screen,
    "show": show_screen,
    "wait": ticket_screen,
}


def coupons_screen(tx: Session, visit: Visit) -> Screen:
    """The fan's wallet."""
    content = live_content(tx, visit.campaign)
    held = [coupon_values(coupon, content, visit) for coupon in wallet(tx, visit.person)]
    return {"kind": "coupons", "step": "coupons", "title": "", "coupons": held}


def coupon_values(coupon: WalletCoupon, content: CampaignContent, visit: Visit) -> dict[str, Any]:
    """A coupon as its ticket shows it."""
    rules, lang = coupon.rules, visit.language
    return {
        "id": coupon.id.hex, "code": coupon.code, "title": said(rules.get("title"), lang),
        "value": worth(said(rules.get("value"), lang), lang), "terms": said(rules.get("terms"), lang),
        "link": rules.get("link"), "state": coupon.state(visit.now), "qr_svg": qr_svg(coupon.code),
        "expires_on": day(coupon.expires_at, content.zone, lang) if coupon.expires_at else None,
    }  # fmt: skip


def worth(value: str, lang: str) -> str:
    """`10.00 USD` or `15 %` as the reader writes it; anything else as it stands."""
    amount, _, unit = value.partition(" ")
    try:
        number = Decimal(amount)
    except InvalidOperation:
        return value
    if unit == "%":
        hundred: str = format_percent(1, locale=_locale(lang))  # shows where the sign stands, and after which space
        return hundred.replace("100", format_decimal(number, locale=_locale(lang)))
    if len(unit) != 3 or not unit.isupper():
        return value
    shown: str = format_currency(number, unit, locale=_locale(lang))
    return re.sub(r"[.,]00(?!\d)", "", shown)


def day(at: datetime, zone: ZoneInfo, lang: str) -> str:
    """An instant as a day on the campaign's calendar, in the reader's words."""
    return format_date(at.astimezone(zone).date(), "long", locale=_locale(lang))


def qr_svg(text: str) -> str:
    """A QR code as inline SVG, dark on light, without any style of its own."""
    return str(segno.make(text, error="m", micro=False).svg_inline(omitsize=True, border=2, dark="#000", light="#fff"))


def _starts_anew(tx: Session, visit: Visit, run: Run) -> bool:
    """Whether the fan has been through, and the journey takes her in once more."""
    content = live_content(tx, visit.campaign)
    return may_start_again(run, content, visit.now) and not is_closed(content, visit.now)


def _gains(tx: Session, visit: Visit, run: Run, content: CampaignContent) -> list[dict[str, Any]]:
    """Coupons that were given a moment ago."""
    fresh = [c for c in wallet(tx, visit.person, run_id=run.id) if visit.now - c.claimed_at < FRESH]
    return [coupon_values(coupon, content, visit) for coupon in fresh]


def _waits_for_a_click(tx: Session, visit: Visit) -> bool:
    """Whether a yes to e-mail still waits for the click in the mail that was sent."""
    if tx.get_one(Brand, visit.campaign.brand_id).opt_in != "double":
        return False
    return any(topic.endswith(".email") and said == "given" for topic, said in standing(tx, visit.person).items())


def _ask(content: CampaignContent, ask: str, lang: str) -> dict[str, str]:
    consent = content.definition.consents[ask]
    notice = content.text(consent.notice, lang)
    return {"name": ask, "label": say(consent.label, lang), "notice": notice.plain}


def _last_shown(content: CampaignContent, run: Run) -> str | None:
    """The screen that the fan saw last in this run, for a last word at the end.

    A journey is walked from top to bottom, so it is the lowest one; stored states do not keep their order everywhere.
    """
    reached = state_of(run).turns
    shown = [step for step in content.journey.all_steps() if step.verb == "show" and step.id in reached]
    return getattr(shown[-1], "screen", None) or shown[-1].name if shown else None


def said(text: Any, lang: str) -> str:
    """A text in the reader's language; empty when there is none."""
    return say(text, lang) if text else ""


def _locale(lang: str) -> str:
    return lang.replace("-", "_")


def campaign_values(campaign: Campaign, content: CampaignContent, lang: str) -> dict[str, Any]:
    """What every page of a campaign shows around its screens."""
    theme = content.definition.theme
    return {
        "slug": campaign.slug, "title": content.title(lang), "languages": content.languages,
        "description": said(content.definition.description, lang), "brand": theme.name,
        "theme": {"letter": theme.logo_letter, "name": theme.name},
        "rules_url": f"/t/{campaign.slug}/rules?lang={lang}", "privacy_url": f"/t/{campaign.slug}/privacy?lang={lang}",
    }  # fmt: skip
