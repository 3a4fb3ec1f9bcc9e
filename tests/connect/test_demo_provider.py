"""The demo's login provider is a strict one: it knows one client, its callbacks, PKCE and nonce."""

from datetime import UTC, datetime
from urllib.parse import parse_qsl, urlsplit

import pytest
import requests

from app.services.connecting import demo_provider
from app.services.connecting.metadata import Known
from app.services.connecting.oidc import Answer, Asked, Secrets, authorization_url, who_connected
from app.services.connecting.refusals import TurnedDown
from tests.connect.site import ADDRESS, choose
from tests.makers import NOON

ASKED = Asked(f"{ADDRESS}/connect/demo/callback", "fr")
SECRETS = Secrets("state", "nonce", "v" * 43)


@pytest.fixture
def us(demo):
    return demo_provider(demo.issuer)


@pytest.fixture
def url(us):
    return authorization_url(us, Known(), ASKED, SECRETS, NOON)


@pytest.mark.parametrize(("lang", "said"), [("fr", "Qui êtes-vous"), ("en", "Who are you today?")])
def test_its_page_speaks_the_language_that_was_asked_for(url, lang, said):
    page = requests.get(url.replace("ui_locales=fr", f"ui_locales={lang}"), timeout=5)

    assert said in page.text
    assert f'<html lang="{lang}">' in page.text


def test_its_page_names_every_person_and_runs_no_script(url):
    page = requests.get(url, timeout=5)

    assert all(name in page.text for name in ("Ada Lovelace", "Bob", "Eve", "Achète chaque semaine"))
    assert "<script" not in page.text
    assert "Cross-Origin-Opener-Policy" not in page.headers


BENT = {
    "another client": ("client_id=fanfare-demo", "client_id=them"),
    "a callback elsewhere": ("redirect_uri=", "redirect_uri=https://evil.example/"),
    "no PKCE": ("code_challenge=", "nothing="),
    "plain PKCE": ("code_challenge_method=S256", "code_challenge_method=plain"),
    "no nonce": ("nonce=", "nothing="),
    "no state": ("state=", "nothing="),
    "a token in the address": ("response_type=code", "response_type=token"),
}


@pytest.mark.parametrize("name", BENT)
def test_a_request_that_it_does_not_know_goes_nowhere(url, name):
    answer = requests.get(url.replace(*BENT[name]), timeout=5, allow_redirects=False)

    assert answer.status_code == 400


def test_the_person_chosen_is_the_person_who_connected(us, url):
    said = choose(url, "bob")

    profile = who_connected(us, Known(), ASKED, Answer(said["code"], said["iss"]), SECRETS, _now())
    assert (profile.subject, profile.name, profile.language, profile.email_verified) == ("bob", "Bob", "fr", False)


def test_a_person_without_an_address_connects_too(us, url):
    said = choose(url, "eve")

    assert who_connected(us, Known(), ASKED, Answer(said["code"], said["iss"]), SECRETS, _now()).email is None


def test_cancelling_says_access_denied(url):
    assert choose(url, "")["error"] == "access_denied"


def test_a_code_without_its_pkce_verifier_is_refused(us, url):
    said = choose(url, "ada")

    with pytest.raises(TurnedDown):
        who_connected(
            us, Known(), ASKED, Answer(said["code"], said["iss"]), Secrets("state", "nonce", "w" * 43), _now()
        )


def test_a_code_is_exchanged_once(us, url):
    answer = Answer(**{name: value for name, value in choose(url, "ada").items() if name != "state"})
    who_connected(us, Known(), ASKED, answer, SECRETS, _now())

    with pytest.raises(TurnedDown):
        who_connected(us, Known(), ASKED, answer, SECRETS, _now())


def test_the_page_can_change_its_language_and_keeps_the_request(url):
    page = requests.get(url, timeout=5).text
    other = page.partition('<a href="')[2].partition('"')[0].replace("&amp;", "&")

    assert dict(parse_qsl(urlsplit(other).query))["state"] == "state"
    assert "Who are you today?" in requests.get(url.partition("?")[0] + other, timeout=5).text


def _now():
    return datetime.now(UTC)
