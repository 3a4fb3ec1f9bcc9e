"""Importing a whole file: opened, checked, read, and written batch by batch, each batch one transaction.

Interrupted at any point, the same file is simply imported again: what is there already counts as the same.
To add a kind of file: a function like `_contacts`, and a line in `KINDS`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import TypeVar
from uuid import UUID

from sqlalchemy.orm import Session

from app.errors import Invalid
from app.models import Base, Brand, Contact, Order
from app.services.importing.arrival import Arrival
from app.services.importing.attributes import attribute_specs
from app.services.importing.cells import Terms
from app.services.importing.claims import Claim, claim_specs, claims_of, save_claims, speaks_of_consent
from app.services.importing.columns import Bound, Spec, bind
from app.services.importing.contacts import COLUMNS, ID, PROGRAMS, ContactRow, contact_specs, save_contacts
from app.services.importing.faults import NO_CONSENT, REPEATED, UNKNOWN_CONTACT
from app.services.importing.findings import Findings, ImportReport, Tally
from app.services.importing.orders import OrderRow, order_specs, save_orders
from app.services.importing.spool import Spool, spool
from app.services.importing.table import Table
from app.services.importing.tables import open_table
from app.services.rows import know_size
from journeys.catalogue import Catalogue, builtin_catalogue, load_catalogue
from journeys.problems import Problem

T = TypeVar("T")
Opening = Callable[[], AbstractContextManager[Session]]
Progress = Callable[[str, int, int], None]  # phase ("read" or "write"), done, of how many
CONTACTS_AT_ONCE, ORDERS_AT_ONCE, ROWS_AT_ONCE = 1000, 2000, 5000


def quiet(phase: str, done: int, total: int) -> None:
    """Show no progress."""


@dataclass(frozen=True, slots=True)
class ImportJob:
    """What to import: a file of contacts or orders for a brand, from a source system.

    `mapping` renames the file's headers; `encoding` is utf-8 or windows-1252.
    """

    path: Path
    kind: str
    brand_id: UUID
    source: str = "crm"
    encoding: str = "utf-8"
    dry_run: bool = False
    mapping: Mapping[str, str] = field(default_factory=dict)


@dataclass(slots=True)
class _Work:
    """An import under way."""

    job: ImportJob
    opening: Opening
    arrival: Arrival
    terms: Terms
    catalogue: Catalogue
    table: Table
    findings: Findings
    progress: Progress
    tally: Tally = field(default_factory=Tally)

    def bound(self, specs: list[Spec]) -> Bound:
        return bind(self.table, specs, self.findings, self.job.mapping)


def run_import(job: ImportJob, opening: Opening, now: datetime, progress: Progress = quiet) -> ImportReport:
    """Import a file: every good row is written, every bad one is a Problem with its line and column.

    `opening` opens a transaction that commits at its end (`app.db.transaction`).  Imported twice, nothing changes.
    Raises: Invalid when the file as a whole cannot be taken; then nothing is written.
    """
    table = open_table(job.path, job.encoding)
    with opening() as tx:
        brand = tx.get_one(Brand, job.brand_id)
        terms, catalogue = Terms.of(brand, now), _catalogue(brand)
    arrival = Arrival(job.brand_id, job.source, job.path.name, now, job.dry_run)
    work = _Work(job, opening, arrival, terms, catalogue, table, Findings(job.path.name), progress)
    notices = [*table.notices, *KINDS[job.kind](work)]
    problems = (*notices, *work.findings.kept)
    counts, errors = dict(work.findings.counts), work.findings.errors
    return ImportReport(job.path.name, job.kind, table.count, work.tally, problems, counts, errors, job.dry_run)


def _catalogue(brand: Brand) -> Catalogue:
    declared = load_catalogue({"fields": brand.attributes}) if brand.attributes else builtin_catalogue()
    if isinstance(declared, tuple):
        raise Invalid(declared)
    return declared


def _contacts(work: _Work) -> Iterable[Problem]:
    headers = [work.job.mapping.get(header, header) for header in work.table.headers]
    attributes = attribute_specs(headers, work.catalogue, work.terms.currency)
    bound = work.bound([*contact_specs(work.terms), *claim_specs(headers, work.terms), *attributes])
    names = {spec.name for spec in attributes}.intersection(bound.names)
    for number, batch in enumerate(_batches(_contact_rows(work, bound, names), CONTACTS_AT_ONCE), 1):
        with work.opening() as tx:
            tally, ids = save_contacts(tx, work.arrival, [row for row, _ in batch])
            claims = {ids[row.external_id]: said for row, said in batch if said and row.external_id in ids}
            save_claims(tx, work.arrival, claims)
            _look_again(tx, Contact, number)
        work.tally += tally
    return [] if speaks_of_consent(bound.names) else [Problem(NO_CONSENT, work.table.file)]


def _contact_rows(work: _Work, bound: Bound, attributes: set[str]) -> Iterator[tuple[ContactRow, tuple[Claim, ...]]]:
    columns = [name for name in COLUMNS if name in bound.names]
    seen: dict[str, int] = {}
    for line, values in _sound_rows(work, bound, "write"):
        external_id = str(values[ID])
        first = seen.setdefault(external_id, line)
        if first != line:
            work.findings.add(REPEATED, line, bound.names.index(ID) + 1, found=external_id, first=first)
            continue
        said = {name: values[name] for name in columns}
        known = {name: values[name] for name in attributes}
        programs = values.get(PROGRAMS) or ()
        claims = claims_of(values, line, work.findings, work.arrival.now)
        yield ContactRow(line, external_id, said, known, programs), claims  # type: ignore[arg-type]


def _orders(work: _Work) -> Iterable[Problem]:
    bound = work.bound(order_specs(work.terms))
    with spool() as waiting:
        for rows in _batches(_sound_rows(work, bound, "read"), ROWS_AT_ONCE):
            waiting.add(rows)
        _write_orders(work, waiting)
    return []


def _write_orders(work: _Work, waiting: Spool) -> None:
    done, total = 0, waiting.count()
    for number, batch in enumerate(_batches(waiting.orders(work.findings), ORDERS_AT_ONCE), 1):
        with work.opening() as tx:
            saved = save_orders(tx, work.arrival, work.terms.currency, batch)
            _look_again(tx, Order, number)
        work.tally += saved.tally
        for row in saved.strangers:
            _stranger(work, row)
        done += len(batch)
        work.progress("write", done, total)


def _look_again(tx: Session, table: type[Base], number: int) -> None:
    """After the 1st, 2nd, 4th, 8th ... batch let the database see how the table has grown."""
    if number & (number - 1) == 0:
        know_size(tx, table)


def _stranger(work: _Work, row: OrderRow) -> None:
    work.findings.add(UNKNOWN_CONTACT, row.line, 1, found=row.contact, source=work.job.source)


def _sound_rows(work: _Work, bound: Bound, phase: str) -> Iterator[tuple[int, dict[str, object]]]:
    """The rows without errors, as (line, values); progress is told every thousand rows."""
    for done, (line, cells) in enumerate(work.table.rows(), 1):
        values = bound.values(line, cells)
        if done % CONTACTS_AT_ONCE == 0 or done == work.table.count:
            work.progress(phase, done, work.table.count)
        if values is not None:
            yield line, values


def _batches(rows: Iterable[T], size: int) -> Iterator[list[T]]:
    waiting = iter(rows)
    while batch := list(islice(waiting, size)):
        yield batch


KINDS: Mapping[str, Callable[[_Work], Iterable[Problem]]] = {"contacts": _contacts, "orders": _orders}
