"""Settings: an address is kept as browsers write it, or refused with one line."""

import pytest

from app.settings import BadSetting, Settings

SECRET = "s" * 32


def public_url(text):
    return Settings.from_environment({"FANFARE_URL": text, "FANFARE_SECRET": SECRET}).public_url


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("https://Play.Example.ORG/", "https://play.example.org"),
        ("https://play.example.org:443", "https://play.example.org"),
        ("http://localhost:8000", "http://localhost:8000"),
        ("http://[::1]:8000", "http://[::1]:8000"),
    ],
)
def test_the_public_address_is_the_origin_that_browsers_send(written, kept):
    assert public_url(written) == kept


BAD = [
    "play.example.org",
    "https://a:b@play.example.org",
    "https://play.example.org/x",
    "https://x.org:99999",
    "ftp://x",
]


@pytest.mark.parametrize("written", BAD)
def test_an_address_that_is_no_origin_stops_the_start(written):
    with pytest.raises(BadSetting, match="FANFARE_URL"):
        public_url(written)
