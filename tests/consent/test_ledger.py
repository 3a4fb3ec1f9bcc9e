"""What is said is kept as it was said, and what stands is read from it."""

import json
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from app.models import Consent, Notice
from app.services.consent import Word, forget, may_contact, record, standing, withdraw
from app.services.consent.canonical import shortened
from app.services.people import Person, person_of_contact, person_of_fan
from tests.makers import NOON

GIVEN = Word("given", "newsletter", "email", "Yes, write to me.", "en", "form")


def say(event, purpose="newsletter", channel="email"):
    return Word(event, purpose, channel, "Yes, write to me.", "en")


@pytest.fixture
def fan(tx, make):
    return person_of_fan(tx, make.fan(display_name="Ada"))


def test_silence_is_no(tx, make, fan):
    assert standing(tx, fan) == {}
    assert not may_contact(tx, fan, "newsletter", "email", make.its_brand)


def test_a_given_word_waits_for_its_confirmation_under_double_opt_in(tx, make, fan):
    record(tx, fan, [GIVEN], "ada@example.org", NOON)
    before = may_contact(tx, fan, "newsletter", "email", make.its_brand)

    record(tx, fan, [say("confirmed")], "ada@example.org", NOON)

    assert (before, may_contact(tx, fan, "newsletter", "email", make.its_brand)) == (False, True)


def test_a_given_word_is_enough_under_single_opt_in(tx, make, fan):
    make.its_brand.opt_in = "single"

    record(tx, fan, [GIVEN], "ada@example.org", NOON)

    assert may_contact(tx, fan, "newsletter", "email", make.its_brand)


def test_a_yes_to_one_channel_is_no_yes_to_another(tx, make, fan):
    record(tx, fan, [say("confirmed", channel="sms")], "+33612345678", NOON)

    assert not may_contact(tx, fan, "newsletter", "email", make.its_brand)


def test_a_yes_said_again_keeps_its_confirmation(tx, fan):
    record(tx, fan, [GIVEN, say("confirmed"), GIVEN], "ada@example.org", NOON)

    assert standing(tx, fan) == {"newsletter.email": "confirmed"}


def test_asking_for_confirmation_answers_nothing(tx, fan):
    record(tx, fan, [say("requested")], "ada@example.org", NOON)

    assert standing(tx, fan) == {}


def test_withdrawing_ends_it(tx, make, fan):
    record(tx, fan, [GIVEN, say("confirmed")], "ada@example.org", NOON)

    withdraw(tx, fan, "newsletter", "email", NOON + timedelta(days=1))

    assert not may_contact(tx, fan, "newsletter", "email", make.its_brand)


def test_a_linked_fan_and_her_contact_speak_as_one(tx, make):
    fan, contact = make.fan(), make.contact()
    alone = person_of_contact(tx, contact.brand_id, contact.id)
    record(tx, alone, [say("confirmed")], "ada@example.org", NOON)
    make.link(fan, contact)

    withdraw(tx, person_of_fan(tx, fan), "newsletter", "email", NOON)

    assert standing(tx, alone) == standing(tx, person_of_fan(tx, fan)) == {"newsletter.email": "withdrawn"}


def test_two_fans_of_one_contact_do_not_see_each_other(tx, make):
    contact, one, other = make.contact(), make.fan(), make.fan()
    make.link(one, contact)
    make.link(other, contact)

    record(tx, person_of_fan(tx, one), [say("confirmed")], "ada@example.org", NOON)

    assert standing(tx, person_of_fan(tx, other)) == {}


def test_the_exact_words_are_kept_once(tx, fan):
    record(tx, fan, [GIVEN, GIVEN], "ada@example.org", NOON)

    assert tx.scalars(select(Notice.text)).all() == ["Yes, write to me."]


def test_nothing_in_the_clear_names_the_person(tx, fan):
    context = {"network": "203.0.113.77", "step": "welcome"}
    record(tx, fan, [Word("given", "newsletter", "email", "Yes", "en", context=context)], "ada@example.org", NOON)

    row = tx.scalars(select(Consent)).one()

    assert json.loads(row.clear)["context"] == {"network": "203.0.113.0/24", "step": "welcome"}
    assert not {"ada", "Ada", "203.0.113.77"} & set(row.clear.replace('"', " ").split())
    assert b"ada@example.org" not in row.sealed


def test_a_circumstance_the_ledger_does_not_know_is_refused(tx, fan):
    with pytest.raises(ValueError, match="keeps no shoe_size"):
        record(tx, fan, [Word("given", "newsletter", "email", context={"shoe_size": "41"})], None, NOON)


def test_each_brand_has_its_own_chain(tx, make):
    here, there = make.fan(), make.fan(make.brand())

    rows = [record(tx, Person(fan.brand_id, fan.id), [GIVEN], None, NOON)[0] for fan in (here, there)]

    assert [row.seq for row in rows] == [1, 1]
    assert rows[0].previous_hash != rows[1].previous_hash


def test_a_forgotten_person_has_said_nothing(tx, fan):
    record(tx, fan, [say("confirmed")], "ada@example.org", NOON)

    forget(tx, fan)

    assert standing(tx, fan) == {}


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("203.0.113.77", "203.0.113.0/24"),
        ("2001:db8:1:2:3::9", "2001:db8:1::/48"),
        ("::ffff:203.0.113.77", "203.0.113.0/24"),
        ("203.0.113.0/24", "203.0.113.0/24"),
        ("nobody", ""),
    ],
)
def test_an_address_is_shortened_to_its_network(address, network):
    assert shortened(address) == network


EVENTS = st.sampled_from(["given", "confirmed", "refused", "withdrawn", "requested"])


@given(said=st.lists(st.tuples(EVENTS, st.sampled_from(["email", "sms"])), max_size=8))
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whoever_took_a_yes_back_last_may_not_be_contacted(said, tx, make):
    person = person_of_fan(tx, make.fan())
    for event, channel in said:
        record(tx, person, [say(event, channel=channel)], None, NOON)

    for channel in ("email", "sms"):
        answers = [event for event, on in said if on == channel and event != "requested"]
        yes = bool(answers) and answers[-1] in ("given", "confirmed")
        since_no = answers[max((i for i, e in enumerate(answers) if e in ("refused", "withdrawn")), default=-1) + 1 :]
        assert may_contact(tx, person, "newsletter", channel, make.its_brand) == (yes and "confirmed" in since_no)
