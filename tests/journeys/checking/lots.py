"""Many conditions that are near each other, and many people near their edges, from one seed; quick, for long proofs."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from random import Random

from journeys.conditions.tree import FieldOf, History, LineFilter, Look, Not, Test, Tree, Window, all_of, any_of
from journeys.facts import Facts, Moment, Money, OrderLine
from tests.journeys.conditions.strategies import CORNERS, ZONES

WORDS = ("==", "!=", "<", "<=", ">", ">=", "between", "in", "known", "unknown")
YES_NO = ("fan.of_age", "crm.known", "tag.vip", "buy.came")
SHOPS = ("fibre", "Fibre", "café")
MEASURES = ("count", "total", "average", "biggest", "age", "first_age", "interval", "distinct_categories")


def some_tree(luck: Random, depth: int = 2) -> Tree:
    """A condition of up to a few tests, often about the same things."""
    if depth and luck.random() < 0.45:
        parts = tuple(some_tree(luck, depth - 1) for _ in range(luck.choice((2, 2, 3))))
        tree = luck.choice((all_of, any_of))(parts)
    else:
        tree = _test(luck)
    return Not(tree) if luck.random() < 0.25 else tree


def somebody(luck: Random) -> tuple[Facts, Moment]:
    """A person with facts and orders around the edges, at a moment in some zone."""
    now = luck.choice(CORNERS) + timedelta(minutes=luck.choice((-1500, -61, -1, 0, 1, 60, 90, 1500)))
    values = {
        "quiz.score": luck.randrange(0, 5),
        "crm.height": luck.choice((Decimal("0.5"), 1, Decimal("1.75"), 2)),
        "crm.spent": Money(luck.randrange(-1, 4) * 500, luck.choice(("EUR", "EUR", "USD"))),
        "crm.tier": luck.choice(("silver", "gold", "")),
        "crm.city": luck.choice((*SHOPS, " café ", "")),
        "crm.likes": frozenset(luck.sample(SHOPS, luck.randrange(3))),
        "fan.known_for": timedelta(hours=luck.choice((0, 24, 36, 48, 72))),
        **{name: luck.random() < 0.5 for name in YES_NO},
    }
    kept = {name: value for name, value in values.items() if luck.random() < 0.7}
    lines = [_line(luck, now) for _ in range(luck.choice((0, 1, 1, 2, 3, 5)))]
    entered = luck.choice((None, now, now - timedelta(days=luck.randrange(4))))
    return Facts(kept, lines), Moment(now, luck.choice(ZONES), entered)


def _line(luck: Random, now):
    ago = luck.choice(
        (
            timedelta(days=luck.randrange(-1, 6)),
            timedelta(days=luck.randrange(25, 35)),
            timedelta(hours=luck.randrange(0, 76)),
        )
    )
    names = (None, *SHOPS)
    return OrderLine(
        now - ago,
        luck.randrange(-2, 5) * 500,
        luck.choice((None, "a", "b")),
        luck.choice(names),
        shop=luck.choice(names),
    )


def _test(luck: Random) -> Test:
    if luck.random() < 0.55:
        return _of_orders(luck)
    name, values = luck.choice(
        (
            ("quiz.score", (0, 1, 2, 3, Decimal("1.5"))),
            ("crm.height", (Decimal("0.5"), 1, Decimal("1.75"))),
            ("crm.spent", (Money(0, "EUR"), Money(500, "EUR"), Money(1000, "EUR"))),
            ("fan.known_for", (timedelta(hours=24), timedelta(hours=36), timedelta(hours=48))),
            ("crm.tier", ("silver", "gold")),
            ("crm.city", SHOPS),
            ("crm.likes", SHOPS),
            *((name, (True, False)) for name in YES_NO),
        )
    )
    if name == "crm.likes":
        return Test("contains", FieldOf(name), (luck.choice(values),))
    if name in YES_NO:
        words: tuple[str, ...] = ("yes", "yes", "==", "!=", "known", "unknown")
    elif name in ("crm.tier", "crm.city"):
        words = ("==", "!=", "in", "known", "unknown", *(("contains",) * (name == "crm.city")))
    else:
        words = WORDS
    return _asked(luck, luck.choice(words), FieldOf(name), values)


def _of_orders(luck: Random) -> Test:
    measure = luck.choice(MEASURES)
    values = {
        "count": (0, 1, 2, 3),
        "distinct_categories": (0, 1, 2),
        "total": (Money(0, "EUR"), Money(500, "EUR"), Money(1500, "EUR")),
        "average": (Money(500, "EUR"), Money(750, "EUR")),
        "biggest": (Money(0, "EUR"), Money(500, "EUR"), Money(1500, "EUR")),
    }.get(measure, (timedelta(0), timedelta(days=1), timedelta(hours=36), timedelta(days=30)))
    return _asked(luck, luck.choice(WORDS), History(_look(luck), measure), values)


def _look(luck: Random) -> Look:
    days = [corner.date() + timedelta(days=n) for corner in CORNERS[:4] for n in (-1, 0, 1)]
    window = luck.choice(
        (
            None,
            None,
            Window("days", luck.choice((0, 1, 2, 5, 30, 31))),
            Window("days", luck.choice((1, 3, 31, 400))),
            Window("hours", luck.choice((0, 24, 48, 200))),
            Window("dates", first=luck.choice(days), last=luck.choice(days)),
            Window(luck.choice(("entry", "month", "year"))),
        )
    )
    lines = luck.choice(
        ((), (), (LineFilter("category", "fibre"),), (LineFilter("category", "fibre"), LineFilter("shop", "fibre")))
    )
    return Look(window, lines, luck.choice((None, None, Money(500, "EUR"), Money(0, "EUR"))), luck.random() < 0.25)


def _asked(luck: Random, word: str, subject: FieldOf | History, values: tuple) -> Test:
    many = {"in": luck.randrange(1, 3), "between": 2, "known": 0, "unknown": 0, "yes": 0}.get(word, 1)
    return Test(word, subject, tuple(luck.choice(values) for _ in range(many)))
