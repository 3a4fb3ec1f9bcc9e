"""A whole journey as one query counts what leading everybody one by one counts; every verb, on three databases."""

from dataclasses import replace
from datetime import timedelta
from random import Random

import pytest
from sqlglot import parse_one

from app.services.simulating.bases import put_people
from app.services.simulating.exact import Question, simulate_people
from journeys.conditions.sql import DIALECTS
from journeys.facts import Facts, OrderLine
from journeys.simulation import simulate
from journeys.sql import NotInSql, Routing, Setting
from journeys.sql.passing import PASSES
from journeys.verbs import VERBS
from journeys.verbs.branching import Choose, Split
from tests.journeys.made import NOON, chooses, journey

ACTIVE = "crm.known and orders(last 90d).count >= 1"
EVERYTHING = """\
- choose: maturity
  of:
    - when: ACTIVE
      as: active
      do: [{play: quiz, tries: 1, saves: {crm.best: score}}, {give: FIVE, if_empty: [{show: sorry}]}]
    - {when: orders().age > 90d, as: lapsed, do: [{ask: form, fields: [crm.city]}, {points: welcome, add: 50}]}
  otherwise:
    - offer: club
    - tag: seen
- split: size
  into:
    - {share: 45, as: small, do: [{wait: pause, event: order.placed, within: 9d}]}
    - {share: 45.5, as: large, do: [{save: crm.tone, value: gentle}]}
    - {share: 9.5, as: control, do: []}
- choose: after
  of:
    - {when: quiz.plays >= 3 and crm.best > 4, as: best}
    - {when: points.balance >= 60, as: rich}
    - {when: tag.seen and not crm.tone is known, as: seen}
    - {when: coupon.FIVE.given, as: got, do: [{give: TEN}]}
    - {when: crm.tone == "gentle", as: gentle, do: [{end: done}]}
  otherwise: [{message: hello}, {enter_draw: draw}, {invite: friends}, {webhook: hook}]
- wait: until_then
  until: 2026-11-01
- wait: long
  for: 1d
- show: never
""".replace("ACTIVE", ACTIVE)
HEADER = """\
enter: {when: fan.of_age or orders(over 20 EUR).biggest > 50 EUR}
exit: {when: tag.opposed or points.balance > 90}
limits: {coupons: 1}
"""
MADE = journey(EVERYTHING, HEADER)
PLAIN = journey(
    "- show: a\n- split: s\n  into: [{share: 50, as: one, do: [{end: x}]}, {share: 50, as: two, do: []}]\n- show: b\n"
)
KINDS = ["duckdb", "sqlite", "postgres"]


def crowd(seed: int, many: int = 250) -> list[tuple[str, Facts]]:
    """People with something known of everything that the journey asks."""
    luck = Random(seed)
    truths = ["crm.known", "fan.of_age", "program.club", "pause.came", "tag.opposed", "tag.seen", "quiz.won"]
    wholes = {"quiz.score": 9, "quiz.plays": 5, "points.balance": 95, "crm.best": 9}
    people = []
    for number in range(many):
        values = {
            name: luck.random() < 0.5 for name in truths if luck.random() < (0.2 if name == "tag.opposed" else 0.8)
        }
        values |= {name: luck.randint(0, most) for name, most in wholes.items() if luck.random() < 0.5}
        values |= {name: luck.choice(["gentle", "Lyon"]) for name in ("crm.tone", "crm.city") if luck.random() < 0.5}
        ago = [timedelta(days=luck.randint(0, 200)) for _ in range(luck.randint(0, 3))]
        lines = [OrderLine(NOON - each, luck.randint(-500, 9000), luck.choice([None, "a"])) for each in ago]
        people.append((f"fan é{number}", Facts(values, lines)))
    return people


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    ("assume", "stock"),
    [
        ({}, {}),
        ({"fan.of_age": True, "crm.tone": ""}, {"FIVE": 10_000}),
        ({}, {"FIVE": 20, "TEN": 3}),
        ({}, {"FIVE": 0}),
    ],
)
def test_the_query_counts_what_the_loop_counts(kind, assume, stock, bases):
    people = crowd(seed=7)

    counted = simulate_people(bases[kind], Question(MADE, NOON, assume, stock), people)

    assert counted.as_json() == simulate(MADE, people, NOON, assume, stock).as_json()
    assert all(step.reached for id, step in counted.steps.items() if id not in ("sorry", "never", "TEN"))


@pytest.mark.parametrize("kind", KINDS)
def test_a_journey_that_asks_nothing_is_counted_too(kind, bases):
    people = crowd(seed=1, many=3)

    counted = simulate_people(bases[kind], Question(PLAIN, NOON), people)

    assert counted.as_json() == simulate(PLAIN, people, NOON).as_json()


def test_orders_of_one_line_each_are_counted_alike(bases):
    alone = [
        (key, Facts(facts.values, [replace(line, order_id=None) for line in facts.orders])) for key, facts in crowd(3)
    ]

    counted = simulate_people(bases["duckdb"], Question(MADE, NOON), alone)

    assert counted.as_json() == simulate(MADE, alone, NOON).as_json()


def test_each_person_has_a_place_and_the_branches_she_took(bases):
    made = journey(chooses("crm.known", "known") + "- play: quiz\n")
    people = [("a", Facts({"crm.known": True})), ("b", Facts({"quiz.won": False})), ("c", Facts())]
    routing = Routing(made, Setting(NOON, bases["duckdb"].dialect))
    put_people(bases["duckdb"], routing.columns, people)

    rows = sorted(bases["duckdb"].ask(routing.routes()))

    assert rows == [("a", True, "quiz", "known"), ("b", True, None, "otherwise"), ("c", True, "quiz", "otherwise")]


def test_one_step_tells_who_comes_and_how_they_leave_it(bases):
    made = journey("- play: quiz\n" + chooses("quiz.score > 3", "high"))
    people = [("a", Facts({"quiz.score": 5})), ("b", Facts({"quiz.score": 1})), ("c", Facts())]
    routing = Routing(made, Setting(NOON, bases["sqlite"].dialect))
    put_people(bases["sqlite"], routing.columns, people)

    assert sorted(bases["sqlite"].ask(routing.at("c"))) == [("a", "high"), ("b", "otherwise")]
    assert sorted(bases["sqlite"].ask(routing.at("quiz"))) == [("a", 1), ("b", 1), ("c", 0)]


def test_history_is_read_for_those_only_whom_facts_do_not_rule_out():
    made = journey(chooses(ACTIVE, "active"), "enter: {when: fan.of_age}")

    query = Routing(made, Setting(NOON, DIALECTS["duckdb"])).counts().sql(dialect="duckdb")

    assert query.count("FROM orders") == 1
    assert "fan_id IN (SELECT fans.fan_id FROM fans WHERE fans.fan__of_age AND" in query


def test_what_no_query_says_is_refused_and_not_guessed():
    made = journey("- give: FIVE\n- choose: c\n  of: [{when: coupon.FIVE.given, as: y}]\n- give: FIVE\n  id: again\n")

    with pytest.raises(NotInSql):
        Routing(made, Setting(NOON, DIALECTS["duckdb"], short={"FIVE": 1}))


@pytest.mark.parametrize("name", DIALECTS)
def test_a_whole_journey_is_written_in_every_dialect_and_reads_back(name):
    written = Routing(MADE, Setting(NOON, DIALECTS[name])).counts().sql(dialect=name)

    assert parse_one(written, read=name).sql(dialect=name) == written


def test_every_verb_says_how_people_pass_it():
    assert set(VERBS.values()) == {*PASSES, Choose, Split}
