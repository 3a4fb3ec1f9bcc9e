"""Votes are counted as they are cast: what a screen reads is what the votes say, also when many vote at once."""

from datetime import timedelta

import pytest
from sqlalchemy import delete, func, select

from app.db import reading, transaction
from app.models import Vote, VoteCount
from app.services import playing, progress
from app.services.voting import PARTS, VOTERS, recount, votes_in
from tests.makers import NOON, Make
from tests.rewards.test_races import at_once
from tests.small_campaign import publish_small, visiting

SOON = timedelta(seconds=30)


def vote(tx, campaign, fan, choice):
    """A stranger comes in, and votes."""
    progress.come_in(tx, visiting(tx, campaign, fan, NOON))
    playing.make_move(tx, visiting(tx, campaign, fan, NOON + SOON), "vote", {"move": "1", "choice": choice})


@pytest.fixture
def campaign(tx, make):
    return publish_small(tx, make.its_brand, NOON)


@pytest.fixture
def cast(tx, make, campaign):
    """Let three people vote."""
    for choice in ("pear", "apple", "pear"):
        vote(tx, campaign, make.fan(), choice)


def test_the_counts_say_what_the_votes_say(tx, campaign, cast):
    assert votes_in(tx, campaign.id, "vote") == {"pear": 2, "apple": 1, VOTERS: 3}


def test_counts_can_be_made_anew_from_the_votes(tx, campaign, cast):
    tx.execute(delete(VoteCount).where(VoteCount.choice == "pear"))

    recount(tx, campaign.brand_id)

    assert votes_in(tx, campaign.id, "vote") == {"pear": 2, "apple": 1, VOTERS: 3}


def test_however_many_vote_few_rows_are_read(tx, make, campaign):
    for _ in range(2 * PARTS):
        vote(tx, campaign, make.fan(), "pear")

    assert tx.scalar(select(func.count()).select_from(VoteCount)) <= 2 * PARTS


def test_nobody_is_missed_when_many_vote_at_once(race_database):
    with transaction() as tx:
        make = Make(tx)
        campaign = publish_small(tx, make.its_brand, NOON)
        fans = [make.fan() for _ in range(24)]

    def go(number):
        with transaction() as tx:
            vote(tx, campaign, fans[number], ("pear", "apple")[number % 2])

    at_once(go, len(fans))

    with reading() as tx:
        assert tx.scalar(select(func.count()).select_from(Vote)) == 24
        assert votes_in(tx, campaign.id, "vote") == {"pear": 12, "apple": 12, VOTERS: 24}
