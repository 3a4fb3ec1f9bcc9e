"""The journey's desk: mistakes are shown where they are, nothing typed is lost, and publishing needs a sound draft."""

import html
import re

import pytest
from sqlalchemy import select

from app.db import reading, transaction
from app.models import Audit, Brand, Campaign, CampaignVersion
from app.services.campaigns.folder import Folder
from app.services.campaigns.publishing import push
from app.services.keys import fingerprint
from tests.makers import NOON, Make
from tests.studio.summer import BROKEN, FILES, JOURNEY, UNTRUE

DESK = "/studio/campaigns/summer/journey"


@pytest.fixture
def summer(brand):
    with transaction() as tx:
        push(tx, brand, Folder(dict(FILES), {}), NOON)
        return tx.scalars(select(Campaign).where(Campaign.slug == "summer")).one()


@pytest.fixture
def manager(visit, summer):
    return visit("manager")


def typed_text(page: str) -> str:
    return html.unescape(re.search(r'<textarea[^>]*name="text"[^>]*>\r?\n?(.*?)</textarea>', page, re.DOTALL)[1])


def post(browser, text, do, seen=JOURNEY, file="journey.yaml"):
    fields = {"file": file, "seen": fingerprint(seen), "text": text.replace("\n", "\r\n"), "do": do}
    return browser.post(DESK, **fields)


def drafts_journey():
    with reading() as tx:
        return tx.scalars(select(Campaign).where(Campaign.slug == "summer")).one().draft["journey.yaml"]


def test_the_desk_shows_the_draft_and_says_it_in_words(manager):
    page = manager.get(DESK).text

    assert typed_text(page) == JOURNEY
    assert "Nothing to mend." in page
    assert "Give the coupon SUN" in page
    assert "a customer gets a coupon" in page


def test_a_mistake_is_shown_with_its_place_its_line_and_a_hint(manager):
    page = post(manager, BROKEN, "check").text

    assert "line 5, column" in page
    assert "<mark><i>   5</i>    - shwo: hello</mark>" in page
    assert 'data-jump="5:' in page


def test_checking_changes_nothing_and_keeps_what_was_typed(manager):
    page = post(manager, BROKEN, "check").text

    assert typed_text(page).replace("\r\n", "\n") == BROKEN
    assert drafts_journey() == JOURNEY


def test_a_draft_with_mistakes_may_be_saved(manager):
    assert post(manager, BROKEN, "save").status_code == 302

    assert drafts_journey() == BROKEN


def test_a_text_with_markup_in_it_stays_text(manager):
    page = post(manager, "</textarea><script>alert(1)</script>", "check").text

    assert "<script>alert" not in page


@pytest.mark.parametrize("hostile", ["", "\t- a", "&a [*a]", "a: " + "[" * 60_000, "x: 1\n" * 30_000, "\x00", "- list"])
def test_whatever_is_typed_gets_an_answer_that_can_be_acted_on(manager, hostile):
    answer = post(manager, hostile, "check")

    assert answer.status_code == 200
    assert "To mend" in answer.text


def test_two_people_do_not_save_over_each_other_unknowingly(manager):
    post(manager, BROKEN, "save")

    late = post(manager, UNTRUE, "save", seen=JOURNEY)

    assert late.status_code == 422
    assert "Somebody has saved this file since you opened it." in late.text
    assert typed_text(late.text).replace("\r\n", "\n") == UNTRUE
    assert drafts_journey() == BROKEN


def test_what_was_typed_comes_back_when_the_session_of_the_page_is_another(manager):
    answer = manager.send(DESK, {"csrf_token": "old", "file": "journey.yaml", "text": BROKEN, "do": "save"})

    assert answer.status_code == 422
    assert typed_text(answer.text).replace("\r\n", "\n") == BROKEN
    assert drafts_journey() == JOURNEY


def test_a_new_version_is_published_and_audited(manager):
    post(manager, JOURNEY.replace("valid: 10d", "valid: 20d"), "save")

    answer = manager.post("/studio/campaigns/summer/publish", page=DESK)

    assert "Version 2 is live." in manager.get(answer.location).text
    with reading() as tx:
        assert tx.scalars(select(Audit).where(Audit.what == "campaign.published")).one().detail == {"version": 2}
        version = tx.scalars(select(CampaignVersion).where(CampaignVersion.number == 2)).one()
        assert version.published_by == manager.person.id


@pytest.mark.parametrize("unsound", [BROKEN, UNTRUE], ids=["a mistake", "a test that fails"])
def test_an_unsound_draft_is_not_published(manager, unsound):
    post(manager, unsound, "save")
    page = manager.get(DESK).text

    manager.post("/studio/campaigns/summer/publish", page=DESK)

    assert "Publish version" not in page
    with reading() as tx:
        assert tx.scalars(select(CampaignVersion.number)).all() == [1]


def test_the_desk_says_how_many_are_inside_and_that_they_finish_there(manager, summer):
    with transaction() as tx:
        make = Make(tx)
        make.run(make.fan(tx.get_one(Brand, summer.brand_id)), tx.get_one(Campaign, summer.id), at_step="hello")

    page = manager.get(DESK).text

    assert "1 person is inside. She finishes on the version she is on." in page


def test_every_file_of_the_campaign_can_be_opened_and_no_other(manager):
    assert "Words of rules." in manager.get(f"{DESK}?file=texts/rules.en.md").text
    assert manager.get(f"{DESK}?file=../../etc/passwd").status_code == 404


def test_the_desk_speaks_french(visit, summer):
    page = visit("owner", language="fr").get(DESK).text

    assert '<html lang="fr">' in page
    assert "Donner le coupon" in page or "Donne" in page
