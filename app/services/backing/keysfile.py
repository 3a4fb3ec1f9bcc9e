"""People's keys in a file: written anew at each backup, so that it never holds the key of somebody erased before it.

Lines of JSON: a head, the keys (wrapped, as in the database), the erased, and a last line that proves it whole.
"""

from __future__ import annotations

import json
import os
from base64 import b64decode, b64encode
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.errors import Refused
from app.models import Contact, Fan, PersonKey
from app.services.backing.erasures import Erasure, erasures_in, journal_of, read_erasure
from app.services.keys import derived_key, fingerprint
from app.services.rows import insert_into

KEYS = "person-keys.jsonl"
FORMAT = 1


class KeysUnusable(Refused):
    code = "keys_unusable"
    en = "The keys file {file} {wrong}"
    fr = "Le fichier de clés {file} {wrong}"


@dataclass(frozen=True, slots=True)
class Kept:
    """What a keys folder holds: people's keys and everybody who was erased."""

    keys: tuple[dict[str, Any], ...] = ()
    erasures: tuple[Erasure, ...] = ()


def secret_mark(secret: str) -> str:
    """By which a set and its keys know the secret again that they were made under; it tells nothing of it."""
    return fingerprint(derived_key(secret, "backup-mark"))[:16]


def write_keys(tx: Session, folder: Path, now: datetime) -> int:
    """Write every person's key and everybody erased into the folder, in place of what was there; how many keys."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    part, count = folder / f".{KEYS}.part", 0
    with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as out:
        head = {"format": FORMAT, "written_at": now.isoformat(), "secret": secret_mark(tx.info["secret"])}
        out.write(json.dumps(head) + "\n")
        for key in tx.scalars(select(PersonKey).execution_options(yield_per=1000)):
            out.write(json.dumps({"key": _key_data(key)}) + "\n")
            count += 1
        for erasure in erasures_in(tx):
            out.write(json.dumps({"erased": erasure.as_data()}) + "\n")
        out.write(json.dumps({"keys": count}) + "\n")
        out.flush()
        os.fsync(out.fileno())
    part.rename(folder / KEYS)
    return count


def read_keys(folder: Path, secret: str) -> Kept:
    """The keys of a folder, and everybody erased by its file or its journal.  Raises: KeysUnusable."""
    file = folder / KEYS
    if not file.is_file():
        raise KeysUnusable(file=file, wrong="is not there")
    try:
        head, *lines, last = [json.loads(line) for line in file.read_text().splitlines()]
        keys = tuple(_key_row(line["key"]) for line in lines if "key" in line)
        erased = tuple(read_erasure(line["erased"]) for line in lines if "erased" in line)
        whole = head["format"] == FORMAT and last["keys"] == len(keys)
    except (KeyError, ValueError, TypeError):
        whole = False
    if not whole:
        raise KeysUnusable(file=file, wrong="is not whole; take an earlier copy of it")
    if head["secret"] != secret_mark(secret):
        raise KeysUnusable(file=file, wrong="was written under another FANFARE_SECRET")
    return Kept(keys, (*erased, *journal_of(folder)))


def put_keys(tx: Session, kept: Kept) -> int:
    """Put the keys back of everybody who is in this database; gives how many."""
    owners = {*tx.scalars(select(Contact.id)), *tx.scalars(select(Fan.id))}
    rows = [row for row in kept.keys if (row["fan_id"] or row["contact_id"]) in owners]
    for start in range(0, len(rows), 1000):
        tx.execute(insert_into(tx, PersonKey).on_conflict_do_nothing(), rows[start : start + 1000])
    return len(rows)


def _key_data(key: PersonKey) -> dict[str, Any]:
    return {
        "id": str(key.id), "brand_id": str(key.brand_id), "fan_id": str(key.fan_id) if key.fan_id else None,
        "contact_id": str(key.contact_id) if key.contact_id else None,
        "wrapped_key": b64encode(key.wrapped_key).decode(), "created_at": key.created_at.isoformat(),
    }  # fmt: skip


def _key_row(data: dict[str, Any]) -> dict[str, Any]:
    ids: Iterator[tuple[str, UUID | None]] = (
        (name, UUID(data[name]) if data[name] else None) for name in ("id", "brand_id", "fan_id", "contact_id")
    )
    at = datetime.fromisoformat(data["created_at"])
    return {**dict(ids), "wrapped_key": b64decode(data["wrapped_key"]), "created_at": at}
