"""The catalogue: built-in fields, a brand's own, types read off data, cells of files."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest

from journeys.catalogue import Catalogue, Field, builtin_catalogue, load_catalogue
from journeys.facts import Money


def test_a_brand_lays_its_own_fields_over_the_built_in_ones():
    document = {"fields": {"crm.tier": {"type": "choice", "choices": ["silver", "gold"], "fr": "niveau"}}}

    catalogue = load_catalogue(document)

    assert isinstance(catalogue, Catalogue)
    assert catalogue.find("crm.tier").choices == ("silver", "gold")
    assert catalogue.find("crm.known") == builtin_catalogue().find("crm.known")


@pytest.mark.parametrize("no", ["no", False])
def test_a_field_that_is_never_unknown_is_false_when_absent(no):
    catalogue = load_catalogue({"fields": {"crm.vip": {"type": "yes/no", "unknown": no}}})

    assert catalogue.find("crm.vip").absent_is_false


@pytest.mark.parametrize(
    ("document", "code"),
    [
        ([], "catalogue.document"),
        ({"feilds": {}}, "catalogue.document"),
        ({"fields": ["crm.tier"]}, "catalogue.document"),
        ({"fields": {"crm.tier": "text"}}, "catalogue.document"),
        ({"fields": {"tier": {"type": "text"}}}, "catalogue.name"),
        ({"fields": {3: {"type": "text"}}}, "catalogue.name"),
        ({"fields": {"crm.tier": {}}}, "catalogue.entry"),
        ({"fields": {"crm.tier": {"type": "txt"}}}, "catalogue.entry"),
        ({"fields": {"crm.tier": {"type": ["text"]}}}, "catalogue.entry"),
        ({"fields": {"crm.tier": {"type": "text", "colour": "red"}}}, "catalogue.entry"),
        ({"fields": {"crm.tier": {"type": "text", "personal": "secret"}}}, "catalogue.entry"),
        ({"fields": {"crm.tier": {"type": "choice"}}}, "catalogue.choices"),
    ],
)
def test_a_mistake_in_a_catalogue_is_a_problem(document, code):
    problems = load_catalogue(document)

    assert isinstance(problems, tuple)
    assert [problem.code for problem in problems] == [code]
    assert problems[0].message("fr") != problems[0].message("en")


def test_all_mistakes_of_a_catalogue_are_told_at_once():
    assert len(load_catalogue({"fields": {"a": {"type": "text"}, "crm.b": {"type": "x"}}})) == 2


def test_types_are_read_off_the_data():
    samples = {"crm.a": [1, None], "crm.b": [1, Decimal("1.5")], "crm.c": ["x", 3], "crm.d": [None], "crm.known": ["x"]}

    catalogue = builtin_catalogue().infer(samples)

    assert (catalogue.find("crm.a").type, catalogue.find("crm.b").type) == ("whole", "decimal")
    assert catalogue.find("crm.c") is catalogue.find("crm.d") is None
    assert catalogue.find("crm.known").type == "yes/no"


@pytest.mark.parametrize(
    ("kind", "cell", "value"),
    [
        ("yes/no", "true", True),
        ("whole", "7", 7),
        ("decimal", "12.34", Decimal("12.34")),
        ("money", "12.34", Money(1234, "EUR")),
        ("date", "2026-11-10", date(2026, 11, 10)),
        ("set", "a| b|", frozenset({"a", "b"})),
        ("duration", "30d", timedelta(days=30)),
        ("text", " 01000 ", "01000"),
        ("text", " ", None),
    ],
)
def test_a_cell_of_a_file_is_read_by_its_type(kind, cell, value):
    assert Field("crm.x", kind).from_text(cell) == value


@pytest.mark.parametrize(
    ("kind", "cell"), [("yes/no", "yes"), ("whole", "1.5"), ("money", "1.234"), ("date", "10/11/26")]
)
def test_a_cell_that_does_not_fit_its_type_is_refused(kind, cell):
    with pytest.raises(ValueError, match=cell):
        Field("crm.x", kind).from_text(cell)
