"""Every screen of the fan's tab with plausible contents, in English and French.

To add a screen: one entry in `screens`; the page tests, the axe run and the pictures take it from there.
"""

from __future__ import annotations

from typing import Any

import segno

from app.web.again import Again

CAMPAIGN: dict[str, Any] = {
    "slug": "spring-cup",
    "title": "The Spring Cup",
    "brand": "FC Meridian",
    "description": "Three questions about the club, and a coupon for the shop.",
    "theme": {"letter": "M"},
    "languages": ["en", "fr"],
    "rules_url": "/t/spring-cup/rules",
    "privacy_url": "/t/spring-cup/privacy",
}
FORM = {"token": "signed", "idem": "0190-key", "pass_field": None, "action": "/t/spring-cup"}
FORM_WITHOUT_COOKIE = {**FORM, "pass_field": "opaque-pass"}
PROVIDERS = [
    {"id": "facebook", "name": "Facebook", "kind": "facebook"},
    {"id": "google", "name": "Google", "kind": "google"},
    {"id": "club", "name": "Meridian ID", "kind": "oidc"},
]
QUESTIONS = {
    "en": "Which year did the club lift its first cup?",
    "fr": "En quelle année le club a-t-il soulevé sa première coupe ?",
}


def coupon(code: str = "MERIDIAN-7Q4K-2XW", **more: Any) -> dict[str, Any]:
    """A coupon as the screens get it."""
    return {
        "id": code.lower(),
        "code": code,
        "title": "Club shop",
        "value": "20% off",
        "terms": "Any full-price shirt, online and at the ground.",
        "expires_on": "31 August 2026",
        "qr_svg": segno.make(code, error="m").svg_inline(scale=4, border=2, omitsize=True),
        **more,
    }


def question(lang: str, stamps: list[bool | None]) -> dict[str, Any]:
    """A quiz view in the middle of a game."""
    choices = [{"id": year, "text": year, "image": None} for year in ("1964", "1971", "1983", "1990")]
    asked = {"id": "cup", "text": QUESTIONS[lang], "image": None, "alt": "", "several": False, "choices": choices}
    return {
        "title": "The club quiz",
        "number": len(stamps) + 1,
        "total": 3,
        "stamps": stamps,
        "over": False,
        "intro": None,
        "move": str(len(stamps) + 1),
        "question": asked,
    }


def ballot(chosen: str | None, pictured: bool = False) -> dict[str, Any]:
    """A vote view, before or after; with pictures or words only."""
    parts = {"night": ("Night blue", 46), "chalk": ("Chalk white", 33), "sun": ("Floodlight yellow", 21)}
    return {
        "title": "Away shirt",
        "question": "Which away shirt should we wear next season?",
        "move": "1",
        "over": chosen is not None,
        "several": False,
        "at_least": 1,
        "at_most": 1,
        "voters": 1204 if chosen else None,
        "thanks": None,
        "choices": [
            {"id": name, "text": text, "detail": "With the crest in gold" if name == "night" else None,
             "image": name if pictured else None,
             "chosen": name == chosen, "votes": None, "percent": percent if chosen else None}
            for name, (text, percent) in parts.items()
        ],
    }  # fmt: skip


def picture(name: str) -> str:
    """A shirt in its colour, as SVG."""
    colour = {"night": "#14213d", "chalk": "#f3f0e6", "sun": "#ffdf6b"}[name]
    shirt = "M110 60 40 100l20 50 30-14v104h140V136l30 14 20-50-70-40c-16 22-84 22-100 0z"
    ground = '<rect width="320" height="240" fill="#cfd8d3"/>'
    path = f'<path d="{shirt}" fill="{colour}" transform="translate(0 -20)"/>'
    return f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 320 240">{ground}{path}</svg>'


def game(kind: str, view: dict[str, Any], **more: Any) -> dict[str, Any]:
    """A game screen round a view."""
    common = {"kind": "game", "step": "quiz", "title": view["title"], "gains": [], "said": None, "problem": None}
    return {
        **common,
        "game": kind,
        "view": view,
        "tries_left": None,
        "can_move_on": view["over"],
        "result": None,
        **more,
    }


def screens(lang: str) -> dict[str, tuple[str, dict[str, Any]]]:
    """Name of the state -> (template, screen)."""
    wrong = {"right": False, "right_answers": ["1971"], "explanation": "Two goals in the last four minutes."}
    sent = {"token": "signed", "idem": "0190-key", "lang": lang, "step": "quiz", "pass": "opaque-pass", "answer": "c"}
    over = {**question(lang, [True, True, False]), "over": True, "question": None, "score": 2, "won": None}
    offer = {
        "kind": "offer",
        "step": "club",
        "title": "Join the Meridian Club",
        "program": "club",
        "body_html": "<p>Early tickets, the shirt a week before everybody, and a birthday surprise.</p>",
        "advantage": "5 € off your next visit to the shop, at once.",
        "asks": [
            {
                "name": "newsletter.email",
                "label": "Send me the club's newsletter by e-mail",
                "notice": "Twice a month. FC Meridian SA keeps your address until you unsubscribe.",
            }
        ],
        "needs_email": False,
    }
    email = {"needs_email": True, "values": {"email": "ana@"}, "errors": {"email": "This address is not complete."}}
    prize = {"kind": "ticket", "title": "You won 20% off", "body_html": "<p>See you at the shop.</p>"}
    consents = [
        {"name": "newsletter.email", "label": "Newsletter by e-mail", "notice": "Twice a month.", "given": True,
         "since": "3 March 2026"},
        {"name": "newsletter.sms", "label": "News by text message", "given": False, "waiting": True},
        {"name": "partner.email", "label": "Offers of our partner Volt", "given": False},
    ]  # fmt: skip
    return {
        "first": ("first", {"title": "Know your club?", "kicker": "Until 31 August",
                            "body_html": "<p>Three questions, one minute. What waits at the end depends on you.</p>"}),
        "connect": ("connect", {"kind": "connect"}),
        "connect_problem": ("connect", {"kind": "connect", "problem": "We have not seen you connect yet. Try again."}),
        "connected": ("connect_done", {"kind": "connected"}),
        "refused": ("connect_done", {"kind": "connected", "problem": "You stopped the login. Nothing was shared."}),
        "link": ("link", {"kind": "link", "email_masked": "a•••@example.org",
                          "sentence": "FC Meridian knows a customer with your e-mail address. Shall we tie the two?"}),
        "enter": ("enter", {"kind": "enter", "step": "enter", "title": "The club quiz"}),
        "question": ("game", game("quiz", question(lang, []), tries_left=1)),
        "feedback": ("game", game("quiz", question(lang, [True, False]), said=wrong)),
        "problem": ("game", game("quiz", question(lang, [True]), problem="Choose an answer first.")),
        "score": ("game", game("quiz", over, said={"right": False})),
        "again": ("game", game("quiz", over, said={"right": True}, can_try_again=True, tries_left=1)),
        "vote": ("game", game("vote", ballot(None))),
        "vote_pictured": ("game", game("vote", ballot(None, pictured=True))),
        "results": ("game", game("vote", ballot("night"))),
        "offer": ("offer", offer),
        "offer_email": ("offer", {**offer, **email, "gains": []}),
        "show": ("show", {"kind": "show", "step": "thanks", "title": "Thank you for playing",
                          "body_html": "<p>The <strong>final</strong> is on Sunday.</p>", "gains": [coupon()]}),
        "ticket": ("ticket", {**prize, "coupons": [coupon()], "gains": [coupon()]}),
        "after_game": ("ticket", {**prize, "title": "", "coupons": [coupon()], "gains": [coupon()], "said": wrong}),
        "ticket_later": ("ticket", {**prize, "coupons": [coupon()], "gains": []}),
        "end": ("ticket", {"kind": "ticket", "title": "That was it for today",
                           "body_html": "<p>Come back on Sunday.</p>", "coupons": [], "gains": []}),
        "rest": ("ticket", {"kind": "ticket", "title": "", "body_html": "", "coupons": [], "ended": False}),
        "rules": ("show", {"kind": "show", "step": "", "title": "The rules", "body_html": "<h2>Who</h2><p>All.</p>"}),
        "coupons": ("coupons", {"kind": "coupons", "coupons": [
            coupon(), coupon("WELCOME-5", value="5 €", title="Welcome", state="used"),
            coupon("OLD-10", value="10%", title="Winter", state="expired")]}),
        "no_coupons": ("coupons", {"kind": "coupons", "coupons": []}),
        "choices": ("choices", {"kind": "choices", "consents": consents, "said": None}),
        "closed": ("closed", {"kind": "closed"}),
        "not_for_you": ("not_for_you", {"kind": "not_for_you"}),
        "error": ("error", {"kind": "error", "problem": "This page was open for a long time. Please connect again.",
                            "request_id": "01JQ7"}),
        "later": ("error", {"kind": "error", "problem": "We cannot do this right now. Nothing is lost.",
                            "again": Again("/t/spring-cup/play", tuple(sent.items()), posts=True)}),
    }  # fmt: skip
