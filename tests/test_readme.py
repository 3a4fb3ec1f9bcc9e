"""What the README and the manual tell people to type, open or read is there, and is taken by the commands."""

import re
import shlex
from importlib import import_module
from pathlib import Path

import click
import pytest

from app.cli import COMMANDS
from app.settings import Settings
from journeys.loading import load_journey
from journeys.problems import has_errors
from journeys.testing import run_tests
from tests.architecture.source import PRODUCT

ROOT = Path(__file__).parent.parent
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
BLOCK = re.compile(r"^```(\w*)\n(.*?)^```", flags=re.MULTILINE | re.DOTALL)
FOLDERS = {*(ring.partition(".")[0] for ring in PRODUCT), "docs", "migrations", "static", "templates", "tests"}
FAULTS = "problems.md"  # its journeys have the faults they are shown for; tests of the check hold it against them
TO_BE_WRITTEN = {"games/flavour.yaml", "templates/games/coin.html"}  # by who follows the manual


def blocks(page: Path) -> list[tuple[str, str]]:
    return BLOCK.findall(page.read_text())


def code(page: Path) -> list[str]:
    """What stands between single backticks."""
    return re.findall(r"`([^`\n]+)`", BLOCK.sub("", page.read_text()))


def shown(page: Path) -> list[str]:
    """The lines of the page's blocks that call `fanfare`, without their comments."""
    lines = [line.strip() for _, block in blocks(page) for line in block.splitlines()]
    calls = [line.removeprefix(".venv/bin/") for line in lines]
    return [re.split(r" #|  ", call)[0] for call in calls if call.startswith("fanfare ")]


def mentioned(page: Path) -> list[str]:
    return [words for words in code(page) if words.startswith("fanfare ")]


def command_of(words: list[str]) -> tuple[click.Command, list[str]]:
    """The command that words call, and the words that are left for it.  Raises: KeyError when there is none."""
    module, _, name = COMMANDS[words[0]][0].partition(":")
    command: click.Command = getattr(import_module(module), name)
    rest = words[1:]
    while isinstance(command, click.Group) and rest:
        command, rest = command.commands[rest[0]], rest[1:]
    return command, rest


def said_by(*found) -> list:
    """Each finding with its page, for parametrize."""
    return [pytest.param(each, id=f"{page.name}: {each}") for page in PAGES for find in found for each in find(page)]


@pytest.mark.parametrize("call", said_by(shown))
def test_a_command_of_the_manual_is_understood_as_it_is_written(call):
    command, rest = command_of(shlex.split(call)[1:])

    command.make_context(command.name, rest)  # a usage error otherwise

    assert not isinstance(command, click.Group)


@pytest.mark.parametrize("call", said_by(mentioned))
def test_a_command_mentioned_in_a_sentence_exists_with_its_options(call):
    command, rest = command_of(shlex.split(call)[1:])

    known = {option for param in command.params for option in param.opts}
    assert {word for word in rest if word.startswith("-")} <= known


@pytest.mark.parametrize("call", ["journey chek FILE", "nonsense", "crm take FILE"])
def test_a_command_that_is_not_there_is_noticed(call):
    with pytest.raises(KeyError):
        command_of(call.split())


@pytest.mark.parametrize("call", ["journey check", "journey show FILE --language fr", "crm import people FILE"])
def test_a_command_that_cannot_be_called_so_is_noticed(call):
    command, rest = command_of(call.split())

    with pytest.raises(click.UsageError):
        command.make_context(command.name, rest)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_a_link_within_the_manual_leads_to_a_file(page):
    links = re.findall(r"\]\(([^)\s]+)\)", BLOCK.sub("", page.read_text()))
    files = [link.partition("#")[0] for link in links if not re.match(r"\w+:|#", link)]

    assert [file for file in files if not (page.parent / file).exists()] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_a_file_of_ours_that_the_manual_names_is_there(page):
    words = [*code(page), *(word for call in shown(page) for word in shlex.split(call))]
    paths = [word for word in words if re.fullmatch(r"[\w./-]+", word) and word.partition("/")[0] in FOLDERS]
    gone = [path for path in paths if "/" in path and not (ROOT / path).exists()]

    assert set(gone) <= TO_BE_WRITTEN


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_a_target_of_make_that_the_manual_names_is_there(page):
    targets = re.findall(r"^([\w-]+):", (ROOT / "Makefile").read_text(), flags=re.MULTILINE)
    lines = [*code(page), *(line for _, block in blocks(page) for line in block.splitlines())]

    assert {found[1] for line in lines if (found := re.match(r"make ([\w-]+)", line))} <= set(targets)


def test_the_settings_that_the_readme_names_are_settings():
    named = {word for word in code(ROOT / "README.md") if re.fullmatch(r"FANFARE_\w+|\w+_URL", word)}

    assert named
    assert named <= {field.metadata["env"] for field in Settings.__dataclass_fields__.values()}


def journeys_of(page: Path) -> list[str]:
    return [block for kind, block in blocks(page) if kind == "yaml" and block.startswith("journey:")]


def test_the_readme_has_a_journey():
    assert journeys_of(ROOT / "README.md")


@pytest.mark.parametrize("page", [page for page in PAGES if page.name != FAULTS], ids=lambda page: page.name)
def test_the_journeys_of_the_manual_read_and_pass_their_tests(page):
    for text in journeys_of(page):
        loaded = load_journey(text, page.name)

        assert loaded.journey, loaded.problems
        assert not has_errors(loaded.problems)
        assert loaded.journey.tests
        assert run_tests(loaded.journey).passed
