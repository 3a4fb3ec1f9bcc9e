"""What is known of a person keeps where it comes from, and the rule table says what holds."""

from datetime import timedelta
from decimal import Decimal

import pytest

from app.models import ErasedAddress
from app.services.addresses import BadAddress, normal_email, normal_phone
from app.services.consent import Word, record, standing, verify_chain
from app.services.crm import Known, Whence, attributes_of, erase_contact, merged, profile, set_attribute
from app.services.crm.erasing import erased_among
from app.services.people import Person, person_of_contact, person_of_fan
from journeys.facts import Money
from tests.makers import NOON

LATER = NOON + timedelta(days=1)


def said(source, value, at=NOON):
    return Known("crm.tier", value, source, "somewhere", at)


@pytest.mark.parametrize(
    ("sayings", "customer", "holds"),
    [
        ([said("crm", "gold"), said("declared", "silver", LATER)], True, "silver"),
        ([said("crm", "gold", LATER), said("declared", "silver")], True, "gold"),
        ([said("game", "gold", LATER), said("declared", "silver")], False, "gold"),
        ([said("crm", "gold"), said("social", "silver", LATER)], False, "gold"),
        ([said("inferred", "gold"), said("social", "silver", LATER)], False, "gold"),
        ([said("crm", "gold"), said("inferred", "silver", LATER)], True, "gold"),
        ([said("social", "silver")], False, "silver"),
        ([said("social", "silver")], True, None),
    ],
)
def test_the_rule_table_says_what_holds(sayings, customer, holds):
    held = merged(sayings, customer).get("crm.tier")

    assert (held.value if held else None) == holds


@pytest.mark.parametrize(
    "value", [True, 3, "gold", Decimal("1.50"), NOON.date(), timedelta(days=2), frozenset({"a", "b"}), Money(5, "EUR")]
)
def test_a_value_comes_back_as_it_was_set(tx, make, value):
    person = person_of_fan(tx, make.fan())

    set_attribute(tx, person, "crm.thing", value, Whence("declared", "test", NOON))

    assert attributes_of(tx, person) == {"crm.thing": value}


def test_a_source_replaces_only_its_own_word(tx, make):
    person = person_of_fan(tx, make.fan())

    for source, value in (("declared", "a"), ("game", "b"), ("game", "c")):
        set_attribute(tx, person, "wish", value, Whence(source, "test", LATER if source == "game" else NOON))

    shown = [(known.source, known.value, known.holds) for known in profile(tx, person)]
    assert shown == [("game", "c", True), ("declared", "a", False)]


def test_nothing_takes_a_word_back(tx, make):
    person = person_of_fan(tx, make.fan())
    set_attribute(tx, person, "wish", "a", Whence("declared", "test", NOON))

    set_attribute(tx, person, "wish", None, Whence("declared", "test", NOON))

    assert attributes_of(tx, person) == {}


def test_social_data_say_nothing_of_a_customer(tx, make):
    contact = make.contact()
    person = person_of_contact(tx, contact.brand_id, contact.id)
    set_attribute(tx, person, "town", "Lyon", Whence("social", "test", NOON))
    before = attributes_of(tx, person)

    make.order(contact)

    assert (before, attributes_of(tx, person)) == ({"crm.town": "Lyon"}, {})


def test_a_linked_fan_is_known_by_both(tx, make):
    fan, contact = make.fan(), make.contact()
    set_attribute(tx, person_of_fan(tx, fan), "wish", "a", Whence("declared", "test", NOON))
    make.link(fan, contact)
    both = person_of_fan(tx, fan)

    set_attribute(tx, both, "tier", "gold", Whence("crm", "test", NOON))

    assert attributes_of(tx, both) == {"crm.wish": "a", "crm.tier": "gold"}


def test_an_erased_contact_is_named_nowhere_and_the_chain_stays_sound(tx, make):
    contact = make.contact(email="ada@example.org", first_name="Ada")
    person = Person(contact.brand_id, None, contact.id)
    record(tx, person, [Word("confirmed", "newsletter", "email", "Yes", "en")], "ada@example.org", NOON)

    erase_contact(tx, contact, NOON)

    assert (contact.email, contact.first_name, contact.erased_at) == (None, None, NOON)
    assert standing(tx, person) == {}
    assert verify_chain(tx, contact.brand_id).sound


def test_a_fan_who_was_linked_to_an_erased_contact_is_a_stranger(tx, make):
    fan, contact = make.fan(), make.contact()
    make.link(fan, contact)

    erase_contact(tx, contact, NOON)

    assert person_of_fan(tx, fan).contact_id is None


def test_an_erased_address_is_known_again_but_not_stored(tx, make):
    contact = make.contact(email="ada@example.org")

    erase_contact(tx, contact, NOON)

    assert erased_among(tx, contact.brand_id, ["ada@example.org", "bob@example.org"]) == {"ada@example.org"}
    assert (
        "ada"
        not in tx.get_one(ErasedAddress, (contact.brand_id, tx.query(ErasedAddress).one().address_hmac)).address_hmac
    )


@pytest.mark.parametrize(
    ("text", "normal"),
    [
        ("Ada@Example.ORG ", "ada@example.org"),
        ("a@bücher.example", "a@xn--bcher-kva.example"),
        ("a+b@x.org", "a+b@x.org"),
    ],
)
def test_an_email_address_has_one_form(text, normal):
    assert normal_email(text) == normal


@pytest.mark.parametrize("text", ["a@b", "Bcc: x\n@example.org", "a\u200bb@example.org", "é@example.org", "", "a@"])
def test_what_is_no_email_address_is_refused_with_a_reason(text):
    with pytest.raises(BadAddress, match=r"\w"):
        normal_email(text)


@pytest.mark.parametrize("text", ["06 12 34 56 78", "+33612345678", "٠٦١٢٣٤٥٦٧٨", "+٣٣٦١٢٣٤٥٦٧٨", "0033612345678"])
def test_a_telephone_number_has_one_form(text):
    assert normal_phone(text, "FR") == "+33612345678"


@pytest.mark.parametrize(
    ("text", "reason"), [("12", "no such number"), ("0899123456", "premium"), ("x", "no telephone")]
)
def test_what_is_no_telephone_number_is_refused_with_a_reason(text, reason):
    with pytest.raises(BadAddress, match=reason):
        normal_phone(text, "FR")
