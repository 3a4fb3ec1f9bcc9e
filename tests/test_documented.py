"""The manual names everything that people may write: settings, verbs, words of conditions, games."""

from dataclasses import fields
from pathlib import Path

import pytest

from app.settings import Settings
from games.registry import GAMES
from journeys.conditions.measures import MEASURES
from journeys.conditions.operators import OPERATORS
from journeys.verbs import VERBS
from tests.architecture.documented import manual, undocumented

ROOT = Path(__file__).parent.parent
WORDS = {"verbs": VERBS, "condition words": OPERATORS, "measures": MEASURES, "games": GAMES}


@pytest.mark.parametrize("kind", WORDS)
def test_the_manual_names_every_word_that_authors_may_write(kind):
    assert undocumented(WORDS[kind], manual(ROOT)) == []


@pytest.mark.parametrize("setting", fields(Settings), ids=lambda setting: setting.metadata["env"])
def test_the_manual_has_a_row_for_every_setting(setting):
    rows = (ROOT / "docs" / "settings.md").read_text().splitlines()

    assert row(setting) in rows, f"put this row into docs/settings.md:\n{row(setting)}"


def test_the_manual_has_no_setting_that_is_gone():
    text = (ROOT / "docs" / "settings.md").read_text()
    named = {line.split("`")[1] for line in text.splitlines() if line.startswith("| `")}

    assert named == {setting.metadata["env"] for setting in fields(Settings)}


@pytest.mark.parametrize("text", ["they play a lot", "display: `playing`", "a play"])
def test_a_word_in_passing_documents_nothing(text):
    assert undocumented(["play"], text) == ["play"]


@pytest.mark.parametrize("text", ["`play: market_quiz`", "| play | one go |", "```yaml\n- play: quiz\n```"])
def test_a_word_in_code_or_at_the_head_of_a_row_is_documented(text):
    assert undocumented(["play"], text) == []


def row(setting):
    """Give the row of a setting in the manual."""
    default = ",".join(setting.default) if isinstance(setting.default, tuple) else str(setting.default)
    return f"| `{setting.metadata['env']}` | {setting.metadata['help']} | {f'`{default}`' if default else ''} |"
