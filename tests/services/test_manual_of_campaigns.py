"""The manual of campaigns: its example can be published as it stands, and it has a row for every key."""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, get_args, get_origin

import pytest
from pydantic import BaseModel

from app.models import Brand
from app.services.campaigns import check_draft
from app.services.campaigns.definition import CampaignDefinition
from app.services.rewards.codefile import COLUMN, LAST_DAY
from journeys.catalogue import KEYS as ATTRIBUTE_KEYS

PAGE = (Path(__file__).parents[2] / "docs" / "campaigns.md").read_text()
FILES = dict(re.findall(r"^`([\w./]+)`\n\n```\w+\n(.*?)^```", PAGE, flags=re.MULTILINE | re.DOTALL))


def keys(definition: type[BaseModel]) -> Iterator[str]:
    """Every key that may be written, a star for names of the author's own."""
    for name, field in definition.model_fields.items():
        key = field.alias or name
        star, part = part_of(field.annotation)
        yield from (f"{key}{star}.{below}" for below in keys(part)) if part else (key,)


def part_of(annotation: Any) -> tuple[str, type[BaseModel] | None]:
    """The definition that a key holds, and whether it holds one for each name."""
    star = ".*" if get_origin(annotation) is dict else ""
    inner = get_args(annotation)[1] if star else annotation
    return star, inner if isinstance(inner, type) and issubclass(inner, BaseModel) else None


def problems(files: Mapping[str, str]) -> list[str]:
    brand = Brand(slug="acme", name="Acme", currency="EUR", timezone="UTC", attributes={}, country="FR")
    return [problem.text() for problem in check_draft(brand, files).problems]


def test_the_example_of_the_manual_can_be_published_as_it_stands():
    assert {"campaign.yaml", "journey.yaml", "games/flavour.yaml"} < set(FILES)
    assert problems(FILES) == []


@pytest.mark.parametrize("name", ["journey.yaml", "games/flavour.yaml", "texts/letter.en.md"])
def test_no_file_of_the_example_is_there_for_nothing(name):
    assert problems({kept: text for kept, text in FILES.items() if kept != name})


def test_the_manual_has_a_row_for_every_key_and_for_no_other():
    table = PAGE.partition("## Every key")[2].partition("## Commands")[0]

    assert re.findall(r"^\| `([\w.*]+)` \|", table, flags=re.MULTILINE) == list(keys(CampaignDefinition))


def test_the_manual_names_the_keys_of_an_attribute_and_the_columns_of_a_file_of_codes():
    assert [word for word in {*ATTRIBUTE_KEYS, COLUMN, LAST_DAY} if f"`{word}`" not in PAGE] == []
