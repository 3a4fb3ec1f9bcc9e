"""Letters of a campaign: who gets which, to which address, with which coupon and which way out."""

from datetime import timedelta

import pytest
from sqlalchemy import select, update

from app.models import Contact, CouponClaim, CouponPool, Fan, Message
from app.services import progress
from app.services.consent import Word, record, standing
from app.services.linking import end_link
from app.services.mailing.confirming import confirm
from app.services.mailing.links import UnknownLink
from app.services.mailing.withdrawing import look, withdraw
from app.services.mailing.writing import write_letter
from app.services.people import person_of_contact, person_of_fan
from tests.mail.conftest import LETTER, SOON, jobs, links, mails, token_in
from tests.makers import NOON
from tests.small_campaign import CAMPAIGN, publish_small, visiting

HELLO = "journey: orchard\nsteps:\n  - message: hello\n    channel: email\n"
WHO = {"network": "192.0.2.77"}
TOPIC = ("newsletter", "email")


@pytest.fixture
def database(shared_database):
    """SQLite alone: `test_confirming`, `test_delivering` and `test_races` walk the same ways on PostgreSQL, too."""
    return shared_database("sqlite")


@pytest.fixture
def reader(tx, make):
    """A customer who has confirmed the letters, and to whom one is owed."""
    make.its_brand.opt_in = "double"
    campaign = publish_small(tx, make.its_brand, NOON, journey=HELLO)
    fan, contact = make.fan(language="fr"), make.contact(email="ada@example.org")
    make.link(fan, contact)
    person = person_of_fan(tx, fan)
    record(tx, person, [Word("given", *TOPIC, "words", "fr"), Word("confirmed", *TOPIC)], "ada@example.org", NOON)
    progress.come_in(tx, visiting(tx, campaign, fan, NOON))
    return fan


@pytest.fixture
def brings_coupons(monkeypatch):
    """The small campaign brings its coupons by mail."""
    text = CAMPAIGN.replace("stock: {stock}, valid: 30d", "stock: {stock}, valid: 30d, mail: won")
    text = text.replace("value: 3.00 USD, kind: generated", "value: 3.00 USD, kind: generated, valid: 9d, mail: won")
    text = text.replace(
        "messages:\n", "messages:\n  won: {{subject: {{en: Yours, fr: À vous}}, text: words, purpose: service}}\n"
    )
    monkeypatch.setattr("tests.small_campaign.CAMPAIGN", text)


def test_a_letter_goes_to_whom_has_confirmed(tx, reader):
    (mail,) = mails(tx, "journey")

    assert (mail["To"], mail["Content-Language"]) == ("ada@example.org", "fr")


def test_a_letter_is_dropped_when_the_yes_was_taken_back_meanwhile(tx, reader):
    record(tx, person_of_fan(tx, reader), [Word("withdrawn", *TOPIC)], None, SOON)

    (job,) = jobs(tx, "journey")
    assert write_letter(tx, job.content, SOON) == "no_consent"


def test_a_letter_that_has_left_is_not_written_again(tx, reader):
    tx.execute(update(Message).values(status="sent"))

    (job,) = jobs(tx, "journey")
    assert write_letter(tx, job.content, SOON) is None


def test_nothing_is_sent_to_who_is_erased(tx, reader):
    reader.erased_at = SOON

    (job,) = jobs(tx, "journey")
    assert write_letter(tx, job.content, SOON) == "erased"


def test_the_way_out_of_a_letter_takes_the_yes_back_for_good(tx, reader):
    token = token_in(mails(tx, "journey")[0], "w")

    withdraw(tx, token, "link", WHO, SOON)

    assert standing(tx, person_of_fan(tx, reader)) == {LETTER: "withdrawn"}
    assert look(tx, token)[1] == "withdrawn"


def test_the_way_out_may_be_taken_twice(tx, reader):
    token = token_in(mails(tx, "journey")[0], "w")
    first = withdraw(tx, token, "one_click", WHO, SOON)

    again = withdraw(tx, token, "one_click", WHO, SOON + timedelta(days=1))

    assert (first.id, again.used_at) == (again.id, SOON)


def test_looking_at_the_way_out_changes_nothing(tx, reader):
    token = token_in(mails(tx, "journey")[0], "w")

    assert look(tx, token)[1] == "open"
    assert standing(tx, person_of_fan(tx, reader)) == {LETTER: "confirmed"}


def test_a_letter_written_twice_has_the_same_way_out(tx, reader):
    assert token_in(mails(tx, "journey")[0], "w") == token_in(mails(tx, "journey")[0], "w")


def test_the_way_out_still_stops_the_letters_to_a_contact_whose_fan_was_unlinked(tx, reader):
    contact_id = tx.scalars(select(Contact.id)).one()
    contact = person_of_contact(tx, reader.brand_id, contact_id)
    record(tx, contact, [Word("confirmed", *TOPIC)], "ada@example.org", NOON)
    token = token_in(mails(tx, "journey")[0], "w")
    end_link(tx, reader, SOON)

    withdraw(tx, token, "one_click", WHO, SOON)

    assert standing(tx, contact) == {LETTER: "withdrawn"}
    assert standing(tx, person_of_fan(tx, tx.get_one(Fan, reader.id))) == {LETTER: "withdrawn"}


def test_a_token_that_confirms_does_not_withdraw(tx, joins):
    joins()
    token = token_in(mails(tx, "confirmation")[0], "c")

    with pytest.raises(UnknownLink):
        withdraw(tx, token, "link", WHO, SOON)


def test_a_won_coupon_comes_by_mail_with_code_and_last_day(tx, brings_coupons, joins):
    fan = joins(ticks=False)

    (mail,) = mails(tx, "coupon")
    text = mail.get_body(("plain",)).get_content()
    (coupon,) = [line for line in text.splitlines() if line.startswith("Code: ")]
    assert (mail["Subject"], mail["To"]) == ("Yours", "ada@example.org")
    assert len(coupon) > len("Code: ") + 12
    assert "Valid until June 24, 2026" in text
    assert any(link.endswith("/coupons?lang=en&src=mail") for link in links(mail))
    assert standing(tx, person_of_fan(tx, fan)) == {LETTER: "refused"}


def test_a_coupon_s_mail_needs_no_consent_and_has_no_way_out_to_take(tx, brings_coupons, joins):
    joins(ticks=False)

    (mail,) = mails(tx, "coupon")
    assert mail["List-Unsubscribe"] is None
    assert not [link for link in links(mail) if "/m/w/" in link]


def test_a_coupon_is_never_mailed_to_an_address_that_somebody_only_typed(tx, brings_coupons, joins):
    joins(typed="victim@example.org")

    (job,) = jobs(tx, "coupon")
    assert write_letter(tx, job.content, SOON) == "not_hers"


def test_once_the_typed_address_is_confirmed_the_coupon_may_go_there(tx, brings_coupons, joins):
    joins(typed="ada@example.org")
    confirm(tx, token_in(mails(tx, "confirmation")[0], "c"), WHO, SOON)

    assert [mail["To"] for mail in mails(tx, "coupon")] == ["ada@example.org"]


def test_a_coupon_s_mail_is_owed_once(tx, brings_coupons, joins):
    joins()

    assert len(jobs(tx, "coupon")) == len(tx.scalars(select(CouponClaim)).all()) == 1


def test_a_coupon_that_has_ended_is_not_mailed_any_more(tx, brings_coupons, joins):
    joins()

    (job,) = jobs(tx, "coupon")
    assert write_letter(tx, job.content, SOON + timedelta(days=10)) == "coupon_over"


def test_a_letter_may_name_a_coupon_that_its_reader_holds(tx, make, monkeypatch):
    named = CAMPAIGN.replace(
        "hello: {{subject: Hello, text: words}}", "hello: {{subject: Hello, text: words, coupon: COMEBACK}}"
    )
    monkeypatch.setattr("tests.small_campaign.CAMPAIGN", named)
    make.its_brand.opt_in = "single"
    journey = "journey: orchard\nsteps:\n  - give: COMEBACK\n  - message: hello\n    channel: email\n"
    campaign = publish_small(tx, make.its_brand, NOON, journey=journey)
    fan = make.fan()
    make.identity(fan, "ada@example.org")
    record(tx, person_of_fan(tx, fan), [Word("given", *TOPIC, "words", "en")], "ada@example.org", NOON)
    progress.come_in(tx, visiting(tx, campaign, fan, NOON))

    text = mails(tx, "journey")[0].get_body(("plain",)).get_content()

    assert "Come back\n15%\nCode: " in text.replace("\r\n", "\n")


def test_a_stranger_without_an_address_is_not_written_to(tx, make, brings_coupons):
    campaign = publish_small(tx, make.its_brand, NOON, journey="journey: orchard\nsteps:\n  - give: WELCOME\n")
    fan = make.fan()
    progress.come_in(tx, visiting(tx, campaign, fan, NOON))

    (job,) = jobs(tx, "coupon")
    assert write_letter(tx, job.content, SOON) == "no_address"
    assert tx.scalars(select(CouponPool.code).join(CouponClaim, CouponClaim.pool_id == CouponPool.id)).all() == [
        "WELCOME"
    ]


def test_playing_is_the_same_when_everything_optional_is_refused(tx, brings_coupons, joins):
    joins(ticks=True)
    joins(email="bob@example.org", ticks=False)

    assert len(mails(tx, "coupon")) == 2
