"""Orders imported a second: our importer with its checks and its report, beside a bare COPY of the rows."""

from __future__ import annotations

import csv
import time
from collections.abc import Iterator, Sequence
from datetime import timedelta
from io import StringIO
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Any
from uuid import UUID

from sqlalchemy import insert

from app.db import bound_engine, transaction
from app.models import Campaign, Contact, new_id
from app.services.importing import ImportJob, run_import
from bench.installation import database, now, publish, settle_down
from bench.measuring import Finding, Probe

ROUNDS, ORDERS, LINES, PEOPLE = 5, 20_000, 3, 2_000
MOST = 2.5
HEAD = ("order_id", "contact", "ordered_at", "amount", "category", "product", "shop")


def look(small: bool) -> Iterator[Finding]:
    """Both ways in turns, each round with orders that are new."""
    rounds, orders = (2, 50) if small else (ROUNDS, ORDERS)
    with database("PostgreSQL") as _url, TemporaryDirectory() as folder:
        campaign = publish(stock=1)
        contacts = _contacts(campaign)
        settle_down()
        ours, bare = [], []
        for turn in range(rounds):
            ours.append(_imported(Path(folder) / "orders.csv", campaign, f"a{turn}", orders))
            bare.append(_copied(campaign, contacts, f"b{turn}", orders))
    lines, ratio = orders * LINES, median(mine / theirs for mine, theirs in zip(ours, bare, strict=True))
    yield Finding("our importer, order lines a second, median", f"{lines / median(ours):,.0f}")
    yield Finding("COPY of the same rows, order lines a second, median", f"{lines / median(bare):,.0f}")
    yield Finding("how many times as long ours takes", f"{ratio:.2f} ×", f"≤ {MOST} ×", ratio <= MOST)


def _contacts(campaign: Campaign) -> list[UUID]:
    at = now()
    whose = {"brand_id": campaign.brand_id, "source": "crm", "created_at": at, "updated_at": at}
    contacts = {new_id(): f"c{number}" for number in range(PEOPLE)}
    rows = [{"id": contact_id, "external_id": name, **whose} for contact_id, name in contacts.items()]
    with transaction() as tx:
        tx.execute(insert(Contact), rows)
    return list(contacts)


def _rows(prefix: str, orders: int) -> Iterator[tuple[Any, ...]]:
    newest = now().replace(microsecond=0)
    for number in range(orders):
        at = (newest - timedelta(minutes=number)).isoformat()
        for line in range(LINES):
            yield f"{prefix}-{number}", f"c{number % PEOPLE}", at, f"{line + 1}.50", "dairy", f"yogurt {line}", "centre"


def _imported(file: Path, campaign: Campaign, prefix: str, orders: int) -> float:
    with file.open("w", newline="") as out:
        writer = csv.writer(out)
        writer.writerow(HEAD)
        writer.writerows(_rows(prefix, orders))
    started = time.perf_counter()
    report = run_import(ImportJob(file, "orders", campaign.brand_id), transaction, now())
    took = time.perf_counter() - started
    if report.problems:
        raise RuntimeError(f"the importer found problems: {report.problems[0]}")
    return took


def _copied(campaign: Campaign, contacts: Sequence[UUID], prefix: str, orders: int) -> float:
    """The same rows by COPY into the same two tables; putting them together is not counted."""
    heads, lines, at = StringIO(), StringIO(), now().isoformat()
    for number in range(orders):
        order_id = new_id()
        who = contacts[number % PEOPLE]
        heads.write(f"{order_id}\t{campaign.brand_id}\t{who}\tcopy\t{prefix}-{number}\t{at}\tEUR\tcentre\n")
        for line in range(LINES):
            said = f"{line + 1}\t{line + 1}50\tdairy\tyogurt {line}"
            lines.write(f"{campaign.brand_id}\t{order_id}\t{said}\n")
    with bound_engine().connect() as connection:
        driver: Any = connection.connection.driver_connection
        started = time.perf_counter()
        with driver.cursor() as cursor:
            for table, text in ((HEADS, heads), (LINES_OF, lines)):
                with cursor.copy(table) as copy:
                    copy.write(text.getvalue())
        driver.commit()
        return time.perf_counter() - started


HEADS = 'COPY "order" (id, brand_id, contact_id, source, external_id, ordered_at, currency, shop) FROM STDIN'
LINES_OF = "COPY order_line (brand_id, order_id, number, amount_cents, category, product) FROM STDIN"
PROBE = Probe("orders", "Orders of three lines each, on PostgreSQL.", look)
