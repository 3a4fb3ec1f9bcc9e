"""Our client speaks with an OpenID provider that others have written, in a process of its own."""

import os
import socket
import sys
from datetime import UTC, datetime
from urllib.parse import parse_qsl, urlsplit

import pytest
import requests

from app.services.connecting import Known, Provider
from app.services.connecting.oidc import Answer, Asked, Profile, Secrets, authorization_url, who_connected
from app.services.connecting.refusals import NotTrusted
from tests.servers.children import answers, free_port, running

ASKED = Asked("http://127.0.0.1/connect/other/callback")
PERSON = {"name": "Grace", "email": "grace@mail.example", "email_verified": True, "locale": "en-US"}


@pytest.fixture(scope="module")
def other(tmp_path_factory):
    """`oidc-provider-mock`, with one person."""
    port = free_port()
    command = [sys.executable, "-W", "ignore", "-m", "oidc_provider_mock", "--port", str(port)]
    log = tmp_path_factory.mktemp("provider") / "log"
    with running(
        command,
        log,
        ready=lambda: answers(socket.AF_INET, ("127.0.0.1", port)),
        env={**os.environ, "PYTHONWARNINGS": ""},
    ):
        issuer = f"http://localhost:{port}"
        requests.put(f"{issuer}/users/grace", json=PERSON, timeout=5).raise_for_status()
        yield Provider("other", "Other", issuer, "us", "secret")


def code_of(url):
    """Choose the person on the provider's own page; the code."""
    back = requests.post(url, data={"sub": "grace"}, allow_redirects=False, timeout=5).headers["Location"]
    return dict(parse_qsl(urlsplit(back).query))["code"]


def test_a_whole_login_gives_the_profile(other):
    secrets, now = Secrets("state", "nonce", "v" * 43), datetime.now(UTC)
    code = code_of(authorization_url(other, Known(), ASKED, secrets, now))

    found = who_connected(other, Known(), ASKED, Answer(code), secrets, now)

    assert found == Profile(other.issuer, "grace", "other", "Grace", "en", "grace@mail.example", email_verified=True)


def test_a_token_for_another_login_is_refused(other):
    now = datetime.now(UTC)
    code = code_of(authorization_url(other, Known(), ASKED, Secrets("state", "nonce", "v" * 43), now))

    with pytest.raises(NotTrusted):
        who_connected(other, Known(), ASKED, Answer(code), Secrets("state", "another", "v" * 43), now)
