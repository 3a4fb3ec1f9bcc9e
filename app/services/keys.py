"""Keys for signing and sealing, all derived from the installation's one secret.

To add a use: call `derived_key` with a new purpose; two purposes never share a key.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from sqlalchemy.orm import Session


def derived_key(secret: str, purpose: str) -> bytes:
    """32 bytes for one purpose.  Source: RFC 5869 (HKDF-SHA256)."""
    return HKDF(SHA256(), length=32, salt=None, info=b"fanfare/" + purpose.encode()).derive(secret.encode())


def key_of(tx: Session, purpose: str) -> bytes:
    """The installation's key for one purpose, from the secret that the session carries."""
    return derived_key(tx.info["secret"], purpose)


def hmac_hex(key: bytes, text: str) -> str:
    """A keyed fingerprint of a text, for looking it up without storing it."""
    return hmac.new(key, text.encode(), hashlib.sha256).hexdigest()


def fingerprint(text: str | bytes) -> str:
    """The sha256 of a text in hex; for secrets of 128 bits and more, which need no salt."""
    return hashlib.sha256(text.encode() if isinstance(text, str) else text).hexdigest()


def new_token() -> str:
    """256 random bits, safe in a URL."""
    return secrets.token_urlsafe(32)
