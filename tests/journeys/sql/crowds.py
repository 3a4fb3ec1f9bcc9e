"""Dense crowds: many people at one moment, on the edges of its windows; and what databases say of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from random import Random
from typing import Any

from app.services.simulating.bases import Base, duck_base, put_people, sqlite_base
from app.services.simulating.engines import postgres_base
from journeys.conditions import Condition
from journeys.conditions.sql import answers, columns_for
from journeys.facts import Facts, Moment, Money
from tests.journeys.conditions.corpus import HOUR, _line, value
from tests.journeys.conditions.corpus import tree as random_tree
from tests.journeys.conditions.reference import Reference
from tests.journeys.conditions.strategies import CORNERS, FIELDS, NAMES, ZONES
from tests.journeys.conditions.test_agreement import read

Known = bool | None


@dataclass(frozen=True)
class Crowd:
    """People at one moment."""

    moment: Moment
    people: list[tuple[str, Facts]]
    raw: list[tuple[dict[str, Any], list[Any]]]

    def expected(self) -> list[Remembering]:
        """The plain interpreter of each of them."""
        moment = self.moment
        return [Remembering(values, lines, moment.now, moment.zone, moment.entered_at) for values, lines in self.raw]


class Remembering(Reference):
    """The plain interpreter, asked many things about one person: what it found it keeps."""

    def __init__(self, *person: Any) -> None:
        super().__init__(*person)
        self.kept: dict[Any, Any] = {}

    def day(self, at):
        if at not in self.kept:
            self.kept[at] = super().day(at)
        return self.kept[at]

    def looked_at(self, look):
        if look not in self.kept:
            self.kept[look] = super().looked_at(look)
        return self.kept[look]

    def baskets(self):
        if None not in self.kept:
            self.kept[None] = super().baskets()
        return self.kept[None]


def crowd(luck: Random, many: int) -> Crowd:
    """Many people at one moment, each with several orders on the edges of windows."""
    now = luck.choice(CORNERS) + luck.choice([-25 * HOUR, -HOUR, -HOUR / 60, 0 * HOUR, HOUR / 60, HOUR / 2, HOUR])
    raw = [(_values(luck), [_line(luck, now) for _ in range(luck.choice([0, 1, 2, 4, 6, 8]))]) for _ in range(many)]
    entered = luck.choice([None, now, *(line.ordered_at for _, lines in raw[:9] for line in lines)])
    people = [(f"fan {n}", Facts(values, lines)) for n, (values, lines) in enumerate(raw)]
    return Crowd(Moment(now, luck.choice(ZONES), entered), people, raw)


def conditions(luck: Random, many: int) -> list[Condition]:
    """Random conditions."""
    return [read(random_tree(luck)) for _ in range(many)]


def judged(base: Base, asked: Sequence[Condition], people: Crowd) -> dict[str, list[Known]]:
    """What a database says of each person and condition: true, false, or None for unknown."""
    fields = {name: found for condition in asked for name, found in condition.vocabulary.items()}
    columns = columns_for((test for condition in asked for test in condition.tests), fields)
    put_people(base, columns, people.people)
    rows = base.ask(answers(asked, people.moment, base.dialect))
    return {row[0]: [_known(*row[at : at + 2]) for at in range(1, len(row), 2)] for row in rows}


def disagreements(base: Base, asked: Sequence[Condition], people: Crowd) -> Iterator[str]:
    """Where a database says otherwise than the plain interpreter."""
    found = judged(base, asked, people)
    assert len(found) == len(people.people)
    for (key, facts), plain in zip(people.people, people.expected(), strict=True):
        for condition, said in zip(asked, found[key], strict=True):
            if said is not plain.answer(condition.tree, {}):
                yield f"{base.dialect.name} says {said} of {condition.text} for {facts} at {people.moment}"


def agreed(seed: int, url: str, many: int, people: int) -> tuple[int, str | None]:
    """How many answers agree, each in five ways, and the first that does not; `url` is that of a PostgreSQL."""
    luck = Random(seed)
    asked, people_ = conditions(luck, many), crowd(luck, people)
    with duck_base() as duck, sqlite_base() as sqlite, postgres_base(url) as postgres:
        said = {base.dialect.name: judged(base, asked, people_) for base in (duck, sqlite, postgres)}
    for (key, facts), plain in zip(people_.people, people_.expected(), strict=True):
        for number, condition in enumerate(asked):
            expected = plain.answer(condition.tree, {})
            found = {name: answers[key][number] for name, answers in said.items()}
            found["traced"] = condition.verdict(facts, people_.moment).held
            found["python"] = expected if condition.holds(facts, people_.moment) is (expected is True) else "otherwise"
            if any(each is not expected for each in found.values()):
                return 0, f"{found}, and plainly {expected}: {condition.text} of {facts} at {people_.moment}"
    return len(asked) * people, None


def _known(true: Any, false: Any) -> Known:
    """The answer out of both modes, which are never true together."""
    assert not (true and false)
    return True if true else False if false else None


def _values(luck: Random) -> dict[str, Any]:
    values = {name: value(luck, name) for name in FIELDS if not name.startswith("now.") and luck.random() < 0.75}
    if "crm.spent" in values and luck.random() < 0.2:
        values["crm.spent"] = Money(values["crm.spent"].cents, "USD")
    if "crm.city" in values:
        values["crm.city"] = luck.choice(NAMES)
    if luck.random() < 0.6:
        values["crm.likes"] = frozenset(luck.sample(NAMES, luck.randint(0, 2)))
    return values
