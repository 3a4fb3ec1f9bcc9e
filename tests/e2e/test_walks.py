"""The whole path of a fan, in a frame on another site, without third-party cookies and with storage partitioned.

An active, a lapsed and an unknown fan, with JavaScript and without, in English and in French: twelve walks, each ending
on the ticket, again after a reload, and in the database.  axe looks at every screen of them.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import pytest
from playwright.sync_api import expect

from tests.e2e.conftest import Arrive
from tests.e2e.ledger import Story, story
from tests.e2e.stage import Stage
from tests.e2e.tab import Tab
from tests.e2e.watch import Watch

pytestmark = pytest.mark.browser


class Active(NamedTuple):
    """A walk of an active customer: how many of five right at each try, where that leads, the coupon's pool."""

    lang: str
    scripts: bool
    tries: list[int]
    reward: str
    pool: str | None


class Lapsed(NamedTuple):
    """A walk of a lapsed customer: how many of three right."""

    lang: str
    scripts: bool
    right: int


class Unknown(NamedTuple):
    """A walk of somebody unknown: her vote, whether she joins the club, whether she ticks the box."""

    lang: str
    scripts: bool
    choice: str
    joins: bool
    ticks: bool


ACTIVE = [
    Active("en", True, [5], "top_score", "LOYAL10"),
    Active("fr", True, [0, 3], "good_score", "LOYAL5"),
    Active("en", False, [3], "good_score", "LOYAL5"),
    Active("fr", False, [1, 2], "otherwise", None),
]
LAPSED = [Lapsed("en", True, 3), Lapsed("fr", True, 0), Lapsed("en", False, 1), Lapsed("fr", False, 2)]
UNKNOWN = [
    Unknown("en", True, "fig_honey", joins=True, ticks=True),
    Unknown("fr", True, "maple_walnut", joins=False, ticks=True),
    Unknown("en", False, "peach_basil", joins=True, ticks=False),
    Unknown("fr", False, "blueberry_lemon", joins=False, ticks=False),
]


def each(walks: Sequence[Active | Lapsed | Unknown]) -> pytest.MarkDecorator:
    """Run the test for each of these walks."""
    names = [f"{walk.lang}-{'with' if walk.scripts else 'without'}-script" for walk in walks]
    return pytest.mark.parametrize("walk", walks, ids=names)


@pytest.fixture
def story_of(fresh_stage: Stage):
    def read(who: str) -> Story:
        with fresh_stage.reading() as tx:
            return story(tx, who)

    return read


@each(ACTIVE)
def test_an_active_customer_plays_for_a_coupon_by_score_and_spending(arrive: Arrive, watch: Watch, story_of, walk):
    tab = arrive(walk.lang, walk.scripts)
    tab.start()
    tab.connect("active")
    tab.say_it_is_me()
    play(tab, "loyalty_quiz", walk.tries, of=2)

    codes = tab.ticket_codes() if walk.pool else thanked(tab)

    assert tab.codes_after_reload() == codes
    found = story_of("active")
    assert found.way == ("maturity/active", f"loyalty/{walk.reward}")
    assert found.coupons == (((walk.pool, codes[0]),) if walk.pool else ())
    assert (found.linked, found.ended) == ("verified_email", True)
    assert not watch.complaints


@each(LAPSED)
def test_a_lapsed_customer_wins_her_way_back_whatever_the_score(arrive: Arrive, watch: Watch, story_of, walk):
    tab = arrive(walk.lang, walk.scripts)
    tab.start()
    tab.connect("lapsed")
    tab.say_it_is_me()
    play(tab, "comeback_quiz", [walk.right], of=1)

    codes = tab.ticket_codes()

    assert tab.codes_after_reload() == codes
    found = story_of("lapsed")
    assert (found.way, found.coupons) == (("maturity/lapsed",), (("COMEBACK15", codes[0]),))
    assert (found.linked, found.ended) == ("verified_email", False)  # the journey waits for her next purchase
    assert not watch.complaints


@each(UNKNOWN)
def test_an_unknown_fan_votes_and_is_invited(arrive: Arrive, watch: Watch, story_of, walk):
    tab = arrive(walk.lang, walk.scripts)
    tab.start()
    tab.connect("stranger")
    tab.vote("favourite_vote", walk.choice)
    tab.answer_offer(walk.joins, walk.ticks)

    codes = tab.ticket_codes()

    assert tab.codes_after_reload() == codes
    found = story_of("stranger")
    assert found.way == ("maturity/otherwise", f"bonus/{'joined' if walk.joins else 'otherwise'}")
    assert found.coupons == ((("WELCOME5", codes[0]),) if walk.joins else ())
    assert found.words == words_of(walk)
    assert tab.is_told_to_look_into_her_mail() == (walk.joins and walk.ticks)
    assert found.vote == walk.choice
    assert (found.programs, found.points) == ((("club",), 100) if walk.joins else ((), 0))
    assert not watch.complaints


def words_of(walk: Unknown) -> tuple[tuple[str, str], ...]:
    """What she has said of the letters: nothing, no, or a yes that a mail asks for once more."""
    said = () if not walk.joins else ("given", "requested") if walk.ticks else ("refused",)
    return tuple(("newsletter.email", event) for event in said)


def play(tab: Tab, game: str, tries: list[int], of: int) -> None:
    """Play the quiz once for each number of right answers, of so many tries allowed; then go on."""
    for number, right in enumerate(tries, 1):
        tab.answer_quiz(game, right)
        left = of - number
        if number < len(tries):
            tab.press(tab.words.try_again)
    tab.press(tab.words.go_on_with_this if left else tab.words.go_on)


def thanked(tab: Tab) -> list[str]:
    """Read the kind words, go on to the end; there is no code."""
    tab.see("show")
    expect(tab.frame.get_by_role("heading", name=tab.words.thanks)).to_be_visible()
    tab.press(tab.words.go_on)
    return tab.ticket_codes()


def test_without_scripts_the_link_on_the_brand_page_leads_to_the_coupon_too(
    fresh_stage: Stage, context_with, watch: Watch, look
):
    page = watch.over(context_with(java_script_enabled=False, locale="fr-FR")).new_page()
    page.goto(fresh_stage.brand)
    tab = Tab(page, "fr", False, look)
    page.locator("[data-fanfare] a").click()
    tab.start()
    tab.connect("stranger")
    tab.press(tab.words.play)
    tab.vote("favourite_vote", "fig_honey")
    tab.answer_offer(joins=True, ticks=False)

    assert len(tab.ticket_codes()) == 1
    assert not watch.complaints
