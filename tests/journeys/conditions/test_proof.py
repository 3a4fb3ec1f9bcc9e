"""The long proof: many random conditions and people, and a harness that notices planted faults."""

from __future__ import annotations

from dataclasses import replace

import pytest

from journeys import facts as facts_module
from journeys.conditions import Condition, history, python
from journeys.conditions.history import WINDOWS
from journeys.conditions.measures import MEASURES, TALLIES
from journeys.conditions.operators import OPERATORS
from journeys.facts import Facts, Moment
from tests.journeys.conditions.corpus import Person, cases
from tests.journeys.conditions.reference import Reference
from tests.journeys.conditions.test_agreement import read

pytestmark = pytest.mark.proof


@pytest.mark.timeout(3600)
def test_two_thousand_conditions_agree_on_a_hundred_people_each():
    for tree, people in cases(seed=1, trees=2_000, people=100):
        condition = read(tree)
        assert all(agrees(condition, person) for person in people), condition.text


@pytest.fixture(scope="module")
def corpus() -> list[tuple[Condition, list[Person]]]:
    return [(read(tree), people) for tree, people in cases(seed=2, trees=1_500, people=12)]


def agrees(condition: Condition, person: Person) -> bool:
    """Whether the generated code gives the plain interpreter's answer."""
    values, lines, now, zone, entered_at = person
    facts, moment = Facts(values, lines), Moment(now, zone, entered_at)
    expected = Reference(values, lines, now, zone, entered_at).answer(condition.tree, {})
    return condition.holds(facts, moment) is (expected is True) and condition.verdict(facts, moment).held is expected


def _row(table, key, **changes):
    return lambda patch: patch.setitem(table, key, replace(table[key], **changes))


def _tally(name, step):
    return lambda patch: patch.setitem(TALLIES, name, (TALLIES[name][0], step))


GROUP = facts_module.group


def _bought_only(lines):
    return GROUP(line for line in lines if line.amount_cents >= 0)


PLANTED = {
    "< lets the equal through": _row(OPERATORS, "<", true="{x} <= {v}"),
    ">= forgets the equal": _row(OPERATORS, ">=", true="{x} > {v}"),
    "not > loses the equal": _row(OPERATORS, ">", false="{x} < {v}"),
    "not == is ==": _row(OPERATORS, "==", false="{x} == {v}"),
    "!= lets the unknown through": _row(OPERATORS, "!=", none_safe=True),
    "between leaves out its upper end": _row(OPERATORS, "between", true="{v} <= {x} < {w}"),
    "not between is between": _row(OPERATORS, "between", false="{v} <= {x} <= {w}"),
    "not in is in": _row(OPERATORS, "in", false="{x} in ({all},)"),
    "contains is turned round": _row(OPERATORS, "contains", true="{x} in {v}"),
    "is known is always so": _row(OPERATORS, "known", true="True"),
    "yes takes the unknown for yes": _row(OPERATORS, "yes", true="{x} is not False"),
    "count counts twice": _tally("count", "{me} += 2"),
    "total keeps the last": _tally("total", "{me} = cents"),
    "biggest is the smallest": _tally("biggest", "if {me} is None or cents < {me}: {me} = cents"),
    "the latest is the earliest": _tally("latest", TALLIES["earliest"][1]),
    "unknown categories count": _tally("categories", "{me}.update([line.category for line in order.bought])"),
    "average is total": _row(MEASURES, "average", per=""),
    "average of nothing is zero": _row(MEASURES, "average", known=""),
    "biggest of nothing is zero": _row(MEASURES, "biggest", value="({biggest} or 0)", known=""),
    "interval divides by the count": _row(MEASURES, "interval", per="{count}"),
    "interval of one order": _row(MEASURES, "interval", known="{count} > 0", per=""),
    "last hours include the far end": _row(WINDOWS, "hours", test="at >= since{i}"),
    "since entry leaves out the instant": _row(WINDOWS, "entry", test="entry{i} is not None and at > entry{i}"),
    "a month is a year": _row(WINDOWS, "month", bounds=WINDOWS["year"].bounds),
    "days are told by instants only": _row(WINDOWS, "days", test="at >= sure{i}"),
    "to leaves out its day": lambda patch: patch.setattr(history, "_DAY", 0 * history._DAY),
    "returns are forgotten": lambda patch: patch.setattr(facts_module, "group", _bought_only),
    "texts are not trimmed": lambda patch: patch.setattr(facts_module, "tidy_text", lambda text: text or None),
    "hours are days": lambda patch: patch.setattr(python, "_measured", lambda value: getattr(value, "days", value)),
}


def noticed(condition: Condition, people: list[Person]) -> bool:
    """A wrong answer, or code that breaks down on a value it should never have met."""
    written_anew = replace(condition)
    try:
        return not all(agrees(written_anew, person) for person in people)
    except TypeError:
        return True


@pytest.mark.parametrize("fault", PLANTED)
def test_a_planted_fault_is_noticed(fault, corpus, monkeypatch):
    PLANTED[fault](monkeypatch)

    assert any(noticed(condition, people) for condition, people in corpus)


def test_nothing_is_noticed_where_nothing_is_planted(corpus):
    assert not any(noticed(condition, people) for condition, people in corpus)
