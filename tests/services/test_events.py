"""What happened is written down once where it counts once, with where people came from; the funnel is made of it."""

import pytest
from sqlalchemy import select

from app.models import Event
from app.services.events import (
    STAGES,
    Happening,
    by_source,
    cleaned_source,
    funnel,
    note,
    note_stage,
    opt_in_rate,
)
from app.services.people import Person, person_of_fan
from tests.makers import NOON


@pytest.fixture
def campaign(make):
    return make.campaign()


def fans(make, tx, count):
    return [person_of_fan(tx, make.fan()) for _ in range(count)]


def people(tx, campaign):
    return {stage.name: stage.people for stage in funnel(tx, campaign)}


def test_a_person_reaches_a_stage_once(tx, make, campaign):
    fan = fans(make, tx, 1)[0]

    assert [note_stage(tx, campaign, "played", NOON, fan) for _ in range(3)] == [True, False, False]

    assert people(tx, campaign)["played"] == 1


def test_a_person_reaches_the_stage_of_each_campaign(tx, make, campaign):
    fan, other = fans(make, tx, 1)[0], make.campaign()

    note_stage(tx, campaign, "connected", NOON, fan)

    assert note_stage(tx, other, "connected", NOON, fan)


def test_what_may_happen_often_is_counted_often(tx, make, campaign):
    for _ in range(3):
        note(tx, campaign, Happening("saw"), NOON)

    assert funnel(tx, campaign)[0].times == 3


def test_the_funnel_counts_people_from_stage_to_stage(tx, make, campaign):
    for reached, fan in zip((1, 2, 3), fans(make, tx, 3), strict=True):
        for stage in STAGES[1 : 1 + reached]:
            note_stage(tx, campaign, stage, NOON, fan)

    assert list(people(tx, campaign).values()) == [0, 3, 2, 1, 0, 0, 0, 0]


def test_contacts_who_never_came_count_too(tx, make, campaign):
    contact = make.contact()

    note_stage(tx, campaign, "coupon_given", NOON, Person(contact.brand_id, None, contact.id))

    assert people(tx, campaign)["coupon_given"] == 1


def test_another_campaign_is_not_counted(tx, make, campaign):
    note(tx, make.campaign(), Happening("saw"), NOON)

    assert people(tx, campaign)["saw"] == 0


def test_channels_are_told_apart(tx, make, campaign):
    for fan, channel in zip(fans(make, tx, 3), ("qr", "qr", "embed"), strict=True):
        note_stage(tx, campaign, "played", NOON, fan, {"channel": channel})

    table = by_source(tx, campaign)

    assert (table["qr"]["played"], table["embed"]["played"], table["qr"]["finished"]) == (2, 1, 0)


def test_a_source_keeps_what_we_know_and_no_more():
    given = {"channel": "qr", "utm_source": "poster", "email": "lea@mail.example", "shop": "", "origin": None}

    assert cleaned_source(given) == {"channel": "qr", "utm_source": "poster"}


@pytest.mark.parametrize("written", ["q\x00r", "q\nr", "q\u202er", "q\ud800r"])
def test_a_source_holds_nothing_invisible(tx, campaign, written):
    note(tx, campaign, Happening("saw", source={"channel": written, "shop": written}), NOON)

    assert tx.scalars(select(Event.channel)).all() == ["qr"]


def test_a_source_of_any_length_can_be_stored(tx, campaign):
    note(tx, campaign, Happening("saw", source={"channel": "x" * 5000, "shop": "é" * 5000}), NOON)

    event = tx.scalars(select(Event)).one()
    assert (len(event.channel), len(event.source["shop"])) == (32, 100)


def test_the_rate_is_told_over_known_fans_and_over_followers(tx, make):
    campaign = make.campaign()
    tx.get_one(type(make.page()), campaign.page_id).follower_count = 200
    known = fans(make, tx, 4)
    note_stage(tx, campaign, "opted_in", NOON, known[0])

    rate = opt_in_rate(tx, campaign)

    assert (rate.of_fans_known, rate.of_followers) == (0.25, 0.005)


def test_nobody_knows_a_rate_of_nothing(tx, make, campaign):
    rate = opt_in_rate(tx, campaign)

    assert (rate.of_fans_known, rate.of_followers) == (None, None)
