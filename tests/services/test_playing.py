"""Plays: a move counts once, a vote counts once, and the luck of a play is its own."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from app.errors import OutOfOrder, TooFast
from app.models import Attribute, Play, Vote
from app.services import playing, progress
from app.services.playing import MoveRefused
from app.services.visits import run_of
from app.services.voting import AlreadyVoted, cast_vote
from tests.makers import NOON
from tests.small_campaign import publish_small, visiting

SOON = timedelta(seconds=30)


@pytest.fixture
def campaign(tx, make):
    return publish_small(tx, make.its_brand, NOON)


@pytest.fixture
def voter(tx, make, campaign):
    fan = make.fan()
    progress.come_in(tx, visiting(tx, campaign, fan, NOON))
    return fan


@pytest.fixture
def player(tx, make, campaign):
    fan, contact = make.fan(), make.contact()
    make.link(fan, contact)
    make.order(contact)
    progress.come_in(tx, visiting(tx, campaign, fan, NOON))
    return fan


def test_a_vote_enriches_the_profile_with_where_it_comes_from(tx, campaign, voter):
    playing.make_move(tx, visiting(tx, campaign, voter, NOON + SOON), "vote", {"move": "1", "choice": "pear"})

    known = tx.scalars(select(Attribute)).one()

    assert (known.name, known.value, known.source) == ("crm.fruit", "pear", "game")
    assert known.origin == f"{campaign.slug}/vote"


def test_a_fan_votes_once_in_a_game(tx, campaign, voter):
    visit = visiting(tx, campaign, voter, NOON + SOON)
    moved = playing.make_move(tx, visit, "vote", {"move": "1", "choice": "pear"})

    with pytest.raises(AlreadyVoted):
        cast_vote(tx, moved.play, ["pear"], visit.now)

    assert tx.scalars(select(Vote.choice)).all() == ["pear"]


def test_two_moves_at_once_are_too_fast_for_a_person(tx, campaign, player):
    playing.make_move(tx, visiting(tx, campaign, player, NOON), "quiz", {"move": "1", "question": "one", "answer": "a"})

    hasty = visiting(tx, campaign, player, NOON + timedelta(milliseconds=20))
    with pytest.raises(TooFast):
        playing.make_move(tx, hasty, "quiz", {"move": "2", "question": "two", "answer": "b"})


def test_a_clock_that_steps_back_holds_no_play_up(tx, campaign, player):
    playing.make_move(tx, visiting(tx, campaign, player, NOON), "quiz", {"move": "1", "question": "one", "answer": "a"})

    earlier = visiting(tx, campaign, player, NOON - timedelta(hours=1))
    moved = playing.make_move(tx, earlier, "quiz", {"move": "2", "question": "two", "answer": "b"})

    assert moved.outcome.over


BAD_MOVES = [
    ({"move": "1", "question": "one", "answer": "z"}, "unknown_choice", 400),
    ({"move": "1", "question": "two", "answer": "a"}, None, None),
    ({"move": "2", "question": "two", "answer": "a"}, "out_of_order", 409),
    ({"move": "1", "question": "one", "answer": ["a", "b"]}, "one_value_wanted", 400),
    ({"move": "1", "question": "one", "answer": "a", "score": "9"}, "unknown_field", 400),
    ({"move": "1", "question": "one", "answer": "a", "is_correct": "1"}, "unknown_field", 400),
    ({"move": "1", "question": "one", "answer": "a", "fan_id": "1"}, "unknown_field", 400),
    ({"move": "1", "question": "one", "answer": "a" * 1_000_000}, "too_long", 400),
    ({"move": "NaN", "question": "one", "answer": "a"}, "not_a_move_number", 400),
    ({"move": "1", "question": "one"}, "no_answer", 400),
]


@pytest.mark.parametrize(("move", "code", "status"), BAD_MOVES)
def test_a_bad_move_is_refused_and_changes_nothing(tx, campaign, player, move, code, status):
    with pytest.raises(MoveRefused) as refused:
        playing.make_move(tx, visiting(tx, campaign, player, NOON + SOON), "quiz", move)

    if code:
        assert (refused.value.code, refused.value.status) == (code, status)
    assert refused.value.message("fr") != refused.value.message("en")
    assert all(play.moves == 0 for play in tx.scalars(select(Play)))


def test_a_move_after_the_game_is_over_is_refused(tx, campaign, voter):
    playing.make_move(tx, visiting(tx, campaign, voter, NOON + SOON), "vote", {"move": "1", "choice": "pear"})

    with pytest.raises(OutOfOrder):
        playing.make_move(tx, visiting(tx, campaign, voter, NOON + 2 * SOON), "vote", {"move": "1", "choice": "apple"})


def test_no_try_is_left_after_the_last_one(tx, campaign, player):
    for round_ in range(2):
        for number, question in enumerate(("one", "two"), 1):
            at = NOON + (10 * round_ + number) * SOON
            move = {"move": str(number), "question": question, "answer": "a"}
            playing.make_move(tx, visiting(tx, campaign, player, at), "quiz", move)
        if round_ == 0:
            playing.try_again(tx, visiting(tx, campaign, player, NOON + 5 * SOON), "quiz")

    with pytest.raises(OutOfOrder):
        playing.try_again(tx, visiting(tx, campaign, player, NOON + 30 * SOON), "quiz")


def test_looking_at_a_game_again_shows_the_same_game(tx, campaign, player):

    at = playing.game_at(tx, run_of(tx, visiting(tx, campaign, player, NOON)))

    assert playing.seed_of(tx, at, 1) == playing.seed_of(tx, at, 1) != playing.seed_of(tx, at, 2)
