"""One meaning: generated code, traced form and the plain interpreter agree on random people."""

from __future__ import annotations

from hypothesis import HealthCheck, given, settings

from journeys.conditions import Condition, compile_branches, read_condition
from journeys.conditions.printer import printed
from journeys.facts import Facts, Moment
from tests.journeys.conditions.corpus import cases
from tests.journeys.conditions.reference import Reference
from tests.journeys.conditions.strategies import SCOPE, people, trees

SOME = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def read(tree) -> Condition:
    condition = read_condition(printed(tree), SCOPE)
    assert isinstance(condition, Condition), (printed(tree), [f.message() for f in condition])
    return condition


@SOME
@given(trees)
def test_what_is_printed_is_read_back_as_the_same_tree(tree):
    assert read(tree).tree == tree


@SOME
@given(trees, people())
def test_the_generated_function_agrees_with_the_plain_interpreter(tree, person):
    values, lines, now, zone, entered_at = person
    condition, facts, moment = read(tree), Facts(values, lines), Moment(now, zone, entered_at)

    expected = Reference(values, lines, now, zone, entered_at).answer(tree, {})

    assert condition.holds(facts, moment) is (expected is True)
    assert condition.verdict(facts, moment).held is expected


def test_a_dense_corpus_agrees_too():
    for tree, persons in cases(seed=3, trees=250, people=10):
        condition = read(tree)
        for values, lines, now, zone, entered_at in persons:
            expected = Reference(values, lines, now, zone, entered_at).answer(tree, {})
            facts, moment = Facts(values, lines), Moment(now, zone, entered_at)
            assert condition.holds(facts, moment) is (expected is True), condition.text
            assert condition.verdict(facts, moment).held is expected, condition.text


@SOME
@given(trees, trees, people())
def test_branches_compiled_together_answer_as_each_alone(first, second, person):
    values, lines, now, zone, entered_at = person
    conditions = [read(first), read(second)]
    facts, moment = Facts(values, lines), Moment(now, zone, entered_at)

    alone = [i for i, condition in enumerate(conditions) if condition.holds(facts, moment)]

    assert compile_branches(conditions)(facts, moment) == (alone[0] if alone else -1)


@SOME
@given(people().filter(lambda person: person[3].key != "America/St_Johns"))  # there a day came back for a minute
def test_a_window_of_days_and_the_age_of_the_latest_order_say_the_same(person):
    values, lines, now, zone, entered_at = person
    facts, moment = Facts(values, lines), Moment(now, zone, entered_at)

    by_window = read_condition("orders(last 30d).count >= 1", SCOPE)
    by_age = read_condition("orders().age < 30d", SCOPE)

    assert by_window.holds(facts, moment) == by_age.holds(facts, moment)
