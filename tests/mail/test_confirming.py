"""Double opt-in: asked for once more by mail, confirmed by a click, and never more mails than anybody can bear."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from app.models import Brand, Consent, Contact, MailLink, Outbox
from app.services.consent import Word, forget, proof, record, standing, verify_chain, withdraw
from app.services.crm.erasing import erase_contact
from app.services.exporting import optins
from app.services.keys import fingerprint
from app.services.mailing.confirming import CAPS, confirm, look, request_again
from app.services.mailing.links import UnknownLink, token_of
from app.services.people import person_of_fan
from app.services.screens import current_screen
from app.services.sweeping import sweep
from tests.mail.conftest import LETTER, SOON, jobs, mails, token_in
from tests.small_campaign import visiting

WHO = {"network": "192.0.2.77", "request_id": "r1"}
TOPIC = ("newsletter", "email")


def its_token(tx, number=-1):
    return token_in(mails(tx, "confirmation")[number], "c")


def again(tx, campaign, fan, now):
    return request_again(tx, person_of_fan(tx, fan), TOPIC, campaign.live_version_id, now)


def words(tx):
    return tx.scalars(select(Consent.event).order_by(Consent.seq)).all()


def test_a_yes_is_asked_for_once_more_by_mail_and_counts_for_nothing_yet(tx, make, joins):
    fan = joins()

    assert words(tx) == ["given", "requested"]
    assert [mail["To"] for mail in mails(tx, "confirmation")] == ["ada@example.org"]
    assert standing(tx, person_of_fan(tx, fan)) == {LETTER: "given"}
    assert not list(optins(tx, make.its_brand))


def test_a_no_is_not_asked_for_again(tx, joins):
    joins(ticks=False)

    assert (words(tx), jobs(tx, "confirmation")) == (["refused"], [])


def test_under_single_opt_in_no_mail_asks(tx, make, campaign, joins):
    make.its_brand.opt_in = "single"

    joins()

    assert (words(tx), jobs(tx, "confirmation")) == (["given"], [])


def test_a_click_confirms_and_the_export_counts_it_with_its_proof(tx, make, joins):
    joins()

    state = confirm(tx, its_token(tx), WHO, SOON).state

    (row,) = optins(tx, make.its_brand)
    assert (state, row.email, row.confirmed_at) == ("confirmed", "ada@example.org", SOON)
    confirmed = tx.scalars(select(Consent).where(Consent.event == "confirmed")).one()
    kept = proof(tx, make.its_brand.id, confirmed.id)
    given = tx.scalars(select(Consent.id).where(Consent.event == "given")).one()
    assert kept["context"]["confirms"] == str(given)
    assert kept["context"]["network"] == "192.0.2.0/24"
    assert (kept["method"], kept["address"], kept["notice_text"]) == ("link", "ada@example.org", row.consent_text)
    assert verify_chain(tx, make.its_brand.id).sound


def test_a_second_click_is_welcome_and_confirms_nothing_twice(tx, joins):
    joins()
    token = its_token(tx)
    confirm(tx, token, WHO, SOON)

    assert confirm(tx, token, WHO, SOON).state == "confirmed"
    assert words(tx).count("confirmed") == 1


def test_looking_changes_nothing(tx, joins):
    joins()

    assert look(tx, its_token(tx), SOON).state == "open"
    assert words(tx) == ["given", "requested"]


def test_after_seven_days_a_link_is_too_old(tx, joins):
    joins()
    token = its_token(tx)

    assert look(tx, token, SOON + timedelta(days=7) - timedelta(seconds=1)).state == "open"
    assert confirm(tx, token, WHO, SOON + timedelta(days=7)).state == "expired"
    assert "confirmed" not in words(tx)


@pytest.mark.parametrize("token", ["", "x", "A" * 43, "A" * 4000, "é" * 43, "../../etc"])
def test_a_token_that_we_never_gave_is_unknown(tx, joins, token):
    joins()

    with pytest.raises(UnknownLink):
        confirm(tx, token, WHO, SOON)


def test_what_was_taken_back_is_not_revived_by_an_old_link(tx, joins):
    fan = joins()
    token = its_token(tx)
    withdraw(tx, person_of_fan(tx, fan), *TOPIC, SOON)

    assert confirm(tx, token, WHO, SOON).state == "withdrawn"
    assert standing(tx, person_of_fan(tx, fan)) == {LETTER: "withdrawn"}


def test_a_newer_request_makes_the_older_link_void(tx, campaign, joins):
    fan = joins()
    old = its_token(tx)
    assert again(tx, campaign, fan, SOON + timedelta(minutes=2))

    assert confirm(tx, old, WHO, SOON + timedelta(minutes=3)).state == "replaced"
    assert confirm(tx, its_token(tx), WHO, SOON + timedelta(minutes=3)).state == "confirmed"


def test_a_link_confirms_the_very_yes_that_it_was_sent_for(tx, campaign, joins):
    """Taken back and said again while her address had had its mails: the old link is for the old yes."""
    fan = joins()
    token = its_token(tx)
    person = person_of_fan(tx, fan)
    withdraw(tx, person, *TOPIC, SOON)
    record(tx, person, [Word("given", *TOPIC, "words", "en")], "ada@example.org", SOON)

    assert confirm(tx, token, WHO, SOON).state == "replaced"


def test_an_erased_person_has_nothing_to_confirm(tx, joins):
    fan = joins()
    token, person = its_token(tx), person_of_fan(tx, fan)
    erase_contact(tx, tx.get_one(Contact, person.contact_id), SOON)
    forget(tx, person)

    assert confirm(tx, token, WHO, SOON).state == "gone"
    assert not mails(tx, "confirmation")


def test_an_address_gets_three_of_these_mails_in_an_hour_and_six_in_a_day(tx, campaign, joins):
    fan = joins()

    left = [again(tx, campaign, fan, SOON + timedelta(minutes=20 * step)) for step in range(1, 60)]

    assert (left[:2], left[2:4]) == ([True, True], [True, True])
    in_an_hour = [job for job in jobs(tx, "confirmation") if job.created_at < SOON + timedelta(hours=1)]
    in_a_day = [job for job in jobs(tx, "confirmation") if job.created_at < SOON + timedelta(days=1)]
    assert (len(in_an_hour), len(in_a_day)) == (CAPS[0][1], CAPS[1][1])


def test_the_cap_is_the_address_s_whoever_types_it(tx, joins):
    for _ in range(5):
        joins(typed="victim@example.org")

    assert len(jobs(tx, "confirmation")) == 3


def test_the_fan_reads_the_same_whether_a_mail_left_or_not(tx, make, campaign, joins):
    fans = [joins(typed="victim@example.org") for _ in range(4)]

    shown = [current_screen(tx, visiting(tx, campaign, fan, SOON)) for fan in fans]

    assert {screen["look_into_mail"] for screen in shown} == {True}


def test_other_addresses_and_other_brands_are_not_held_up(tx, make, joins):
    for _ in range(4):
        joins(typed="victim@example.org")

    joins(typed="bob@example.org")

    assert len(jobs(tx, "confirmation")) == 4


def test_after_a_day_nobody_knows_which_address_was_counted(tx, joins):
    joins()

    sweep(tx, SOON + timedelta(hours=23))
    assert tx.scalars(select(MailLink.address_hmac)).one()
    sweep(tx, SOON + timedelta(days=1))
    assert tx.scalars(select(MailLink.address_hmac)).one() is None


def test_the_database_holds_no_token_and_no_address(tx, joins):
    joins()
    token = its_token(tx)

    link = tx.scalars(select(MailLink)).one()
    assert (link.token_hash, token_of(tx, link.id)) == (fingerprint(token), token)
    assert len(token) == 43
    kept = [
        str(value) for table in (MailLink, Outbox) for row in tx.scalars(select(table)) for value in vars(row).values()
    ]
    assert not [text for text in kept if token in text or "ada@" in text]


def test_a_confirmed_fan_is_told_nothing_about_mails(tx, campaign, joins):
    fan = joins()
    assert current_screen(tx, visiting(tx, campaign, fan, SOON))["look_into_mail"]

    confirm(tx, its_token(tx), WHO, SOON)

    assert not current_screen(tx, visiting(tx, campaign, fan, SOON))["look_into_mail"]


def test_a_mail_that_is_late_is_not_sent_when_its_link_is_void(tx, campaign, joins):
    fan = joins()
    again(tx, campaign, fan, SOON + timedelta(minutes=5))

    assert len(mails(tx, "confirmation", SOON + timedelta(minutes=6))) == 1
    assert not mails(tx, "confirmation", SOON + timedelta(days=8))


def test_links_belong_to_their_brand(tx, make, joins):
    joins()

    assert tx.scalar(select(func.count(func.distinct(MailLink.brand_id)))) == 1
    assert (
        tx.scalars(select(MailLink.brand_id)).one()
        == tx.scalars(select(Brand.id).where(Brand.opt_in == "double")).one()
    )
