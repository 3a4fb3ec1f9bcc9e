"""Form tokens of the fan's tab: signed, stateless, bound to campaign, step, pass and expiry.

They stand in for a CSRF cookie, which a third-party iframe cannot rely on.
"""

from __future__ import annotations

import hashlib
from datetime import timedelta

from flask import current_app
from itsdangerous import BadSignature, TimestampSigner

from app.errors import StaleForm
from app.services.keys import derived_key, fingerprint

LIFETIME = timedelta(hours=12)


def mint_token(campaign: str, step: str, pass_hash: str) -> str:
    """A token for the forms of one step of one fan's pass."""
    return _signer().sign(_binding(campaign, step, pass_hash)).decode()


def check_token(token: str, campaign: str, step: str, pass_hash: str) -> None:
    """Let the token through or raise StaleForm: forged, expired, or minted for another step, pass or campaign."""
    try:
        bound = _signer().unsign(token, max_age=int(LIFETIME.total_seconds())).decode()
    except (BadSignature, UnicodeError):
        raise StaleForm from None
    if bound != _binding(campaign, step, pass_hash):
        raise StaleForm


def _binding(campaign: str, step: str, pass_hash: str) -> str:
    return fingerprint(f"{campaign}\n{step}\n{pass_hash}")[:32]


def _signer() -> TimestampSigner:
    key = derived_key(current_app.extensions["fanfare"].secret, "form-token")
    return TimestampSigner(key, key_derivation="none", digest_method=hashlib.sha256)
