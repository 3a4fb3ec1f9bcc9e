"""Offers: a yes to the program, boxes apart from it, and a refusal that costs nothing."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from app.errors import InvalidValue
from app.models import Consent, Contact, Link, Membership, Notice
from app.services import playing, progress
from app.services.consent import Word, record, standing
from app.services.linking import decline_link
from app.services.offering import AddressMissing, Reply, answer_offer, needs_address
from app.services.people import person_of_fan
from app.services.screens import current_screen
from tests.makers import NOON
from tests.small_campaign import publish_small, visiting

LATER = NOON + timedelta(minutes=1)


@pytest.fixture
def campaign(tx, make):
    make.its_brand.opt_in = "single"
    return publish_small(tx, make.its_brand, NOON)


@pytest.fixture
def offered(tx, make, campaign):
    """A fan with a verified address who stands at the offer."""

    def fan(email="ada@example.org"):
        one = make.fan(display_name="Ada Lovelace")
        if email:
            make.identity(one, email)
        progress.come_in(tx, visiting(tx, campaign, one, NOON))
        playing.make_move(tx, visiting(tx, campaign, one, NOON), "vote", {"move": "1", "choice": "pear"})
        return one

    return fan


def test_joining_makes_a_contact_and_a_member(tx, campaign, offered):
    fan = offered()

    answer_offer(tx, visiting(tx, campaign, fan, LATER), "club", Reply(True, [], "", {}))

    contact = tx.scalars(select(Contact)).one()
    assert (contact.email, contact.first_name, contact.last_name) == ("ada@example.org", "Ada", "Lovelace")
    assert tx.scalars(select(Membership.contact_id)).all() == [contact.id]
    assert tx.scalars(select(Link.how)).all() == ["joined_program"]


def test_an_unticked_box_is_a_no_in_the_ledger(tx, campaign, offered):
    fan = offered()

    answer_offer(tx, visiting(tx, campaign, fan, LATER), "club", Reply(True, [], "", {}))

    assert standing(tx, person_of_fan(tx, fan)) == {"newsletter.email": "refused"}


def test_a_ticked_box_is_a_yes_to_the_exact_words_in_her_language(tx, campaign, offered):
    fan = offered()

    reply = Reply(True, ["newsletter.email"], "", {"origin": "https://brand.example"})
    answer_offer(tx, visiting(tx, campaign, fan, LATER, "fr"), "club", reply)

    assert tx.scalars(select(Notice.text)).all() == ["Oui, écrivez-moi\n\nWe write once a month (fr)."]
    assert "https://brand.example" in tx.scalars(select(Consent.clear)).one()


def test_words_are_proven_in_the_language_that_was_shown(tx, campaign, offered):
    """The page may be in a language that her version of the campaign does not have yet."""
    fan = offered()
    visit = visiting(tx, campaign, fan, LATER, "de")
    (shown,) = current_screen(tx, visit)["asks"]

    answer_offer(tx, visit, "club", Reply(True, ["newsletter.email"], "", {}))

    notice = tx.scalars(select(Notice)).one()
    assert (notice.language, notice.text) == ("en", f"{shown['label']}\n\n{shown['notice']}")


def test_refusing_leaves_no_contact_and_no_word(tx, campaign, offered):
    fan = offered()

    answer_offer(tx, visiting(tx, campaign, fan, LATER), "club", Reply(False, [], "", {}))

    assert not tx.scalars(select(Contact)).all()
    assert not tx.scalars(select(Consent)).all()


def test_joining_with_a_known_verified_address_ties_her_to_that_contact(tx, make, campaign, offered):
    known = make.contact(email="ada@example.org")
    fan = offered()

    answer_offer(tx, visiting(tx, campaign, fan, LATER), "club", Reply(True, [], "", {}))

    assert tx.scalars(select(Link.contact_id)).all() == [known.id]


def test_an_address_that_was_only_typed_never_ties_her_to_somebody_else(tx, make, campaign, offered):
    known = make.contact(email="ada@example.org")
    fan = offered(email=None)

    answer_offer(
        tx, visiting(tx, campaign, fan, LATER), "club", Reply(True, ["newsletter.email"], "Ada@Example.org", {})
    )

    assert tx.scalars(select(Link.contact_id)).one() != known.id


def test_joining_never_ties_her_to_a_contact_to_whom_she_said_not_now(tx, make, campaign, offered):
    known = make.contact(email="ada@example.org")
    fan = offered()
    decline_link(tx, fan, NOON)

    answer_offer(tx, visiting(tx, campaign, fan, LATER), "club", Reply(True, [], "", {}))

    assert tx.scalars(select(Link.contact_id)).one() != known.id


def test_a_fan_without_an_address_is_asked_for_one(tx, campaign, offered):
    fan = offered(email=None)

    assert current_screen(tx, visiting(tx, campaign, fan, LATER))["needs_email"]
    assert needs_address(tx, visiting(tx, campaign, fan, LATER), ["newsletter.email"])


def test_a_yes_to_mail_without_an_address_is_refused(tx, campaign, offered):
    fan = offered(email=None)

    with pytest.raises(AddressMissing):
        answer_offer(tx, visiting(tx, campaign, fan, LATER), "club", Reply(True, ["newsletter.email"], " ", {}))


@pytest.mark.parametrize("typed", ["a@b", "ada", "ada@example.org\nBcc: eve@example.org", "é@example.org", "a" * 400])
def test_an_address_that_cannot_be_one_is_refused(tx, campaign, offered, typed):
    fan = offered(email=None)

    with pytest.raises(InvalidValue):
        answer_offer(tx, visiting(tx, campaign, fan, LATER), "club", Reply(True, [], typed, {}))


def test_a_box_that_was_not_offered_is_refused(tx, campaign, offered):
    fan = offered()

    with pytest.raises(InvalidValue):
        answer_offer(tx, visiting(tx, campaign, fan, LATER), "club", Reply(True, ["partner.phone"], "", {}))


def test_no_box_of_an_offer_comes_ticked(tx, campaign, offered):
    screen = current_screen(tx, visiting(tx, campaign, offered(), LATER))

    assert [set(ask) for ask in screen["asks"]] == [{"name", "label", "notice"}]


def test_a_box_left_alone_takes_no_standing_yes_back(tx, make, campaign, offered):
    fan = offered()
    person = person_of_fan(tx, fan)
    record(tx, person, [Word("given", "newsletter", "email", "words", "en")], "ada@example.org", NOON)

    answer_offer(tx, visiting(tx, campaign, fan, LATER), "club", Reply(True, [], "", {}))

    assert standing(tx, person_of_fan(tx, fan)) == {"newsletter.email": "given"}


def test_a_box_whose_yes_stands_is_not_shown_again(tx, campaign, offered):
    fan = offered()
    record(tx, person_of_fan(tx, fan), [Word("given", "newsletter", "email", "words", "en")], "ada@example.org", NOON)

    assert current_screen(tx, visiting(tx, campaign, fan, LATER))["asks"] == []
