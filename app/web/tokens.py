"""Form tokens of the fan's tab: signed, stateless, bound to campaign, step, pass and expiry.

They stand in for a CSRF cookie, which a third-party iframe cannot rely on.
"""

from __future__ import annotations

import hashlib
from datetime import timedelta
from functools import lru_cache

from flask import current_app
from itsdangerous import BadSignature, TimestampSigner

from app.errors import StaleForm
from app.services.keys import derived_key, fingerprint

LIFETIME = timedelta(hours=12)


def mint_token(campaign: str, step: str, pass_hash: str) -> str:
    """A token for the forms of one step of one fan's pass."""
    return signed(current_app.extensions["fanfare"].secret, campaign, step, pass_hash)


def signed(secret: str, campaign: str, step: str, pass_hash: str) -> str:
    """The same, where no application runs: for load tests."""
    return _signer(secret).sign(_binding(campaign, step, pass_hash)).decode()


def check_token(token: str, campaign: str, step: str, pass_hash: str) -> None:
    """Let the token through or raise StaleForm: forged, expired, or minted for another step, pass or campaign.

    One from the near future is ours all the same: the clock has stepped back since, and open pages must go on.
    """
    signer = _signer(current_app.extensions["fanfare"].secret)
    try:
        bound, minted_at = signer.unsign(token, return_timestamp=True)
    except (BadSignature, UnicodeError):
        raise StaleForm from None
    is_far = abs(signer.get_timestamp() - minted_at.timestamp()) > LIFETIME.total_seconds()
    if is_far or bound.decode() != _binding(campaign, step, pass_hash):
        raise StaleForm


def _binding(campaign: str, step: str, pass_hash: str) -> str:
    return fingerprint(f"{campaign}\n{step}\n{pass_hash}")[:32]


@lru_cache(maxsize=8)
def _signer(secret: str) -> TimestampSigner:
    return TimestampSigner(derived_key(secret, "form-token"), key_derivation="none", digest_method=hashlib.sha256)
