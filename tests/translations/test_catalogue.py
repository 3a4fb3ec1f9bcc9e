"""The product speaks French completely: what is in the code is in the catalogue, said, and compiled."""

import io
import re
from functools import cache
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

ROOT = Path(__file__).parents[2]
FRENCH = ROOT / "app" / "translations" / "fr" / "LC_MESSAGES"
KEYWORDS = {"_": None, "gettext": None, "lazy_gettext": None, "ngettext": (1, 2)}


@cache
def catalogue() -> Catalog:
    with (FRENCH / "messages.po").open("rb") as file:
        return read_po(file, locale="fr")


@cache
def strings() -> frozenset[str | tuple[str, str]]:
    """Every string of the code and the templates."""
    with (ROOT / "babel.cfg").open() as file:
        methods, options = parse_mapping_cfg(file)
    found: set[str | tuple[str, str]] = set()
    for folder in ("app", "templates"):
        mapping = [(pattern.removeprefix(f"{folder}/"), method) for pattern, method in methods]
        rows = extract_from_dir(ROOT / folder, mapping, options, keywords=KEYWORDS)
        found |= {row[2] for row in rows}
    return frozenset(found)


def test_every_string_of_the_product_is_in_the_french_catalogue():
    known = {message.id for message in catalogue() if message.id}

    assert strings() - known == set(), "run: make translations"


def test_the_french_catalogue_holds_nothing_that_is_no_longer_said():
    known = {message.id for message in catalogue() if message.id}

    assert known - strings() == set(), "run: make translations"


def test_every_string_is_said_in_french():
    empty = [message.id for message in catalogue() if message.id and not all(_said(message.string))]

    assert empty == []


def test_nothing_in_the_catalogue_is_a_guess():
    assert [message.id for message in catalogue() if message.fuzzy and message.id] == []


@pytest.mark.parametrize("sign", ["?", "!", ":", ";", "»"])
def test_french_signs_keep_their_space_on_the_same_line(sign):
    texts = [text for message in catalogue() if message.id for text in _said(message.string)]

    assert [text for text in texts if f" {sign}" in text] == []


def test_placeholders_are_the_same_in_both_languages():
    for message in catalogue():
        if isinstance(message.id, str) and message.id:
            assert _placeholders(message.id) == _placeholders(message.string)


def test_the_compiled_catalogue_is_of_this_text():
    compiled = io.BytesIO()
    write_mo(compiled, catalogue())

    assert compiled.getvalue() == (FRENCH / "messages.mo").read_bytes(), "run: make translations"


def _said(string: str | tuple[str, ...]) -> tuple[str, ...]:
    return (string,) if isinstance(string, str) else string


def _placeholders(text: str) -> list[str]:
    return sorted(re.findall(r"%\(\w+\)[sd]", text))
