"""Id_tokens that must be refused, each bent in one place: name -> (what makes it, what the check says)."""

from __future__ import annotations

import json
import time
from base64 import urlsafe_b64encode
from collections.abc import Callable, Mapping
from hashlib import sha256
from hmac import digest
from typing import Any

from joserfc.jwk import OctKey, RSAKey

from tests.connect.rogue import KEY, signed

Claims = Mapping[str, Any]
Forge = Callable[[Claims], str | None]
EVIL = RSAKey.generate_key(2048, {"use": "sig"})


def part(value: object) -> str:
    return urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")


def unsigned(claims: Claims) -> str:
    return f"{part({'alg': 'none'})}.{part(claims)}."


def hmac_with(secret: bytes) -> Forge:
    """HS256 with a secret that anybody has, or that is only meant for the token endpoint."""

    def forge(claims: Claims) -> str:
        body = f"{part({'alg': 'HS256', 'kid': KEY.kid})}.{part(claims)}"
        signature = urlsafe_b64encode(digest(secret, body.encode(), sha256)).decode().rstrip("=")
        return f"{body}.{signature}"

    return forge


def tampered(claims: Claims) -> str:
    head, _, signature = signed(claims).split(".")
    return f"{head}.{part({**claims, 'sub': 'the-chairwoman'})}.{signature}"


def without(name: str) -> Forge:
    return lambda claims: signed({key: value for key, value in claims.items() if key != name})


def said(**bent: Any) -> Forge:
    return lambda claims: signed({**claims, **bent})


FORGERIES: dict[str, tuple[Forge, str]] = {
    "alg none": (unsigned, "signature"),
    "HS256 keyed with the public key": (hmac_with(KEY.as_pem(private=False)), "signature"),
    "HS256 keyed with the client secret": (hmac_with(b"s3"), "signature"),
    "an algorithm that is not pinned": (lambda claims: signed(claims, alg="RS512"), "signature"),
    "another key under the known kid": (lambda claims: signed(claims, EVIL), "signature"),
    "a key that the token brings along": (
        lambda claims: signed(claims, EVIL, jwk=EVIL.as_dict(private=False), kid="brought"), "signature",
    ),
    "a tampered payload": (tampered, "signature"),
    "another issuer": (said(iss="https://evil.example"), "iss"),
    "no issuer": (without("iss"), "iss"),
    "another audience": (said(aud="them"), "aud"),
    "another audience, with our azp": (said(aud="them", azp="us"), "aud"),
    "our audience, with another azp": (said(azp="them"), "azp"),
    "two audiences and no azp": (said(aud=["us", "them"]), "azp"),
    "no nonce": (without("nonce"), "nonce"),
    "another nonce": (said(nonce="of another login"), "nonce"),
    "expired": (said(exp=int(time.time()) - 3600), "exp"),
    "no expiry": (without("exp"), "exp"),
    "an expiry that is no time": (said(exp="tomorrow"), "exp"),
    "issued in the future": (said(iat=int(time.time()) + 3600), "future"),
    "an empty subject": (said(sub=""), "sub"),
    "a blank subject": (said(sub=" \t "), "subject"),
    "a subject of 256 characters": (said(sub="a" * 256), "subject"),
    "a subject that is a number": (said(sub=7), "sub"),
    "two megabytes": (said(padding="x" * 2_000_000), "size"),
    "no token": (lambda claims: None, "size"),
    "an encrypted-looking token": (lambda claims: "a.b.c.d.e", "signature"),
    "three dots": (lambda claims: "...", "signature"),
    "signed with a symmetric key of its own": (
        lambda claims: signed(claims, OctKey.import_key("0" * 32), alg="HS256", kid="own"), "signature",
    ),
}  # fmt: skip
