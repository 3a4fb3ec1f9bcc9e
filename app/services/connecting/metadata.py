"""What a provider publishes about itself: its addresses and its signing keys, fetched once and kept for an hour.

Source: OpenID Connect Discovery 1.0, sections 3 and 4; RFC 7517 (JWK sets); RFC 8414.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from threading import Lock
from typing import Any, Generic, TypeVar
from urllib.parse import urlsplit

from joserfc.errors import JoseError
from joserfc.jwk import Key, KeySet, RSAKey

from app.services.connecting.providers import Provider
from app.services.connecting.wire import WireTrouble, get_json, session_for

KEPT = timedelta(hours=1)
KEYS_ASKED_AGAIN_AFTER = timedelta(minutes=1)
MOST_KEYS = 50
SIGNING_KEY_TYPES = {"RSA", "EC", "OKP"}
SMALLEST_RSA_BITS = 2048


@dataclass(frozen=True, slots=True)
class Metadata:
    """A provider's addresses and abilities."""

    authorization_endpoint: str
    token_endpoint: str
    jwks_uri: str
    userinfo_endpoint: str | None
    token_auth_methods: tuple[str, ...]
    says_iss: bool  # announces the `iss` answer of RFC 9207

    def token_auth_method(self, provider: Provider) -> str:
        """How we prove who we are at the token endpoint."""
        if not provider.client_secret:
            return "none"
        only_post = self.token_auth_methods and "client_secret_basic" not in self.token_auth_methods
        return "client_secret_post" if only_post else "client_secret_basic"


Value = TypeVar("Value")


class _Shelf(Generic[Value]):
    """Values by issuer, with the time at which they came."""

    def __init__(self) -> None:
        self._kept: dict[str, tuple[Value, datetime]] = {}
        self._lock = Lock()

    def get(self, issuer: str, now: datetime, at_most: timedelta) -> Value | None:
        with self._lock:
            value, at = self._kept.get(issuer, (None, now))
        return value if now - at < at_most else None

    def put(self, issuer: str, value: Value, now: datetime) -> Value:
        with self._lock:
            self._kept[issuer] = (value, now)
        return value


class Known:
    """What this process knows of the providers; one is enough for all requests, and tests make their own."""

    def __init__(self) -> None:
        self._metadata: _Shelf[Metadata] = _Shelf()
        self._keys: _Shelf[KeySet] = _Shelf()

    def metadata(self, provider: Provider, now: datetime) -> Metadata:
        """The provider's addresses.  Raises WireTrouble when it does not give them."""
        kept = self._metadata.get(provider.issuer, now, KEPT)
        return kept or self._metadata.put(provider.issuer, _fetch_metadata(provider), now)

    def keys(self, provider: Provider, now: datetime, fresh: bool = False) -> KeySet:
        """The provider's signing keys; `fresh` asks for them again, at most once a minute."""
        kept = self._keys.get(provider.issuer, now, KEYS_ASKED_AGAIN_AFTER if fresh else KEPT)
        return kept or self._keys.put(provider.issuer, _fetch_keys(provider, self.metadata(provider, now)), now)


def _fetch_metadata(provider: Provider) -> Metadata:
    with session_for(provider) as session:
        found = get_json(session, f"{provider.issuer.rstrip('/')}/.well-known/openid-configuration")
    if found.get("issuer") != provider.issuer:
        raise WireTrouble("the metadata name another issuer")
    methods = found.get("token_endpoint_auth_methods_supported", [])
    return Metadata(
        authorization_endpoint=_endpoint(found, "authorization_endpoint", provider),
        token_endpoint=_endpoint(found, "token_endpoint", provider),
        jwks_uri=_endpoint(found, "jwks_uri", provider),
        userinfo_endpoint=_endpoint(found, "userinfo_endpoint", provider) if "userinfo_endpoint" in found else None,
        token_auth_methods=tuple(str(method) for method in methods) if isinstance(methods, list) else (),
        says_iss=found.get("authorization_response_iss_parameter_supported") is True,
    )


def _endpoint(found: Mapping[str, Any], name: str, provider: Provider) -> str:
    url = found.get(name)
    if not isinstance(url, str):
        raise WireTrouble(f"the metadata lack {name}")
    parts = urlsplit(url)
    as_safe_as_issuer = parts.scheme == "https" or provider.issuer.startswith("http://")
    if not parts.hostname or parts.scheme not in {"https", "http"} or not as_safe_as_issuer:
        raise WireTrouble(f"{name} is not a safe address")
    return url


def _fetch_keys(provider: Provider, metadata: Metadata) -> KeySet:
    with session_for(provider) as session:
        found = get_json(session, metadata.jwks_uri).get("keys")
    if not isinstance(found, list) or len(found) > MOST_KEYS:
        raise WireTrouble("no list of keys")
    fit = [key for key in found if isinstance(key, dict) and _is_for_signatures(key)]
    try:
        keys = [key for key in KeySet.import_key_set({"keys": fit}) if _is_strong(key)]
    except (JoseError, ValueError, TypeError) as error:
        raise WireTrouble("a key cannot be read") from error
    if not keys:
        raise WireTrouble("no signing key")
    return KeySet(keys)


def _is_for_signatures(key: Mapping[str, Any]) -> bool:
    """Public keys for signatures only: a symmetric key in a published set would let anybody sign."""
    return (
        key.get("kty") in SIGNING_KEY_TYPES
        and key.get("use", "sig") == "sig"
        and key.get("crv") not in {"X25519", "X448"}
    )


def _is_strong(key: Key) -> bool:
    return not isinstance(key, RSAKey) or key.raw_value.key_size >= SMALLEST_RSA_BITS
