"""Whom a visitor of the demo may be: an active customer, a lapsed one, or somebody whom nobody knows."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.demo.people import Person
from app.models import Brand, Contact, Order, OrderLine

RECENT, LONG_AGO = timedelta(days=75), timedelta(days=100)  # on either side of 90 days, for some days to come
STRANGER = Person(
    "stranger",
    "Robin Lindqvist",
    "robin.lindqvist@example.org",
    blurb={
        "en": "has never bought anything: nobody knows this address",
        "fr": "n'a jamais rien acheté : personne ne connaît cette adresse",
    },
)
ACTIVE = {
    "en": "an active customer: {orders} orders in the last weeks",
    "fr": "fait ses courses chez nous : {orders} commandes ces dernières semaines",
}
LAPSED = {
    "en": "a lapsed customer: the last of {orders} orders was long ago",
    "fr": "une ancienne cliente ou un ancien client : la dernière de {orders} commandes est loin",
}


def pick_persons(tx: Session, brand: Brand, today: date) -> tuple[Person, ...]:
    """The people of the demo's login: who spent most lately, who spent most and then stayed away, and a stranger.

    A kind of customer that the base does not have is left out.
    """
    return (*_active(tx, brand, today), *_lapsed(tx, brand, today), STRANGER)


def _active(tx: Session, brand: Brand, today: date) -> Iterator[Person]:
    since = _start(brand, today - RECENT)
    spent = func.sum(OrderLine.amount_cents)
    most = (
        select(Contact, func.count(Order.id.distinct()))
        .join(Order, Order.contact_id == Contact.id)
        .join(OrderLine, OrderLine.order_id == Order.id)
        .where(Contact.brand_id == brand.id, Contact.email.is_not(None), Order.ordered_at >= since)
        .group_by(Contact.id)
        .order_by(spent.desc(), Contact.external_id)
    )
    for contact, orders in tx.execute(most.limit(1)):
        yield _person("active", contact, {lang: text.format(orders=orders) for lang, text in ACTIVE.items()})


def _lapsed(tx: Session, brand: Brand, today: date) -> Iterator[Person]:
    before = _start(brand, today - LONG_AGO)
    orders = func.count(Order.id)
    gone = (
        select(Contact, orders)
        .join(Order, Order.contact_id == Contact.id)
        .where(Contact.brand_id == brand.id, Contact.email.is_not(None))
        .group_by(Contact.id)
        .having(func.max(Order.ordered_at) < before)
        .order_by(orders.desc(), Contact.external_id)
    )
    for contact, count in tx.execute(gone.limit(1)):
        yield _person("lapsed", contact, {lang: text.format(orders=count) for lang, text in LAPSED.items()})


def _start(brand: Brand, day: date) -> datetime:
    return datetime.combine(day, time(), ZoneInfo(brand.timezone))


def _person(sub: str, contact: Contact, blurb: dict[str, str]) -> Person:
    name = f"{contact.first_name} {contact.last_name}"
    return Person(sub, name, contact.email, locale=contact.language or "en", blurb=blurb)
