"""The CRM team's pages: opt-ins with their proof, and the state of the chain."""

import csv
import json

import pytest
from sqlalchemy import select, text, update

from app.db import reading, transaction
from app.models import Audit, Consent, PersonKey
from app.services.consent import Word, forget, record
from app.services.people import Person
from tests.makers import NOON, Make
from tests.studio.conftest import PASSWORD, token_of

NOTICE = "I want the newsletter of The Cup by e-mail."


@pytest.fixture
def said(brand):
    """A fan's yes to the newsletter and no to text messages."""
    with transaction() as tx:
        fan = Make(tx).fan(brand, display_name="Ana Weber")
        words = [Word("given", "newsletter", "email", NOTICE, "en"), Word("refused", "offers", "sms", NOTICE, "en")]
        return record(tx, Person(brand.id, fan.id), words, "ana@weber.example", NOON)


def test_a_ledger_without_words_teaches(visit):
    page = visit("crm").get("/studio/optins").text

    assert "No opt-in yet" in page
    assert "The ledger is empty, and its chain is whole." in page


def test_the_table_shows_who_said_yes_to_what(visit, said):
    page = visit("crm").get("/studio/optins").text

    assert "<td>newsletter</td><td>email</td>" in page
    assert "<td>offers</td>" not in page
    assert "The chain is whole: all 2 words are as they were written." in page


def test_refusals_are_there_when_asked_for(visit, said):
    assert "<td>offers</td><td>sms</td>" in visit("crm").get("/studio/optins?words=all").text


def test_the_proof_has_the_exact_words_the_hashes_and_the_place(visit, said):
    page = visit("crm").get(f"/studio/optins/{said[1].id}").text

    assert NOTICE in page
    assert said[1].hash in page
    assert said[0].hash in page
    assert "ana@weber.example" in page
    assert "It checks: the row, its words and its neighbours" in page


def test_the_proof_is_a_json_file_too(visit, said):
    answer = visit("crm").get(f"/studio/optins/{said[0].id}.json")

    assert json.loads(answer.text)["notice_text"] == NOTICE
    assert "attachment" in answer.headers["Content-Disposition"]


def test_a_row_that_was_changed_is_shown_as_broken(visit, said):
    with transaction() as tx:
        for name in tx.scalars(
            text("SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'consent'")
        ).all():
            tx.execute(text(f"DROP TRIGGER {name}"))
        tx.execute(update(Consent).where(Consent.id == said[0].id).values(purpose="everything"))
    browser = visit("crm")

    assert "The chain is broken" in browser.get("/studio/optins").text
    assert "It does not check." in browser.get(f"/studio/optins/{said[0].id}").text


def test_an_erased_person_is_gone_and_the_chain_stays_whole(visit, brand, said):
    with transaction() as tx:
        forget(tx, Person(brand.id, tx.scalar(select(PersonKey.fan_id))))
    page = visit("crm").get(f"/studio/optins/{said[0].id}").text

    assert "ana@weber.example" not in page
    assert "It checks" in page


def test_fifty_words_make_a_page_and_the_older_ones_the_next(visit, brand):
    with transaction() as tx:
        fan = Make(tx).fan(brand)
        record(tx, Person(brand.id, fan.id), [Word("given", f"p{number}", "email") for number in range(60)], None, NOON)
    browser = visit("crm")

    first = browser.get("/studio/optins").text
    second = browser.get("/studio/optins?before=11").text

    assert "before=11" in first
    assert "<td>p59</td>" in first
    assert "<td>p9</td>" in second
    assert "Older ones" not in second


@pytest.mark.parametrize("before", ["x", "-1", "1e3", "9" * 30])
def test_a_forged_page_is_not_found(visit, said, before):
    assert visit("crm").get(f"/studio/optins?before={before}").status_code == 404


def test_an_export_wants_the_password_again_when_the_login_is_old(visit, said):
    browser = visit("crm")
    age(browser, minutes=16)

    answer = browser.get("/studio/optins/export")
    assert (answer.status_code, "Is it still you?" in answer.text) == (401, True)

    went = browser.send(
        "/studio/confirm", {"csrf_token": token_of(answer.text), "password": PASSWORD, "next": "/studio/optins/export"}
    )
    assert went.location == "/studio/optins/export"
    assert browser.get("/studio/optins/export").status_code == 200


def test_a_wrong_password_opens_no_export(visit, said):
    browser = visit("crm")
    age(browser, minutes=16)

    page = browser.get("/studio/optins/export").text
    answer = browser.send("/studio/confirm", {"csrf_token": token_of(page), "password": "wrong wrong wrong"})

    assert answer.status_code == 401
    assert "This is not your password." in answer.text
    assert browser.get("/studio/optins/export").status_code == 401


def test_a_session_ends_after_twelve_hours(visit):
    browser = visit("crm")
    age(browser, minutes=12 * 60 + 1)

    assert browser.get("/studio/optins").status_code == 302


def test_the_file_holds_who_may_be_contacted_and_the_audit_says_who_took_it(visit, brand, said):
    confirm(brand)
    browser = visit("crm")

    answer = browser.post("/studio/optins/export", campaign="", format="csv", reason="October newsletter")

    assert answer.mimetype == "text/csv"
    assert [row["email"] for row in csv.DictReader(answer.text.splitlines())] == ["ana@weber.example"]
    with reading() as tx:
        line = tx.scalars(select(Audit).where(Audit.what == "export_optins")).one()
        assert (line.staff_id, line.detail["reason"]) == (browser.person.id, "October newsletter")


def test_a_yes_that_was_not_confirmed_is_not_exported(visit, said):
    answer = visit("owner").post("/studio/optins/export", campaign="", format="csv", reason="October newsletter")

    assert list(csv.DictReader(answer.text.splitlines())) == []


@pytest.mark.parametrize(
    "wrong",
    [{"reason": ""}, {"reason": "x"}, {"reason": "y" * 201}, {"format": "exe"}, {"campaign": "secret"}],
    ids=["no reason", "too short", "too long", "unknown format", "unknown campaign"],
)
def test_an_export_that_says_too_little_gives_nothing_out(visit, brand, said, wrong):
    confirm(brand)
    fields = {"campaign": "", "format": "csv", "reason": "October newsletter"} | wrong

    answer = visit("crm").post("/studio/optins/export", **fields)

    assert answer.status_code == 422
    assert "ana@weber.example" not in answer.text
    with reading() as tx:
        assert tx.scalars(select(Audit).where(Audit.what == "export_optins")).all() == []


def age(browser, minutes):
    """Let the login of this browser be so old."""
    with browser.client.session_transaction(path="/studio/", base_url="http://127.0.0.1:8000") as session:
        session["confirmed_at"] -= minutes * 60


def confirm(brand):
    """Let the one fan confirm her yes."""
    with transaction() as tx:
        fan_id = tx.scalar(select(PersonKey.fan_id))
        record(tx, Person(brand.id, fan_id), [Word("confirmed", "newsletter", "email")], None, NOON)
