"""A fan is linked to a contact only by an address of hers that was verified, and only when it is nobody else's."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import func, select

from app.db import transaction
from app.models import Contact, Fan, Link
from app.services.linking import (
    OWN_SOURCE,
    How,
    NotYours,
    accept_link,
    decline_link,
    end_link,
    link_offer,
    live_link,
    make_link,
    masked_email,
)
from tests.makers import NOON, Make

ADA = "ada@mail.example"


@pytest.fixture
def fan(make):
    fan = make.fan()
    make.identity(fan, ADA)
    return fan


def test_the_one_contact_with_her_verified_address_is_offered(tx, make, fan):
    contact = make.contact(email=ADA)

    assert link_offer(tx, fan) is contact


def test_an_address_that_nobody_verified_offers_nothing(tx, make):
    fan = make.fan()
    make.identity(fan, ADA, email_verified=False)
    make.contact(email=ADA)

    assert link_offer(tx, fan) is None


def test_two_contacts_with_her_address_wait_for_a_person(tx, make, fan):
    make.contact(email=ADA)
    make.contact(email=ADA)

    assert link_offer(tx, fan) is None


def joined(make, email, verified):
    """A contact that came by joining here, with an address that a provider has verified or that was typed."""
    stranger = make.fan()
    if verified:
        make.identity(stranger, email)
    return make.contact(source=OWN_SOURCE, external_id=str(stranger.id), email=email)


def test_an_address_that_somebody_typed_hides_nobodys_contact(tx, make, fan):
    known = make.contact(email=ADA)
    joined(make, ADA, verified=False)

    assert link_offer(tx, fan) is known


def test_an_address_that_somebody_typed_is_offered_to_nobody(tx, make, fan):
    joined(make, ADA, verified=False)

    assert link_offer(tx, fan) is None


def test_a_contact_that_joined_with_her_verified_address_is_offered(tx, make, fan):
    contact = joined(make, ADA, verified=True)

    assert link_offer(tx, fan) is contact


def test_two_addresses_that_lead_to_two_contacts_wait_for_a_person(tx, make, fan):
    make.identity(fan, "ada@work.example")
    make.contact(email=ADA)
    make.contact(email="ada@work.example")

    assert link_offer(tx, fan) is None


def test_a_contact_of_another_brand_is_not_offered(tx, make, fan):
    make.contact(make.brand(), email=ADA)

    assert link_offer(tx, fan) is None


def test_an_erased_contact_is_not_offered(tx, make, fan):
    make.contact(email=ADA, erased_at=NOON)

    assert link_offer(tx, fan) is None


def test_not_now_is_remembered(tx, make, fan):
    make.contact(email=ADA)

    decline_link(tx, fan, NOON)

    assert link_offer(tx, fan) is None


def test_yes_keeps_how_and_when(tx, make, fan):
    link = accept_link(tx, fan, make.contact(email=ADA), NOON)

    assert (link.how, link.made_at, link.by_staff_id) == ("verified_email", NOON, None)


def test_a_linked_fan_is_not_asked_again(tx, make, fan):
    accept_link(tx, fan, make.contact(email=ADA), NOON)

    assert link_offer(tx, fan) is None


def test_saying_yes_twice_makes_one_link(tx, make, fan):
    contact = make.contact(email=ADA)

    assert accept_link(tx, fan, contact, NOON).id == accept_link(tx, fan, contact, NOON).id


def test_yes_to_a_contact_that_was_not_offered_is_refused(tx, make, fan):
    make.contact(email=ADA)
    stranger = make.contact(email="bob@mail.example")

    with pytest.raises(NotYours):
        accept_link(tx, fan, stranger, NOON)


def test_a_linked_fan_cannot_be_tied_to_another_contact(tx, make, fan):
    make_link(tx, fan, make.contact(), How("by_hand", make.staff().id, "came to the shop"), NOON)

    with pytest.raises(NotYours):
        make_link(tx, fan, make.contact(), How("by_hand"), NOON)


def test_an_ended_link_stays_on_record_and_is_not_offered_again(tx, make, fan):
    link = accept_link(tx, fan, make.contact(email=ADA), NOON)

    end_link(tx, fan, NOON)

    tx.refresh(link)
    assert link.ended_at == NOON
    assert live_link(tx, fan) is None
    assert link_offer(tx, fan) is None


def test_two_fans_may_be_one_contact(tx, make, fan):
    other = make.fan()
    make.identity(other, ADA)
    contact = make.contact(email=ADA)

    assert accept_link(tx, fan, contact, NOON).fan_id != accept_link(tx, other, contact, NOON).fan_id


def test_twelve_yeses_at_once_make_one_link(own_database):
    with transaction() as tx:
        make = Make(tx)
        fan_id, contact_id = make.fan().id, make.contact(email=ADA).id
        make.identity(tx.get_one(Fan, fan_id), ADA)

    def say_yes(_):
        with transaction() as tx:
            accept_link(tx, tx.get_one(Fan, fan_id), tx.get_one(Contact, contact_id), NOON)

    with ThreadPoolExecutor(12) as people:
        list(people.map(say_yes, range(12)))
    with transaction() as tx:
        assert tx.scalar(select(func.count()).select_from(Link)) == 1


@pytest.mark.parametrize(
    ("address", "shown"),
    [("jane@example.org", "j•••@e•••.org"), ("é@x.co.uk", "é•••@x•••.uk"), ("a@b.c", "a•••@b•••.c")],
)
def test_a_masked_address_tells_its_owner_only(address, shown):
    assert masked_email(address) == shown
