"""Whatever a provider answers, the fan gets one sentence she can act on, and nothing is half done."""

import socket
import threading
import time
from base64 import urlsafe_b64encode
from contextlib import contextmanager

import pytest
from flask import Response, jsonify
from sqlalchemy import select

from app.db import reading
from app.models import Fan, Identity, LoginCode
from tests.connect.forgeries import FORGERIES
from tests.connect.rogue import SUBJECT
from tests.connect.site import ADDRESS, FROM_PROVIDER, SLUG

SILENT = {"en": "Rogue does not answer; try again or choose another.", "fr": "Rogue ne répond pas"}
SCRIPT = "<script>alert(1)</script>"


@pytest.fixture
def fan(browser_of_fan):
    return browser_of_fan


def answer(fan, rogue, lang="en", **said):
    """A login in which the provider is asked properly, and answers as the test has bent it."""
    asked = fan.asked(lang=lang)
    rogue.nonce = asked["nonce"]
    return fan.come_back(state=asked["state"], **({"code": "c"} | said))


def is_untouched():
    with reading() as tx:
        return not any(tx.scalars(select(table)).first() for table in (Fan, Identity, LoginCode))


def html(body="<html>maintenance</html>", status=200):
    return lambda: Response(body, status, content_type="text/html")


def test_an_honest_answer_makes_a_fan(fan, rogue):
    assert answer(fan, rogue).status_code == 200
    assert not is_untouched()


def test_the_exchange_proves_who_we_are_and_who_began(fan, rogue):
    answer(fan, rogue)

    assert rogue.asked[0]["authorization"].startswith("Basic ")
    assert len(rogue.asked[0]["code_verifier"]) >= 43
    assert rogue.asked[0]["redirect_uri"] == f"{ADDRESS}/connect/rogue/callback"


@pytest.mark.parametrize("name", FORGERIES)
def test_a_forged_token_makes_no_fan(fan, rogue, name):
    rogue.forge = FORGERIES[name][0]

    refused = answer(fan, rogue)

    assert refused.status_code in ({400, 502} if name == "two megabytes" else {400})
    assert is_untouched()


BENT_CALLBACKS = {
    "no state and no code": {},
    "an unknown state": {"state": "unknown", "code": "c"},
    "an endless state": {"state": "x" * 5000, "code": "c"},
    "a state with line breaks": {"state": "a\r\nSet-Cookie: b=c", "code": "c"},
    "an array for a state": {"state[]": "a", "code": "c"},
}


@pytest.mark.parametrize("name", BENT_CALLBACKS)
def test_a_callback_that_nobody_asked_for_is_a_friendly_page(fan, name):
    refused = fan.come_back(**BENT_CALLBACKS[name])

    assert refused.status_code == 400
    assert "connect again" in refused.text


BENT_CODES = {
    "ten kilobytes": {"code": "x" * 7000},
    "line breaks": {"code": "a\r\nb"},
    "no code": {"code": ""},
    "an array": {"code": "", "code[]": "c"},
    "not ASCII": {"code": "é"},
}


@pytest.mark.parametrize("name", BENT_CODES)
def test_a_code_that_cannot_be_one_is_never_sent_on(fan, rogue, name):
    assert answer(fan, rogue, **BENT_CODES[name]).status_code == 400
    assert not rogue.asked


def test_a_field_that_is_there_twice_is_refused(fan, rogue):
    state = fan.asked()["state"]

    path = f"/connect/rogue/callback?state={state}&code=a&code=b"
    assert fan.client.get(path, headers=FROM_PROVIDER, base_url=ADDRESS).status_code == 400


@pytest.mark.parametrize(("lang", "said"), [("en", "You did not connect"), ("fr", "Vous ne vous êtes pas connecté")])
def test_a_fan_who_says_no_gets_a_friendly_page_and_a_way_back(fan, rogue, lang, said):
    refused = answer(fan, rogue, lang, error="access_denied")

    assert said in refused.text
    assert f'href="/t/{SLUG}"' in refused.text


@pytest.mark.parametrize("error", ["access_denied", "server_error", "temporarily_unavailable", SCRIPT])
def test_what_a_provider_says_of_an_error_is_never_shown(fan, rogue, error):
    refused = answer(fan, rogue, error=error, error_description=SCRIPT, error_uri="https://evil.example")

    assert refused.status_code == 400
    assert "alert" not in refused.text
    assert "evil.example" not in refused.text


@pytest.mark.parametrize("iss", ["https://evil.example", "", "http://127.0.0.1"])
def test_an_answer_that_names_another_issuer_is_refused(fan, rogue, iss):
    assert answer(fan, rogue, iss=iss).status_code == 400
    assert not rogue.asked


def test_userinfo_of_another_person_is_refused(fan, rogue):
    rogue.userinfo["sub"] = "somebody else"

    assert answer(fan, rogue).status_code == 400
    assert is_untouched()


ODD_EMAILS = [
    ({}, None, False),
    ({"email": "a@mail.example"}, "a@mail.example", False),
    ({"email": "a@mail.example", "email_verified": False}, "a@mail.example", False),
    ({"email": "a@mail.example", "email_verified": "false"}, "a@mail.example", False),
    ({"email": "a@mail.example", "email_verified": "yes"}, "a@mail.example", False),
    ({"email": "a@mail.example", "email_verified": 1}, "a@mail.example", False),
    ({"email": "a@mail.example", "email_verified": "true"}, "a@mail.example", True),
    ({"email": "a@mail.example", "email_verified": True}, "a@mail.example", True),
    ({"email": ["a@mail.example"], "email_verified": True}, None, False),
    ({"email_verified": True}, None, False),
]


@pytest.mark.parametrize(("said", "email", "verified"), ODD_EMAILS)
def test_an_address_is_verified_only_when_the_provider_says_so(fan, rogue, said, email, verified):
    rogue.userinfo = {"sub": SUBJECT, **said}

    assert answer(fan, rogue).status_code == 200
    with reading() as tx:
        identity = tx.scalars(select(Identity)).one()
    assert (identity.email, identity.email_verified) == (email, verified)


SILENCE = {
    "an error of the server": html(status=500),
    "a page instead of JSON": html(),
    "a list instead of an object": lambda: jsonify([1]),
    "deep JSON": html("[" * 100_000),
    "ten megabytes": html("x" * 10_000_000),
    "a redirect to this machine": lambda: Response(status=302, headers={"Location": "http://127.0.0.1:1/"}),
    "a redirect to the same place": lambda: Response(status=307, headers={"Location": "/token"}),
    "nothing": html(""),
}


@pytest.mark.parametrize("where", ["/.well-known/openid-configuration", "/token", "/jwks", "/me"])
@pytest.mark.parametrize("name", SILENCE)
def test_a_provider_that_answers_nonsense_does_not_answer(fan, rogue, where, name):
    rogue.bent[where] = SILENCE[name]

    silent = fan.start() if "well-known" in where else answer(fan, rogue)

    assert silent.status_code == 502
    assert SILENT["en"] in silent.text
    assert is_untouched()


def test_a_silent_provider_is_told_of_in_french(fan, rogue):
    rogue.bent["/token"] = html(status=503)

    assert SILENT["fr"] in answer(fan, rogue, "fr").text


@pytest.mark.parametrize("answered", [{"error": "invalid_grant", "error_description": SCRIPT}])
def test_a_refused_code_is_told_apart(fan, rogue, answered):
    rogue.bent["/token"] = lambda: Response(jsonify(answered).data, 400, content_type="application/json")

    refused = answer(fan, rogue)

    assert refused.status_code == 400
    assert "turned the login down" in refused.text
    assert "alert" not in refused.text


BENT_METADATA = {
    "another issuer": {"issuer": "https://evil.example"},
    "no token endpoint": {"token_endpoint": None},
    "a file": {"jwks_uri": "file:///etc/passwd"},
    "no host": {"authorization_endpoint": "http:///auth"},
    "a number": {"authorization_endpoint": 7},
}


@pytest.mark.parametrize("name", BENT_METADATA)
def test_metadata_that_cannot_be_right_are_no_answer(fan, rogue, name):
    paths = {"authorization_endpoint": "/auth", "token_endpoint": "/token", "jwks_uri": "/jwks"}
    honest = {"issuer": rogue.issuer, **{key: rogue.issuer + path for key, path in paths.items()}}
    rogue.bent["/.well-known/openid-configuration"] = lambda: jsonify({**honest, **BENT_METADATA[name]})

    assert fan.start().status_code == 502


BAD_KEYS = {
    "no key": [],
    "a weak key": [{"kty": "RSA", "n": urlsafe_b64encode(b"\xc5" * 128).decode().rstrip("="), "e": "AQAB"}],
    "a symmetric key": [{"kty": "oct", "k": "c2VjcmV0", "kid": "own"}],
    "keys for encryption only": [{"kty": "RSA", "use": "enc", "n": "AQAB", "e": "AQAB"}],
    "no mapping": ["key"],
    "a thousand keys": [{"kty": "RSA", "n": "AQAB", "e": "AQAB"}] * 1000,
    "a broken key": [{"kty": "EC", "crv": "P-256", "x": "!!", "y": "!!"}],
}


@pytest.mark.parametrize("name", BAD_KEYS)
@pytest.mark.filterwarnings("ignore:Key size")
def test_keys_that_cannot_sign_are_no_answer(fan, rogue, name):
    rogue.bent["/jwks"] = lambda: jsonify(keys=BAD_KEYS[name])

    assert answer(fan, rogue).status_code == 502
    assert is_untouched()


def test_a_provider_that_is_down_does_not_answer(fan, site):
    ways = site.extensions["fanfare.ways"].providers
    ways["down"] = next(iter(ways.values())).__class__("down", "Down", "http://127.0.0.1:9", "us")

    down = fan.start("down")

    assert down.status_code == 502
    assert "Down does not answer" in down.text


def test_a_provider_that_drips_is_not_waited_for(fan, site, monkeypatch):
    monkeypatch.setattr("app.services.connecting.wire.WHOLE_SECONDS", 0.5)
    ways = site.extensions["fanfare.ways"].providers
    with dripping() as address:
        ways["slow"] = next(iter(ways.values())).__class__("slow", "Slow", address, "us")
        began = time.monotonic()

        assert fan.start("slow").status_code == 502
        assert time.monotonic() - began < 60  # the whole answer would take minutes


@pytest.mark.parametrize(("method", "provider"), [("POST", "rogue"), ("GET", "apple")])
def test_a_provider_that_answers_by_the_other_method_is_told_so(fan, site, rogue, method, provider):
    site.extensions["fanfare.ways"].providers["apple"] = rogue.provider(id="apple", answers_by="form_post")
    path = f"/connect/{provider}/callback"

    answered = fan.client.open(path, method=method, headers=FROM_PROVIDER, base_url=ADDRESS)

    assert answered.status_code == 405
    assert "connect again" in answered.text


@contextmanager
def dripping():
    """A server that sends one byte of its answer every fifth of a second."""
    listening = socket.create_server(("127.0.0.1", 0))
    stopped = threading.Event()

    def drip():
        connection, _ = listening.accept()
        with connection:
            connection.recv(65536)
            connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n\r\n{")
            while not stopped.wait(0.2):
                try:
                    connection.sendall(b" ")
                except OSError:
                    return

    thread = threading.Thread(target=drip)
    thread.start()
    yield f"http://127.0.0.1:{listening.getsockname()[1]}"
    stopped.set()
    thread.join()
    listening.close()
