"""Checking an id_token: who says who this is, to whom, in answer to what, and until when.

The algorithm is pinned by us, not chosen by the token; a key comes from the provider's published set only, whatever the
token's own header offers.
Source: OpenID Connect Core 1.0, section 3.1.3.7; RFC 8725 (JWT best current practices).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.errors import InvalidKeyIdError, JoseError
from joserfc.jwk import KeySet

from app.services.connecting.providers import Provider

ALGORITHMS = ("RS256", "ES256", "PS256", "EdDSA")
LARGEST_TOKEN_BYTES = 16 * 1024
LONGEST_SUBJECT = 255
LEEWAY_SECONDS = 60

Keys = Callable[[bool], KeySet]  # keys(fresh)


class Forged(Exception):
    """The token is not what it should be; the message is for the log."""


@dataclass(frozen=True, slots=True)
class Expected:
    """What the token must answer to."""

    nonce: str
    access_token: str
    now: datetime


def checked_claims(token: object, provider: Provider, keys: Keys, expected: Expected) -> Mapping[str, Any]:
    """The claims of a token that passes every check.  Raises Forged with the check that failed."""
    if not isinstance(token, str) or not token.isascii() or not 0 < len(token) <= LARGEST_TOKEN_BYTES:
        raise Forged("no id_token of a sane size")
    decoded = _verified(token, keys)
    params = {"nonce": expected.nonce, "client_id": provider.client_id, "access_token": expected.access_token}
    options = {
        "iss": {"essential": True, "value": provider.issuer},
        "aud": {"essential": True, "value": provider.client_id},
        "sub": {"essential": True},
        "exp": {"essential": True},
        "nonce": {"essential": True, "value": expected.nonce},
    }
    claims = CodeIDToken(decoded.claims, decoded.header, options, params)
    try:
        claims.validate(now=int(expected.now.timestamp()), leeway=LEEWAY_SECONDS)
    except (JoseError, ValueError, TypeError) as error:
        raise Forged(str(error)) from error
    _check_audience(claims, provider)
    check_subject(claims.get("sub"))
    return dict(claims)


def check_subject(subject: object) -> str:
    """The subject, if it can be the key of an identity.  Raises Forged when empty, blank, too long or no text."""
    if (
        not isinstance(subject, str)
        or not subject.strip()
        or len(subject) > LONGEST_SUBJECT
        or not subject.isprintable()
    ):
        raise Forged("the subject is empty or too long")
    return subject


def _verified(token: str, keys: Keys) -> jwt.Token:
    try:
        try:
            return jwt.decode(token, keys(False), algorithms=ALGORITHMS)
        except InvalidKeyIdError:  # the provider may have changed its keys since we asked
            return jwt.decode(token, keys(True), algorithms=ALGORITHMS)
    except (JoseError, ValueError, TypeError, KeyError, RecursionError) as error:
        raise Forged(f"signature: {type(error).__name__}") from error


def _check_audience(claims: Mapping[str, Any], provider: Provider) -> None:
    """Our id must be in `aud`; with several audiences, or when it is there, `azp` must be ours."""
    audience = claims["aud"] if isinstance(claims["aud"], list) else [claims["aud"]]
    if provider.client_id not in audience:
        raise Forged("aud")
    if (len(audience) > 1 or "azp" in claims) and claims.get("azp") != provider.client_id:
        raise Forged("azp")
