"""The long proof: conditions as SQL agree with the plain interpreter, in numbers; planted faults are noticed."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from multiprocessing import get_context
from random import Random

import pytest

from app.services.simulating.bases import sqlite_base
from app.services.simulating.exact import Question, simulate_people
from app.services.simulating.sparkbase import SparkBase, spark_base
from journeys.conditions import Condition
from journeys.conditions.history import WINDOWS
from journeys.conditions.measures import MEASURES, TALLIES
from journeys.conditions.operators import OPERATORS
from journeys.conditions.sql import clock, columns, days, history, templates, writer
from journeys.conditions.sql.columns import KINDS
from journeys.simulation import simulate
from tests.journeys.made import NOON
from tests.journeys.sql.crowds import Crowd, agreed, conditions, crowd, disagreements
from tests.journeys.sql.test_routing import MADE
from tests.journeys.sql.test_routing import crowd as people_of_routing

pytestmark = pytest.mark.proof

CONDITIONS, PEOPLE, AT_ONCE = int(os.environ.get("FANFARE_PROOF_CONDITIONS", "10000")), 1_000, 50


@pytest.mark.timeout(1800)
def test_ten_thousand_conditions_agree_on_a_thousand_people_each(source_of):
    """Python, traced and each of three databases say what the plain interpreter says."""
    url, sets = source_of("postgresql").empty(), CONDITIONS // AT_ONCE

    with ProcessPoolExecutor(2, mp_context=get_context("spawn")) as pool:
        found = list(pool.map(agreed, range(sets), [url] * sets, [AT_ONCE] * sets, [PEOPLE] * sets))

    assert [wrong for _, wrong in found if wrong] == []
    print(f"\n{sum(many for many, _ in found):,} answers, each in six ways, and no disagreement")  # noqa: T201


@pytest.fixture(scope="module")
def spark() -> Iterator[SparkBase]:
    with spark_base() as base:
        yield base


@pytest.mark.timeout(1800)
def test_two_hundred_conditions_agree_on_spark(spark):
    luck = Random(12)

    for _ in range(20):
        found = list(disagreements(spark, conditions(luck, 10), crowd(luck, 60)))

        assert not found, found[0]


@pytest.mark.timeout(900)
def test_a_whole_journey_is_counted_alike_on_spark(spark):
    people = people_of_routing(seed=7)

    counted = simulate_people(spark, Question(MADE, NOON, {}, {"FIVE": 20}), people)

    assert counted.as_json() == simulate(MADE, people, NOON, {}, {"FIVE": 20}).as_json()


@pytest.fixture(scope="module")
def corpus() -> list[tuple[list[Condition], Crowd]]:
    luck = Random(13)
    return [(conditions(luck, 25), crowd(luck, 40)) for _ in range(16)]


def noticed(corpus: list[tuple[list[Condition], Crowd]]) -> Iterator[bool]:
    """Whether SQLite disagrees or breaks down, set by set."""
    with sqlite_base() as base:
        for asked, people in corpus:
            yield _wrong(base, asked, people)


def _wrong(base, asked, people) -> bool:
    try:
        return next(disagreements(base, asked, people), None) is not None
    except (AssertionError, sqlite3.Error):
        return True


def _operator(word, true=None, false=None):
    was = OPERATORS[word].sql
    return lambda patch: patch.setitem(OPERATORS, word, replace(OPERATORS[word], sql=(true or was[0], false or was[1])))


def _measure(name, **changes):
    return lambda patch: patch.setitem(MEASURES, name, replace(MEASURES[name], **changes))


def _tally(name, sql):
    return lambda patch: patch.setitem(TALLIES, name, (*TALLIES[name][:2], sql))


def _window(name, sql):
    return lambda patch: patch.setitem(WINDOWS, name, replace(WINDOWS[name], sql=sql))


def _kind(name, put):
    return lambda patch: patch.setitem(KINDS, name, replace(KINDS[name], put=put))


def _at(module, name, found):
    return lambda patch: patch.setattr(module, name, found)


PLANTED = {
    "< lets the equal through": _operator("<", true=":x <= :v"),
    "not > loses the equal": _operator(">", false=":x < :v"),
    "not == is ==": _operator("==", false=":x = :v"),
    "!= lets the unknown through": _operator("!=", true=":x IS DISTINCT FROM :v"),
    "not in lets the unknown through": _operator("in", false="(:x IN (:all)) IS NOT TRUE"),
    "not in is in": _operator("in", false=":x IN (:all)"),
    "between leaves out its upper end": _operator("between", true=":x >= :v AND :x < :w"),
    "not between is between": _operator("between", false=":x BETWEEN :v AND :w"),
    "contains is turned round": _operator("contains", true="STR_POSITION(:v, :x) > 0"),
    "not contains lets the unknown through": _operator("contains", false="COALESCE(STR_POSITION(:x, :v), 0) = 0"),
    "is known is always so": _operator("known", true="TRUE"),
    "yes takes the unknown for yes": _operator("yes", true=":x IS NOT FALSE"),
    "count counts lines": _tally("count", "SUM(CASE WHEN :looked THEN 2 ELSE 0 END)"),
    "total forgets the look": _tally("total", "SUM(:cents)"),
    "biggest is the smallest": _tally("biggest", "MIN(CASE WHEN :looked THEN :cents END)"),
    "the latest is the earliest": _tally("latest", TALLIES["earliest"][2]),
    "categories are counted twice": _tally("categories", "COUNT(CASE WHEN :looked AND :passes THEN :category END)"),
    "categories forget the filters": _tally("categories", "COUNT(DISTINCT CASE WHEN :looked THEN :category END)"),
    "average is total": _measure("average", per=""),
    "average of nothing is zero": _measure("average", known=""),
    "interval divides by the count": _measure("interval", per="{count}"),
    "interval of one order": _measure("interval", known="{count} > 0"),
    "last hours include the far end": _window("hours", ":at >= :since"),
    "since entry leaves out the instant": _window("entry", ":at > :entry"),
    "days forget their end": _window("dates", "from_day(:at, :first)"),
    "amounts in another currency count": _kind("currency", lambda value: "EUR"),
    "durations are days": _kind("duration", lambda value: value.days),
    "money is rounded": _kind("money", lambda value: round(value.cents, -3)),
    "sets forget an item": _kind("set", lambda value: "|" + "|".join(sorted(value)[:1]) + "|"),
    "and is or": _at(templates.exp, "And", templates.exp.Or),
    "filters pass everything": _at(history, "_passes", lambda look, table="orders": []),
    "days are those of Greenwich": _at(clock, "_offset_at", lambda at, zone: 0 * clock.DAY),
    "ages are a day short": _at(days, "_back", lambda moment, number: moment.today - (number + 1) * clock.DAY),
    "a divisor is forgotten": _at(writer, "times", lambda value, per: value),
    "columns are mixed up": _at(columns, "column_name", lambda fact, ending="": "crm__x" + ending),
}


def test_nothing_is_noticed_where_nothing_is_planted(corpus):
    assert not any(noticed(corpus))


@pytest.mark.parametrize("fault", PLANTED)
def test_a_planted_fault_is_noticed(fault, corpus, monkeypatch):
    clock.offsets.cache_clear()
    PLANTED[fault](monkeypatch)

    assert any(noticed(corpus))

    clock.offsets.cache_clear()
