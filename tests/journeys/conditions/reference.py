"""A slow, plain interpreter of conditions, to prove the generated code against.

It shares nothing with `journeys` but the data of the tree and of the facts: every rule is written again
here, as the manual words it.  True, False, or None for unknown (Kleene).
"""

from __future__ import annotations

import unicodedata
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from zoneinfo import ZoneInfo

from journeys.conditions.tree import All, Any, FieldOf, History, Let, Look, Not, Test, Tree
from journeys.facts import Money, OrderLine

NEVER_UNKNOWN = ("crm.known", "crm.member", "program.", "consent.", "tag.")
DAYS = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]


class Reference:
    """One person at one moment."""

    def __init__(
        self, values: dict, lines: list[OrderLine], now: datetime, zone: ZoneInfo, entered_at: datetime | None
    ):
        self.values, self.now, self.zone, self.entered_at = values, now, zone, entered_at
        self.lines = [line for line in lines if line.ordered_at <= now]

    def answer(self, tree: Tree, lets: dict[str, Tree]) -> bool | None:
        if isinstance(tree, Let):
            return self.answer(lets[tree.name], lets)
        if isinstance(tree, Not):
            inner = self.answer(tree.part, lets)
            return None if inner is None else not inner
        if isinstance(tree, All):
            answers = [self.answer(part, lets) for part in tree.parts]
            return False if False in answers else None if None in answers else True
        if isinstance(tree, Any):
            answers = [self.answer(part, lets) for part in tree.parts]
            return True if True in answers else None if None in answers else False
        return self.test(tree)

    def test(self, test: Test) -> bool | None:
        found = self.fact(test.subject.name) if isinstance(test.subject, FieldOf) else self.measure(test.subject)
        wanted = list(test.values)
        if test.word == "known":
            return found is not None
        if test.word == "unknown":
            return found is None
        if found is None:
            return None
        if test.word == "yes":
            return bool(found)
        if test.word == "contains":
            return wanted[0] in found
        if isinstance(found, Money) and found.currency != wanted[0].currency:
            return None
        number, wanted = plain(found), [plain(value) for value in wanted]
        if test.word == "in":
            return any(number == one for one in wanted)
        if test.word == "between":
            return wanted[0] <= number and number <= wanted[1]
        if test.word in ("==", "!="):
            return (number == wanted[0]) is (test.word == "==")
        if test.word in ("<", ">="):
            return (number < wanted[0]) is (test.word == "<")
        return (number > wanted[0]) is (test.word == ">")

    def fact(self, name: str):
        if name == "now.hour":
            return self.now.astimezone(self.zone).hour
        if name == "now.weekday":
            return DAYS[self.now.astimezone(self.zone).weekday()]
        value = self.values.get(name)
        if isinstance(value, str):
            value = clean(value)
        if isinstance(value, frozenset):
            value = frozenset(clean(text) for text in value) - {None}
        if value is None and (name.startswith(NEVER_UNKNOWN) or name.endswith(".came")):
            return False
        return value

    def measure(self, history: History):
        orders = self.looked_at(history.look)
        sums = [sum(line.amount_cents for line in passing) for _, passing in orders]
        ages = [(self.day(self.now) - self.day(at)).days for at, _ in orders]
        name = history.measure
        if name == "count":
            return len(orders)
        if name == "total":
            return sum(sums)
        if name == "distinct_categories":
            bought = [line for _, passing in orders for line in passing if line.amount_cents >= 0]
            return len({line.category for line in bought if line.category is not None})
        if not orders or (name == "interval" and len(orders) < 2):
            return None
        latest, earliest = min(orders, key=lambda o: self.now - o[0])[0], max(orders, key=lambda o: self.now - o[0])[0]
        ages = [(self.day(self.now) - self.day(at)).days for at in (latest, earliest)]
        return {
            "average": lambda: Fraction(sum(sums), len(sums)),
            "biggest": lambda: max(sums),
            "age": lambda: 24 * ages[0],
            "first_age": lambda: 24 * ages[1],
            "interval": lambda: Fraction(24 * (ages[1] - ages[0]), len(orders) - 1),
        }[name]()

    def looked_at(self, look: Look) -> list[tuple[datetime, list[OrderLine]]]:
        """The orders in the window with a passing line: (instant, passing lines; with `net` returns too)."""
        found = []
        for lines in self.baskets():
            bought = [line for line in lines if line.amount_cents >= 0]
            if not bought:
                continue
            at = min(line.ordered_at for line in bought)
            passing = [line for line in bought if self.passes(line, look)]
            if look.net and passing:
                passing += [line for line in lines if line.amount_cents < 0 and self.passes(line, look)]
            if not passing or not self.inside(at, look):
                continue
            if look.over and not sum(line.amount_cents for line in passing) > look.over.cents:
                continue
            found.append((at, passing))
        return found

    def baskets(self) -> list[list[OrderLine]]:
        named: dict[str, list[OrderLine]] = {}
        alone = []
        for line in self.lines:
            if line.order_id:
                named.setdefault(line.order_id, []).append(line)
            else:
                alone.append([line])
        return alone + list(named.values())

    def passes(self, line: OrderLine, look: Look) -> bool:
        return all(getattr(line, wanted.word) == wanted.text for wanted in look.lines)

    def inside(self, at: datetime, look: Look) -> bool:
        window, today, day = look.window, self.day(self.now), self.day(at)
        if window is None:
            return True
        if window.word == "days":
            return (today - day).days < window.amount
        if window.word == "hours":
            return self.now - timedelta(hours=window.amount) < at <= self.now
        if window.word == "dates":
            return window.first <= day <= window.last
        if window.word == "month":
            return (day.year, day.month) == (today.year, today.month)
        if window.word == "year":
            return day.year == today.year
        return self.entered_at is not None and self.entered_at <= at

    def day(self, at: datetime) -> date:
        return at.astimezone(UTC).astimezone(self.zone).date()


def clean(text: str) -> str | None:
    return unicodedata.normalize("NFC", text).strip() or None


def plain(value):
    """A value as a number or a text: money in cents, durations in hours."""
    if isinstance(value, Money):
        return value.cents
    if isinstance(value, timedelta):
        return Fraction(value // timedelta(seconds=1), 3600)
    return value
