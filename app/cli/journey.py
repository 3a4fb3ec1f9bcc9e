"""`fanfare journey`: check, read, test and simulate journey files, replay runs; a database only for its people."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, time
from pathlib import Path
from typing import Any
from uuid import UUID

import click

from app.errors import Invalid
from app.services.campaigns.folder import world_of
from app.services.fanfiles import open_fan_files, read_fact, read_people
from journeys.catalogue import builtin_catalogue
from journeys.facts import Facts, Value
from journeys.journey import Journey
from journeys.loading import Loaded, load_journey
from journeys.problems import Kind, Problem, has_errors
from journeys.reading.times import Wrong, read_day
from journeys.simulation import Simulation, simulate
from journeys.testing import Report, run_tests
from journeys.texts import Lang
from journeys.world import World

NO_FILE = Kind("journey.no_file", "error", "the file cannot be read", "le fichier ne peut pas être lu")
LANGUAGE = click.Choice(["en", "fr"])
_lang = click.option("--lang", default="en", type=LANGUAGE, help="the language of the answer")
_json = click.option("--json", "as_json", is_flag=True, help="for programs")
_one_file = click.argument("file", type=click.Path(path_type=Path))


@click.group()
def journey() -> None:
    """Journey files: check, show, test, simulate; and replay what was decided."""


@journey.command("check")
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
@_json
@_lang
def check_files(files: tuple[Path, ...], as_json: bool, lang: Lang) -> None:
    """Say everything that is wrong with the files; the exit code is 1 on an error."""
    problems = [problem for file in files for problem in _load(file).problems]
    if as_json:
        click.echo(json.dumps([problem.as_json(lang) for problem in problems], ensure_ascii=False, indent=2))
    else:
        _print(problems, lang, err=False)
        if not problems:
            click.echo("rien à redire" if lang == "fr" else "nothing to complain about")
    sys.exit(1 if has_errors(problems) else 0)


@journey.command("show")
@_one_file
@_lang
def show_file(file: Path, lang: Lang) -> None:
    """Say the journey in plain words, as an indented outline."""
    for line in _sound(_load(file), lang).outline(lang):
        click.echo(line)


@journey.command("test")
@_one_file
@_json
@_lang
def test_file(file: Path, as_json: bool, lang: Lang) -> None:
    """Run the tests that the file carries; the exit code is 1 when one fails."""
    report = run_tests(_sound(_load(file), lang))
    if as_json:
        click.echo(json.dumps(report.as_json(lang), ensure_ascii=False, indent=2))
    else:
        for line in _told(report, lang):
            click.echo(line)
    sys.exit(0 if report.passed else 1)


@journey.command("simulate")
@_one_file
@click.option("--fans", type=click.Path(path_type=Path), help="people, as CSV or Parquet; the database without it")
@click.option("--orders", type=click.Path(path_type=Path), help="their orders, as CSV or Parquet")
@click.option("--today", help="the day to try, as 2026-11-10; today without it")
@click.option("--assume", multiple=True, metavar="FIELD=VALUE", help="a fact to take as true of everybody")
@click.option("--brand", help="the brand's short name, when people come from the database")
@_json
@_lang
def simulate_file(**options: Any) -> None:
    """Count who would go where today, over a whole base."""
    lang: Lang = options["lang"]
    if options["orders"] and not options["fans"]:
        raise click.UsageError("--orders needs --fans")
    with _problems_said(lang):
        counted = _simulated(**options)
    if options["as_json"]:
        click.echo(json.dumps(counted.as_json(), ensure_ascii=False, indent=2))
    else:
        for line in _counted(counted, lang):
            click.echo(line)


@journey.command("replay")
@click.option("--campaign", "slug", help="only the runs of this campaign")
@click.option("--version", "number", type=int, help="only the runs that this version decided in")
@click.option("--run", "run_id", type=click.UUID, help="only this run")
@_json
def replay_stored(slug: str | None, number: int | None, run_id: UUID | None, as_json: bool) -> None:
    """Decide stored runs again, from what was looked at then; the exit code is 1 when anything would differ."""
    from app.cli.installation import use_database
    from app.cli.versions import campaign_called
    from app.db import reading
    from app.services.replaying import Which, replay_runs

    use_database()
    with reading() as tx:
        campaign = campaign_called(tx, slug) if slug else None
        replayed = replay_runs(tx, Which(campaign, number, run_id))
    if as_json:
        click.echo(json.dumps(replayed.as_json(), ensure_ascii=False, indent=2))
    else:
        for each in replayed.differences:
            found = each.found
            click.echo(f"run {each.run_id}, version {each.version}, step {found.step}: {found.then}; now {found.now}")
        told = f"{replayed.runs} runs, {replayed.advances} advances: {len(replayed.differences)} differences"
        apart = f"; {replayed.unrecorded} cannot be: begun before recording, or forgotten"
        click.echo(told + (apart if replayed.unrecorded else ""))
    sys.exit(1 if replayed.differences else 0)


def _simulated(file: Path, fans: Path | None, orders: Path | None, lang: Lang, **options: Any) -> Simulation:
    files = open_fan_files(fans, orders) if fans else None
    world = _world(file)
    samples = files.samples(world.catalogue if world else builtin_catalogue()) if files else None
    journey = _sound(_load(file, samples), lang)
    now = _now(journey, options["today"])
    assumed = dict(_assumed(journey, pair) for pair in options["assume"])
    stock = dict(world.pools) if world else {}
    if files is None:
        with _people_of_base(options["brand"], journey, now) as people:
            return simulate(journey, people, now, assumed, stock)
    read, warnings = read_people(files, journey.scope, journey.zone, journey.currency)
    _print((*files.fans.notices, *warnings), lang)
    return simulate(journey, read, now, assumed, stock)


@contextmanager
def _people_of_base(slug: str | None, journey: Journey, now: datetime) -> Iterator[Iterable[tuple[str, Facts]]]:
    """The brand's own people, read while the simulation goes on."""
    from sqlalchemy import select, true

    from app.cli.installation import use_database
    from app.db import reading
    from app.models import Brand
    from app.services.campaigns.content import reads_of
    from app.services.facts import people

    use_database()
    with reading() as tx:
        brands = tx.scalars(select(Brand).where(Brand.slug == slug if slug else true())).all()
        if len(brands) != 1:
            raise click.ClickException("say which brand: --brand NAME" if brands else "there is no such brand")
        yield people(tx, brands[0], reads_of(journey), now)


def _load(file: Path, samples: dict[str, list[Value]] | None = None) -> Loaded:
    try:
        source = file.read_bytes()
    except OSError:
        return Loaded(None, (Problem(NO_FILE, str(file)),))
    return load_journey(source, str(file), _world(file), samples)


def _world(file: Path) -> World | None:
    """The campaign beside the file, when there is one that reads."""
    try:
        return world_of(file)
    except Invalid:
        return None


def _sound(loaded: Loaded, lang: Lang) -> Journey:
    """The journey, its problems said on the side; exits with 1 when there is none."""
    _print(loaded.problems, lang)
    if loaded.journey is None:
        sys.exit(1)
    return loaded.journey


@contextmanager
def _problems_said(lang: Lang) -> Iterator[None]:
    try:
        yield
    except Invalid as invalid:
        _print(invalid.problems, lang)
        sys.exit(1)


def _print(problems: Iterable[Problem], lang: Lang, err: bool = True) -> None:
    for problem in problems:
        click.echo(problem.text(lang), err=err)


def _now(journey: Journey, today: str | None) -> datetime:
    """12:00 of the day to try, in the journey's zone."""
    if today is None:
        return datetime.now(UTC)
    day = read_day(today)
    if isinstance(day, Wrong):
        raise click.BadParameter(day.en, param_hint="--today")
    return datetime.combine(day, time(12), journey.zone).astimezone(UTC)


def _assumed(journey: Journey, pair: str) -> tuple[str, Value]:
    name, _, cell = pair.partition("=")
    try:
        value = read_fact(journey.scope, name.strip(), cell, journey.currency)
    except ValueError as error:
        raise click.BadParameter(f"{pair}: {error}", param_hint="--assume") from None
    return journey.scope.full_name(name.strip()), "" if value is None else value


def _told(report: Report, lang: Lang) -> Iterator[str]:
    french = lang == "fr"
    for result in report.results:
        yield f"{'ok' if result.passed else 'FAILED' if not french else 'ÉCHEC'}  {result.case.name}"
        yield from (f"      {reason}" for reason in result.reasons(lang))
    tried = len(report.branches_all) - len(report.branches_never_tried)
    passed = sum(result.passed for result in report.results)
    many = len(report.results)
    if french:
        yield f"{passed} tests sur {many} passent ; {tried} branches sur {len(report.branches_all)} essayées"
    else:
        yield f"{passed} of {many} tests pass; {tried} of {len(report.branches_all)} branches tried"
    if report.branches_never_tried:
        yield ("jamais essayées : " if french else "never tried: ") + ", ".join(report.branches_never_tried)


def _counted(counted: Simulation, lang: Lang) -> Iterator[str]:
    french = lang == "fr"
    yield (
        f"{counted.today} : {counted.entered} / {counted.fans}"
        if french
        else f"{counted.today}: {counted.entered} of {counted.fans} people come in"
    )
    for id, step in counted.steps.items():
        yield f"{step.reached:>10}  {id}"
        yield from (f"{many:>14}  {id}/{label}" for label, many in step.branches.items())
    for pool, count in counted.coupons.items():
        stock = "" if count.stock is None else f" / {count.stock}"
        yield f"{pool}: {count.given}{stock} {'donnés' if french else 'given'}"
