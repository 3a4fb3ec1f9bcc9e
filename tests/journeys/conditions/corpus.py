"""A dense corpus of random conditions and people, the same for the same seed.

Denser than what a shrinking generator draws: people have several orders, many of them exactly on the edge of
a window, of an entry or of a change of the clocks.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from random import Random
from typing import Any

from journeys.conditions.tree import FieldOf, History, LineFilter, Look, Not, Test, Tree, Window, all_of, any_of
from journeys.facts import Money, OrderLine
from tests.journeys.conditions.strategies import CORNERS, FIELDS, LITERAL_NAMES, MEASURED, NAMES, ZONES

Person = tuple[Any, ...]  # values, order lines, now, zone, entered_at
HOUR = timedelta(hours=1)


def cases(seed: int, trees: int, people: int) -> Iterator[tuple[Tree, list[Person]]]:
    """Random trees, each with some random people."""
    luck = Random(seed)
    for _ in range(trees):
        yield tree(luck), [person(luck) for _ in range(people)]


def tree(luck: Random, levels: int = 3) -> Tree:
    kind = luck.random()
    if levels == 0 or kind < 0.55:
        return test(luck)
    if kind < 0.7:
        return Not(tree(luck, levels - 1))
    joined = all_of if kind < 0.85 else any_of
    return joined(tuple(tree(luck, levels - 1) for _ in range(luck.randint(2, 3))))


def test(luck: Random) -> Test:
    ordered = ["==", "!=", "in", "known", "unknown", "<", "<=", ">", ">=", "between"]
    if luck.random() < 0.55:
        name = luck.choice(sorted(MEASURED))
        return _asked(luck, luck.choice(ordered), History(look(luck), name), name)
    name = luck.choice([*sorted(FIELDS), "crm.likes"])
    words = {
        "crm.likes": ["contains", "contains", "known"],
        "crm.city": ["==", "!=", "in", "known", "contains", "contains"],
    }.get(name, ordered[:5])
    if name in ("fan.of_age", "crm.known", "tag.vip", "buy.came"):
        words = ["yes", "yes", "yes", "==", "!=", "known"]
    elif FIELDS.get(name, (0, 0, False))[2]:
        words = ordered
    return _asked(luck, luck.choice(words), FieldOf(name), name)


test.__test__ = False  # type: ignore[attr-defined]  # not a test, it makes tests


def _asked(luck: Random, word: str, subject: FieldOf | History, name: str) -> Test:
    many = {"in": luck.randint(1, 3), "between": 2, "known": 0, "unknown": 0, "yes": 0}.get(word, 1)
    values = [value(luck, name) for _ in range(many)]
    return Test(word, subject, tuple(sorted(values) if word == "between" else values))


def value(luck: Random, name: str) -> Any:
    match name:
        case "count" | "distinct_categories" | "visit.count" | "quiz.score":
            return luck.randint(0, 4)
        case "total" | "average" | "biggest" | "crm.spent":
            return Money(luck.choice([-500, 0, 500, 1000, 1500, 2000, 3000, 1667]), "EUR")
        case "age" | "first_age" | "interval" | "fan.known_for":
            return luck.choice([HOUR * 36, *(timedelta(days=n) for n in (0, 1, 2, 3, 5, 30, 31))])
        case "crm.born_on":
            return day(luck)
        case "crm.height":
            return luck.choice([1, 2, Decimal("0.5"), Decimal("1.75")])
        case "crm.tier":
            return luck.choice(["silver", "gold"])
        case "now.hour":
            return luck.randint(0, 23)
        case "now.weekday":
            return luck.choice(["monday", "saturday", "sunday"])
        case "fan.of_age" | "crm.known" | "tag.vip" | "buy.came":
            return luck.random() < 0.5
        case _:
            return luck.choice(LITERAL_NAMES)


def look(luck: Random) -> Look:
    filters = [LineFilter("category", luck.choice(LITERAL_NAMES[:2])), LineFilter("shop", "fibre")]
    lines = tuple(one for one in filters if luck.random() < 0.2)
    over = Money(luck.choice([0, 500, 1000]), "EUR") if luck.random() < 0.2 else None
    return Look(window(luck), lines, over, net=luck.random() < 0.4)


def window(luck: Random) -> Window | None:
    first, last = sorted((day(luck), day(luck)))
    return luck.choice(
        [
            None,
            Window("days", luck.choice([1, 2, 3, 5, 31])),
            Window("hours", luck.choice([1, 24, 48])),
            Window("dates", first=first, last=last),
            Window("entry"),
            Window("month"),
            Window("year"),
        ]
    )


def day(luck: Random) -> date:
    return luck.choice(CORNERS).date() + timedelta(days=luck.randint(-2, 2))


def person(luck: Random) -> Person:
    now = luck.choice(CORNERS) + luck.choice([-25 * HOUR, -HOUR, -HOUR / 60, 0 * HOUR, HOUR / 60, HOUR / 2, HOUR])
    zone = luck.choice(ZONES)
    values = {name: value(luck, name) for name in FIELDS if not name.startswith("now.") and luck.random() < 0.75}
    if "crm.city" in values:
        values["crm.city"] = luck.choice(NAMES)
    if luck.random() < 0.6:
        values["crm.likes"] = frozenset(luck.sample(NAMES, luck.randint(0, 2)))
    lines = [_line(luck, now) for _ in range(luck.choice([0, 1, 2, 4, 6, 8]))]
    entered = luck.choice([None, now, *(line.ordered_at for line in lines)])
    return values, lines, now, zone, entered


def _line(luck: Random, now: Any) -> OrderLine:
    ago = luck.choice(
        [HOUR * luck.choice([-1, 0, 1, 24, 48]), HOUR / 60 * luck.randint(0, 3000), HOUR * 24 * luck.randint(0, 45)]
    )
    at = luck.choice([now, *CORNERS]) - ago if luck.random() < 0.3 else now - ago
    cents = luck.choice([-1000, -500, 0, 500, 501, 1000, 1500, 2000])
    names = [None, *NAMES, "fibre"]
    return OrderLine(at, cents, luck.choice([None, None, "a", "b", "c"]), luck.choice(names), shop=luck.choice(names))
