"""A button of the studio that was clicked twice: the second click changes nothing and complains of nothing."""

import pytest
from sqlalchemy import select

from app.db import reading, transaction
from app.models import Campaign, Page
from app.services.campaigns import push
from app.services.campaigns.folder import Folder
from app.services.keys import fingerprint
from tests.makers import NOON
from tests.studio.conftest import token_of
from tests.studio.summer import FILES, JOURNEY

CAMPAIGN = "/studio/campaigns/summer"
DESK = f"{CAMPAIGN}/journey"
OTHER = JOURNEY.replace("Regular customers", "Good customers")


@pytest.fixture
def manager(visit, brand):
    with transaction() as tx:
        push(tx, brand, Folder(dict(FILES), {}), NOON)
    return visit("manager")


def twice(browser, path, page, **fields):
    """Send the same form two times."""
    form = {"csrf_token": token_of(browser.get(page).text), **fields}
    return [browser.send(path, form).status_code for _ in range(2)]


def test_a_draft_that_is_saved_twice_was_overtaken_by_nobody(manager):
    fields = {"file": "journey.yaml", "seen": fingerprint(JOURNEY), "text": OTHER, "do": "save"}

    assert twice(manager, DESK, DESK, **fields) == [302, 302]
    with reading() as tx:
        assert tx.scalars(select(Campaign.draft)).one()["journey.yaml"] == OTHER


def test_followers_that_are_noted_twice_are_as_many(manager):
    assert twice(manager, f"{CAMPAIGN}/followers", CAMPAIGN, count="1234") == [302, 302]
    with reading() as tx:
        assert tx.scalars(select(Page.follower_count)).one() == 1234


def test_who_logs_out_twice_is_out(manager):
    assert twice(manager, "/studio/logout", CAMPAIGN) == [302, 401]


def test_a_language_that_is_chosen_twice_is_chosen(manager):
    assert twice(manager, "/studio/account/language", "/studio/account", language="fr") == [302, 302]
    assert "Se déconnecter" in manager.get("/studio/account").text
