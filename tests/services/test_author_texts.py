"""Authors' texts: what a consent notice is proven by is what the fan read."""

from app.services.campaigns.texts import read_text


def test_the_plain_words_hold_signs_and_not_their_markup():
    assert read_text("Prix\u00a0: 5 € & plus, « oui »").plain == "Prix\u00a0: 5 € & plus, « oui »"
