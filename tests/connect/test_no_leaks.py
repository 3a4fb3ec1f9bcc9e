"""Nothing personal and nothing secret of a login ends up in the log or in an address."""

import re

import pytest

from tests.connect.site import SLUG, choose


@pytest.fixture
def whole_login(capfd, browser_of_fan):  # the application writes to the error output that it finds
    """A login from the click to the pass, a refused one after it: what was secret, our addresses, our log."""
    fan = browser_of_fan
    started = fan.start("demo")
    said = choose(started.location, "ada")
    page = fan.come_back("demo", **said)
    code = re.search('data-code="([^"]+)"', page.text).group(1)
    arrived = fan.post("redeem", code=code, verifier=fan.verifier.raw)
    fan.come_back("demo", **said, error_description="canary of the provider")
    raw = re.search(r"__Host-fan=([^;]*)", str(arrived.headers)).group(1)
    secrets = {
        "e-mail": "ada@mail.example", "name": "Lovelace", "state": said["state"], "provider's code": said["code"],
        "our code": code, "verifier": fan.verifier.raw, "pass": raw, "description": "canary of the provider",
    }  # fmt: skip
    log = capfd.readouterr()
    return (
        secrets,
        [started.location, *re.findall(r'(?:href|src|action)="([^"]+)"', page.text + arrived.text)],
        log.out + log.err,
    )


def test_the_log_names_nobody_and_tells_no_secret(whole_login):
    secrets, _, log = whole_login

    assert "connect.window.callback" in log
    assert [name for name, value in secrets.items() if value in log] == []


def test_no_address_carries_what_opens_the_tab(whole_login):
    secrets, addresses, _ = whole_login

    assert any(f"/t/{SLUG}" in address for address in addresses)
    for name in ("our code", "verifier", "pass", "e-mail"):
        assert not [address for address in addresses if secrets[name] in address]
