"""The pages that mails lead to, over HTTP: GET shows, POST does, without a login and without a cookie."""

from datetime import UTC, datetime
from uuid import UUID

import pytest
from sqlalchemy import select

from app.db import transaction
from app.models import Consent, Fan, Message, Outbox
from app.services import progress
from app.services.consent import Word, record
from app.services.consent.ledger import locked_head
from app.services.mailing.confirming import Asked, request_confirmation
from app.services.mailing.letters import Letter
from app.services.mailing.rendering import mail_of
from app.services.mailing.writing import write_letter
from app.services.people import person_of_fan
from app.web.limits import limiter
from tests.databases import open_copy
from tests.fan.conftest import HOST, app_on
from tests.mail.conftest import SENDING, links, token_in
from tests.mail.test_letters import HELLO, TOPIC
from tests.makers import Make
from tests.small_campaign import publish_small, visiting

ONE_CLICK = {"List-Unsubscribe": "One-Click"}


@pytest.fixture(scope="module")
def one_app(source_of):
    return app_on(source_of("sqlite").copy())


@pytest.fixture
def app(one_app, source_of):
    """The one application, on a database of the test alone."""
    with open_copy(source_of("sqlite")).bound():
        yield one_app


@pytest.fixture
def browser(app):
    return app.test_client()


@pytest.fixture
def told(app):
    """Two mails are owed to a fan: one to confirm, one that rests on her confirmed yes to something else."""
    now = datetime.now(UTC)
    with transaction() as tx:
        make = Make(tx, now)
        make.its_brand.opt_in = "double"
        campaign = publish_small(tx, make.its_brand, now, journey=HELLO)
        fan = make.fan()
        make.identity(fan, "ada@example.org")
        person = person_of_fan(tx, fan)
        record(
            tx,
            person,
            [Word("given", *TOPIC, "Letters\n\nOnce a month.", "en", campaign_id=campaign.id)],
            "ada@example.org",
            now,
        )
        progress.come_in(tx, visiting(tx, campaign, fan, now))
        (word,) = tx.scalars(select(Consent))
        request_confirmation(tx, Asked(person, [word], campaign.id, campaign.live_version_id), now)
    return fan.id


def mail(kind):
    """The mail of this kind, as it would be sent now."""
    with transaction() as tx:
        ids = {str(each) for each in tx.scalars(select(Message.id).where(Message.kind == kind))}
        (job,) = [job for job in tx.scalars(select(Outbox)) if job.content.get("message_id") in ids]
        letter = write_letter(tx, job.content, datetime.now(UTC))
    assert isinstance(letter, Letter), letter
    return mail_of(letter, job.key, SENDING, datetime.now(UTC))


def path(kind, letter):
    return f"/m/{letter}/{token_in(mail(kind), letter)}"


def confirmed_path(browser):
    """Confirm, then give the way out of the letter that may leave now."""
    browser.post(path("confirmation", "c"), base_url=HOST)
    return path("journey", "w")


def events():
    with transaction() as tx:
        return tx.scalars(select(Consent.event).order_by(Consent.seq)).all()


def test_following_the_link_shows_the_words_and_changes_nothing(browser, told):
    page = browser.get(path("confirmation", "c"), base_url=HOST)

    assert (page.status_code, events()) == (200, ["given", "requested"])
    assert "Once a month." in page.text
    assert '<form method="post"' in page.text


def test_the_button_confirms_and_may_be_pressed_twice(browser, told):
    where = path("confirmation", "c")

    answers = [browser.post(where, base_url=HOST, data={"lang": "en"}) for _ in range(2)]

    assert [answer.status_code for answer in answers] == [200, 200]
    assert "Confirmed. Thank you." in answers[1].text
    assert events().count("confirmed") == 1


def test_a_made_up_link_gets_a_kind_page_and_nothing_happens(browser, told):
    for token in ("x", "A" * 43, "%00", "A" * 3000):
        for where in ("/m/c/", "/m/w/"):
            for ask in (browser.get, browser.post):
                answer = ask(where + token, base_url=HOST)
                assert (answer.status_code, "<h1" in answer.text) == (404, True)

    assert events() == ["given", "requested"]


def test_an_older_mail_says_that_there_is_a_newer_one(browser, told):
    where = path("confirmation", "c")
    with transaction() as tx:
        (word,) = tx.scalars(select(Consent).where(Consent.event == "given"))
        locked_head(tx, word.brand_id)
        fan = tx.get_one(Fan, told)
        version = tx.scalars(select(Outbox.content)).first()["version_id"]
        request_confirmation(
            tx, Asked(person_of_fan(tx, fan), [word], word.campaign_id, UUID(version)), datetime.now(UTC)
        )

    answer = browser.post(where, base_url=HOST)

    assert (answer.status_code, "There is a newer mail" in answer.text) == (410, True)
    assert "confirmed" not in events()


def test_the_way_out_is_shown_first_and_taken_by_a_button(browser, told):
    where = confirmed_path(browser)

    assert "Stop these mails" in browser.get(where, base_url=HOST).text
    assert "withdrawn" not in events()

    answer = browser.post(where, base_url=HOST, data={"lang": "en"})
    assert "You have taken back: Yes, write to me" in answer.text
    assert events()[-1] == "withdrawn"


@pytest.mark.parametrize("enctype", ["application/x-www-form-urlencoded", "multipart/form-data"])
def test_a_mail_program_takes_the_yes_back_by_one_click_twice(browser, told, enctype):
    where = confirmed_path(browser)

    answers = [browser.post(where, base_url=HOST, data=ONE_CLICK, content_type=enctype) for _ in range(2)]

    assert [answer.status_code for answer in answers] == [200, 200]
    assert events().count("withdrawn") == 1


def test_one_click_needs_no_cookie_and_no_origin_of_ours(browser, told):
    where = confirmed_path(browser)

    strange = {"Origin": "https://mail.example", "Sec-Fetch-Site": "cross-site", "User-Agent": "Mailer/1.0"}
    answer = browser.post(where, base_url=HOST, data=ONE_CLICK, headers=strange)

    assert (answer.status_code, events()[-1]) == (200, "withdrawn")
    assert "Set-Cookie" not in answer.headers


def test_a_confirmation_from_another_site_is_turned_away(browser, told):
    answer = browser.post(path("confirmation", "c"), base_url=HOST, headers={"Sec-Fetch-Site": "cross-site"})

    assert (answer.status_code, "confirmed" in events()) == (403, False)


def test_the_token_is_told_to_nobody(browser, told):
    answer = browser.get(path("confirmation", "c"), base_url=HOST)

    assert answer.headers["Referrer-Policy"] == "same-origin"
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["X-Frame-Options"] == "DENY"


def test_the_page_speaks_the_language_of_the_mail(browser, told):
    where = path("confirmation", "c")

    assert "One click is missing" in browser.get(f"{where}?lang=en", base_url=HOST).text
    assert "Il manque un clic" in browser.get(f"{where}?lang=fr", base_url=HOST).text


def test_a_poisoned_host_is_refused_and_reaches_no_mail(browser, told):
    answer = browser.get(path("confirmation", "c"), base_url="https://evil.example")

    assert answer.status_code == 400
    assert {link.split("/")[2] for link in links(mail("confirmation"))} == {"play.brand.example"}


def test_following_too_many_links_is_slowed_down(app, browser, told, monkeypatch):
    monkeypatch.setattr(limiter, "enabled", True)

    codes = [browser.get(f"/m/c/{'B' * 43}", base_url=HOST).status_code for _ in range(61)]

    assert (codes[0], codes[-1]) == (404, 429)
