"""Facts: what a journey may ask of a person, gathered from the base; what nobody wrote down is not taken for a yes."""

from datetime import timedelta

import pytest

from app.models import Membership
from app.services.campaigns.content import Reads
from app.services.facts import people
from tests.makers import NOON


def facts_of_all(tx, make, *fields, orders=False):
    return dict(people(tx, make.its_brand, Reads(frozenset(fields), orders), NOON))


def test_the_base_is_every_contact_and_every_fan_without_one(tx, make):
    contact, linked, alone = make.contact(), make.fan(), make.fan()
    make.link(linked, contact)

    assert set(facts_of_all(tx, make, "crm.known")) == {str(contact.id), str(alone.id)}


def test_a_contact_is_known_and_a_stranger_is_not(tx, make):
    contact, fan = make.contact(), make.fan()

    known = facts_of_all(tx, make, "crm.known")

    assert known[str(contact.id)].values["crm.known"] is True
    assert known[str(fan.id)].values["crm.known"] is False


def test_a_linked_contact_brings_what_the_fan_said(tx, make):
    contact = make.contact()
    make.link(make.fan(birth_year=1980), contact)

    assert facts_of_all(tx, make, "fan.of_age")[str(contact.id)].values["fan.of_age"] is True


def test_an_age_that_nobody_said_stays_unknown(tx, make):
    fan = make.fan()

    assert "fan.of_age" not in facts_of_all(tx, make, "fan.of_age")[str(fan.id)].values


def test_coupons_not_given_and_steps_not_reached_are_a_no(tx, make):
    fan = make.fan()

    values = facts_of_all(tx, make, "coupon.SUN.given", "journey.spring.reached.quiz", "points.balance")[
        str(fan.id)
    ].values

    assert values == {"coupon.SUN.given": False, "journey.spring.reached.quiz": False, "points.balance": 0}


STAGES = [(3, False, "customer"), (200, False, "lapsed"), (None, True, "member"), (None, False, "prospect")]


@pytest.mark.parametrize(("days_ago", "joined", "stage"), STAGES)
def test_the_maturity_of_a_contact(tx, make, days_ago, joined, stage):
    contact = make.contact()
    if days_ago is not None:
        make.order(contact, ordered_at=NOON - timedelta(days=days_ago))
    if joined:
        tx.add(Membership(brand_id=contact.brand_id, program="club", contact_id=contact.id, joined_at=NOON))
        tx.flush()

    assert facts_of_all(tx, make, "person.maturity")[str(contact.id)].values["person.maturity"] == stage


def test_a_customer_lapses_on_the_day_on_which_her_order_leaves_the_last_90_days(tx, make):
    contact = make.contact()
    make.order(contact, ordered_at=NOON - timedelta(days=90) + timedelta(hours=2))

    assert facts_of_all(tx, make, "person.maturity")[str(contact.id)].values["person.maturity"] == "lapsed"


def test_orders_come_with_their_lines_and_categories(tx, make):
    contact = make.contact()
    make.order(contact, lines=[("FRUIT", 500), ("BREAD", 300)])

    lines = facts_of_all(tx, make, orders=True)[str(contact.id)].orders

    assert sorted((line.category, line.amount_cents) for line in lines) == [("BREAD", 300), ("FRUIT", 500)]
