"""Races on PostgreSQL between people's journeys, and between them and the CRM team's work."""

import threading
from datetime import timedelta

import pytest
from sqlalchemy import func, select, update

from app.db import reading, transaction
from app.models import Contact, CouponClaim, CouponPool, Decision, Effect, Fan, Run
from app.services import playing, progress
from app.services.consent import Word, record
from app.services.offering import Reply, answer_offer
from app.services.people import Person
from tests.makers import NOON, Make
from tests.rewards.test_races import at_once
from tests.small_campaign import JOURNEY, publish_small, visiting

SOON = timedelta(seconds=30)
LIMITED = JOURNEY.replace("steps:\n", "limits: {coupons: 1}\nsteps:\n", 1)


def published(tx, journey=JOURNEY):
    make = Make(tx)
    make.its_brand.opt_in = "single"
    return make, publish_small(tx, make.its_brand, NOON, journey=journey)


def test_a_fan_who_enters_in_ten_tabs_at_once_has_one_run_and_is_owed_once(race_database):
    with transaction() as tx:
        make, campaign = published(tx)
        fan, contact = make.fan(), make.contact()
        make.link(fan, contact)
        make.order(contact, ordered_at=NOON - timedelta(days=200))

    def enter(_number):
        with transaction() as tx:
            return progress.come_in(tx, visiting(tx, campaign, fan, NOON)).id

    runs = at_once(enter, 10)

    assert len(set(runs)) == 1
    with reading() as tx:
        assert [tx.scalar(select(func.count()).select_from(table)) for table in (Run, Effect, CouponClaim)] == [1, 1, 1]
        assert len(set(tx.scalars(select(Decision.number)))) == tx.scalar(select(func.count()).select_from(Decision))


def test_fans_who_are_one_contact_cannot_outrun_the_journeys_own_limit(race_database):
    with transaction() as tx:
        make, campaign = published(tx, LIMITED)
        tx.execute(update(CouponPool).values(per_person=5))
        contact, fans = make.contact(), [make.fan() for _ in range(5)]
        for fan in fans:
            make.link(fan, contact)
        make.order(contact, ordered_at=NOON - timedelta(days=200))

    def enter(number):
        with transaction() as tx:
            progress.come_in(tx, visiting(tx, campaign, fans[number], NOON))

    at_once(enter, 5)

    with reading() as tx:
        assert tx.scalar(select(func.count()).where(CouponClaim.coupon_id.is_not(None))) == 1


@pytest.fixture
def at_the_offer(race_database):
    """A linked contact without orders, who stands at the offer: campaign, fan, contact."""
    with transaction() as tx:
        make, campaign = published(tx)
        fan, contact = make.fan(), make.contact(email="ada@example.org")
        make.link(fan, contact)
        progress.come_in(tx, visiting(tx, campaign, fan, NOON))
        playing.make_move(tx, visiting(tx, campaign, fan, NOON + SOON), "vote", {"move": "1", "choice": "pear"})
    return campaign, fan, contact


def test_joining_while_the_base_is_imported_ends_in_no_deadlock(at_the_offer):
    campaign, fan, contact = at_the_offer
    in_hand, ended = threading.Event(), []

    def join():
        in_hand.wait(10)
        with transaction() as tx:
            answer_offer(tx, visiting(tx, campaign, fan, NOON + 2 * SOON), "club", Reply(True, [], "", {}))
        ended.append("joined")

    joining = threading.Thread(target=join)
    joining.start()
    with transaction() as tx:  # as an import does: the contacts first, then their words
        tx.execute(update(Contact).where(Contact.id == contact.id).values(first_name="Ada"))
        in_hand.set()
        joining.join(1)
        other = tx.get_one(Fan, fan.id)
        record(tx, Person(other.brand_id, None, contact.id), [Word("given", "partner", "email")], "a@b.example", NOON)
    joining.join(20)

    assert ended == ["joined"]
