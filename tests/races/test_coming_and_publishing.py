"""Races between a fan and her own other tabs, and between the clicks of one who publishes."""

from collections import Counter
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from app.db import reading, transaction
from app.models import Brand, Campaign, CampaignVersion, Run
from app.services import playing, progress
from app.services.campaigns import publish, push
from app.services.campaigns.folder import Folder
from tests.makers import NOON, Make
from tests.proof.invariants import broken
from tests.rewards.test_races import at_once
from tests.small_campaign import small_files, visiting

SOON, A_DAY = timedelta(seconds=30), timedelta(days=1, minutes=1)
ONE_A_DAY = "journey: orchard\nenter: {on: visit, again: after 1d}\nsteps:\n  - play: vote\n"


@pytest.fixture
def published(race_database):
    """Publish the small campaign with this journey; gives it."""

    def go(journey):
        with transaction() as tx:
            brand = Make(tx).its_brand
            push(tx, brand, Folder(small_files("orchard", journey), {}), NOON)
            return tx.scalars(select(Campaign)).one()

    return go


def fans_of(campaign, count):
    with transaction() as tx:
        brand = tx.get_one(Brand, campaign.brand_id)
        make = Make(tx)
        return [make.fan(brand) for _ in range(count)]


def come_in(campaign, fan, now):
    with transaction() as tx:
        return progress.come_in(tx, visiting(tx, campaign, fan, now)).id


def vote(campaign, fan, now):
    with transaction() as tx:
        return playing.make_move(tx, visiting(tx, campaign, fan, now), "vote", {"move": "1", "choice": "pear"})


def test_one_play_a_day_in_fifty_tabs_is_one_play(published):
    campaign = published(ONE_A_DAY)
    [fan] = fans_of(campaign, 1)
    first = come_in(campaign, fan, NOON)
    vote(campaign, fan, NOON + SOON)

    the_same_day = at_once(lambda _: come_in(campaign, fan, NOON + 2 * SOON), 20)
    the_next_day = at_once(lambda _: come_in(campaign, fan, NOON + A_DAY), 50)

    assert set(the_same_day) == {first}
    assert len(set(the_next_day)) == 1
    with reading() as tx:
        assert sorted(tx.scalars(select(Run.number))) == [1, 2]
        assert broken(tx) == {}


def test_a_publication_that_is_clicked_ten_times_makes_one_version(published):
    campaign = published(ONE_A_DAY)
    with transaction() as tx:
        tx.get_one(Campaign, campaign.id).draft = {**campaign.draft, "texts/words.en.md": "# Other words"}

    def click(_):
        with transaction() as tx:
            return publish(tx, tx.get_one(Campaign, campaign.id), NOON, None)

    clicks = at_once(click, 10)

    assert Counter(new for _version, new in clicks) == {True: 1, False: 9}
    with reading() as tx:
        assert tx.scalar(select(func.max(CampaignVersion.number))) == 2
