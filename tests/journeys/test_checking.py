"""What `check` says of a whole journey: chance after a purchase, messages without consent, gifts without limit."""

from dataclasses import replace
from datetime import UTC, datetime
from textwrap import indent

import pytest

from games.registry import GAMES
from journeys.checking.countries import LAWS, law_of
from journeys.loading import load_journey
from journeys.problems import Problem
from journeys.world import World

WORLD = World(
    games={"wheel": {"won": "yes/no"}, "quiz": {"score": "whole"}},
    chance=frozenset({"wheel"}),
    pools={"TEN": 100, "ALL": None, "NONE": 0},
    expiring=frozenset({"ALL", "NONE"}),
    endless=frozenset({"ALL"}),
    programs={"club": ("newsletter.email",)},
    messages=frozenset({"hello"}),
    screens=frozenset({"thanks"}),
    currency="EUR",
    country="FR",
)
CHANCE = "journey.chance_after_purchase"
WAIT = "- wait: buy\n  event: order.placed\n  within: 7d\n"


def said(steps: str, header: str = "", world: World | None = WORLD) -> list[Problem]:
    text = f"journey: j\ncurrency: EUR\n{header}steps:\n{indent(steps, '  ')}"
    return [problem for problem in load_journey(text, "j.yaml", world).problems if problem.level != "notice"]


def codes(steps: str, header: str = "", world: World | None = WORLD) -> list[str]:
    return [problem.code for problem in said(steps, header, world)]


def under(when: str, steps: str, otherwise: str = "[]") -> str:
    return f"- choose: c\n  of:\n    - {{when: {when}, as: yes, do: {steps}}}\n  otherwise: {otherwise}\n"


@pytest.mark.parametrize(
    "steps",
    [
        WAIT + under("buy.came", "[{play: wheel}]"),
        WAIT + under("buy.came and fan.of_age", "[{play: wheel}]"),
        WAIT + under("not buy.came", "[{show: thanks}]", "[{play: wheel}]"),
        WAIT + under("not buy.came", "[{end: }]") + "- play: wheel\n",
        "- wait: buy\n  event: order.placed\n- play: wheel\n",
        under("orders(since entry).count >= 1", "[{play: wheel}]"),
        under("orders(since entry).age < 7d", "[{play: wheel}]"),
        under("not (orders(since entry).total < 20 EUR)", "[{play: wheel}]"),
        under("orders(since entry).count == 0", "[{end: }]") + "- play: wheel\n",
        under("orders(from 2026-11-02 to 2026-11-30).count >= 1", "[{play: wheel}]"),
        under("orders(since entry).count >= 1", "[{enter_draw: trip}]"),
    ],
)
def test_a_game_of_chance_that_only_buyers_come_to_is_warned_of(steps: str):
    assert codes(steps, "open: {from: 2026-11-02}\n") == [CHANCE]


@pytest.mark.parametrize(
    "steps",
    [
        "- play: wheel\n",
        under("orders().count >= 1", "[{play: wheel}]"),
        under("orders(last 90d).count >= 1", "[{play: wheel}]"),
        under("orders(from 2026-01-01 to 2026-11-30).count >= 1", "[{play: wheel}]"),
        under("orders(since entry).count >= 1 or fan.of_age", "[{play: wheel}]"),
        under("orders(since entry).count >= 1", "[{show: thanks}]") + "- play: wheel\n",
        under("orders(since entry).count == 0", "[{play: wheel}]"),
        under("orders(since entry).count >= 1", "[{play: quiz}]"),
        WAIT + "- play: wheel\n",
        WAIT + under("buy.came", "[{play: wheel, id: bought}]", "[{play: wheel, id: free}]"),
    ],
)
def test_a_past_purchase_a_free_way_or_a_game_of_skill_is_no_chance_after_a_purchase(steps: str):
    assert codes(steps, "open: {from: 2026-11-02}\n") == []


@pytest.mark.parametrize("enter", ["{on: order.placed}", "{when: orders(since entry).count >= 1}"])
def test_a_purchase_that_is_the_entrance_counts(enter: str):
    assert codes("- play: wheel\n", f"enter: {enter}\n") == [CHANCE]


def test_without_a_campaign_only_draws_are_known_to_be_chance():
    steps = under("orders(since entry).count >= 1", "[{play: wheel}, {enter_draw: trip}]")

    assert codes(steps, world=None) == [CHANCE]


@pytest.mark.parametrize(
    ("country", "source", "hint"),
    [
        ("FR", "L121-20", "leave the price as it is"),
        ("DE", "C-304/08", "leave the price as it is"),
        ("GB", "Gambling Act 2005", "leave the price as it is"),
        ("US", "849.094", "give a free way in"),
        ("CA", "206(1)(f)", "give a free way in"),
        ("ZZ", "849.094", "give a free way in"),
        (None, "849.094", "give a free way in"),
    ],
)
def test_the_warning_says_the_law_of_the_country(country: str | None, source: str, hint: str):
    (problem,) = said(under("orders(since entry).count >= 1", "[{play: wheel}]"), world=replace(WORLD, country=country))

    assert source in problem.message("en")
    assert source in problem.message("fr")
    assert hint in problem.hint("en")
    assert problem.hint("fr") not in ("", problem.hint("en"))


@pytest.mark.parametrize("country", LAWS)
def test_every_law_has_its_source_and_both_languages(country: str):
    law = law_of(country)

    assert law.source
    assert law.en != law.fr
    assert law.hint_en != law.hint_fr


def test_the_games_that_we_bring_are_games_of_skill_or_taste():
    assert not [name for name in ("quiz", "vote") if GAMES[name].chance]


MESSAGE = "- message: hello\n"


def test_a_message_to_a_channel_that_no_program_asks_for_is_warned_of():
    (problem,) = said("- message: hello\n  channel: sms\n")

    assert (problem.code, problem.line) == ("consent.message_without", 4)
    assert "consent.newsletter.sms" in problem.hint("fr")


@pytest.mark.parametrize("world", [WORLD, replace(WORLD, programs={})])
@pytest.mark.parametrize("header", ["", "enter: {when: consent.email}\n"])
def test_a_message_is_allowed_by_a_program_that_asks_or_a_consent_that_is_looked_at(world: World, header: str):
    allowed = bool(world.programs or header)

    assert codes(MESSAGE, header, world) == ([] if allowed else ["consent.message_without"])


@pytest.mark.parametrize(
    ("steps", "expected"),
    [
        (MESSAGE, ["consent.message_without"]),
        ("- offer: club\n  asks: [news.sms]\n" + MESSAGE, ["consent.message_without"]),
        ("- offer: club\n  asks: [news.email]\n" + MESSAGE, []),
        (under("consent.news.email", "[{message: hello}]"), []),
        (under("consent.news.sms", "[{message: hello}]"), ["consent.message_without"]),
    ],
)
def test_without_a_campaign_the_offers_of_the_file_count(steps: str, expected: list[str]):
    assert codes(steps, world=None) == expected


@pytest.mark.parametrize(
    ("step", "expected"),
    [
        ("- give: TEN\n  valid: 30d\n", []),
        ("- give: TEN\n", ["journey.give_without_validity"]),
        ("- give: ALL\n", ["journey.give_without_stock"]),
        ("- give: NONE\n", ["journey.no_stock"]),
    ],
)
def test_a_gift_without_stock_or_last_day_is_warned_of(step: str, expected: list[str]):
    assert codes(step) == expected


def test_without_a_campaign_the_pools_are_taken_to_have_their_limits():
    assert codes("- give: TEN\n", world=None) == []


@pytest.mark.parametrize("where", ["let: {x: WHEN}\n", "enter: {when: WHEN}\n", "exit: {when: WHEN}\n"])
@pytest.mark.parametrize("when", ["orders(last 0d).count >= 1", "visit.count between 5 and 2"])
def test_a_condition_that_can_never_hold_is_a_warning_at_its_place(where: str, when: str):
    (problem,) = said("- show: thanks\n", where.replace("WHEN", when))

    assert (problem.code, problem.level, problem.line) == ("condition.never", "warning", 3)
    assert problem.col == where.index("WHEN") + 1


def test_a_branch_that_can_never_be_taken_is_a_warning_also_when_written_as_lists():
    steps = under("{all: [crm.known, orders(from 2026-02-01 to 2026-01-01).count == 0]}", "[]")

    (problem,) = said(steps)

    assert (problem.code, problem.line) == ("condition.never", 6)


def test_dates_are_those_of_the_campaign_when_the_file_gives_none():
    world = replace(WORLD, opens_at=datetime(2026, 11, 1, 23, tzinfo=UTC), timezone="Europe/Paris")
    steps = under("orders(from 2026-11-02 to 2026-11-30).count >= 1", "[{play: wheel}]")

    assert codes(steps, world=world) == [CHANCE]
