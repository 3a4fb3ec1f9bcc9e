"""Orders: the columns they may have, and writing a batch of them, the same however often.

An order is found again by (brand, source, order id); the file is the source's word for all of its lines.
To add a column: one `Spec` here, a column in `spool`, one in `Order` or `OrderLine`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple, cast
from uuid import UUID

from sqlalchemy import Table, delete, select, update
from sqlalchemy.orm import Session

from app.models import Contact, Order, OrderLine, new_id
from app.services.importing import cells
from app.services.importing.arrival import Arrival
from app.services.importing.cells import Terms
from app.services.importing.columns import Spec
from app.services.importing.findings import Tally
from app.services.rows import insert_into, insert_many
from app.services.waking import Placed, owe_order_news


def order_specs(terms: Terms) -> list[Spec]:
    """The columns that a file of orders may have; several rows may share an order id."""
    return [
        Spec("order_id", cells.text(128), needed=True),
        Spec("contact", cells.text(128), needed=True, also=("contact_id", "customer_id", "external_id")),
        Spec("ordered_at", cells.instant(terms), needed=True, also=("order_date",)),
        Spec("amount", cells.cents, needed=True, also=("total",)),
        Spec("category", cells.text(100), free_text=True),
        Spec("product", cells.text(200), free_text=True),
        Spec("maker", cells.text(100), free_text=True),
        Spec("shop", cells.text(100), free_text=True),
        Spec("channel", cells.text(64), free_text=True),
        Spec("currency", cells.currency(terms)),
    ]


ORDER, LINE = (
    cast(Table, Order.__table__),
    cast(Table, OrderLine.__table__),
)  # rows by the hundred thousand: without the ORM's bookkeeping


class LineRow(NamedTuple):
    """One line of an order: whole cents (negative = a return), and what was bought."""

    amount_cents: int
    category: str | None
    product: str | None
    maker: str | None


class OrderRow(NamedTuple):
    """One order of a file, with all of its lines; `line` is where the file speaks of it first."""

    line: int
    external_id: str
    contact: str
    ordered_at: datetime
    shop: str | None
    channel: str | None
    lines: tuple[LineRow, ...]


class Saved(NamedTuple):
    """What came of a batch: the counts, and the orders whose contact is not known."""

    tally: Tally
    strangers: list[OrderRow]


class Content(NamedTuple):
    """All that an order says, so that two can be compared."""

    contact_id: UUID
    ordered_at: datetime
    currency: str
    shop: str | None
    channel: str | None
    lines: tuple[LineRow, ...]


def save_orders(tx: Session, arrival: Arrival, currency: str, rows: Sequence[OrderRow]) -> Saved:
    """Write a batch of orders.  Orders of people who asked to be forgotten are left out."""
    contacts = _contacts(tx, arrival, {row.contact for row in rows})
    strangers = [row for row in rows if row.contact not in contacts]
    known = [row for row in rows if row.contact in contacts and not contacts[row.contact].erased_at]
    wanted = {
        row.external_id: Content(contacts[row.contact].id, row.ordered_at, currency, row.shop, row.channel, row.lines)
        for row in known
    }
    stored = _stored(tx, arrival, list(wanted))
    new = {key: content for key, content in wanted.items() if key not in stored}
    changed = {stored[key][0]: wanted[key] for key in wanted if key in stored and stored[key][1] != wanted[key]}
    if not arrival.dry_run:
        _insert(tx, arrival, new)
        _replace(tx, arrival, changed)
    same = len(wanted) - len(new) - len(changed)
    return Saved(Tally(len(new), len(changed), same, len(rows) - len(strangers) - len(known)), strangers)


def _contacts(tx: Session, arrival: Arrival, external_ids: set[str]) -> dict[str, Any]:
    mine = select(Contact.external_id, Contact.id, Contact.erased_at).where(
        Contact.brand_id == arrival.brand_id,
        Contact.source == arrival.source,
        Contact.external_id.in_(external_ids),
    )
    return {row.external_id: row for row in tx.execute(mine)}


def _ids(tx: Session, arrival: Arrival, external_ids: Sequence[str]) -> dict[str, UUID]:
    return {row.external_id: row.id for row in _heads(tx, arrival, external_ids)}


def _heads(tx: Session, arrival: Arrival, external_ids: Sequence[str]) -> Sequence[Any]:
    mine = select(*(ORDER.c[name] for name in ("id", "external_id", *Content._fields[:-1]))).where(
        ORDER.c.brand_id == arrival.brand_id,
        ORDER.c.source == arrival.source,
        ORDER.c.external_id.in_(external_ids),
    )
    return tx.execute(mine).all()


def _stored(tx: Session, arrival: Arrival, external_ids: Sequence[str]) -> dict[str, tuple[UUID, Content]]:
    heads = _heads(tx, arrival, external_ids)
    if not heads:
        return {}
    lines: dict[UUID, list[LineRow]] = {}
    theirs = select(LINE.c.order_id, *(LINE.c[name] for name in LineRow._fields)).where(
        LINE.c.brand_id == arrival.brand_id, LINE.c.order_id.in_([head.id for head in heads])
    )
    for row in tx.execute(theirs.order_by(LINE.c.order_id, LINE.c.number)):
        lines.setdefault(row[0], []).append(LineRow._make(row[1:]))
    return {head.external_id: (head.id, Content._make((*head[2:], tuple(lines.get(head.id, ()))))) for head in heads}


def _insert(tx: Session, arrival: Arrival, new: Mapping[str, Content]) -> None:
    if not new:
        return
    fresh = {key: new_id() for key in new}
    whose = {"brand_id": arrival.brand_id, "source": arrival.source}
    heads = [{"id": fresh[key], **whose, "external_id": key, **_columns(content)} for key, content in new.items()]
    tx.execute(insert_into(tx, ORDER).on_conflict_do_nothing(), heads)
    ours = _ids(tx, arrival, list(new))  # another import may have been faster with some of them
    placed = {fresh[key]: content for key, content in new.items() if ours.get(key) == fresh[key]}
    _insert_lines(tx, arrival, placed)
    news = [_news(order_id, content) for order_id, content in placed.items()]
    owe_order_news(tx, arrival.brand_id, news, arrival.now)


def _news(order_id: UUID, content: Content) -> Placed:
    total = sum(line.amount_cents for line in content.lines)
    return Placed(order_id, content.contact_id, content.ordered_at, total)


def _replace(tx: Session, arrival: Arrival, changed: Mapping[UUID, Content]) -> None:
    if not changed:
        return
    tx.execute(update(Order), [{"id": order_id, **_columns(content)} for order_id, content in changed.items()])
    theirs = (OrderLine.brand_id == arrival.brand_id, OrderLine.order_id.in_(list(changed)))
    tx.execute(delete(OrderLine).where(*theirs))
    _insert_lines(tx, arrival, changed)


def _insert_lines(tx: Session, arrival: Arrival, orders: Mapping[UUID, Content]) -> None:
    rows = [
        (arrival.brand_id, order_id, number, *line)
        for order_id, content in orders.items()
        for number, line in enumerate(content.lines, 1)
    ]
    insert_many(tx, LINE, ("brand_id", "order_id", "number", *LineRow._fields), rows)


def _columns(content: Content) -> dict[str, Any]:
    return {name: value for name, value in content._asdict().items() if name != "lines"}
