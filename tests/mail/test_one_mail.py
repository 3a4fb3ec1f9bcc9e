"""One mail for one act: everything that was said yes to at once is asked about, and confirmed, together."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from app.models import Consent, MailLink
from app.services import playing, progress
from app.services.choices import send_again
from app.services.consent import Word, record, standing, verify_chain, withdraw
from app.services.mailing.confirming import confirm, look
from app.services.offering import Reply, answer_offer
from app.services.people import person_of_fan
from tests.mail.conftest import SOON, jobs, links, mails, token_in
from tests.makers import NOON
from tests.small_campaign import CAMPAIGN, JOURNEY, publish_small, visiting

BOXES = ("newsletter.email", "partner.email", "events.email", "surveys.email")
ADA = "ada@example.org"


@pytest.fixture
def database(shared_database):
    """SQLite alone: `test_confirming`, `test_delivering` and `test_races` walk the same ways on PostgreSQL, too."""
    return shared_database("sqlite")


@pytest.fixture
def campaign(tx, make, monkeypatch):
    asks, asked = "asks: [newsletter.email]", f"asks: [{', '.join(BOXES)}]"
    said = '{{label: {{en: "Yes, %s", fr: "Oui"}}, notice: notice}}\n'
    more = "".join(f"  {box}: {said % box.split('.')[0]}" for box in BOXES[1:])
    text = CAMPAIGN.replace(asks, asked).replace("messages:\n", f"{more}messages:\n")
    monkeypatch.setattr("tests.small_campaign.CAMPAIGN", text)
    make.its_brand.opt_in = "double"
    return publish_small(tx, make.its_brand, NOON, journey=JOURNEY.replace(asks, asked))


@pytest.fixture
def fan(tx, make, campaign):
    """A fan who ticked all four boxes at once."""
    one = make.fan()
    make.identity(one, ADA)
    progress.come_in(tx, visiting(tx, campaign, one, NOON))
    playing.make_move(tx, visiting(tx, campaign, one, NOON), "vote", {"move": "1", "choice": "pear"})
    answer_offer(tx, visiting(tx, campaign, one, SOON), "club", Reply(True, BOXES, "", {}))
    return one


def token(tx):
    return token_in(mails(tx, "confirmation")[-1], "c")


def test_four_boxes_ticked_at_once_bring_one_mail_that_lists_all_of_them(tx, fan):
    (mail,) = mails(tx, "confirmation")

    text = mail.get_body(("plain",)).get_content()
    assert [line for line in text.splitlines() if line.startswith("> Yes")] == [
        "> Yes, write to me", "> Yes, partner", "> Yes, events", "> Yes, surveys",
    ]  # fmt: skip
    assert len({link for link in links(mail) if "/m/c/" in link}) == 1
    assert set(links(mail)) == set(links(mail, "html"))


def test_one_click_confirms_all_each_with_its_own_word_in_the_ledger(tx, make, fan):
    opened = confirm(tx, token(tx), {}, SOON)

    given = {str(word.id): word.purpose for word in tx.scalars(select(Consent).where(Consent.event == "given"))}
    confirmed = tx.scalars(select(Consent).where(Consent.event == "confirmed").order_by(Consent.seq)).all()
    assert (opened.state, [word.purpose for word in confirmed]) == ("confirmed", list(given.values()))
    assert [given[said] for said in given if any(said in word.clear for word in confirmed)] == list(given.values())
    assert set(standing(tx, person_of_fan(tx, fan)).values()) == {"confirmed"}
    assert verify_chain(tx, make.its_brand.id).sound


def test_a_box_withdrawn_meanwhile_is_neither_asked_about_nor_revived(tx, fan):
    withdraw(tx, person_of_fan(tx, fan), "newsletter", "email", SOON)

    (mail,) = mails(tx, "confirmation")
    confirm(tx, token_in(mail, "c"), {}, SOON)

    assert "Yes, write to me" not in mail.get_body(("plain",)).get_content()
    stands = standing(tx, person_of_fan(tx, fan))
    assert [stands[box] for box in BOXES] == ["withdrawn", "confirmed", "confirmed", "confirmed"]


def test_when_every_box_was_withdrawn_the_mail_does_not_leave(tx, fan):
    for box in BOXES:
        withdraw(tx, person_of_fan(tx, fan), *box.rsplit(".", 1), SOON)

    assert mails(tx, "confirmation") == []


def test_one_mail_counts_once_for_the_cap_of_its_address(tx, fan):
    counted = tx.scalars(select(MailLink).where(MailLink.address_hmac.is_not(None))).all()

    assert (len(counted), len(jobs(tx, "confirmation"))) == (1, 1)


def test_send_again_is_one_mail_for_all_that_waits_at_that_address(tx, campaign, fan):
    old, later = token(tx), SOON + timedelta(minutes=5)

    send_again(tx, visiting(tx, campaign, fan, later), "events.email")

    assert len(jobs(tx, "confirmation")) == 2
    assert look(tx, old, later).state == "replaced"
    assert [each.state for each in confirm(tx, token(tx), {}, later).questions] == ["confirmed"] * 4


def test_what_was_said_at_another_address_is_not_confirmed_by_this_ones_click(tx, campaign, fan):
    person, later = person_of_fan(tx, fan), SOON + timedelta(minutes=5)
    other = Word("given", "contest", "email", "Contests", "en", campaign_id=campaign.id)
    record(tx, person, [other], "another@example.org", SOON)

    send_again(tx, visiting(tx, campaign, fan, later), "events.email")
    confirm(tx, token(tx), {}, later)

    assert standing(tx, person)["contest.email"] == "given"


def test_a_part_that_was_asked_for_again_leaves_the_rest_of_the_older_link_good(tx, campaign, fan):
    old, person, later = token(tx), person_of_fan(tx, fan), SOON + timedelta(minutes=5)
    withdraw(tx, person, "events", "email", SOON)
    anew = Word("given", "events", "email", "Events", "en", campaign_id=campaign.id)
    record(tx, person, [anew], "new@example.org", SOON)
    send_again(tx, visiting(tx, campaign, fan, later), "events.email")

    states = [each.state for each in confirm(tx, old, {}, later).questions]

    assert states == ["confirmed", "confirmed", "replaced", "confirmed"]
    assert standing(tx, person)["events.email"] == "given"
