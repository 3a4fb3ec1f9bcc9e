"""Every example in the manual of conditions can be read."""

import re
from pathlib import Path

import pytest

from journeys.catalogue import Field, builtin_catalogue
from journeys.conditions import Condition, Scope, read_condition

PAGE = (Path(__file__).parents[2] / "docs" / "conditions.md").read_text()
BLOCK = PAGE.split("```")[1].strip().splitlines()
ROWS = re.findall(r"\| `([^`|]+)` \|$", PAGE, flags=re.MULTILINE)
FIELDS = (Field("crm.tier", "choice", choices=("gold", "silver")), Field("crm.city", "text"))


@pytest.mark.parametrize("example", [*BLOCK, *ROWS])
def test_an_example_of_the_manual_is_understood(example):
    scope = Scope(catalogue=builtin_catalogue().with_fields(FIELDS), currency="EUR", objects={"fibre_quiz": "game"})

    assert isinstance(read_condition(example, scope), Condition)


def test_the_manual_has_an_example_in_every_row():
    assert len(ROWS) == len(re.findall(r"^\| `|^\| none", PAGE, flags=re.MULTILINE))


def test_what_the_manual_calls_refused_is_refused():
    scope = Scope(catalogue=builtin_catalogue().with_fields(FIELDS))

    assert not isinstance(read_condition("crm.tier > 3", scope), Condition)
