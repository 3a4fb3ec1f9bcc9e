"""One-time codes: how a finished login reaches the tab that asked for it.

The tab holds a verifier and gave its hash, the challenge, to the login window.  When the login is done, a code waits
under that challenge.  Code and verifier together are redeemed for a pass, once.  The tab gets the code from the window
by message, or by asking with its verifier (`poll_code`), or, without scripts, shows the verifier alone (`take_login`).

The code is kept as a hash, and sealed for the poll under a key made of the installation's secret and the challenge: the
database alone gives nothing away, and the code without the verifier opens nothing.
"""

from __future__ import annotations

import secrets as chance
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy import ColumnElement, select, update
from sqlalchemy.orm import Session

from app.models import Campaign, Fan, LoginAttempt, LoginCode
from app.services.connecting.refusals import CodeRefused, NotYetConnected
from app.services.keys import fingerprint, key_of, new_token

CODE_LIFE = timedelta(seconds=60)
LOGIN_WAITS = timedelta(minutes=10)
LONGEST_RAW = 200
NONCE_BYTES = 12


@dataclass(frozen=True, slots=True)
class Verifier:
    """A tab's secret and its hash, as a page without scripts carries them."""

    raw: str
    challenge: str


def new_verifier() -> Verifier:
    """A verifier made by the server, for tabs without scripts."""
    raw = new_token()
    return Verifier(raw, challenge_of(raw))


def challenge_of(verifier: str) -> str:
    """The hash that the login window is given: base64url of the SHA-256, without padding (as in RFC 7636)."""
    return urlsafe_b64encode(sha256(verifier.encode()).digest()).decode().rstrip("=")


def mint_code(tx: Session, attempt: LoginAttempt, fan: Fan, now: datetime) -> str:
    """A code for the tab that waits for this login; valid for sixty seconds."""
    assert attempt.challenge is not None, "a login at top level needs no code"
    code = new_token()
    row = LoginCode(
        brand_id=attempt.brand_id,
        code_hash=fingerprint(code),
        challenge=attempt.challenge,
        sealed_code=_sealed(tx, attempt.challenge, code),
        campaign_id=attempt.campaign_id,
        fan_id=fan.id,
        source=attempt.source,
        created_at=now,
    )
    tx.add(row)
    tx.flush()
    return code


def redeem_code(tx: Session, campaign: Campaign, code: str, verifier: str, now: datetime) -> LoginCode:
    """Use a code up with the verifier that it was made for.

    Raises CodeRefused when it is unknown, of another campaign, older than sixty seconds or used, or the verifier is not
    the one.
    """
    if max(len(code), len(verifier)) > LONGEST_RAW:
        raise CodeRefused
    mine = _waiting(campaign, verifier, now - CODE_LIFE, LoginCode.code_hash == fingerprint(code))
    row: LoginCode | None = tx.scalar(update(LoginCode).where(*mine).values(used_at=now).returning(LoginCode))
    if row is None:
        raise CodeRefused
    _close_others(tx, row, now)
    return row


def login_waits(tx: Session, campaign: Campaign, verifier: str, now: datetime) -> bool:
    """Whether a finished login waits for the tab with this verifier; asked often, so it only reads."""
    mine = _waiting(campaign, verifier[:LONGEST_RAW], now - LOGIN_WAITS)
    return tx.scalar(select(LoginCode.id).where(*mine).limit(1)) is not None


def poll_code(tx: Session, campaign: Campaign, verifier: str, now: datetime) -> str | None:
    """The code of the login that the tab waits for, or None while there is none.

    A tab that was asleep gets a fresh code, up to ten minutes after the login.
    """
    if len(verifier) > LONGEST_RAW:
        return None
    mine = _waiting(campaign, verifier, now - LOGIN_WAITS)
    row = tx.scalar(select(LoginCode).where(*mine).order_by(LoginCode.created_at.desc()).limit(1))
    if row is None or row.sealed_code is None:
        return None
    if now - row.created_at < CODE_LIFE / 2:
        return _opened(tx, row.challenge, row.sealed_code)
    code = new_token()
    row.code_hash, row.sealed_code, row.created_at = fingerprint(code), _sealed(tx, row.challenge, code), now
    tx.flush()
    return code


def take_login(tx: Session, campaign: Campaign, verifier: str, now: datetime) -> LoginCode:
    """Use up the login that a page without scripts waits for.

    Raises NotYetConnected while there is none, CodeRefused when it was used already.
    """
    if len(verifier) > LONGEST_RAW:
        raise CodeRefused
    newest = select(LoginCode.id).where(*_waiting(campaign, verifier, now - LOGIN_WAITS))
    newest = newest.order_by(LoginCode.created_at.desc()).limit(1)
    mine = (LoginCode.id == newest.scalar_subquery(), LoginCode.used_at.is_(None))
    row: LoginCode | None = tx.scalar(update(LoginCode).where(*mine).values(used_at=now).returning(LoginCode))
    if row is None:
        raise CodeRefused if _was_used(tx, campaign, verifier) else NotYetConnected
    _close_others(tx, row, now)
    return row


def _waiting(
    campaign: Campaign, verifier: str, since: datetime, *more: ColumnElement[bool]
) -> tuple[ColumnElement[bool], ...]:
    return (
        LoginCode.challenge == challenge_of(verifier),
        LoginCode.campaign_id == campaign.id,
        LoginCode.used_at.is_(None),
        LoginCode.created_at > since,
        *more,
    )


def _was_used(tx: Session, campaign: Campaign, verifier: str) -> bool:
    mine = (LoginCode.challenge == challenge_of(verifier), LoginCode.campaign_id == campaign.id)
    return tx.scalar(select(LoginCode.id).where(*mine, LoginCode.used_at.is_not(None)).limit(1)) is not None


def _close_others(tx: Session, row: LoginCode, now: datetime) -> None:
    """A tab that logged in twice gets one pass."""
    others = (LoginCode.challenge == row.challenge, LoginCode.used_at.is_(None))
    tx.execute(update(LoginCode).where(*others).values(used_at=now))


def _sealed(tx: Session, challenge: str, code: str) -> str:
    nonce = chance.token_bytes(NONCE_BYTES)
    return urlsafe_b64encode(nonce + _cipher(tx, challenge).encrypt(nonce, code.encode(), None)).decode()


def _opened(tx: Session, challenge: str, sealed: str) -> str:
    found = urlsafe_b64decode(sealed)
    return _cipher(tx, challenge).decrypt(found[:NONCE_BYTES], found[NONCE_BYTES:], None).decode()


def _cipher(tx: Session, challenge: str) -> AESGCM:
    return AESGCM(key_of(tx, f"login-code/{challenge}"))
