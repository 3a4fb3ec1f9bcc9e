"""Idempotency: the same key and body get the same answer, and nothing is done twice.

Source: draft-ietf-httpapi-idempotency-key-header.
"""

from __future__ import annotations

import hashlib
import json
import re
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from app.errors import InFlight, KeyReused, MissingIdempotencyKey
from app.models import Answered, new_id
from app.services.rows import insert_once

KEPT = timedelta(hours=48)
_KEY = re.compile(r"[A-Za-z0-9_.:~-]{8,100}")

Answer = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Call:
    """One call that counts once: who calls (`fan:<id>`, `key:<id>`), under which key, and what is asked."""

    brand_id: uuid.UUID
    actor: str
    key: str
    fingerprint: str  # from `request_print`


def answer_once(tx: Session, call: Call, now: datetime, work: Callable[[], Answer]) -> Answer:
    """Do the work and keep its answer under the caller's key; a repeat gets the kept answer.

    Everything happens in the caller's transaction: when the work is refused, nothing is kept.
    Raises: MissingIdempotencyKey, KeyReused (other request, same key), InFlight.
    """
    if not _KEY.fullmatch(call.key):
        raise MissingIdempotencyKey
    row = {"id": new_id(), "brand_id": call.brand_id, "actor": call.actor, "key": call.key,
           "fingerprint": call.fingerprint, "at": now}  # fmt: skip
    if not insert_once(tx, Answered, row):
        return _kept_answer(tx, call)
    answer = work()
    tx.execute(update(Answered).where(Answered.id == row["id"]).values(status=200, answer=answer))
    return answer


def forget_old(tx: Session, now: datetime) -> int:
    """Delete answers that need not be kept any longer."""
    deleted = tx.execute(delete(Answered).where(Answered.at < now - KEPT).returning(Answered.id))
    return len(deleted.all())


def request_print(path: str, fields: Mapping[str, Any]) -> str:
    """A fingerprint of what was asked, so that a key cannot be used for something else."""
    text = json.dumps([path, fields], sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def _kept_answer(tx: Session, call: Call) -> Answer:
    mine = (Answered.brand_id == call.brand_id, Answered.actor == call.actor, Answered.key == call.key)
    kept = tx.scalars(select(Answered).where(*mine).execution_options(populate_existing=True)).one()
    if kept.fingerprint != call.fingerprint:
        raise KeyReused
    if kept.answer is None:
        raise InFlight
    return kept.answer
