"""Erasures are written down outside the database, so that restoring an older backup does not bring anybody back."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from app.jobs.context import Context
from app.models import Outbox
from app.services.backing.erasures import Erasure, note_in_journal


def note_erasure(context: Context, row: Outbox, now: datetime) -> None:
    """Write in the journal who was erased: ids and keyed fingerprints, no address.  Twice does no harm."""
    told, at = row.content, datetime.fromisoformat(row.content["at"])
    erased = [Erasure(row.brand_id, at, contact_id=UUID(told["contact"]))]
    erased += [Erasure(row.brand_id, at, address_hmac=mark) for mark in told["addresses"]]
    note_in_journal(context.keys_folder, erased)
