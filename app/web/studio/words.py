"""How the studio says things: roles, times, shares, stages, people; given to every template.

To add one: a function here and its name in `GIVEN`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from flask_babel import format_currency, format_datetime, format_decimal, format_percent
from flask_babel import gettext as _
from flask_login import current_user
from markupsafe import Markup

from app.models import Decision
from app.services.events import Stage
from app.web.languages import product_language
from games.texts import Words
from games.texts import say as said_in
from journeys.conditions import read_condition
from journeys.journey import Journey
from journeys.problems import Lang


def role_name(role: str) -> str:
    """A role, in a word."""
    return {"owner": _("Owner"), "manager": _("Manager"), "crm": _("CRM")}.get(role, role)


def role_sentence(role: str) -> str:
    """What a role may do."""
    return {
        "owner": _("everything in this brand"),
        "manager": _("campaigns and journeys"),
        "crm": _("opt-ins, exports and people"),
    }.get(role, "")


def spoken() -> Lang:
    """The language of the reader, among those that the product speaks."""
    return "fr" if product_language() == "fr" else "en"


def say(words: Words | None) -> str:
    """An author's text in the reader's language."""
    return said_in(words, product_language()) if words else ""


def when(at: datetime | None) -> Markup | str:
    """A moment in the brand's time zone, with the exact instant for machines."""
    if at is None:
        return ""
    local = at.astimezone(ZoneInfo(current_user.brand.timezone))
    shown = format_datetime(local.replace(tzinfo=UTC), "d MMM y HH:mm", rebase=False)
    return Markup('<time datetime="{}" title="{}">{}</time>').format(at.isoformat(), local.isoformat(), shown)


def whole(number: int) -> str:
    """A count with the language's thousands."""
    return str(format_decimal(number))


def share(part: float | None) -> str:
    """A share as a percentage with one decimal; a dash when there is nothing to divide by."""
    return "–" if part is None else str(format_percent(part, "#,##0.# %" if product_language() == "fr" else "#,##0.#%"))


def stage_name(stage: str) -> str:
    """A stage of the funnel, in words."""
    return {
        "saw": _("Saw the tab"),
        "connected": _("Connected"),
        "played": _("Played"),
        "finished": _("Finished"),
        "offered": _("Were invited to the program"),
        "opted_in": _("Opted in"),
        "coupon_given": _("Got a coupon"),
        "coupon_used": _("Used the coupon"),
    }.get(stage, stage)


def share_of_stage(name: str, stages: Sequence[Stage]) -> str:
    """How many of those who could went on to this stage: of the views, of the connected, of the coupons given."""
    base, words = {
        "saw": ("", ""),
        "connected": ("saw", _("of the views")),
        "coupon_used": ("coupon_given", _("of the coupons")),
    }.get(name, ("connected", _("of the connected")))
    people = {stage.name: stage.people for stage in stages}
    return f"{share(people[name] / people[base])} {words}" if people.get(base) else ""


def channel_name(channel: str) -> str:
    """Where people came from."""
    names = {"embed": _("Embedded tab"), "qr": _("QR code"), "link": _("Link"), "mail": _("E-mail"), "": _("Not said")}
    return names.get(channel, channel)


def event_name(event: str) -> str:
    """A word of consent, in words."""
    return {
        "requested": _("Confirmation asked for"),
        "given": _("Given"),
        "refused": _("Refused"),
        "confirmed": _("Confirmed by e-mail"),
        "withdrawn": _("Withdrawn"),
        "expired": _("Expired"),
        "parental": _("Given by a parent"),
    }.get(event, event)


def source_name(source: str) -> str:
    """Where a thing known of a person comes from."""
    return {
        "declared": _("Said by the person"),
        "crm": _("CRM file"),
        "social": _("Social account"),
        "game": _("A game"),
        "inferred": _("Concluded"),
    }.get(source, source)


def decision_name(kind: str) -> str:
    """What kind of decision it was."""
    return {
        "enter": _("at the entrance"),
        "branch": _("a fork"),
        "split": _("a split by chance"),
        "limit": _("a limit"),
        "exit": _("the way out"),
        "closed": _("the campaign closed"),
        "late": _("too late"),
        "result": _("a result"),
        "moved": _("moved by staff"),
    }.get(kind, kind)


def waiting_name(waiting: str | None) -> str:
    """What somebody who stands at a step waits for; nothing when she was moved and is about to arrive."""
    return {
        "play": _("playing"),
        "offer": _("an answer to the offer"),
        "ask": _("an answer to the form"),
        "show": _("going on after a screen"),
        "wait": _("time, or an event"),
        None: _("about to arrive"),
    }.get(waiting, waiting or "")


def ending_name(how: str) -> str:
    """How a run ended."""
    return {"end": _("to the end"), "exit": _("left before"), "closed": _("the campaign closed")}.get(how, how)


def outcome_name(decision: Decision, journey: Journey) -> str:
    """What came of a decision: the branch as its author named it, or what became of an effect."""
    step = journey.step(decision.step) if journey.has_step(decision.step) else None
    taken = next((branch for branch in step.branches if branch.label == decision.outcome), None) if step else None
    if taken and taken.name:
        return taken.name.say(spoken())
    return {
        "dropped": _("dropped"),
        "later": _("later"),
        "capped": _("not more for this person"),
        "empty": _("none was left"),
        "given": _("given"),
        "already": _("had it already"),
        "otherwise": _("otherwise"),
    }.get(decision.outcome, decision.outcome)


def reasons(decision: Decision, journey: Journey) -> list[str]:
    """The conditions behind a decision, in words: whether each held, and what was found."""
    looked_at: Mapping[str, Any] = decision.why.get("looked_at", {})  # nothing of people who were forgotten
    return [_reason(leaf, journey) for verdict in looked_at.values() for leaf in verdict["leaves"]]


def _reason(leaf: Mapping[str, Any], journey: Journey) -> str:
    asked = str(leaf.get("text", ""))
    read = read_condition(asked, journey.scope)
    sentence = asked if isinstance(read, tuple) else read.sentence(spoken())
    held, found = leaf.get("held"), leaf.get("found")
    said = _("unknown") if held is None else _("yes") if held else _("no")
    if found is None or str(found).lower() in {"true", "false"}:
        return _("%(held)s: %(sentence)s", held=said, sentence=sentence)
    return _("%(held)s: %(sentence)s (found: %(found)s)", held=said, sentence=sentence, found=found)


def money(cents: int, currency: str) -> str:
    """A sum as the language writes it."""
    return str(format_currency(Decimal(cents) / 100, currency))


GIVEN: Mapping[str, Any] = {
    each.__name__: each
    for each in (
        role_name, role_sentence, say, when, whole, share, money, stage_name, share_of_stage, channel_name,
        event_name, source_name, decision_name, outcome_name, reasons, waiting_name, ending_name,
    )
}  # fmt: skip
