"""The login window: who may open it, what it asks the provider, and where it ends."""

from hashlib import sha256
from urllib.parse import parse_qsl, urlsplit

import pytest
from sqlalchemy import select

from app.db import reading, transaction
from app.models import Event, Fan, Identity, LoginAttempt, LoginCode, Pass
from app.services.keys import fingerprint
from tests.connect.site import ADDRESS, FROM_PROVIDER, FROM_TAB, SLUG, Browser, choose

HOSTILE = [
    "//evil.example", "/\\evil.example", "///evil.example", "https:evil.example", "https://evil.example",
    "javascript:alert(1)", "/%09/evil.example", "\t//evil.example", "http:///evil.example", "..//evil.example",
    "https://127.0.0.1@evil.example", "%2f%2fevil.example", "\\\\evil.example", "data:text/html,x",
    "tea_party/../..//evil.example", "tea_party\r\nLocation: https://evil.example", "ｈttps://evil.example",
]  # fmt: skip


@pytest.fixture
def fan(browser_of_fan) -> Browser:
    return browser_of_fan


def log_in(fan, who="ada", **query):
    """A whole login at the demo provider; the window's last answer."""
    return fan.come_back("demo", **choose(fan.start("demo", **query).location, who))


def at_top_level(fan, **query):
    """A login that no tab waits for."""
    return fan.client.get("/connect/demo", query_string={"c": SLUG, **query}, headers=FROM_TAB, base_url=ADDRESS)


def rows(table):
    with reading() as tx:
        return tx.scalars(select(table)).all()


def test_the_window_goes_to_the_provider_with_pkce_state_and_nonce(fan, rogue):
    answer = fan.start()
    asked = dict(parse_qsl(urlsplit(answer.location).query))

    assert answer.location.startswith(f"{rogue.issuer}/auth?")
    assert asked["code_challenge_method"] == "S256"
    assert min(len(asked[name]) for name in ("state", "nonce", "code_challenge")) == 43


def test_the_way_back_is_made_of_the_settings(fan):
    assert fan.asked()["redirect_uri"] == f"{ADDRESS}/connect/rogue/callback"


def test_the_database_keeps_no_state_but_its_hash(fan):
    state = fan.asked()["state"]

    assert rows(LoginAttempt)[0].state_hash == fingerprint(state)
    assert state not in str(vars(rows(LoginAttempt)[0]))


def test_the_windows_cookie_is_first_party_and_bound_to_the_host(fan):
    cookie = fan.start().headers["Set-Cookie"]

    assert cookie.startswith("__Host-login=")
    assert {"Secure", "HttpOnly", "Path=/", "SameSite=Lax", "Max-Age=600"} <= set(cookie.split("; "))


def test_thirty_windows_at_once_need_one_cookie(fan):
    cookies = {fan.start().headers["Set-Cookie"].partition(";")[0] for _ in range(30)}

    assert len(cookies) == 1


@pytest.mark.parametrize("opener", ["cross-site", "same-site", "none"])
def test_a_mailed_or_foreign_link_is_turned_away(fan, opener):
    answer = fan.start(headers={**FROM_TAB, "Sec-Fetch-Site": opener})

    assert answer.status_code == 403
    assert not rows(LoginAttempt)


def test_a_window_inside_a_frame_is_turned_away(fan):
    assert fan.start(headers={**FROM_TAB, "Sec-Fetch-Dest": "iframe"}).status_code == 403


def test_a_browser_that_does_not_tell_logs_in_at_top_level_without_a_code(fan):
    assert fan.start(headers={}).status_code == 302
    assert rows(LoginAttempt)[0].challenge is None


@pytest.mark.parametrize("challenge", ["", "short", "x" * 44, "é" * 43])
def test_a_challenge_that_is_none_is_turned_away(fan, challenge):
    assert fan.start(ch=challenge).status_code == 403


def test_an_unknown_provider_is_not_there(fan):
    assert fan.start("myspace").status_code == 404


@pytest.mark.parametrize("hostile", HOSTILE)
def test_a_hostile_campaign_leads_nowhere(fan, hostile):
    answer = fan.start(c=hostile)

    assert answer.status_code == 404
    assert "Location" not in answer.headers


@pytest.mark.parametrize("hostile", HOSTILE)
def test_a_hostile_next_leads_home(fan, hostile):
    started = at_top_level(fan, next=hostile)

    answer = fan.come_back("demo", **choose(started.location, "ada"), next=hostile)

    assert answer.location == f"/t/{SLUG}/go"


def test_a_login_from_the_tab_ends_with_a_code_and_without_a_pass(fan):
    answer = log_in(fan)

    assert answer.status_code == 200
    assert "data-code=" in answer.text
    assert "__Host-fan" not in str(answer.headers)
    assert not rows(Pass)


def test_a_login_at_top_level_ends_with_the_pass_cookie_in_the_game(fan):
    answer = fan.come_back("demo", **choose(at_top_level(fan).location, "ada"))

    cookie = answer.headers["Set-Cookie"]
    assert (answer.status_code, answer.location) == (303, f"/t/{SLUG}/go")
    assert cookie.startswith("__Host-fan=")
    assert {"Secure", "HttpOnly", "SameSite=None", "Partitioned", "Path=/"} <= set(cookie.split("; "))


def test_no_page_of_the_window_is_kept_framed_or_told_of(fan):
    for answer in (fan.start(), log_in(fan), fan.come_back(), fan.start("myspace")):
        assert answer.headers["Referrer-Policy"] == "no-referrer"
        assert answer.headers["X-Frame-Options"] == "DENY"
        assert answer.headers["Cache-Control"] == "no-store"


def test_the_last_page_loads_our_own_script_only(fan):
    answer = log_in(fan)

    assert "script-src 'self'" in answer.headers["Content-Security-Policy"]
    assert "frame-ancestors 'none'" in answer.headers["Content-Security-Policy"]
    assert "Cross-Origin-Opener-Policy" not in answer.headers


def test_a_fan_is_made_with_her_name_and_verified_address(fan):
    log_in(fan)

    assert [(each.display_name, each.language) for each in rows(Fan)] == [("Ada Lovelace", "en")]
    assert [(each.subject, each.email, each.email_verified) for each in rows(Identity)] == [
        ("ada", "ada@mail.example", True)
    ]


def test_two_logins_of_one_person_are_one_fan(fan, site):
    log_in(fan)
    log_in(Browser(site))

    assert len(rows(Fan)) == 1


def test_connecting_is_counted_once_a_fan_with_where_she_came_from(fan):
    log_in(fan, channel="embed")
    log_in(fan, channel="embed")

    connected = [each for each in rows(Event) if each.name == "connected"]
    assert [each.channel for each in connected] == ["embed"]


def test_a_replayed_state_is_refused(fan):
    said = choose(fan.start("demo").location, "ada")
    fan.come_back("demo", **said)

    answer = fan.come_back("demo", **said)

    assert answer.status_code == 400
    assert "already used" in answer.text
    assert f'href="/t/{SLUG}"' in answer.text


def test_the_callback_in_another_browser_is_refused(fan, site):
    said = choose(fan.start("demo").location, "ada")

    assert Browser(site).come_back("demo", **said).status_code == 400
    assert not rows(Fan)


def test_a_callback_with_another_browsers_cookie_is_refused(fan, site):
    other = Browser(site)
    other.start("demo")
    said = choose(fan.start("demo").location, "ada")

    assert other.come_back("demo", **said).status_code == 400


def test_the_state_of_another_provider_is_refused(fan):
    said = choose(fan.start("demo").location, "ada")

    assert fan.come_back("rogue", **said).status_code == 400


def test_an_answer_in_the_name_of_another_issuer_is_refused(fan, rogue):
    said = choose(fan.start("demo").location, "ada")

    assert fan.come_back("demo", **{**said, "iss": rogue.issuer}).status_code == 400
    assert not rows(Fan)


def test_an_answer_without_its_announced_issuer_is_refused(fan):
    said = choose(fan.start("demo").location, "ada")

    assert fan.come_back("demo", state=said["state"], code=said["code"]).status_code == 400


def test_the_window_speaks_french_when_the_tab_does(fan):
    said = choose(fan.start("demo", lang="fr").location, "")

    assert "Vous ne vous êtes pas connecté" in fan.come_back("demo", **said).text


def test_the_provider_is_asked_in_the_tabs_language(fan):
    assert fan.asked(lang="fr")["ui_locales"] == "fr"


def test_no_request_to_a_provider_happens_inside_a_transaction(fan, rogue):
    open_at_the_time = []

    def discovery():
        with transaction() as tx:  # would wait in vain if the request held the lock
            open_at_the_time.append(tx.in_transaction())
        return fan.app.response_class(status=500)

    rogue.bent["/.well-known/openid-configuration"] = discovery

    assert fan.start().status_code == 502
    assert open_at_the_time == [True]


def test_of_the_code_the_database_keeps_a_hash(fan):
    code = log_in(fan).text.partition('data-code="')[2].partition('"')[0]

    assert len(code) == 43
    assert rows(LoginCode)[0].code_hash == sha256(code.encode()).hexdigest()


def test_the_provider_is_not_told_where_the_fan_came_from(fan):
    assert fan.start().headers["Referrer-Policy"] == "no-referrer"


def test_a_provider_that_answers_by_post_gets_a_cookie_that_its_post_carries(site, rogue):
    ways = site.extensions["fanfare.ways"].providers
    ways["apple"] = rogue.provider(id="apple", answers_by="form_post")
    cookie = Browser(site).start("apple").headers["Set-Cookie"]

    assert "SameSite=None" in cookie
    assert "Secure" in cookie


def test_a_provider_that_answers_by_post_is_taken_at_its_word(site, rogue):
    ways = site.extensions["fanfare.ways"].providers
    ways["apple"] = rogue.provider(id="apple", answers_by="form_post")
    fan = Browser(site)
    asked = fan.asked(provider="apple")
    rogue.nonce = asked["nonce"]
    headers = {**FROM_PROVIDER, "Origin": rogue.issuer}
    said = {"state": asked["state"], "code": "c"}
    answer = fan.client.post("/connect/apple/callback", data=said, headers=headers, base_url=ADDRESS)

    assert asked["response_mode"] == "form_post"
    assert answer.status_code == 200


def test_too_many_windows_from_one_address_are_slowed_down_kindly(fan):
    statuses = [fan.start().status_code for _ in range(121)]

    assert statuses[-2:] == [302, 429]
