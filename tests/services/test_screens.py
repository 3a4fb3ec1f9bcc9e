"""Screens: what a coupon is worth, as its reader writes it."""

import pytest

from app.services.screens import worth

WORTH = [
    ("10.00 USD", "en", "$10"),
    ("10.50 USD", "en", "$10.50"),
    ("10.00 EUR", "fr", "10\xa0€"),
    ("9.90 EUR", "fr", "9,90\xa0€"),
    ("15 %", "en", "15%"),
    ("15 %", "fr", "15\xa0%"),
    ("12.5 %", "fr", "12,5\xa0%"),
    ("Free coffee", "en", "Free coffee"),
    ("2 coffees", "fr", "2 coffees"),
]


@pytest.mark.parametrize(("written", "lang", "shown"), WORTH)
def test_worth_is_written_as_the_reader_writes_it(written, lang, shown):
    assert worth(written, lang) == shown
