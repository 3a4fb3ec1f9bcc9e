"""Passes: what lets a fan's tab act for the fan after she has connected.

A pass is 256 random bits; only its hash is kept.  It ends after two idle hours, after twelve hours in any case, and
when it is revoked.  It is bound to fan, brand and the origin that embeds the tab.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from sqlalchemy import bindparam, delete, select, update
from sqlalchemy.orm import Session

from app.errors import LogInAgain
from app.models import Campaign, Fan, Pass
from app.services.keys import fingerprint, new_token

IDLE = timedelta(hours=2)
LIFETIME = timedelta(hours=12)
NOTED_EVERY = timedelta(minutes=5)
LONGEST_RAW = 100  # characters; longer ones are not ours
_OF_LIVING = (
    select(Pass).join(Fan, Fan.id == Pass.fan_id).where(Fan.erased_at.is_(None), Pass.pass_hash == bindparam("hash"))
)


def issue_pass(tx: Session, fan: Fan, origin: str | None, source: Mapping[str, str], now: datetime) -> tuple[str, Pass]:
    """Give the fan a new pass: the secret to hand out, and its row.

    `origin` is the origin of the page that embeds the tab, None at top level; `source` says where she came from.
    """
    raw = new_token()
    row = Pass(
        brand_id=fan.brand_id,
        pass_hash=fingerprint(raw),
        fan_id=fan.id,
        origin=origin,
        source=dict(source),
        created_at=now,
        seen_at=now,
        expires_at=now + LIFETIME,
    )
    tx.add(row)
    tx.flush()
    return raw, row


def read_pass(tx: Session, raw: str, now: datetime) -> Pass:
    """Find the living pass of this secret without writing anything.

    Raises LogInAgain when there is none, or its fan is erased.
    """
    if not 0 < len(raw) <= LONGEST_RAW:
        raise LogInAgain
    row = tx.scalar(_OF_LIVING, {"hash": fingerprint(raw)})
    if row is None or not is_alive(row, now):
        raise LogInAgain
    return row


def open_pass(tx: Session, raw: str, now: datetime) -> Pass:
    """Find the living pass of this secret and note, at most every five minutes, that it is in use.

    Raises LogInAgain when it is unknown, idle for two hours, twelve hours old, revoked, or its fan is erased.
    """
    row = read_pass(tx, raw, now)
    if is_to_be_noted(row, now):
        # The older time in the condition keeps two requests at once from writing twice.
        seen = update(Pass).where(Pass.id == row.id, Pass.seen_at <= now - NOTED_EVERY).values(seen_at=now)
        tx.execute(seen.execution_options(synchronize_session="evaluate"))
    return row


def is_alive(row: Pass, now: datetime) -> bool:
    """Whether the pass still opens anything."""
    return row.revoked_at is None and now < row.expires_at and now - row.seen_at < IDLE


def is_to_be_noted(row: Pass, now: datetime) -> bool:
    """Whether the pass was last noted as used five minutes ago or more."""
    return now - row.seen_at >= NOTED_EVERY


def is_good_for(row: Pass, campaign: Campaign) -> bool:
    """Whether the pass may act in this campaign: same brand, and its page may still embed the campaign."""
    if row.brand_id != campaign.brand_id:
        return False
    return row.origin is None or row.origin in campaign.embed_origins


def revoke_pass(tx: Session, raw: str, now: datetime) -> None:
    """End a pass at once; an unknown one is no error."""
    tx.execute(update(Pass).where(Pass.pass_hash == fingerprint(raw), Pass.revoked_at.is_(None)).values(revoked_at=now))


def revoke_passes_of(tx: Session, fan: Fan, now: datetime) -> None:
    """End every pass of a fan: she has logged out everywhere, or was erased."""
    mine = update(Pass).where(Pass.brand_id == fan.brand_id, Pass.fan_id == fan.id, Pass.revoked_at.is_(None))
    tx.execute(mine.values(revoked_at=now))


def sweep_passes(tx: Session, now: datetime) -> None:
    """Delete the passes that can open nothing any more."""
    tx.execute(delete(Pass).where(Pass.expires_at <= now))
