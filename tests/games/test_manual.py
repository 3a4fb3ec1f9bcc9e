"""The manual's examples are true: its games read, and the game that it writes keeps every law."""

import re
from pathlib import Path

import pytest

from games.laws import Broken, check
from games.registry import read_game
from journeys.yamlfile import read_yaml

MANUAL = (Path(__file__).parents[2] / "docs/games.md").read_text(encoding="utf-8")


def blocks(language):
    """The manual's code blocks in a language."""
    return re.findall(rf"```{language}\n(.*?)```", MANUAL, re.S)


@pytest.mark.parametrize("source", blocks("yaml"))
def test_a_game_of_the_manual_reads(source):
    game, definition = read_game(read_yaml(source, "games/example.yaml").plain(), ("en", "fr"))

    assert isinstance(definition, game.Definition)


def coin():
    """The game that the manual writes, run from its text."""
    (source,) = blocks("python")
    made = {}
    exec(compile(source, "docs/games.md", "exec"), made)
    return made["GAME"]


def test_the_game_that_the_manual_writes_keeps_every_law():
    check(coin())


def test_a_view_that_shows_a_draw_is_caught():
    class ShowsTheFace(type(coin())):
        def view(self, definition, state, lang, tally=None):
            return {**super().view(definition, state, lang, tally), "face": state["face"]}

    with pytest.raises(Broken, match="view depends on a secret"):
        check(ShowsTheFace())
