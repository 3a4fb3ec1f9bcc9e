"""Coming into the studio: who gets in, what a session is worth, and where one lands."""

import re

import pytest
from sqlalchemy import select

from app.db import reading, transaction
from app.models import Audit, Staff
from app.services.staff import deactivate
from app.web.studio.login import inside
from tests.makers import NOON
from tests.studio.conftest import PASSWORD, Visit

PAGES = (
    "/studio/",
    "/studio/campaigns",
    "/studio/optins",
    "/studio/people",
    "/studio/account",
    "/studio/optins/export",
)


@pytest.mark.parametrize("page", PAGES)
def test_a_stranger_is_sent_to_the_login(anonymous, page):
    answer = anonymous.get(page)

    assert answer.status_code == 302
    assert answer.location.startswith("/studio/login?next=")


def test_an_unknown_person_and_a_wrong_password_read_the_same(anonymous, visit):
    known = visit("crm").person

    answers = [
        anonymous.post("/studio/login", email=email, password="wrong wrong wrong")
        for email in (known.email, "no@body.org")
    ]

    assert [answer.status_code for answer in answers] == [401, 401]
    assert all("E-mail or password is wrong." in answer.text for answer in answers)


def test_the_form_keeps_the_address_but_never_the_password(anonymous):
    page = anonymous.post("/studio/login", email="lea@cup.example.org", password="wrong wrong wrong").text

    assert 'value="lea@cup.example.org"' in page
    assert "wrong wrong wrong" not in page


def test_the_session_cookie_is_for_the_studio_only_and_no_script_reads_it(visit):
    kept = visit("crm").client.get_cookie("studio", path="/studio", domain="127.0.0.1")

    assert (kept.path, kept.http_only, kept.same_site, kept.expires) == ("/studio", True, "Lax", None)


def test_a_login_begins_the_session_anew(anonymous, visit):
    person = visit("owner").person
    anonymous.get("/studio/login")
    before = anonymous.client.get_cookie("studio", path="/studio", domain="127.0.0.1").value
    anonymous.post("/studio/login", email=person.email, password=PASSWORD)

    after = anonymous.client.get_cookie("studio", path="/studio", domain="127.0.0.1").value

    assert after != before
    assert (
        Visit(anonymous.client.application.test_client())
        .get("/studio/", headers={"Cookie": f"studio={before}"})
        .status_code
        == 302
    )


def test_a_copied_cookie_is_dead_after_the_logout(visit, anonymous):
    browser = visit("owner")
    copied = browser.client.get_cookie("studio", path="/studio", domain="127.0.0.1").value
    assert browser.post("/studio/logout", page="/studio/account").status_code == 302

    answer = anonymous.get("/studio/account", headers={"Cookie": f"studio={copied}"})

    assert answer.status_code == 302


def test_logging_out_by_a_link_is_not_possible(visit):
    browser = visit("owner")

    assert browser.get("/studio/logout").status_code == 404
    assert browser.get("/studio/account").status_code == 200


def test_a_deactivated_person_is_out_at_once(visit):
    browser = visit("manager")
    with transaction() as tx:
        deactivate(tx, tx.get_one(Staff, browser.person.id), NOON)

    assert browser.get("/studio/campaigns").status_code == 302


def test_a_form_without_its_token_does_nothing(visit):
    browser = visit("owner")

    answer = browser.send("/studio/account/language", {"language": "fr"})

    assert answer.status_code == 400
    assert "This page is too old" in answer.text


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Sec-Fetch-Site": "same-origin"}, 302),
        ({"Sec-Fetch-Site": "cross-site"}, 403),
        ({"Sec-Fetch-Site": "same-site"}, 403),
        ({"Origin": "https://evil.example"}, 403),
        ({"Origin": "null"}, 403),
        ({"Origin": "http://127.0.0.1:8000"}, 302),
        ({}, 302),
    ],
)
def test_only_the_studio_itself_may_send_its_forms(visit, headers, status):
    browser = visit("owner")
    token = re.search(r'name="csrf_token" type="hidden" value="([^"]+)"', browser.get("/studio/account").text)[1]

    answer = browser.send("/studio/account/language", {"csrf_token": token, "language": "fr"}, **headers)

    assert answer.status_code == status


def test_somebody_who_works_on_without_a_session_is_told_that_nothing_is_lost(anonymous):
    answer = anonymous.send("/studio/campaigns/cup/journey", {"file": "journey.yaml", "text": "steps: []"})

    assert answer.status_code == 401
    assert "nothing that you typed is lost" in answer.text


def test_the_sixth_wrong_password_in_a_minute_has_to_wait(anonymous):
    tries = [
        anonymous.post("/studio/login", email="lea@cup.example.org", password="wrong wrong wrong").status_code
        for _ in range(6)
    ]

    assert tries == [401, 401, 401, 401, 401, 429]


@pytest.mark.parametrize(
    "hostile",
    [
        "https://evil.example", "//evil.example", "/\\evil.example", "\\\\evil.example", "javascript:alert(1)",
        "/t/cup", "/", "/studio//evil.example", "/studio/../t/cup", "/studio/%2e%2e/t", "/studio\r\nSet-Cookie: a=b",
        "/studioevil", "/studio/@evil.example", "/studio/campaigns?next=//evil", " /studio", "/studio/campaigns#x",
        "/STUDIO:80/",
    ],
)  # fmt: skip
def test_after_the_login_nobody_is_sent_elsewhere(hostile):
    assert inside(hostile) == "/studio/"


def test_after_the_login_one_lands_where_one_wanted(anonymous, visit):
    person = visit("owner").person

    answer = anonymous.post("/studio/login", email=person.email, password=PASSWORD, next="/studio/optins?words=all")

    assert answer.location == "/studio/optins?words=all"


@pytest.mark.parametrize(("role", "page"), [("owner", "campaigns"), ("manager", "campaigns"), ("crm", "optins")])
def test_the_front_page_leads_to_ones_own_work(visit, role, page):
    assert visit(role).get("/studio/").location == f"/studio/{page}"


@pytest.mark.parametrize(
    ("role", "page"),
    [
        ("crm", "/studio/campaigns"),
        ("manager", "/studio/optins"),
        ("manager", "/studio/optins/export"),
        ("manager", "/studio/people"),
    ],
)
def test_a_page_of_another_role_says_so_in_words(visit, role, page):
    answer = visit(role).get(page)

    assert answer.status_code == 403
    assert "Your role does not allow this. Ask an owner of the brand." in answer.text


def test_an_address_that_does_not_exist_is_answered_by_the_studio(visit):
    answer = visit("crm").get("/studio/nowhere/at/all")

    assert answer.status_code == 404
    assert "Nothing here" in answer.text
    assert "Opt-ins" in answer.text


def test_a_new_password_keeps_this_session_and_ends_the_others(visit, anonymous):
    browser = visit("owner")
    anonymous.post("/studio/login", email=browser.person.email, password=PASSWORD)

    fields = {"current": PASSWORD, "fresh": "quite another password", "again": "quite another password"}
    changed = browser.post("/studio/account/password", page="/studio/account", **fields)

    assert changed.status_code == 302
    assert browser.get("/studio/account").status_code == 200
    assert anonymous.get("/studio/account").status_code == 302


def test_the_studio_speaks_the_language_one_chose(visit):
    browser = visit("owner")
    browser.post("/studio/account/language", page="/studio/account", language="fr")

    assert '<html lang="fr">' in browser.get("/studio/account").text


def test_a_login_is_written_into_the_audit(visit):
    person = visit("crm").person

    with reading() as tx:
        assert tx.scalars(select(Audit.what).where(Audit.staff_id == person.id)).all() == ["login"]


def test_no_other_site_may_frame_the_studio_or_learn_where_one_was(visit):
    headers = visit("owner").get("/studio/account").headers

    assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]
    assert (headers["X-Frame-Options"], headers["Referrer-Policy"]) == ("DENY", "no-referrer")
    assert headers["Cache-Control"] == "no-store"
