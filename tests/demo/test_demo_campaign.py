"""The demo campaign is whole: every game sound, every text and picture there, in both languages."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from app.services.campaigns.content import Surroundings
from app.services.campaigns.folder import read_folder
from app.services.campaigns.reading import read_content
from games.laws import LAWS
from games.registry import read_game
from journeys.loading import load_journey
from journeys.testing import run_tests
from journeys.yamlfile import Document, read_yaml

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "app/demo/campaign"
LIBRARY = ROOT / "journeys/library"
GAMES = sorted(FOLDER.glob("games/*.yaml"))


def plain(path: Path) -> Any:
    """A YAML file of the folder as plain data."""
    document = read_yaml(path.read_bytes(), path.name)
    assert isinstance(document, Document), document
    return document.plain()


CAMPAIGN = plain(FOLDER / "campaign.yaml")


def texts_named() -> set[str]:
    """The ids of the texts that the campaign and its screens speak of."""
    programs, consents, messages = CAMPAIGN["programs"], CAMPAIGN["consents"], CAMPAIGN["messages"]
    parts = [program["text"] for program in programs.values()]
    parts += [consent["notice"] for consent in consents.values()] + [message["text"] for message in messages.values()]
    return {CAMPAIGN["start"]["text"], CAMPAIGN["rules"], CAMPAIGN["privacy"], "thank_you", *parts}


@pytest.mark.parametrize("path", GAMES, ids=lambda path: path.stem)
def test_a_demo_game_has_no_faults_and_all_its_languages(path):
    game, definition = read_game(plain(path), CAMPAIGN["languages"])

    assert isinstance(definition, game.Definition)


@pytest.mark.parametrize("keeps", LAWS, ids=lambda law: law.__name__)
@pytest.mark.parametrize("path", GAMES, ids=lambda path: path.stem)
def test_a_demo_game_keeps_the_laws_of_games(path, keeps):
    data = plain(path)
    game, _ = read_game(data)
    own = {name: value for name, value in data.items() if name != "game"}

    keeps(type("DemoGame", (type(game),), {"example": lambda self: own})())


def test_the_texts_are_those_that_are_named_in_every_language():
    files = {path.name for path in FOLDER.glob("texts/*.md")}

    assert files == {f"{text}.{lang}.md" for text in texts_named() for lang in CAMPAIGN["languages"]}


@pytest.mark.parametrize("path", sorted(FOLDER.glob("texts/*.md")), ids=lambda path: path.name)
def test_a_text_opens_with_its_title(path):
    title, gap, body = path.read_text(encoding="utf-8").split("\n", 2)

    assert title.startswith("# ")
    assert not gap
    assert body.strip()


def pictures(part: Any) -> set[str]:
    """The ids of all pictures anywhere in a game's file."""
    if isinstance(part, dict):
        own = {part["image"]} if "image" in part else set()
        return own.union(*(pictures(value) for value in part.values()))
    return set().union(*(pictures(item) for item in part)) if isinstance(part, list) else set()


def test_every_picture_is_there_and_none_is_left_over():
    named = set().union(*(pictures(plain(path)) for path in GAMES))

    assert {path.stem for path in FOLDER.glob("images/*")} == named


@pytest.mark.parametrize("path", sorted(FOLDER.glob("images/*")), ids=lambda path: path.stem)
def test_a_picture_is_small_and_of_one_shape(path):
    with Image.open(path) as picture:
        assert picture.size == (640, 480)

    assert path.stat().st_size < 16_000


def test_the_vote_offers_the_flavours_that_the_profile_knows():
    vote = plain(FOLDER / "games/favourite_vote.yaml")

    assert [choice["id"] for choice in vote["choices"]] == CAMPAIGN["attributes"]["crm.favourite_flavour"]["choices"]


def test_the_rules_state_the_stock_of_every_pool():
    rules = (FOLDER / "texts/rules.en.md").read_text(encoding="utf-8")
    stocks = [f"{pool['stock']:,}" for pool in CAMPAIGN["pools"].values()]

    assert ", ".join(stocks[:-1]) + f" and {stocks[-1]}" in rules


def test_the_journey_comes_from_the_library():
    kind, _, name = CAMPAIGN["journey"].partition(":")

    assert kind == "library"
    assert plain(LIBRARY / f"{name}.yaml")["journey"] == name


def test_the_folder_reads_without_a_problem():
    content, problems = read_content(read_folder(FOLDER).files, Surroundings("USD", "America/New_York"))

    assert problems == ()
    assert content.title("fr") == "Le jeu du marché"


@pytest.mark.parametrize("path", sorted(LIBRARY.glob("*.yaml")), ids=lambda path: path.stem)
def test_a_ready_made_journey_passes_its_own_tests_and_tries_every_branch(path):
    loaded = load_journey(path.read_text(encoding="utf-8"), path.name)
    report = run_tests(loaded.journey)

    assert [result.case.name for result in report.results if not result.passed] == []
    assert set(report.branches_all) == report.branches_seen
