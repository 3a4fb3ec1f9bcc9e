"""The tab that waits: it polls, redeems what comes, and goes on with or without a cookie."""

import re

import pytest
from sqlalchemy import func, select

from app.db import reading, transaction
from app.models import Campaign, Event, Pass
from app.services.campaigns.changes import note_change
from app.services.connecting import new_verifier
from tests.connect.site import ADDRESS, SLUG, Browser, choose


@pytest.fixture
def fan(browser_of_fan) -> Browser:
    return browser_of_fan


def log_in(fan, who="ada", **query) -> str:
    """A whole login in the window; the code that it hands to the tab."""
    page = fan.come_back("demo", **choose(fan.start("demo", **query).location, who)).text
    return re.search('data-code="([^"]+)"', page).group(1)


def redeem(fan, code=None, verifier=None):
    return fan.post("redeem", code=code or log_in(fan), verifier=verifier or fan.verifier.raw)


def pass_cookie(answer) -> str:
    return re.search(r"__Host-fan=([^;]*)", str(answer.headers)).group(1)


def test_code_and_verifier_give_the_pass_and_the_first_screen(fan):
    answer = redeem(fan)

    assert answer.status_code == 200
    assert "Tea, en." in answer.text
    assert pass_cookie(answer)


def test_the_pass_cookie_is_for_this_host_and_this_embedding_site_only(fan):
    cookie = next(value for value in redeem(fan).headers.getlist("Set-Cookie") if value.startswith("__Host-fan="))

    assert {"Secure", "HttpOnly", "SameSite=None", "Partitioned", "Path=/"} <= set(cookie.split("; "))


def test_the_first_screen_carries_the_pass_in_its_forms_too(fan):
    answer = redeem(fan)

    assert f'name="pass" value="{pass_cookie(answer)}"' in answer.text


def test_once_the_cookie_has_come_back_the_forms_carry_no_pass(fan):
    redeem(fan)

    page = fan.client.get(f"/t/{SLUG}/go", base_url=ADDRESS).text

    assert "Tea, en." in page
    assert 'name="pass"' not in page


def test_without_the_cookie_the_form_field_opens_the_tab(fan, site):
    raw = pass_cookie(redeem(fan))

    page = Browser(site).post("go", **{"pass": raw}).text

    assert f'name="pass" value="{raw}"' in page


def test_the_pass_is_never_taken_from_an_address(fan, site):
    raw = pass_cookie(redeem(fan))

    page = Browser(site).client.get(f"/t/{SLUG}/go?pass={raw}", base_url=ADDRESS).text

    assert "Who is playing?" in page


def test_a_code_is_redeemed_once(fan):
    code = log_in(fan)
    redeem(fan, code)

    assert redeem(fan, code).status_code == 400


def test_a_code_with_another_verifier_is_refused(fan):
    assert redeem(fan, verifier=new_verifier().raw).status_code == 400


@pytest.mark.parametrize("fields", [{}, {"code": "x"}, {"verifier": "x"}, {"code": "x" * 9999, "verifier": "x" * 9999}])
def test_half_a_pair_opens_nothing(fan, fields):
    log_in(fan)

    assert fan.post("redeem", **fields).status_code == 400


def test_the_poll_is_pending_until_the_window_is_done(fan):
    assert fan.post("poll", verifier=fan.verifier.raw).json == {"pending": True}


def test_the_poll_brings_the_code_where_the_window_cannot(fan):
    code = log_in(fan)

    assert fan.post("poll", verifier=fan.verifier.raw).json == {"code": code}


def test_the_poll_tells_others_nothing(fan):
    log_in(fan)

    assert fan.post("poll", verifier=new_verifier().raw).json == {"pending": True}


def test_without_scripts_the_button_leads_on(fan):
    log_in(fan)

    answer = fan.post("connected", verifier=fan.verifier.raw)

    assert "Tea, en." in answer.text
    assert pass_cookie(answer)


@pytest.mark.parametrize(
    ("lang", "said"), [("en", "We have not seen you connect"), ("fr", "Nous ne vous avons pas encore vu")]
)
def test_without_scripts_too_early_keeps_the_verifier(fan, lang, said):
    answer = fan.post("connected", verifier=fan.verifier.raw, lang=lang)

    assert answer.status_code == 409
    assert said in answer.text
    assert f'value="{fan.verifier.raw}"' in answer.text
    assert f"ch={fan.verifier.challenge}" in answer.text


def test_connecting_again_ends_the_pass_before(fan):
    first = pass_cookie(redeem(fan))
    fan.verifier = new_verifier()
    second = pass_cookie(redeem(fan))

    assert first != second
    with reading() as tx:
        assert sorted(row.revoked_at is None for row in tx.scalars(select(Pass))) == [False, True]


def test_logging_out_ends_the_pass_and_takes_the_cookie_back(fan):
    redeem(fan)

    answer = fan.post("logout")

    assert pass_cookie(answer) == ""
    assert "Who is playing?" in fan.client.get(f"/t/{SLUG}/go", base_url=ADDRESS).text
    with reading() as tx:
        assert tx.scalars(select(Pass)).one().revoked_at


def test_a_pass_knows_the_page_that_embeds_the_tab(fan):
    redeem(fan, log_in(fan, origin="https://brand.example"))

    with reading() as tx:
        assert tx.scalars(select(Pass)).one().origin == "https://brand.example"


def test_a_pass_believes_no_page_that_may_not_embed(fan):
    redeem(fan, log_in(fan, origin="https://evil.example"))

    with reading() as tx:
        assert tx.scalars(select(Pass)).one().origin is None


def test_a_pass_ends_with_the_right_to_embed(fan):
    redeem(fan, log_in(fan, origin="https://brand.example"))
    with transaction() as tx:
        tx.scalars(select(Campaign)).one().embed_origins = []
    note_change()

    assert "Who is playing?" in fan.client.get(f"/t/{SLUG}/go", base_url=ADDRESS).text


@pytest.mark.parametrize("path", ["redeem", "poll", "connected", "logout"])
@pytest.mark.parametrize(
    "headers", [{"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://evil.example"}, {"Origin": "null"}]
)
def test_a_form_of_another_site_does_nothing(fan, path, headers):
    log_in(fan)
    fields = {"verifier": fan.verifier.raw}

    assert fan.client.post(f"/t/{SLUG}/{path}", data=fields, headers=headers, base_url=ADDRESS).status_code == 403


def test_an_evil_host_is_refused(fan):
    assert fan.client.get(f"/connect/demo?c={SLUG}", base_url="http://evil.example").status_code == 400


@pytest.mark.parametrize("path", ["redeem", "poll", "connected", "logout"])
def test_waiting_is_done_by_post_only(fan, path):
    assert fan.client.get(f"/t/{SLUG}/{path}", base_url=ADDRESS).status_code == 405


def test_who_connects_again_has_come_again(fan):
    redeem(fan)
    redeem(fan)

    with reading() as tx:
        assert tx.scalar(select(func.count()).where(Event.name == "visited")) == 2
