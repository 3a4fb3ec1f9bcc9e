"""The vote: what may be chosen, what it gives, who sees the results."""

from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from games.luck import Luck
from games.registry import read_definition
from games.vote import GAME

NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)
FRESH = {"chosen": []}
TALLY = {"plays": 3, "choices": {"red": 2, "green": 1, "blue": 0}}


def vote(**more):
    """The definition of a vote among red, green and blue."""
    choices = [{"id": colour, "text": colour.title()} for colour in ("red", "green", "blue")]
    return read_definition("vote", {"title": "T", "question": "Which?", "choices": choices, **more})


ONE, SEVERAL = vote(), vote(at_least=2, at_most=2)


def play(definition, state=FRESH, **move):
    return GAME.play(definition, state, move, Luck(1), NOON)


def test_one_choice_is_the_field_choice():
    outcome = play(ONE, move="1", choice="green")

    assert (outcome.over, outcome.result, outcome.facts) == (True, {"choice": "green"}, {"choice": "green"})
    assert GAME.fields(ONE)["choice"] == ("red", "green", "blue")


def test_several_choices_are_a_set_in_the_authors_order():
    outcome = play(SEVERAL, move="1", choice=["blue", "red"])

    assert outcome.result == {"choice": ["red", "blue"]}
    assert outcome.facts == {"choice": frozenset({"red", "blue"})}
    assert GAME.fields(SEVERAL)["choice"] == "set"


REFUSED = [
    (ONE, FRESH, {"move": "1", "choice": "pink"}, "unknown_choice"),
    (ONE, FRESH, {"move": "1", "choice": ["red"]}, "one_value_wanted"),
    (ONE, FRESH, {"move": "1"}, "no_answer"),
    (ONE, FRESH, {"choice": "red"}, "missing_field"),
    (ONE, FRESH, {"move": "2", "choice": "red"}, "out_of_order"),
    (ONE, {"chosen": ["red"]}, {"move": "1", "choice": "red"}, "stale_move"),
    (ONE, FRESH, {"move": "1", "choice": "red", "fan_id": "7"}, "unknown_field"),
    (SEVERAL, FRESH, {"move": "1", "choice": "red"}, "too_few_choices"),
    (SEVERAL, FRESH, {"move": "1", "choice": ["red", "green", "blue"]}, "too_many_choices"),
    (SEVERAL, FRESH, {"move": "1", "choice": ["red", "red"]}, "sent_twice_in_one"),
    (SEVERAL, FRESH, {"move": "1", "choice": ["red", "pink"]}, "unknown_choice"),
]


@pytest.mark.parametrize(("definition", "state", "move", "code"), REFUSED)
def test_a_bad_vote_is_refused(definition, state, move, code):
    assert play(definition, state, **move).code == code


def test_the_number_to_choose_is_in_the_sentence():
    assert play(SEVERAL, move="1", choice="red").sentence("fr") == "Choisissez-en au moins 2."


SEEN = [
    ("hidden", FRESH, None), ("hidden", {"chosen": ["red"]}, None),
    ("after", FRESH, None), ("after", {"chosen": ["red"]}, 3),
    ("live", FRESH, 3), ("live", {"chosen": ["red"]}, 3),
]  # fmt: skip


@pytest.mark.parametrize(("results", "state", "voters"), SEEN)
def test_results_are_seen_when_the_author_says(results, state, voters):
    view = GAME.view(vote(results=results), state, "en", TALLY)

    assert view["voters"] == voters
    assert [choice["votes"] for choice in view["choices"]] == ([2, 1, 0] if voters else [None] * 3)


def test_results_are_parts_of_the_people_who_voted():
    view = GAME.view(vote(results="live"), FRESH, "en", TALLY)

    assert [choice["percent"] for choice in view["choices"]] == [67, 33, 0]


def test_no_votes_are_no_percent_and_no_crash():
    view = GAME.view(vote(results="live"), FRESH, "en", GAME.tally(ONE, []))

    assert [choice["percent"] for choice in view["choices"]] == [0, 0, 0]


def test_a_fan_sees_her_own_choice_again():
    view = GAME.view(ONE, {"chosen": ["blue"]}, "en")

    assert [choice["id"] for choice in view["choices"] if choice["chosen"]] == ["blue"]


def test_thanks_are_said_after_the_vote_in_the_readers_language():
    definition = vote(thanks={"en": "Thanks", "fr": "Merci"})

    assert GAME.view(definition, FRESH, "fr")["thanks"] is None
    assert play(definition, move="1", choice="red").spoken("fr")["thanks"] == "Merci"


@settings(deadline=None)
@given(st.lists(st.tuples(st.sampled_from(("red", "green", "blue")), st.integers(0, 10_000))))
def test_the_votes_of_a_tally_sum_to_its_plays(counted):
    tally = GAME.tally(ONE, [({"choice": choice}, times) for choice, times in counted])

    assert sum(tally["choices"].values()) == tally["plays"] == sum(times for _, times in counted)


def test_several_choices_count_each():
    tally = GAME.tally(SEVERAL, [({"choice": ["red", "blue"]}, 2), ({"choice": ["red", "green"]}, 1)])

    assert tally == {"plays": 3, "choices": {"red": 3, "green": 1, "blue": 2}}
