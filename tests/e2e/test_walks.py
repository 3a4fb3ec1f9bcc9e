"""The whole path of a fan, in a frame on another site, without third-party cookies and with storage partitioned.

An active, a lapsed and an unknown fan, with JavaScript and without, in English and in French: twelve walks, each ending
on the ticket, again after a reload, and in the database.  axe looks at every screen of them.
"""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.e2e.conftest import Arrive
from tests.e2e.ledger import Story, story
from tests.e2e.stage import Stage
from tests.e2e.tab import Tab
from tests.e2e.watch import Watch

pytestmark = pytest.mark.browser

# language, scripts, how many of five right at each try, where that leads, the coupon's pool
ACTIVE = [
    ("en", True, [5], "top_score", "LOYAL10"),
    ("fr", True, [0, 3], "good_score", "LOYAL5"),
    ("en", False, [3], "good_score", "LOYAL5"),
    ("fr", False, [1, 2], "otherwise", None),
]
# language, scripts, how many of three right
LAPSED = [("en", True, 3), ("fr", True, 0), ("en", False, 1), ("fr", False, 2)]
# language, scripts, the vote, whether she joins the club, whether she ticks the box
UNKNOWN = [
    ("en", True, "fig_honey", True, True),
    ("fr", True, "maple_walnut", False, True),
    ("en", False, "peach_basil", True, False),
    ("fr", False, "blueberry_lemon", False, False),
]


def way_of(lang: str, scripts: bool) -> str:
    """The name of a walk."""
    return f"{lang}-{'with' if scripts else 'without'}-script"


def walks(rows: list[tuple[object, ...]]) -> list[object]:
    return [pytest.param(*row, id=way_of(str(row[0]), bool(row[1]))) for row in rows]


@pytest.fixture
def story_of(fresh_stage: Stage):
    def read(who: str) -> Story:
        with fresh_stage.reading() as tx:
            return story(tx, who)

    return read


@pytest.mark.parametrize(("lang", "scripts", "tries", "reward", "pool"), walks(ACTIVE))
def test_an_active_customer_plays_for_a_coupon_by_score_and_spending(
    arrive: Arrive, watch: Watch, story_of, lang, scripts, tries, reward, pool
):
    tab = arrive(lang, scripts)
    tab.start()
    tab.connect("active")
    tab.say_it_is_me()
    play(tab, "loyalty_quiz", tries, of=2)

    codes = tab.ticket_codes() if pool else thanked(tab)

    assert tab.codes_after_reload() == codes
    found = story_of("active")
    assert found.way == ("maturity/active", f"loyalty/{reward}")
    assert found.coupons == (((pool, codes[0]),) if pool else ())
    assert (found.linked, found.ended) == ("verified_email", True)
    assert not watch.complaints


@pytest.mark.parametrize(("lang", "scripts", "right"), walks(LAPSED))
def test_a_lapsed_customer_wins_her_way_back_whatever_the_score(
    arrive: Arrive, watch: Watch, story_of, lang, scripts, right
):
    tab = arrive(lang, scripts)
    tab.start()
    tab.connect("lapsed")
    tab.say_it_is_me()
    play(tab, "comeback_quiz", [right], of=1)

    codes = tab.ticket_codes()

    assert tab.codes_after_reload() == codes
    found = story_of("lapsed")
    assert (found.way, found.coupons) == (("maturity/lapsed",), (("COMEBACK15", codes[0]),))
    assert (found.linked, found.ended) == ("verified_email", False)  # the journey waits for her next purchase
    assert not watch.complaints


@pytest.mark.parametrize(("lang", "scripts", "choice", "joins", "ticks"), walks(UNKNOWN))
def test_an_unknown_fan_votes_and_is_invited(
    arrive: Arrive, watch: Watch, story_of, lang, scripts, choice, joins, ticks
):
    tab = arrive(lang, scripts)
    tab.start()
    tab.connect("stranger")
    tab.vote("favourite_vote", choice)
    tab.answer_offer(joins, ticks)

    codes = tab.ticket_codes()

    assert tab.codes_after_reload() == codes
    found = story_of("stranger")
    assert found.way == ("maturity/otherwise", f"bonus/{'joined' if joins else 'otherwise'}")
    assert found.coupons == ((("WELCOME5", codes[0]),) if joins else ())
    assert found.words == ((("newsletter.email", "given" if ticks else "refused"),) if joins else ())
    assert (found.vote, found.programs, found.points) == (choice, *((("club",), 100) if joins else ((), 0)))
    assert not watch.complaints


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
