"""The one place that opens and commits transactions.

`with transaction() as tx:` commits on the way out and rolls back on an exception; `with reading() as tx:` never writes.
Rows put in the outbox ring the doorbell after the commit, never before; what was counted is passed on then too.
"""

from __future__ import annotations

import math
import sqlite3
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import timedelta
from functools import partial
from pathlib import Path
from threading import Lock
from typing import Any

from sqlalchemy import Connection, Dialect, Engine, NullPool, create_engine, event
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DisconnectionError, OperationalError
from sqlalchemy.orm import Session

MIGRATIONS = Path(__file__).resolve().parent.parent / "migrations"
SQLITE_BUSY_SECONDS = 15
TRUSTED_SECONDS = 0.1  # so long after its last use a connection is taken as alive; no server restarts faster
request_id: ContextVar[str] = ContextVar("request_id", default="")  # of what is being answered; sessions carry it


class _Bound:
    """The engine this process works with, and what to ring after a commit."""

    engine: Engine | None = None
    secret: str = ""
    ring: Callable[[], None] | None = None
    count: Callable[[Mapping[str, int]], None] | None = None
    turn = Lock()


def engine_for(url: str, patience: timedelta | None = None) -> Engine:
    """An engine for SQLite (WAL, foreign keys, BEGIN IMMEDIATE for writes) or PostgreSQL.

    Its errors do not repeat the values of a statement: they end in logs, and the values are people's.  With `patience`,
    PostgreSQL gives up a statement after that time; a lock, a free connection, the answer of a server that may be gone,
    and SQLite's one writer are waited for a third of it: a page would rather say "try again" than hold a thread.
    """
    pool: dict[str, Any] = {"pool_size": 10, "max_overflow": 20, "hide_parameters": True}
    if patience is not None:
        pool["pool_timeout"] = patience.total_seconds() / 3
    if not url.startswith("sqlite"):
        engine = create_engine(url, connect_args=_limits(patience), **pool)
        event.listen(engine, "checkin", _note_rest)
        event.listen(engine, "checkout", partial(_ping_after_rest, engine.dialect))
        return engine
    path = make_url(url).database
    if path and path != ":memory:":
        Path(path).parent.mkdir(parents=True, exist_ok=True)
    engine = create_engine(url, connect_args={"timeout": pool.get("pool_timeout", SQLITE_BUSY_SECONDS)}, **pool)
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def probe_for(url: str, patience: timedelta) -> Engine:
    """An engine that only asks whether the database answers: no pool to wait for, and no longer than `patience`."""
    seconds = max(2, round(patience.total_seconds()))
    if url.startswith("sqlite"):
        return create_engine(url, connect_args={"timeout": seconds}, poolclass=NullPool, hide_parameters=True)
    limits = {**_limits(patience), "connect_timeout": str(seconds)}
    return create_engine(url, connect_args=limits, poolclass=NullPool, hide_parameters=True)


def _limits(patience: timedelta | None) -> dict[str, str]:
    if patience is None:
        return {}
    ms = int(patience / timedelta(milliseconds=1))
    return {
        "options": f"-c statement_timeout={ms} -c lock_timeout={ms // 3}",
        "connect_timeout": str(max(2, ms // 3000)),
        "tcp_user_timeout": str(ms),  # a server that vanished without a word
    }


def bind(engine: Engine, secret: str = "", ring: Callable[[], None] | None = None) -> None:
    """Let `transaction()` of this process work on the engine.

    Sessions carry the installation's secret in `session.info` (read by `app.services.keys`); `ring` is called after
    commits that filled the outbox.
    """
    _Bound.engine, _Bound.secret, _Bound.ring, _Bound.turn = engine, secret, ring, Lock()


def count_with(count: Callable[[Mapping[str, int]], None] | None) -> None:
    """Let what transactions count (`app.services.counted`) go there once it is committed."""
    _Bound.count = count


def bound_engine() -> Engine:
    """The engine of this process.  Raises RuntimeError before `bind`."""
    if _Bound.engine is None:
        raise RuntimeError("no database is bound; call app.db.bind first")
    return _Bound.engine


@contextmanager
def transaction() -> Iterator[Session]:
    """One transaction: returning commits, raising rolls back."""
    with _turn(), _session() as session:
        session.connection(execution_options={"writes": True})
        yield session
        session.commit()
    if session.info.get("outbox") and _Bound.ring is not None:
        _Bound.ring()
    if (counted := session.info.get("counted")) and _Bound.count is not None:
        _Bound.count(counted)


@contextmanager
def reading() -> Iterator[Session]:
    """A transaction that only reads."""
    with _session() as session:
        yield session


def migrate(url: str, revision: str = "head", *, down: bool = False) -> str:
    """Bring the schema up to a revision, or down (`base` = nothing, `-1` = one step, or with `down`).

    Gives the revision at which it stands then.  Raises: ValueError for one that is not there.
    """
    from alembic import command
    from alembic.config import Config
    from alembic.runtime.migration import MigrationContext
    from alembic.script import ScriptDirectory

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes["url"] = url
    script = ScriptDirectory.from_config(config)
    down = down or revision == "base" or revision.startswith("-")
    if not down and revision != "head" and script.get_revision(revision) is None:
        raise ValueError(f"unknown revision {revision}")
    (command.downgrade if down else command.upgrade)(config, revision)
    engine = engine_for(url)
    try:
        with engine.connect() as connection:
            return MigrationContext.configure(connection).get_current_revision() or "base"
    finally:
        engine.dispose()


def _session() -> Session:
    carried = {"secret": _Bound.secret, "request_id": request_id.get()}
    return Session(bound_engine(), expire_on_commit=False, info=carried)


@contextmanager
def _turn() -> Iterator[None]:
    """Let the writers of this process come one after the other where the database takes only one, which is SQLite.

    SQLite itself lets them sleep and try again, up to a tenth of a second at a time: under load nearly everybody slept.
    """
    if bound_engine().dialect.name != "sqlite":
        yield
    elif _Bound.turn.acquire(timeout=SQLITE_BUSY_SECONDS):
        try:
            yield
        finally:
            _Bound.turn.release()
    else:
        raise OperationalError(None, None, sqlite3.OperationalError("database is locked"))


def _note_rest(_connection: Any, record: Any) -> None:
    record.info["rests_since"] = time.monotonic()


def _ping_after_rest(dialect: Dialect, connection: Any, record: Any, _proxy: Any) -> None:
    """Look whether the server is still there, but not for a connection that was in use a moment ago.

    Raises DisconnectionError, at which the pool takes another.
    """
    if time.monotonic() - record.info.get("rests_since", math.inf) < TRUSTED_SECONDS:
        return
    try:
        dialect.do_ping(connection)
    except dialect.loaded_dbapi.Error as gone:
        raise DisconnectionError from gone


def _prepare_sqlite(connection: sqlite3.Connection, _record: Any) -> None:
    connection.isolation_level = None  # transactions are begun by _begin_sqlite, not by the driver
    for pragma in ("foreign_keys=ON", "journal_mode=WAL", "synchronous=NORMAL", "secure_delete=ON"):
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: Connection) -> None:
    writes = connection.get_execution_options().get("writes")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
