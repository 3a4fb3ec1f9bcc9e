"""Who would go where today, asked of a database in one query; the same answer as leading person by person."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from app.services.simulating.bases import Base, Person, put_people
from journeys.facts import Value
from journeys.journey import Journey
from journeys.simulation import Simulation, nothing_yet
from journeys.sql import Routing, Setting

Counted = tuple[str | None, str | None, int]  # step, branch, people


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked: of which journey, at which moment, with which facts and stocks taken as given."""

    journey: Journey
    now: datetime
    assumed: Mapping[str, Value] = field(default_factory=dict)
    stock: Mapping[str, int | None] = field(default_factory=dict)
    one_line_each: bool = False


def simulate_people(base: Base, question: Question, people: Iterable[Person]) -> Simulation:
    """Put people in and count them.  Raises: NotInSql when the journey must be led person by person."""
    routing = Routing(question.journey, _setting(base, question, {}))
    alone = put_people(base, routing.columns, people)
    return counted(base, replace(question, one_line_each=alone))


def counted(base: Base, question: Question) -> Simulation:
    """Count the people who are in.  Only where coupons run short is a second query asked, in which people queue.

    Raises: NotInSql when the journey must be led person by person.
    """
    short: dict[str, int] = {}
    while True:
        routing = Routing(question.journey, _setting(base, question, short))
        found = _told(question, [(step, branch, many) for step, branch, many in base.ask(routing.counts())])
        stocks = {pool: question.stock.get(pool) for pool in found.coupons}
        more = {p: s for p, s in stocks.items() if s is not None and found.coupons[p].given > s and p not in short}
        if not more:
            return found
        short |= more


def _setting(base: Base, question: Question, short: Mapping[str, int]) -> Setting:
    return Setting(question.now, base.dialect, question.assumed, short, question.one_line_each)


def _told(question: Question, rows: Sequence[tuple[Any, ...]]) -> Simulation:
    journey, now = question.journey, question.now
    found = nothing_yet(journey, now.astimezone(journey.zone).date(), question.stock)
    for step, branch, many in rows:
        if step is None:
            setattr(found, branch, many)
        elif branch is None:
            found.steps[step].reached = many
        elif branch in found.steps[step].branches:
            found.steps[step].branches[branch] = many
        else:
            pool = found.coupons[journey.step(step).name]
            pool.given += many
            pool.runs_out_on = found.today if pool.given == pool.stock and pool.stock else None
    return found
