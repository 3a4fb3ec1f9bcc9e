"""The OpenID Connect code flow with PKCE: where to send the fan, and who comes back.

Both functions speak with the provider and must stand outside every database transaction.
Source: OpenID Connect Core 1.0, section 3.1; RFC 7636 (PKCE); RFC 9207 (`iss` in the answer); RFC 9700.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import requests
from authlib.integrations.base_client import OAuthError

from app.services.connecting.idtoken import Expected, Forged, check_subject, checked_claims
from app.services.connecting.metadata import Known, Metadata
from app.services.connecting.providers import Provider
from app.services.connecting.refusals import NotTrusted, ProviderSilent, TurnedDown
from app.services.connecting.wire import WireTrouble, get_json, session_for

LONGEST_CODE = 4096
LONGEST_EMAIL = 320


@dataclass(frozen=True, slots=True)
class Secrets:
    """What one login keeps on our side: state, nonce and PKCE verifier."""

    state: str
    nonce: str
    pkce_verifier: str


@dataclass(frozen=True, slots=True)
class Asked:
    """Where a login is sent and what it asks for."""

    redirect_uri: str
    language: str | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """What the provider's redirect brought back."""

    code: str
    iss: str | None = None


@dataclass(frozen=True, slots=True)
class Profile:
    """Who connected, as the provider says.  `email_verified` is the provider's word, trusted or not."""

    issuer: str
    subject: str
    provider: str
    name: str | None
    language: str | None
    email: str | None
    email_verified: bool


def authorization_url(provider: Provider, known: Known, asked: Asked, secrets: Secrets, now: datetime) -> str:
    """Where to send the fan's browser.  Raises ProviderSilent when the provider does not say."""
    try:
        metadata = known.metadata(provider, now)
    except WireTrouble as trouble:
        raise ProviderSilent(provider.name, str(trouble)) from trouble
    more = {"ui_locales": asked.language} if asked.language else {}
    if provider.answers_by == "form_post":
        more["response_mode"] = "form_post"
    with session_for(provider, asked.redirect_uri) as session:
        url, _ = session.create_authorization_url(
            metadata.authorization_endpoint,
            state=secrets.state,
            code_verifier=secrets.pkce_verifier,
            nonce=secrets.nonce,
            **more,
        )
    return str(url)


def who_connected(
    provider: Provider, known: Known, asked: Asked, answer: Answer, secrets: Secrets, now: datetime
) -> Profile:
    """Exchange the code and check everything that comes back.

    Raises ProviderSilent when the provider is down, slow or answers nonsense, TurnedDown when it refuses the code, and
    NotTrusted when a check fails.
    """
    try:
        metadata = known.metadata(provider, now)
        _check_issuer(answer, provider, metadata)
        _check_code(answer.code)
        with session_for(provider, asked.redirect_uri, metadata.token_auth_method(provider)) as session:
            token = _exchange(session, provider, metadata, answer, secrets)
            claims = checked_claims(
                token.get("id_token"),
                provider,
                lambda fresh: known.keys(provider, now, fresh),
                Expected(secrets.nonce, str(token["access_token"]), now),
            )
            more = _userinfo(session, metadata, str(token["access_token"]), claims)
    except (WireTrouble, requests.RequestException) as trouble:
        raise ProviderSilent(provider.name, str(trouble)) from trouble
    except Forged as forged:
        raise NotTrusted(provider.name, str(forged)) from forged
    return _profile(provider, {**more, **claims})


def _check_issuer(answer: Answer, provider: Provider, metadata: Metadata) -> None:
    if answer.iss is None and metadata.says_iss:
        raise Forged("iss is missing in the answer")
    if answer.iss is not None and answer.iss != provider.issuer:
        raise Forged("iss of the answer")


def _check_code(code: str) -> None:
    """Source: RFC 6749, appendix A.11: visible ASCII."""
    if not 0 < len(code) <= LONGEST_CODE or not code.isascii() or not code.isprintable():
        raise Forged("the code cannot be one")


def _exchange(
    session: Any, provider: Provider, metadata: Metadata, answer: Answer, secrets: Secrets
) -> Mapping[str, Any]:
    try:
        token = session.fetch_token(
            metadata.token_endpoint,
            grant_type="authorization_code",
            code=answer.code,
            code_verifier=secrets.pkce_verifier,
            redirect_uri=session.redirect_uri,
        )
    except OAuthError as error:
        raise TurnedDown(provider=provider.name) from error
    except (ValueError, RecursionError) as error:
        raise WireTrouble("the token answer is no JSON object") from error
    if not isinstance(token.get("access_token"), str) or str(token.get("token_type", "")).lower() != "bearer":
        raise WireTrouble("the token answer lacks a bearer token")
    return dict(token)


def _userinfo(session: Any, metadata: Metadata, access_token: str, claims: Mapping[str, Any]) -> Mapping[str, Any]:
    """What the userinfo endpoint adds; it must speak of the same person."""
    if metadata.userinfo_endpoint is None:
        return {}
    found = get_json(session, metadata.userinfo_endpoint, bearer=access_token)
    if check_subject(found.get("sub")) != claims["sub"]:
        raise Forged("userinfo speaks of another subject")
    return found


def _profile(provider: Provider, claims: Mapping[str, Any]) -> Profile:
    email = _text(claims.get("email"), LONGEST_EMAIL)
    locale = _text(claims.get("locale"), 35)
    return Profile(
        issuer=provider.issuer,
        subject=str(claims["sub"]),
        provider=provider.id,
        name=_text(claims.get("name"), 200) or _text(claims.get("given_name"), 200),
        language=locale.replace("_", "-").partition("-")[0].lower()[:8] if locale else None,
        email=email,
        email_verified=email is not None and _is_yes(claims.get("email_verified")),
    )


def _is_yes(value: object) -> bool:
    """Apple sends `email_verified` as text."""
    return value is True or value == "true"


def _text(value: object, longest: int) -> str | None:
    """A printable text of at most this length, else nothing."""
    if not isinstance(value, str):
        return None
    cleaned = "".join(mark for mark in value if mark.isprintable()).strip()
    return cleaned if 0 < len(cleaned) <= longest else None
