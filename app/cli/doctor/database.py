"""The database: it answers, is new enough, has our schema and room for connections; and what stands in it."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from sqlalchemy import select, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from app.cli.doctor.finding import Finding, fault, ok, warning
from app.db import probe_for
from app.models import Brand
from app.services.beating import LATE, workers_seen
from app.services.consent.tail import tail_of
from app.services.figures import Figures, figures_now
from app.services.readiness import PATIENCE, newest_revision, schema
from app.settings import Settings

OLDEST_POSTGRESQL, OLDEST_SQLITE = 15, (3, 35)
LARGEST_SKEW_SECONDS = 2.0
SLOW_SECONDS, STANDING_SECONDS = 60.0, 600.0
CONNECTIONS_A_PROCESS = 30  # what a pool may open at most; see app.db.engine_for
START = "start it, or correct DATABASE_URL"


def check_database(settings: Settings) -> Iterator[Finding]:
    """The database from reaching it to what waits in it; each step only when the one before it went well."""
    url = make_url(settings.database_url)
    if url.get_backend_name() == "sqlite" and not Path(url.database or "").is_file():
        yield fault("database", f"there is no file {url.database}", "correct DATABASE_URL, or run: fanfare db upgrade")
        return
    probe = probe_for(settings.database_url, PATIENCE)
    try:
        with Session(probe) as tx:
            yield from _reached(tx, settings)
    except SQLAlchemyError as error:
        kind = type(getattr(error, "orig", None) or error).__name__
        yield fault("database", f"does not answer ({kind})", f"{START}; the account, password and name are in it too")


def _reached(tx: Session, settings: Settings) -> Iterator[Finding]:
    yield from (_sqlite if tx.get_bind().dialect.name == "sqlite" else _postgresql)(tx, settings)
    word = schema(tx.connection())
    there = "" if word == "missing" else tx.execute(text("SELECT version_num FROM alembic_version")).scalar_one()
    if word == "ok" and there == newest_revision():
        yield ok("schema", f"at {there}")
    elif word == "ok":
        yield warning("schema", f"at {there}, newer than this program ({newest_revision()})", "install the new program")
    else:
        said = "there are no tables" if word == "missing" else f"at {there}, the program wants {newest_revision()}"
        yield fault("schema", said, "run: fanfare db upgrade")
        return
    for look in CONTENTS:
        yield from look(tx)


def _sqlite(tx: Session, settings: Settings) -> Iterator[Finding]:
    tx.execute(text("SELECT count(*) FROM sqlite_master")).all()  # reads the file: it may be none of SQLite's
    version, mode = sqlite3.sqlite_version, tx.execute(text("PRAGMA journal_mode")).scalar()
    if sqlite3.sqlite_version_info[:2] < OLDEST_SQLITE:
        yield fault("database", f"SQLite {version} is too old", "install Python with SQLite 3.35 or later")
    if mode != "wal":
        yield warning("database", f"journal mode {mode}: readers and writers wait for each other", "restart fanfare")
    if settings.workers > 4:
        todo = "use PostgreSQL (DATABASE_URL), or fewer web processes"
        yield warning("database", f"{settings.workers} web processes write one after another into SQLite", todo)
    yield ok("database", f"SQLite {version}, journal mode {mode}")


def _postgresql(tx: Session, settings: Settings) -> Iterator[Finding]:
    number = int(tx.execute(text("SHOW server_version_num")).scalar_one())
    if number // 10_000 < OLDEST_POSTGRESQL:
        yield fault("database", f"PostgreSQL {number // 10_000} is too old", "install PostgreSQL 15 or later")
    most = int(tx.execute(text("SHOW max_connections")).scalar_one())
    wanted = settings.workers * CONNECTIONS_A_PROCESS
    if wanted > most:
        said = f"{settings.workers} web processes may open {wanted} connections, the database allows {most}"
        yield warning("database", said, "raise max_connections, or put PgBouncer between, or lower FANFARE_WEB_WORKERS")
    at = tx.execute(text("SELECT clock_timestamp()")).scalar_one()
    skew = abs((at - datetime.now(UTC)).total_seconds())
    if skew > LARGEST_SKEW_SECONDS:
        todo = "let NTP set the clocks of both machines"
        yield warning("clock", f"the database's clock is {skew:.0f} s away from ours", todo)
    else:
        yield ok("clock", f"the database's clock is {skew * 1000:.0f} ms away from ours")
    yield ok("database", f"PostgreSQL {number // 10_000}.{number % 10_000}")


def _brands(tx: Session) -> Iterator[Finding]:
    brands = tx.scalars(select(Brand).order_by(Brand.slug)).all()
    for brand in brands:
        try:
            ZoneInfo(brand.timezone)
        except (ZoneInfoNotFoundError, ValueError):
            todo = "install the package tzdata, or correct the brand's time zone"
            yield fault("time zones", f"{brand.slug}: there is no time zone {brand.timezone}", todo)
        if wrong := tail_of(tx, brand.id).wrong:
            todo = f"run: fanfare consent verify --brand {brand.slug}, and compare with a backup"
            yield fault("consent ledger", f"{brand.slug}: {wrong}", todo)
    if brands:
        yield ok("brands", f"{len(brands)}, each with its time zone; the ends of their consent ledgers were looked at")
    else:
        yield warning("brands", "there are none yet", "run: fanfare brand add, then fanfare staff add")


def _work(tx: Session) -> Iterator[Finding]:
    now = datetime.now(UTC)
    seen = figures_now(tx, now)
    silent = [worker.worker for worker in workers_seen(tx) if now - worker.seen_at > LATE]
    ahead = [worker.worker for worker in workers_seen(tx) if worker.seen_at - now > LATE]
    if ahead:
        todo = "set the clocks right (NTP) before anything is due"
        yield warning("clock", f"{', '.join(ahead)} was seen in the future", todo)
    yield from _workers(seen, silent)
    yield from _waiting(seen)


def _workers(seen: Figures, silent: list[str]) -> Iterator[Finding]:
    start = "start one: fanfare worker, or fanfare serve with FANFARE_EMBEDDED_WORKER=yes"
    if silent:
        state = warning if seen.workers_alive else fault
        yield state("workers", f"went silent without stopping: {', '.join(silent)}", f"look into their logs; {start}")
    elif not seen.workers_alive:
        yield warning("workers", "none at work", start)
    if seen.workers_alive:
        yield ok("workers", f"{seen.workers_alive} at work")


def _waiting(seen: Figures) -> Iterator[Finding]:
    oldest = max(seen.outbox_oldest_due_seconds, seen.runs_oldest_due_seconds)
    said = f"{seen.outbox_due} jobs and {seen.runs_due} runs are due, the oldest for {oldest:.0f} s"
    if oldest > STANDING_SECONDS:
        yield fault("outbox", said, "look at the workers above and their logs; start more with: fanfare worker")
    elif oldest > SLOW_SECONDS:
        yield warning("outbox", said, "if it grows, start more workers with: fanfare worker")
    else:
        yield ok("outbox", said)
    if seen.outbox_dead:
        todo = "see fanfare jobs list, mend the cause, then fanfare jobs retry; or both in the studio, under Deliveries"
        yield warning("dead letters", f"{seen.outbox_dead} jobs were given up", todo)
    if seen.runs_stuck:
        todo = "their last errors stand in the table run (last_error), and in the studio"
        yield warning("stuck runs", f"{seen.runs_stuck} people cannot go on in their journeys", todo)


CONTENTS: tuple[Callable[[Session], Iterator[Finding]], ...] = (_brands, _work)
