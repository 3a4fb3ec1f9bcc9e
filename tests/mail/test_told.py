"""Journeys hear what their people confirm and take back: a wait for it goes on, an exit for it opens."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from app.db import transaction
from app.jobs.context import Context
from app.jobs.worker import Worker
from app.models import MailLink, Outbox, Run
from app.services import progress, waking
from app.services.choices import take_back
from app.services.consent import Word, record
from app.services.linking import end_link
from app.services.mailing.confirming import Asked, confirm, request_confirmation
from app.services.mailing.links import token_of
from app.services.mailing.withdrawing import withdraw
from app.services.people import person_of_contact, person_of_fan
from journeys.running.events import Happened
from tests.mail.conftest import mails, token_in
from tests.mail.test_letters import HELLO, TOPIC
from tests.makers import NOON, Make
from tests.small_campaign import publish_small, visiting

SOON = NOON + timedelta(hours=1)
WAITS = "journey: orchard\nsteps:\n  - wait: click\n    event: consent.%s\n    within: 7d\n"
LEAVES = "journey: orchard\nexit: {when: consent.newsletter.email}\nsteps:\n  - wait: a_week\n    for: 7d\n"


def stand(make, journey):
    """A fan stands in a journey, and her yes waits for its click; gives a visit of hers an hour later."""
    make.its_brand.opt_in = "double"
    campaign, fan = publish_small(make.tx, make.its_brand, NOON, journey=journey), make.fan()
    make.identity(fan, "ada@example.org")
    person = person_of_fan(make.tx, fan)
    said = Word("given", *TOPIC, "Letters", "en", campaign_id=campaign.id)
    words = record(make.tx, person, [said], "ada@example.org", NOON)
    progress.come_in(make.tx, visiting(make.tx, campaign, fan, NOON))
    request_confirmation(make.tx, Asked(person, words, campaign.id, campaign.live_version_id), NOON)
    return visiting(make.tx, campaign, fan, SOON)


def click(tx):
    confirm(tx, token_of(tx, tx.scalars(select(MailLink.id)).one()), {}, SOON)


def news(tx):
    """What is owed to journeys: the event, and what it is about."""
    rows = tx.scalars(select(Outbox).where(Outbox.kind.startswith("consent.")).order_by(Outbox.id))
    return [(row.kind, row.content["purpose"], row.content["channel"]) for row in rows]


@pytest.mark.parametrize(
    ("journey", "ended", "results"), [(WAITS % "confirmed", "end", {"click.came": True}), (LEAVES, "exit", {})]
)
def test_a_click_lets_a_journey_go_on_that_waits_for_it(own_database, tmp_path, journey, ended, results):
    with transaction() as tx:
        stand(Make(tx), journey)
    with transaction() as tx:
        click(tx)

    worker = Worker(Context(tmp_path / "mail", "https://fanfare.example"), lambda: SOON)
    while worker.work():
        pass

    with transaction() as tx:
        state = tx.scalars(select(Run)).one().state
    assert (state["ended"], state["results"]) == (ended, results)


def test_a_second_click_is_told_to_nobody(tx, make):
    stand(make, WAITS % "confirmed")

    click(tx)
    click(tx)

    assert news(tx) == [("consent.confirmed", *TOPIC)]


def test_a_yes_taken_back_in_the_game_is_told(tx, make):
    visit = stand(make, WAITS % "withdrawn")

    take_back(tx, visit, "newsletter.email", {})

    assert news(tx) == [("consent.withdrawn", *TOPIC)]


def test_a_yes_taken_back_by_a_mail_program_is_told(tx, make):
    stand(make, HELLO + "  - wait: click\n    event: consent.withdrawn\n")
    click(tx)
    token = token_in(mails(tx, "journey")[0], "w")

    withdraw(tx, token, "one_click", {}, SOON)

    assert news(tx)[-1] == ("consent.withdrawn", *TOPIC)


def test_nobody_is_told_who_is_in_no_journey(tx, make):
    visit = stand(make, LEAVES)
    tx.scalars(select(Run)).one().ended_at = NOON

    take_back(tx, visit, "newsletter.email", {})

    assert news(tx) == []


def test_a_contact_s_word_is_heard_by_her_fan_while_they_are_linked(tx, make):
    visit, contact = stand(make, WAITS % "confirmed"), make.contact()
    make.link(visit.fan, contact)
    told, happened = person_of_contact(tx, visit.fan.brand_id, contact.id), Happened("consent.confirmed", SOON)

    end_link(tx, visit.fan, SOON)
    assert waking.tell_person(tx, told, happened, SOON) == 0
    make.link(visit.fan, contact)
    assert waking.tell_person(tx, told, happened, SOON) == 1
