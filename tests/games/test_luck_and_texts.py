"""Chance that can be replayed, and words in several languages."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from games.luck import Luck
from games.texts import say, spoken


@settings(deadline=None)
@given(st.integers(1, 2**64), st.text())
def test_a_draw_is_below_its_limit_and_repeatable(limit, seed):
    assert Luck(seed).below(limit) == Luck(seed).below(limit) < limit


@pytest.mark.parametrize("limit", [0, -1, 2**64 + 1])
def test_nothing_can_be_drawn_from_nothing(limit):
    with pytest.raises(ValueError, match="cannot draw"):
        Luck("seed").below(limit)


@settings(deadline=None)
@given(st.lists(st.integers()), st.integers())
def test_a_shuffle_keeps_every_thing_once(things, seed):
    assert sorted(Luck(seed).shuffled(things)) == sorted(things)


def test_all_orders_are_about_as_likely():
    orders = [tuple(Luck(seed).shuffled("abc")) for seed in range(6000)]

    assert all(850 < orders.count(order) < 1150 for order in set(orders))
    assert len(set(orders)) == 6


BOTH = {"en": "Hello", "fr": "Bonjour"}


@pytest.mark.parametrize(
    ("text", "lang", "words"),
    [
        (BOTH, "fr", "Bonjour"),
        (BOTH, "fr-CA", "Bonjour"),
        (BOTH, "de", "Hello"),
        ({"fr": "Bonjour", "es": "Hola"}, "de", "Bonjour"),
        ("Hi", "fr", "Hi"),
    ],
)
def test_a_reader_gets_her_language_or_the_nearest_there_is(text, lang, words):
    assert say(text, lang) == words


def test_texts_inside_a_stored_value_are_said_and_the_rest_is_kept():
    stored = {"right": True, "why": BOTH, "answers": [BOTH, "x"], "won": {"no": 1}}

    assert spoken(stored, "fr") == {"right": True, "why": "Bonjour", "answers": ["Bonjour", "x"], "won": {"no": 1}}
