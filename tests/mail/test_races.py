"""Mails under concurrency, on PostgreSQL: caps are exact, and clicks at one moment make one word."""

from concurrent.futures import ThreadPoolExecutor

from sqlalchemy import select

from app.db import transaction
from app.models import Campaign, Consent, Fan, MailLink
from app.services import playing, progress
from app.services.consent import verify_chain
from app.services.mailing.confirming import CAPS, confirm
from app.services.mailing.links import token_of
from app.services.offering import Reply, answer_offer
from tests.mail.conftest import LETTER, SOON
from tests.makers import NOON, Make
from tests.small_campaign import publish_small, visiting

MANY = 6


def at_the_offer(many):
    """Fans who stand at the offer; gives the campaign's id and theirs."""
    with transaction() as tx:
        make = Make(tx)
        make.its_brand.opt_in = "double"
        campaign = publish_small(tx, make.its_brand, NOON)
        fans = [make.fan() for _ in range(many)]
        for fan in fans:
            progress.come_in(tx, visiting(tx, campaign, fan, NOON))
            playing.make_move(tx, visiting(tx, campaign, fan, NOON), "vote", {"move": "1", "choice": "pear"})
        return campaign.id, [fan.id for fan in fans]


def joins(campaign_id, fan_id):
    with transaction() as tx:
        visit = visiting(tx, tx.get_one(Campaign, campaign_id), tx.get_one(Fan, fan_id), SOON)
        answer_offer(tx, visit, "club", Reply(True, [LETTER], "victim@example.org", {}))


def test_many_who_type_one_address_at_one_moment_send_it_three_mails(race_database):
    campaign_id, fans = at_the_offer(MANY)

    with ThreadPoolExecutor(MANY) as pool:
        list(pool.map(lambda fan_id: joins(campaign_id, fan_id), fans))

    with transaction() as tx:
        links = tx.scalars(select(MailLink)).all()
        given = tx.scalars(select(Consent).where(Consent.event == "given")).all()
        assert (len(links), len(given)) == (CAPS[0][1], MANY)
        assert verify_chain(tx, links[0].brand_id).sound


def test_many_clicks_at_one_moment_confirm_once(race_database):
    campaign_id, fans = at_the_offer(1)
    joins(campaign_id, fans[0])
    with transaction() as tx:
        token = token_of(tx, tx.scalars(select(MailLink.id)).one())

    def click(_number):
        with transaction() as tx:
            return confirm(tx, token, {}, SOON).state

    with ThreadPoolExecutor(MANY) as pool:
        states = list(pool.map(click, range(MANY)))

    assert set(states) == {"confirmed"}
    with transaction() as tx:
        assert len(tx.scalars(select(Consent).where(Consent.event == "confirmed")).all()) == 1
