"""The manual of conditions: its examples are understood, and between them they use every word of the language."""

import re
from pathlib import Path

import pytest
import yaml

from journeys.catalogue import Field, builtin_catalogue
from journeys.conditions import Condition, Scope, from_lists, read_condition
from journeys.conditions.history import WINDOWS
from journeys.conditions.lists import LISTS
from journeys.conditions.measures import FILTERS, MEASURES
from journeys.conditions.operators import OPERATORS
from journeys.conditions.tree import History, Look, Test
from tests.architecture.documented import undocumented

PAGE = (Path(__file__).parents[2] / "docs" / "conditions.md").read_text()
BLOCKS = re.findall(r"^```(\w*)\n(.*?)^```", PAGE, flags=re.MULTILINE | re.DOTALL)
LINES = [line for kind, block in BLOCKS if not kind for line in block.strip().splitlines()]
LISTED = [yaml.safe_load(block)["when"] for kind, block in BLOCKS if kind == "yaml"]
ROWS = re.findall(r"\| `([^`|]+)` \|$", PAGE, flags=re.MULTILINE)
FIELDS = (Field("crm.tier", "choice", choices=("gold", "silver")), Field("crm.city", "text"))
OBJECTS = {"fibre_quiz": "game", "purchase": "wait", "club": "program", "TEN": "pool", "spring": "journey"}
SCOPE = Scope(builtin_catalogue().with_fields(FIELDS), "EUR", objects=OBJECTS)


def asked() -> list[Test]:
    """Every test that the manual's examples ask."""
    read = [*(read_condition(text, SCOPE) for text in (*LINES, *ROWS)), *(from_lists(data, SCOPE) for data in LISTED)]
    return [test for condition in read if isinstance(condition, Condition) for test in condition.tests]


def looks() -> list[Look]:
    return [test.subject.look for test in asked() if isinstance(test.subject, History)]


@pytest.mark.parametrize("example", [*LINES, *ROWS])
def test_an_example_of_the_manual_is_understood(example):
    assert isinstance(read_condition(example, SCOPE), Condition)


@pytest.mark.parametrize("example", LISTED)
def test_an_example_written_as_lists_is_understood(example):
    assert isinstance(from_lists(example, SCOPE), Condition)


def test_the_manual_has_an_example_in_every_row():
    assert len(ROWS) == len(re.findall(r"^\| `|^\| none", PAGE, flags=re.MULTILINE))


def test_what_the_manual_calls_refused_is_refused():
    assert not isinstance(read_condition("crm.tier > 3", SCOPE), Condition)


@pytest.mark.parametrize("table", [OPERATORS, MEASURES, FILTERS, LISTS], ids=["tests", "measures", "filters", "lists"])
def test_the_manual_names_every_word(table):
    assert undocumented(table, PAGE) == []


def test_the_manual_has_a_row_for_every_field_of_the_catalogue():
    catalogue = builtin_catalogue()
    heads = set(re.findall(r"^\| `([\w.<>]+)` \|", PAGE, flags=re.MULTILINE))

    assert {*catalogue.fields, *(pattern.shape for pattern in catalogue.patterns)} <= heads


def test_the_examples_use_every_operator():
    assert {test.word for test in asked()} == set(OPERATORS)


def test_the_examples_use_every_measure_window_and_filter():
    measured = {test.subject.measure for test in asked() if isinstance(test.subject, History)}

    assert measured == set(MEASURES)
    assert {look.window.word for look in looks() if look.window} == set(WINDOWS)
    assert {line.word for look in looks() for line in look.lines} == set(FILTERS)
    assert any(look.over for look in looks())
    assert any(look.net for look in looks())
