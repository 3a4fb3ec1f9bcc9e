"""Speaking with a provider over HTTP, with limits on time and size, and never following it elsewhere.

`session_for` gives Authlib's session with these limits built in; whatever goes wrong on the wire becomes WireTrouble.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any

import requests
from authlib.integrations.requests_client import OAuth2Session
from requests.adapters import HTTPAdapter
from urllib3.exceptions import HTTPError

from app.services.connecting.providers import Provider

CONNECT_SECONDS, READ_SECONDS, WHOLE_SECONDS = 3.0, 5.0, 8.0
LARGEST_ANSWER_BYTES = 256 * 1024
CHUNK_BYTES = 16 * 1024


class WireTrouble(Exception):
    """The provider did not answer as it should; the message is for the log."""


class CappedAdapter(HTTPAdapter):
    """Reads an answer within its time and size, and refuses to be sent elsewhere."""

    def send(self, request: requests.PreparedRequest, *args: Any, **kwargs: Any) -> requests.Response:
        started = time.monotonic()
        kwargs.update(stream=True, timeout=(CONNECT_SECONDS, READ_SECONDS))
        response = super().send(request, *args, **kwargs)
        try:
            if response.is_redirect or 300 <= response.status_code < 400:
                raise WireTrouble(f"redirect {response.status_code}")
            response._content = _capped_body(response, started)
        except HTTPError as error:
            raise WireTrouble(type(error).__name__) from error
        finally:
            response.close()
        return response


def session_for(provider: Provider, redirect_uri: str = "", auth_method: str | None = None) -> OAuth2Session:
    """Authlib's session for this provider, with PKCE S256, our limits, and no proxy or netrc of the environment."""
    session = OAuth2Session(
        provider.client_id,
        provider.client_secret or None,
        token_endpoint_auth_method=auth_method,
        scope=provider.scopes,
        redirect_uri=redirect_uri,
        code_challenge_method="S256",
    )
    session.trust_env = False
    session.headers["Accept-Encoding"] = "identity"
    for scheme in ("https://", "http://"):
        session.mount(scheme, CappedAdapter())
    return session


def get_json(session: OAuth2Session, url: str, bearer: str | None = None) -> Mapping[str, Any]:
    """The JSON object at this address.  Raises WireTrouble for anything else."""
    headers = {"Accept": "application/json"}
    if bearer is not None:
        headers["Authorization"] = f"Bearer {bearer}"
    try:
        response = session.get(url, headers=headers, withhold_token=True)
        if response.status_code != 200:
            raise WireTrouble(f"status {response.status_code}")
        found = response.json()
    except (requests.RequestException, ValueError, RecursionError) as error:
        raise WireTrouble(type(error).__name__) from error
    if not isinstance(found, dict):
        raise WireTrouble("no JSON object")
    return found


def _capped_body(response: requests.Response, started: float) -> bytes:
    body = bytearray()
    while chunk := response.raw.read1(CHUNK_BYTES, decode_content=True):
        body += chunk
        if len(body) > LARGEST_ANSWER_BYTES:
            raise WireTrouble("the answer is too large")
        if time.monotonic() - started > WHOLE_SECONDS:
            raise WireTrouble("the answer takes too long")
    return bytes(body)
