"""Facts of a person: everything a journey may ask about her, gathered from the base at one moment.

To add a family of facts: one function that gives its values, and one line in `FAMILIES`.
Only the families that the journey's conditions read are gathered.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from app.models import Brand, Contact, Event, Fan, Link, Membership, Order, OrderLine, Run, Tag
from app.services.campaigns.content import CampaignContent, Reads
from app.services.consent import allows, standing
from app.services.crm import attributes_of
from app.services.people import Person
from app.services.rewards.points import points_balance
from app.services.rewards.wallet import coupon_fields, coupons_of
from journeys.facts import Facts, Value
from journeys.facts import OrderLine as LineFacts

ADULT_AGE = 18
LAPSED_AFTER = timedelta(days=90)
CHANNELS = ("email", "sms", "phone", "push", "ad_match")
PAGE = 500
COUNTED = {"visit.count", "points.balance", "friends.joined"}


@dataclass(frozen=True, slots=True)
class Asking:
    """Whose facts are wanted, when, and where the visit came from."""

    tx: Session
    person: Person
    now: datetime
    source: Mapping[str, str]
    fields: frozenset[str] = frozenset()  # what is read

    @property
    def brand(self) -> Brand:
        """The person's brand."""
        return self.tx.get_one(Brand, self.person.brand_id)


Values = dict[str, Value]


def facts_of(tx: Session, person: Person, content: CampaignContent, now: datetime, source: Mapping[str, str]) -> Facts:
    """What the campaign's journey may ask about this person now."""
    reads, contact_id = content.reads, person.contact_id
    needs_orders = contact_id is not None and (reads.orders or "person.maturity" in reads.fields)
    lines = order_lines(tx, [contact_id]).get(contact_id, []) if needs_orders else []
    return _gathered(Asking(tx, person, now, source, reads.fields), reads, lines)


def people(tx: Session, brand: Brand, reads: Reads, now: datetime) -> Iterator[tuple[str, Facts]]:
    """Everybody of the base with their facts: every contact, and every fan whom no contact is linked to."""
    for page in _pages(tx, brand.id):
        lines = order_lines(tx, list(page)) if reads.orders or "person.maturity" in reads.fields else {}
        for contact_id, fan_id in page.items():
            asking = Asking(tx, Person(brand.id, fan_id, contact_id), now, {}, reads.fields)
            yield str(contact_id), _gathered(asking, reads, lines.get(contact_id, []))
    linked = select(Link.id).where(Link.fan_id == Fan.id, Link.ended_at.is_(None))
    alone = select(Fan.id).where(Fan.brand_id == brand.id, Fan.erased_at.is_(None), ~linked.exists())
    for fan_id in tx.scalars(alone.order_by(Fan.id)):
        yield str(fan_id), _gathered(Asking(tx, Person(brand.id, fan_id), now, {}, reads.fields), reads, [])


def _gathered(asking: Asking, reads: Reads, lines: Sequence[LineFacts]) -> Facts:
    """The families that are read, and a plain zero or no for what is never unknown to us."""
    wanted = {name.partition(".")[0] for name in reads.fields}
    values = {name: zero for name in reads.fields if (zero := _when_absent(name)) is not None}
    for family, gather in FAMILIES.items():
        if family in wanted:
            values |= gather(asking)
    if "person" in wanted:
        values["person.maturity"] = maturity(asking, lines)
    return Facts(values, lines)


def _when_absent(name: str) -> Value | None:
    """What we know of a fact that nobody wrote down: coupons not given, steps not reached, nothing counted."""
    if name.startswith(("coupon.", "journey.")):
        return False
    return 0 if name in COUNTED or name.endswith(".plays") else None


def order_lines(tx: Session, contact_ids: Sequence[uuid.UUID | None]) -> dict[uuid.UUID | None, list[LineFacts]]:
    """The order lines of contacts, by contact, as the journey engine reads them."""
    rows = tx.execute(
        select(
            Order.contact_id, Order.ordered_at, OrderLine.amount_cents, Order.id, OrderLine.category,
            OrderLine.product, OrderLine.maker, Order.shop, Order.channel,
        )
        .join(OrderLine, OrderLine.order_id == Order.id)
        .where(Order.contact_id.in_(contact_ids))
        .order_by(Order.ordered_at)
    )  # fmt: skip
    found: dict[uuid.UUID | None, list[LineFacts]] = {}
    for contact_id, ordered_at, cents, order_id, category, product, maker, shop, channel in rows:
        line = LineFacts(ordered_at, cents, str(order_id), category, product, maker, shop, channel)
        found.setdefault(contact_id, []).append(line)
    return found


def maturity(asking: Asking, lines: Sequence[LineFacts]) -> str:
    """How far the person has come with the brand.

    customer: an order in the last 90 days (whole days of the brand's calendar, as `orders(last 90d)` counts them);
    lapsed: orders, but older; member: in a program; prospect: in the CRM base; fan: connected before today; stranger:
    anybody else.
    """
    placed = [line.ordered_at for line in lines if line.amount_cents > 0 and line.ordered_at <= asking.now]
    if placed:
        zone = ZoneInfo(asking.brand.timezone)
        age = asking.now.astimezone(zone).date() - max(placed).astimezone(zone).date()
        return "customer" if age < LAPSED_AFTER else "lapsed"
    if asking.tx.scalar(_memberships(asking).limit(1)):
        return "member"
    if asking.person.contact_id:
        return "prospect"
    fan = asking.tx.get(Fan, asking.person.fan_id) if asking.person.fan_id else None
    return "fan" if fan and asking.now - fan.created_at >= timedelta(days=1) else "stranger"


def _crm(asking: Asking) -> Values:
    values: Values = {"crm.known": asking.person.contact_id is not None}
    if "crm.member" in asking.fields:
        values["crm.member"] = bool(asking.tx.scalar(_memberships(asking).limit(1)))
    wanted = {name for name in asking.fields if name.startswith("crm.")} - {"crm.known", "crm.member"}
    return {**attributes_of(asking.tx, asking.person), **values} if wanted else values


def _fan(asking: Asking) -> Values:
    fan = asking.tx.get(Fan, asking.person.fan_id) if asking.person.fan_id else None
    contact = asking.tx.get(Contact, asking.person.contact_id) if asking.person.contact_id else None
    values: Values = {}
    for name in ("language", "country"):
        if said := (fan and getattr(fan, name)) or (contact and getattr(contact, name)):
            values[f"fan.{name}"] = said
    if born := (fan and fan.birth_year) or (contact and contact.birth_year):
        values["fan.of_age"] = asking.now.year - born > ADULT_AGE  # the day is not known, so the year after counts
    if fan:
        values["fan.known_for"] = timedelta(days=(asking.now - fan.created_at).days)
    return values


def _program(asking: Asking) -> Values:
    return {f"program.{name}": True for name in asking.tx.scalars(_memberships(asking))}


def _consent(asking: Asking) -> Values:
    said = standing(asking.tx, asking.person)
    return {f"consent.{topic}": allows(event, asking.brand.opt_in) for topic, event in said.items()}


def _tag(asking: Asking) -> Values:
    return {f"tag.{name}": True for name in asking.tx.scalars(select(Tag.name).where(asking.person.owns(Tag)))}


def _visit(asking: Asking) -> Values:
    mine = select(func.count()).where(Event.fan_id == asking.person.fan_id, Event.name == "visited")
    return {"visit.count": asking.tx.scalar(mine) or 0} if asking.person.fan_id else {}


def _source(asking: Asking) -> Values:
    names = {"channel": "channel", "shop": "shop", "campaign": "utm_campaign"}
    return {f"source.{name}": asking.source[key] for name, key in names.items() if asking.source.get(key)}


def _points(asking: Asking) -> Values:
    return {"points.balance": points_balance(asking.tx, asking.person)}


def _coupon(asking: Asking) -> Values:
    return dict(coupon_fields(coupons_of(asking.tx, asking.person)))


def _journey(asking: Asking) -> Values:
    """The steps that the person reached in any journey of the brand."""
    values: Values = {}
    for name, state in asking.tx.execute(select(Run.journey, Run.state).where(asking.person.owns(Run))):
        values |= {f"journey.{name}.reached.{step}": True for step in state.get("turns", {})}
    return values


FAMILIES: Mapping[str, Callable[[Asking], Values]] = {
    "crm": _crm,
    "fan": _fan,
    "program": _program,
    "consent": _consent,
    "tag": _tag,
    "visit": _visit,
    "source": _source,
    "points": _points,
    "coupon": _coupon,
    "journey": _journey,
}


def _memberships(asking: Asking) -> Select[str]:
    return select(Membership.program).where(asking.person.owns(Membership), Membership.left_at.is_(None))


def _pages(tx: Session, brand_id: uuid.UUID) -> Iterator[dict[uuid.UUID | None, uuid.UUID | None]]:
    """The brand's contacts, some hundreds at a time, each with a fan who is linked to it, if any."""
    last: uuid.UUID | None = None
    while True:
        page = select(Contact.id).where(Contact.brand_id == brand_id, Contact.erased_at.is_(None))
        page = page.where(Contact.id > last) if last else page
        ids = tx.scalars(page.order_by(Contact.id).limit(PAGE)).all()
        if not ids:
            return
        links = select(Link.contact_id, Link.fan_id).where(Link.contact_id.in_(ids), Link.ended_at.is_(None))
        fans = dict(tx.execute(links.order_by(Link.made_at.desc())).all())
        yield {contact_id: fans.get(contact_id) for contact_id in ids}
        last = ids[-1]
