"""The second link and the third: staff at work in the studio, on what a real fan has done in the tab."""

from __future__ import annotations

import csv
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select

from app.models import CampaignVersion, Identity, Run
from tests.e2e import mailbox
from tests.e2e.conftest import SLUG, Arrive
from tests.e2e.ledger import story
from tests.e2e.stage import Stage
from tests.e2e.tab import Tab
from tests.e2e.watch import Watch

pytestmark = pytest.mark.browser

AtDesk = Callable[[str], Page]
JOURNEY = f"/studio/campaigns/{SLUG}/journey"
NEWSLETTER = "newsletter.email"
EMAIL = "robin.lindqvist@example.org"


@pytest.fixture
def seen(watch: Watch, take) -> Callable[[Page, str], None]:
    """Let axe look at a page of the studio."""

    def look(page: Page, name: str) -> None:
        watch.look(name, page.main_frame)
        take(page, name)

    return look


def member(tab: Tab, joins: bool = True, ticks: bool = True) -> list[str]:
    """Walk the unknown fan's path to its end; gives the codes on her ticket."""
    tab.start()
    tab.connect("stranger")
    tab.vote("favourite_vote", "fig_honey")
    tab.answer_offer(joins, ticks)
    return tab.ticket_codes()


def stages(page: Page) -> dict[str, str]:
    """The funnel as it stands on the page: stage -> people."""
    rows = page.get_by_role("region", name="How far people came").locator("tbody tr").all()
    return {row.locator("th").inner_text().partition(" (")[0]: row.locator("td").first.inner_text() for row in rows}


def typed(page: Page) -> str:
    return page.locator("#text").input_value()


def edit(page: Page, old: str, new: str) -> None:
    """Replace some words of the open file by hand, and press "Check"."""
    text = typed(page)
    assert old in text
    page.locator("#text").fill(text.replace(old, new))
    page.get_by_role("button", name="Check", exact=True).click()
    page.wait_for_load_state()


def publish_a_second_version(page: Page) -> None:
    """Let lapsed customers have fifty points too, see it in plain words, and publish it."""
    edit(page, "gets: [COMEBACK15", "gets: [50 points, COMEBACK15")
    edit(page, "- give: COMEBACK15", "- points: back\n            add: 50\n          - give: COMEBACK15")
    expect(page.locator("ul.outline")).to_contain_text("50 points")
    page.get_by_role("button", name="Save draft").click()
    page.get_by_role("button", name="Publish version 2").click()
    expect(page.get_by_role("status").first).to_contain_text("Version 2 is live")


def test_a_manager_sees_how_far_people_came(arrive: Arrive, at_desk: AtDesk, watch: Watch, seen):
    member(arrive())
    page = at_desk("manager")
    seen(page, "campaigns")

    page.get_by_role("link", name="The market game").click()

    seen(page, "campaign")
    counted = stages(page)
    assert [counted[name] for name in ("Connected", "Played", "Opted in", "Got a coupon")] == ["1"] * 4
    expect(page.locator("#rate")).to_contain_text("1 of 1")
    assert not watch.complaints


def test_a_manager_is_told_where_and_why_and_publishes_what_she_mended(
    arrive: Arrive, fresh_stage: Stage, at_desk: AtDesk, watch: Watch, seen
):
    inside = arrive()
    inside.start()
    inside.connect("lapsed")
    inside.say_it_is_me()
    inside.see("quiz")
    page = at_desk("manager")
    page.goto(fresh_stage.engine + JOURNEY)
    seen(page, "journey")
    number = 1 + typed(page)[: typed(page).index("give: LOYAL10")].count("\n")

    edit(page, "give: LOYAL10", "give: LOYAL100")
    problem = page.locator("ol.problems li").first
    expect(problem).to_contain_text(f"line {number}, column")
    expect(problem).to_contain_text("LOYAL100")
    expect(page.get_by_role("button", name="Publish version 2")).to_have_count(0)
    seen(page, "journey with a mistake")

    edit(page, "give: LOYAL100", "give: LOYAL10")
    publish_a_second_version(page)
    seen(page, "published")

    inside.answer_quiz("comeback_quiz", right=1)
    inside.press(inside.words.go_on)
    inside.ticket_codes()
    with fresh_stage.reading() as tx:
        assert story(tx, "lapsed").points == 0
        versions = select(CampaignVersion.number).join(Run, Run.version_id == CampaignVersion.id)
        assert list(tx.scalars(versions)) == [1]
    assert not watch.complaints


def test_whoever_comes_after_publishing_gets_the_new_version(arrive: Arrive, fresh_stage: Stage, at_desk: AtDesk):
    page = at_desk("manager")
    page.goto(fresh_stage.engine + JOURNEY)
    publish_a_second_version(page)

    tab = arrive()
    tab.start()
    tab.connect("lapsed")
    tab.say_it_is_me()
    tab.answer_quiz("comeback_quiz", right=3)
    tab.press(tab.words.go_on)
    tab.ticket_codes()

    with fresh_stage.reading() as tx:
        assert story(tx, "lapsed").points == 50


def test_the_crm_team_sees_an_optin_with_its_proof(arrive: Arrive, at_desk: AtDesk, watch: Watch, seen):
    tab = arrive()
    member(tab)
    page = at_desk("crm")
    seen(page, "opt-ins")

    page.get_by_role("link", name="Proof").first.click()

    seen(page, "proof")
    expect(page.locator("blockquote")).to_contain_text("By ticking this box I agree")
    expect(page.get_by_text("It checks: the row, its words and its neighbours")).to_be_visible()
    assert not watch.complaints


def exported(page: Page, folder: Path) -> list[dict[str, str]]:
    """The rows of the CSV file that the CRM team downloads now."""
    page.get_by_role("link", name="Opt-ins").first.click()
    page.get_by_role("link", name="Export to a CSV file").click()
    page.get_by_label("What").or_(page.locator("input[name=reason]")).first.fill("Newsletter of this week")
    with page.expect_download() as download:
        page.get_by_role("button", name="Download the file").click()
    file = folder / "optins.csv"
    download.value.save_as(file)
    with file.open(encoding="utf-8-sig", newline="") as lines:
        return list(csv.DictReader(lines))


def test_a_fan_confirms_in_her_mail_and_finds_her_coupon_there(arrive: Arrive, fresh_stage: Stage, watch: Watch, seen):
    tab = arrive("fr")
    codes = member(tab)
    page = tab.page.context.new_page()

    page.goto(f"{fresh_stage.engine}/dev/mail?lang=fr")
    seen(page, "mails")
    done = mailbox.confirm(page, fresh_stage.engine, "fr")
    seen(done, "confirmed")
    mailbox.open_mail(page, fresh_stage.engine, "Votre coupon du jeu du marché", "fr")

    seen(page, "mail")
    expect(page.frame_locator("iframe").get_by_text(codes[0])).to_be_visible()
    with fresh_stage.reading() as tx:
        assert [event for _topic, event in story(tx, "stranger").words] == ["given", "requested", "confirmed"]
    assert not watch.complaints


def test_who_confirmed_is_in_the_file_with_her_exact_words_and_out_of_it_once_she_withdraws(
    arrive: Arrive, fresh_stage: Stage, at_desk: AtDesk, watch: Watch, seen, tmp_path
):
    tab = arrive()
    member(tab)
    page = at_desk("crm")
    assert exported(page, tmp_path) == []

    mailbox.confirm(tab.page.context.new_page(), fresh_stage.engine)
    row = one(exported(page, tmp_path))
    assert (row["email"], row["purpose"], row["channel"], row["campaign"]) == (EMAIL, "newsletter", "email", SLUG)
    assert "By ticking this box I agree that Hollybrook Markets sends me its newsletter" in row["consent_text"]
    seen(page, "export")

    tab.press(tab.words.choices)
    tab.see("choices")
    tab.frame.get_by_role("button", name=tab.words.withdraw).first.click()
    expect(tab.frame.get_by_role("status").or_(tab.frame.locator("p.state.no")).first).to_be_visible()
    tab.see("choices")

    assert exported(page, tmp_path) == []
    assert not watch.complaints


def test_who_left_the_box_unticked_is_not_in_the_file(arrive: Arrive, at_desk: AtDesk, tmp_path):
    member(arrive(), joins=True, ticks=False)

    assert exported(at_desk("crm"), tmp_path) == []


def test_a_customer_who_would_rather_not_be_linked_plays_as_somebody_new(arrive: Arrive, fresh_stage: Stage):
    tab = arrive()
    tab.start()
    tab.connect("active")
    tab.say_it_is_me(False)
    tab.see("vote")

    with fresh_stage.reading() as tx:
        found = story(tx, "active")
        assert (found.way, found.linked) == (("maturity/otherwise",), None)
        assert tx.scalars(select(Identity.subject)).all() == ["active"]


def test_the_pages_of_the_studio_have_no_faults_in_french_on_a_desk(fresh_stage: Stage, at_desk: AtDesk, watch, seen):
    page = at_desk("owner", lang="fr")

    for path in ("campaigns", f"campaigns/{SLUG}", f"campaigns/{SLUG}/journey", "optins", "optins/export", "people",
                 "people?q=Rose", "account"):  # fmt: skip
        page.goto(f"{fresh_stage.engine}/studio/{path}")
        seen(page, path)

    assert not watch.complaints


def one(rows: list[dict[str, str]]) -> dict[str, str]:
    assert len(rows) == 1
    return rows[0]
