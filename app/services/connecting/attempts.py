"""Login attempts: what a login under way keeps on our side; ten minutes, one use, bound to one browser.

Source: RFC 9700 (OAuth 2.0 security), sections 2.1 and 4.7.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app.models import Campaign, LoginAttempt
from app.services.connecting.oidc import Secrets
from app.services.connecting.providers import Provider
from app.services.connecting.refusals import LoginUnknown, LoginUsed, OtherBrowser
from app.services.keys import fingerprint, new_token

LIFETIME = timedelta(minutes=10)
LONGEST_STATE = 200
_CHALLENGE = re.compile(r"[A-Za-z0-9_-]{43}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Window:
    """The login window that a fan opened: its first-party cookie, and what its address said.

    `challenge` is the hash of the tab's verifier; None when the login happens at top level, in one window.
    """

    browser: str
    challenge: str | None
    language: str | None = None
    source: Mapping[str, str] = field(default_factory=dict)


def new_secrets() -> Secrets:
    """State, nonce and PKCE verifier of a new login, 256 random bits each."""
    return Secrets(new_token(), new_token(), new_token())


def is_challenge(text: str) -> bool:
    """Whether the text can be the hash of a verifier."""
    return bool(_CHALLENGE.fullmatch(text))


def start_attempt(
    tx: Session, campaign: Campaign, provider: Provider, secrets: Secrets, window: Window, now: datetime
) -> LoginAttempt:
    """Write down a login that begins now."""
    attempt = LoginAttempt(
        brand_id=campaign.brand_id,
        state_hash=fingerprint(secrets.state),
        campaign_id=campaign.id,
        provider=provider.id,
        nonce=secrets.nonce,
        pkce_verifier=secrets.pkce_verifier,
        challenge=window.challenge,
        browser_hash=fingerprint(window.browser),
        source=dict(window.source),
        language=window.language,
        created_at=now,
    )
    tx.add(attempt)
    tx.flush()
    return attempt


def find_attempt(tx: Session, state: str, provider_id: str) -> LoginAttempt | None:
    """The login that this state belongs to, used or not; a state of another provider finds nothing."""
    if not 0 < len(state) <= LONGEST_STATE:
        return None
    wanted = (LoginAttempt.state_hash == fingerprint(state), LoginAttempt.provider == provider_id)
    return tx.scalar(select(LoginAttempt).where(*wanted))


def take_attempt(tx: Session, attempt: LoginAttempt, browser: str, now: datetime) -> None:
    """Use the login up; of two that try at once, one succeeds.

    Raises OtherBrowser when the cookie of its window is missing, LoginUnknown after ten minutes, LoginUsed the second
    time.
    """
    if fingerprint(browser) != attempt.browser_hash:
        raise OtherBrowser
    if now - attempt.created_at >= LIFETIME:
        raise LoginUnknown
    free = update(LoginAttempt).where(LoginAttempt.id == attempt.id, LoginAttempt.used_at.is_(None))
    if tx.execute(free.values(used_at=now).returning(LoginAttempt.id)).first() is None:
        raise LoginUsed
