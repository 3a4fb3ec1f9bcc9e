"""Idempotency: the same key and body get the same answer, and nothing is done twice.

    with alone(call), transaction() as tx:
        answer = answer_once(tx, call, now, work)

A repeat while the first is still at work waits for it a short while, so that a double click ends on one screen; then it
is told to come back (409).  In one process `alone` lets it wait, without holding a connection; between processes the
database does, by the row of the key: PostgreSQL gives a lock up after the patience of its engine, and SQLite, which has
one writer, says that it is busy (503).  Work that is refused keeps nothing: the same key may be sent again.
Source: draft-ietf-httpapi-idempotency-key-header.
"""

from __future__ import annotations

import hashlib
import json
import re
import threading
import uuid
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import bindparam, delete, select
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from app.errors import InFlight, KeyReused, MissingIdempotencyKey
from app.models import Answered, new_id
from app.services.rows import insert_once

KEPT = timedelta(hours=48)
PATIENCE = timedelta(seconds=5)  # of a repeat with the first, in one process
LOCK_NOT_AVAILABLE = "55P03"  # PostgreSQL gave up waiting
_KEY = re.compile(r"[A-Za-z0-9_.:~-]{8,100}")
_TABLE: Any = Answered.__table__
_KEEP = _TABLE.update().where(_TABLE.c.id == bindparam("row_id")).values(status=200, answer=bindparam("said"))

Answer = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Call:
    """One call that counts once: who calls (`fan:<id>`, `key:<id>`), under which key, and what is asked."""

    brand_id: uuid.UUID
    actor: str
    key: str
    fingerprint: str  # from `request_print`

    @property
    def name(self) -> tuple[uuid.UUID, str, str]:
        """Whose key it is: brand, caller, key."""
        return self.brand_id, self.actor, self.key


@contextmanager
def alone(call: Call) -> Iterator[None]:
    """Let nobody else of this process be at work on the same key; to be entered before the transaction is begun.

    Raises: InFlight when the other is not done in time.
    """
    with _changed:
        if not _changed.wait_for(lambda: call.name not in _at_work, PATIENCE.total_seconds()):
            raise InFlight
        _at_work.add(call.name)
    try:
        yield
    finally:
        with _changed:
            _at_work.discard(call.name)
            _changed.notify_all()


_at_work: set[tuple[uuid.UUID, str, str]] = set()
_changed = threading.Condition()


def answer_once(tx: Session, call: Call, now: datetime, work: Callable[[], Answer]) -> Answer:
    """Do the work and keep its answer under the caller's key; a repeat gets the kept answer.

    Everything happens in the caller's transaction: when the work is refused, nothing is kept.
    Raises: MissingIdempotencyKey, KeyReused (other request, same key), InFlight.
    """
    if not _KEY.fullmatch(call.key):
        raise MissingIdempotencyKey
    row = {"id": new_id(), "brand_id": call.brand_id, "actor": call.actor, "key": call.key,
           "fingerprint": call.fingerprint, "at": now}  # fmt: skip
    if not _take_key(tx, row):
        return _kept_answer(tx, call)
    answer = work()
    tx.execute(_KEEP, {"row_id": row["id"], "said": answer})
    return answer


def forget_old(tx: Session, now: datetime) -> int:
    """Delete answers that need not be kept any longer."""
    deleted = tx.execute(delete(Answered).where(Answered.at < now - KEPT).returning(Answered.id))
    return len(deleted.all())


def request_print(path: str, fields: Mapping[str, Any]) -> str:
    """A fingerprint of what was asked, so that a key cannot be used for something else."""
    text = json.dumps([path, fields], sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def _take_key(tx: Session, row: dict[str, Any]) -> bool:
    """Write the key down; whether it was new.  A transaction of another process that has just done so is waited for."""
    try:
        return insert_once(tx, Answered, row)
    except OperationalError as error:
        if getattr(error.orig, "sqlstate", None) == LOCK_NOT_AVAILABLE:
            raise InFlight from None
        raise


def _kept_answer(tx: Session, call: Call) -> Answer:
    mine = (Answered.brand_id == call.brand_id, Answered.actor == call.actor, Answered.key == call.key)
    kept = tx.scalars(select(Answered).where(*mine).execution_options(populate_existing=True)).one()
    if kept.fingerprint != call.fingerprint:
        raise KeyReused
    if kept.answer is None:
        raise InFlight
    return kept.answer
