"""What the commands about journey files share: reading a file with its surroundings, and saying what is wrong."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, time
from pathlib import Path

import click

from app.errors import Invalid
from app.services.campaigns.folder import world_of
from app.services.fanfiles import read_fact
from journeys.facts import Value
from journeys.journey import Journey
from journeys.loading import Loaded, load_journey
from journeys.problems import Kind, Problem
from journeys.reading.times import Wrong, read_day
from journeys.texts import Lang
from journeys.world import World

NO_FILE = Kind("journey.no_file", "error", "the file cannot be read", "le fichier ne peut pas être lu")
LANGUAGE = click.Choice(["en", "fr"])
with_lang = click.option("--lang", default="en", type=LANGUAGE, help="the language of the answer")
with_json = click.option("--json", "as_json", is_flag=True, help="for programs")
with_file = click.argument("file", type=click.Path(path_type=Path))


def load(file: Path, samples: dict[str, list[Value]] | None = None) -> Loaded:
    """Read a journey file, with the campaign beside it."""
    try:
        source = file.read_bytes()
    except OSError:
        return Loaded(None, (Problem(NO_FILE, str(file)),))
    return load_journey(source, str(file), world_beside(file), samples)


def world_beside(file: Path) -> World | None:
    """The campaign beside the file, when there is one that reads."""
    try:
        return world_of(file)
    except Invalid:
        return None


def sound(loaded: Loaded, lang: Lang) -> Journey:
    """The journey, its problems said on the side; exits with 1 when there is none."""
    tell(loaded.problems, lang)
    if loaded.journey is None:
        sys.exit(1)
    return loaded.journey


@contextmanager
def problems_said(lang: Lang) -> Iterator[None]:
    """Say what a file has wrong, and exit with 1."""
    try:
        yield
    except Invalid as invalid:
        tell(invalid.problems, lang)
        sys.exit(1)


def tell(problems: Iterable[Problem], lang: Lang, err: bool = True) -> None:
    """Say problems, one a line."""
    for problem in problems:
        click.echo(problem.text(lang), err=err)


def moment_of(journey: Journey, today: str | None) -> datetime:
    """12:00 of the day to try, in the journey's zone."""
    if today is None:
        return datetime.now(UTC)
    day = read_day(today)
    if isinstance(day, Wrong):
        raise click.BadParameter(day.en, param_hint="--today")
    return datetime.combine(day, time(12), journey.zone).astimezone(UTC)


def assumed(journey: Journey, pair: str) -> tuple[str, Value]:
    """A fact to take as true of everybody, out of `FIELD=VALUE`."""
    name, _, cell = pair.partition("=")
    try:
        value = read_fact(journey.scope, name.strip(), cell, journey.currency)
    except ValueError as error:
        raise click.BadParameter(f"{pair}: {error}", param_hint="--assume") from None
    return journey.scope.full_name(name.strip()), "" if value is None else value
