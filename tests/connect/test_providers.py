"""The providers' file is read whole, or refused with every problem at its line; production knows no demo provider."""

from pathlib import Path

import pytest

from app.db import bind
from app.factory import create_app
from app.services.connecting import Provider, load_providers
from app.settings import BadSetting, Settings
from journeys.problems import Problem
from tests.servers.web import SECRET

GOOD = """\
providers:
  - id: google
    name: Google
    issuer: https://accounts.google.com
    client_id: "1234.apps"
    client_secret: s3cret
    trusts_email: true
  - {id: club, name: Club, issuer: "https://login.club.example/realm", client_id: us, scopes: openid email}
"""
ONE = "providers:\n  - id: club\n    name: Club\n    issuer: https://login.example\n    client_id: us\n"


def problems(source, **how):
    return [(found.line, found.code) for found in load_providers(source, "p.yaml", **how) if isinstance(found, Problem)]


def test_every_provider_is_read_in_order():
    google, club = load_providers(GOOD, "p.yaml")

    assert google == Provider(
        "google", "Google", "https://accounts.google.com", "1234.apps", "s3cret", trusts_email=True
    )
    assert (club.scopes, club.client_secret, club.trusts_email) == ("openid email", "", False)


BAD = {
    "no list": ("ways: []\n", [(1, "providers.unknown_key"), (1, "providers.no_list")]),
    "an empty file": ("", [(1, "yaml.empty")]),
    "a text for a provider": ("providers:\n  - google\n", [(2, "providers.not_a_mapping")]),
    "an unknown key": (ONE + "    colour: red\n", [(6, "providers.unknown_key")]),
    "a missing key": (ONE.replace("    client_id: us\n", ""), [(2, "providers.missing_key")]),
    "an issuer without TLS": (ONE.replace("https:", "http:"), [(4, "providers.bad_value")]),
    "an issuer with a password": (ONE.replace("login.", "a:b@login."), [(4, "providers.bad_value")]),
    "an issuer with a query": (ONE.replace("login.example", "login.example?x=1"), [(4, "providers.bad_value")]),
    "an id with a slash": (ONE.replace("id: club", "id: a/b"), [(2, "providers.bad_value")]),
    "the demo's id": (ONE.replace("id: club", "id: demo"), [(2, "providers.demo")]),
    "scopes without openid": (ONE + "    scopes: email\n", [(6, "providers.bad_value")]),
    "trust that is no yes or no": (ONE + "    trusts_email: maybe\n", [(6, "providers.bad_value")]),
    "an unknown way to answer": (ONE + "    answers_by: pigeon\n", [(6, "providers.bad_value")]),
    "a list for a name": (ONE.replace("name: Club", "name: [a]"), [(3, "providers.bad_value")]),
    "an endless name": (ONE.replace("name: Club", "name: " + "x" * 300), [(3, "providers.bad_value")]),
    "the same id twice": (ONE + ONE.removeprefix("providers:\n"), [(6, "providers.twice")]),
    "two mistakes": (
        ONE.replace("https:", "ftp:") + "    colour: red\n",
        [(4, "providers.bad_value"), (6, "providers.unknown_key")],
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", BAD)
def test_a_mistake_is_named_with_its_line(name):
    source, found = BAD[name]

    assert problems(source) == found


@pytest.mark.parametrize("name", BAD)
@pytest.mark.parametrize("lang", ["en", "fr"])
def test_every_mistake_has_words_in_both_languages(name, lang):
    for problem in load_providers(BAD[name][0], "p.yaml"):
        assert "{" not in problem.text(lang)


def test_a_provider_on_this_machine_is_for_demo_mode_only():
    local = ONE.replace("https://login.example", "http://localhost:9000")

    assert problems(local) == [(4, "providers.bad_value")]
    assert problems(local, plain_http=True) == []


@pytest.fixture
def production(tmp_path):
    """A maker of production settings."""
    yield lambda **said: Settings(secret=SECRET, database_url=f"sqlite:///{tmp_path}/db", embedded_worker=False, **said)
    bind(None)


def test_the_demo_provider_is_refused_in_production_by_the_settings(production):
    with pytest.raises(BadSetting, match=r"FANFARE_DEMO_PROVIDER: .* refused in production"):
        production(demo_provider="http://localhost:9000").checked()


def test_the_demo_provider_is_refused_in_production_at_the_start(production):
    with pytest.raises(BadSetting, match="refused in production"):
        create_app(production(demo_provider="http://localhost:9000"))


def test_a_bad_file_stops_the_start_with_one_line(production, tmp_path):
    file = tmp_path / "providers.yaml"
    file.write_text(ONE + "    colour: red\n    sound: loud\n")

    with pytest.raises(BadSetting) as refused:
        create_app(production(providers_file=str(file)))

    assert "providers.yaml:6:5: error providers.unknown_key" in str(refused.value)
    assert str(refused.value).endswith("(and 1 more)")
    assert "\n" not in str(refused.value)


def test_a_missing_file_stops_the_start_with_one_line(production, tmp_path):
    with pytest.raises(BadSetting, match=r"FANFARE_PROVIDERS=.*/missing\.yaml: No such file"):
        create_app(production(providers_file=str(tmp_path / "missing.yaml")))


def test_the_manuals_example_is_read():
    manual = (Path(__file__).parents[2] / "docs" / "connecting.md").read_text()
    example = manual.partition("```yaml\n")[2].partition("```")[0]

    assert [provider.id for provider in load_providers(example, "p.yaml")] == ["google", "club"]
