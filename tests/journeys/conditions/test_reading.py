"""Reading a condition: what is understood, what is refused and where."""

from __future__ import annotations

import pytest

from journeys.conditions import Condition, Fault, Scope, read_condition

SCOPE = Scope(currency="EUR", objects={"fibre_quiz": "game", "purchase": "wait", "club": "program"})


def read(text: str) -> Condition:
    found = read_condition(text, SCOPE)
    assert isinstance(found, Condition), found
    return found


def faults(text: str) -> tuple[Fault, ...]:
    found = read_condition(text, SCOPE)
    assert isinstance(found, tuple), found
    return found


def test_the_two_conditions_of_an_active_customer_are_understood():
    active = read("crm.known and orders(last 90d).count >= 1")

    assert active.fields == {"crm.known"}
    assert active.reads_orders


def test_a_misspelt_field_is_pointed_at_and_mended():
    (fault,) = faults("crm.known and fibre_quis.score >= 7")

    assert (fault.start, fault.end) == (14, 30)
    assert "fibre_quiz.score" in fault.hint()


@pytest.mark.parametrize("text", ["orders().total >= 150", "orders().age < 5 EUR", "visit.count > true"])
def test_a_value_of_the_wrong_type_is_refused(text):
    assert [fault.code for fault in faults(text)] == ["condition.type"]
