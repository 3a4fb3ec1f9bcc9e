"""The studio while the database is away: one sentence, and what was typed can be sent again, but no password."""

from datetime import timedelta
from html import unescape

import pytest

from app.db import bind, bound_engine, engine_for
from tests.databases import SECRET
from tests.studio.conftest import token_of
from tests.studio.summer import FILES

SLUG = "summer"
NOBODY_LISTENS = "postgresql+psycopg://nobody@127.0.0.1:1/nothing"


@pytest.fixture
def manager(visit, brand, made):
    made(lambda make: make.campaign(brand, slug=SLUG, draft=FILES))
    return visit("owner")


@pytest.fixture
def away(manager):
    before = bound_engine()

    def go():
        bind(engine_for(NOBODY_LISTENS, timedelta(seconds=1)), SECRET)

    yield go
    bind(before, SECRET)


def is_kind(answer):
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "5")
    assert "Nothing is lost" in answer.text
    return True


def test_a_page_says_to_come_back(manager, away):
    away()

    page = manager.get("/studio/campaigns")

    assert is_kind(page)
    assert 'href="/studio/campaigns"' in page.text


def test_a_draft_can_be_sent_again_as_it_was_typed(manager, away):
    address = f"/studio/campaigns/{SLUG}/journey"
    token, text = token_of(manager.get(address).text), 'steps:\n  - say: "<b>&"\n'
    away()

    page = manager.send(address, {"csrf_token": token, "file": "journey.yaml", "text": text, "do": "save"})

    assert is_kind(page)
    assert f'name="text" value="{text}"' in unescape(page.text).replace("\r\n", "\n")
    assert '<input type="hidden" name="do" value="save">' in page.text


def test_a_password_is_never_sent_back(manager, away):
    token = token_of(manager.get("/studio/account").text)
    away()

    page = manager.send("/studio/account/password", {"csrf_token": token, "current": "xyzzy", "fresh": "xyzzy xyzzy"})

    assert is_kind(page)
    assert "xyzzy" not in page.text
    assert "<form" not in page.text
