"""A login is begun and finished once, in one browser, in ten minutes; its code is redeemed once, with its verifier."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from app.db import bind, transaction
from app.models import Campaign, LoginAttempt, LoginCode
from app.services import connecting
from app.services.connecting import Window, challenge_of, new_secrets, new_verifier
from app.services.connecting.refusals import CodeRefused, LoginUnknown, LoginUsed, NotYetConnected, OtherBrowser
from tests.connect.rogue import Rogue
from tests.makers import NOON, Make
from tests.servers.web import SECRET

SECOND, MINUTE = timedelta(seconds=1), timedelta(minutes=1)
PROVIDER = Rogue(issuer="https://login.example").provider()


@pytest.fixture
def campaign(make):
    return make.campaign()


def begin(tx, campaign, challenge=None):
    """A login begun at noon in the browser "firefox": its secrets and its row."""
    secrets = new_secrets()
    window = Window("firefox", challenge, "en", {"channel": "embed"})
    return secrets, connecting.start_attempt(tx, campaign, PROVIDER, secrets, window, NOON)


def finish(tx, make, campaign):
    """A login finished at noon: the tab's verifier and the code that waits for it."""
    verifier = new_verifier()
    attempt = begin(tx, campaign, verifier.challenge)[1]
    return verifier.raw, connecting.mint_code(tx, attempt, make.fan(), NOON)


def test_state_finds_its_login(tx, campaign):
    secrets, attempt = begin(tx, campaign)

    assert connecting.find_attempt(tx, secrets.state, "rogue") is attempt


@pytest.mark.parametrize("state", ["", "unknown", "x" * 10_000, "\r\nSet-Cookie: a=b"])
def test_a_state_that_is_none_finds_nothing(tx, campaign, state):
    begin(tx, campaign)

    assert connecting.find_attempt(tx, state, "rogue") is None


def test_a_state_of_another_provider_finds_nothing(tx, campaign):
    secrets, _ = begin(tx, campaign)

    assert connecting.find_attempt(tx, secrets.state, "other") is None


def test_a_login_is_used_once(tx, campaign):
    attempt = begin(tx, campaign)[1]
    connecting.take_attempt(tx, attempt, "firefox", NOON)

    with pytest.raises(LoginUsed):
        connecting.take_attempt(tx, attempt, "firefox", NOON)


@pytest.mark.parametrize("browser", ["", "chrome"])
def test_a_login_belongs_to_its_browser(tx, campaign, browser):
    with pytest.raises(OtherBrowser):
        connecting.take_attempt(tx, begin(tx, campaign)[1], browser, NOON)


def test_a_login_ends_after_ten_minutes(tx, campaign):
    with pytest.raises(LoginUnknown):
        connecting.take_attempt(tx, begin(tx, campaign)[1], "firefox", NOON + 10 * MINUTE)


def test_a_code_is_redeemed_once(tx, make, campaign):
    verifier, code = finish(tx, make, campaign)
    assert connecting.redeem_code(tx, campaign, code, verifier, NOON).source == {"channel": "embed"}

    with pytest.raises(CodeRefused):
        connecting.redeem_code(tx, campaign, code, verifier, NOON)


def test_a_code_needs_its_verifier(tx, make, campaign):
    _, code = finish(tx, make, campaign)

    with pytest.raises(CodeRefused):
        connecting.redeem_code(tx, campaign, code, new_verifier().raw, NOON)


def test_a_code_lives_sixty_seconds(tx, make, campaign):
    verifier, code = finish(tx, make, campaign)

    with pytest.raises(CodeRefused):
        connecting.redeem_code(tx, campaign, code, verifier, NOON + 61 * SECOND)


def test_a_code_is_of_one_campaign(tx, make, campaign):
    verifier, code = finish(tx, make, campaign)

    with pytest.raises(CodeRefused):
        connecting.redeem_code(tx, make.campaign(), code, verifier, NOON)


def test_the_database_alone_gives_no_code_away(tx, make, campaign):
    verifier, code = finish(tx, make, campaign)
    row = tx.scalars(select(LoginCode)).one()

    assert code not in str(vars(row))
    assert verifier not in str(vars(row))


def test_the_poll_answers_with_the_code_that_the_window_posts(tx, make, campaign):
    verifier, code = finish(tx, make, campaign)

    assert connecting.poll_code(tx, campaign, verifier, NOON + SECOND) == code


def test_the_poll_answers_nothing_before_the_login_is_done(tx, campaign):
    assert connecting.poll_code(tx, campaign, new_verifier().raw, NOON) is None
    assert not connecting.login_waits(tx, campaign, new_verifier().raw, NOON)


def test_the_poll_answers_nothing_after_the_code_was_redeemed(tx, make, campaign):
    verifier, code = finish(tx, make, campaign)
    connecting.redeem_code(tx, campaign, code, verifier, NOON)

    assert connecting.poll_code(tx, campaign, verifier, NOON) is None


def test_a_tab_that_slept_for_minutes_gets_a_fresh_code(tx, make, campaign):
    verifier, _ = finish(tx, make, campaign)

    fresh = connecting.poll_code(tx, campaign, verifier, NOON + 5 * MINUTE)

    assert connecting.redeem_code(tx, campaign, fresh, verifier, NOON + 5 * MINUTE)


def test_a_tab_that_slept_for_ten_minutes_gets_none(tx, make, campaign):
    verifier, _ = finish(tx, make, campaign)

    assert connecting.poll_code(tx, campaign, verifier, NOON + 10 * MINUTE) is None


def test_without_scripts_the_verifier_alone_takes_the_login_once(tx, make, campaign):
    verifier, _ = finish(tx, make, campaign)
    connecting.take_login(tx, campaign, verifier, NOON + 5 * MINUTE)

    with pytest.raises(CodeRefused):
        connecting.take_login(tx, campaign, verifier, NOON + 5 * MINUTE)


def test_without_scripts_too_early_is_told_apart(tx, campaign):
    with pytest.raises(NotYetConnected):
        connecting.take_login(tx, campaign, new_verifier().raw, NOON)


def test_a_tab_that_logged_in_twice_gets_one_pass(tx, make, campaign):
    verifier = new_verifier()
    codes = []
    for _ in range(2):
        attempt = begin(tx, campaign, verifier.challenge)[1]
        codes.append(connecting.mint_code(tx, attempt, make.fan(), NOON))
    connecting.redeem_code(tx, campaign, codes[0], verifier.raw, NOON)

    with pytest.raises(CodeRefused):
        connecting.redeem_code(tx, campaign, codes[1], verifier.raw, NOON)


def test_the_challenge_is_the_hash_of_rfc_7636():
    assert challenge_of("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk") == "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"


def test_sweeping_deletes_what_is_past_and_keeps_what_is_not(tx, make, campaign):
    verifier, _ = finish(tx, make, campaign)

    connecting.sweep(tx, NOON + 9 * MINUTE)
    assert connecting.login_waits(tx, campaign, verifier, NOON)

    connecting.sweep(tx, NOON + 10 * MINUTE)
    assert tx.scalar(select(func.count()).select_from(LoginAttempt)) == 0
    assert tx.scalar(select(func.count()).select_from(LoginCode)) == 0


def test_twelve_tabs_that_redeem_one_code_at_once_get_one_pass(own_database):
    bind(own_database.engine, SECRET)
    with transaction() as tx:
        make = Make(tx)
        campaign = make.campaign()
        verifier, code = finish(tx, make, campaign)

    def redeem(_):
        try:
            with transaction() as tx:
                connecting.redeem_code(tx, tx.get_one(Campaign, campaign.id), code, verifier, NOON)
        except CodeRefused:
            return 0
        return 1

    with ThreadPoolExecutor(12) as tabs:
        assert sum(tabs.map(redeem, range(12))) == 1
