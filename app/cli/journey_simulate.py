"""`fanfare journey simulate` and `fanfare journey sql`: what a journey asks of a whole base."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

import click

from app.cli.journey_files import assumed as assumed_fact
from app.cli.journey_files import (
    load,
    moment_of,
    problems_said,
    sound,
    tell,
    with_file,
    with_json,
    with_lang,
    world_beside,
)
from app.services.fanfiles import open_fan_files, read_people
from journeys.catalogue import builtin_catalogue
from journeys.facts import Facts
from journeys.journey import Journey
from journeys.simulation import Simulation
from journeys.texts import Lang

People = Callable[[], Iterable[tuple[str, Facts]]]
SPOKEN = ("duckdb", "sqlite", "postgres", "spark", "bigquery", "snowflake")


@click.command("simulate")
@with_file
@click.option("--fans", type=click.Path(path_type=Path), help="people, as CSV or Parquet; the database without it")
@click.option("--orders", type=click.Path(path_type=Path), help="their orders, as CSV or Parquet")
@click.option("--today", help="the day to try, as 2026-11-10; today without it")
@click.option("--assume", multiple=True, metavar="FIELD=VALUE", help="a fact to take as true of everybody")
@click.option("--brand", help="the brand's short name, when people come from the database")
@click.option(
    "--engine", type=click.Choice(["duckdb", "postgres", "spark", "loop"]), help="what counts; the answer is the same"
)
@with_json
@with_lang
def simulate_file(**options: Any) -> None:
    """Count who would go where today, over a whole base."""
    lang: Lang = options["lang"]
    if options["orders"] and not options["fans"]:
        raise click.UsageError("--orders needs --fans")
    with problems_said(lang):
        counted = _simulated(**options)
    if options["as_json"]:
        click.echo(json.dumps(counted.as_json(), ensure_ascii=False, indent=2))
    else:
        for line in _counted(counted, lang):
            click.echo(line)


@click.command("sql")
@with_file
@click.option("--dialect", required=True, type=click.Choice(SPOKEN), help="the database it is written for")
@click.option("--step", metavar="ID", help="only who comes to this step, and how they leave it")
@click.option("--routes", is_flag=True, help="a row for each person instead of counts")
@click.option("--today", help="the day it is asked for, as 2026-11-10; today without it")
@click.option("--assume", multiple=True, metavar="FIELD=VALUE", help="a fact to take as true of everybody")
@with_lang
def write_sql(file: Path, dialect: str, lang: Lang, **options: Any) -> None:
    """Write the journey as one query over the relations `fans` and `orders`."""
    from journeys.conditions.sql import DIALECTS
    from journeys.sql import NotInSql, Routing, Setting

    journey = sound(load(file), lang)
    given = dict(assumed_fact(journey, pair) for pair in options["assume"])
    step = options["step"]
    if step and not journey.has_step(step):
        raise click.BadParameter(f"there is no step “{step}”", param_hint="--step")
    try:
        routing = Routing(journey, Setting(moment_of(journey, options["today"]), DIALECTS[dialect], given))
    except NotInSql as reason:
        raise click.ClickException(f"no query says this ({reason}); simulate counts it person by person") from None
    query = routing.at(step) if step else routing.routes() if options["routes"] else routing.counts()
    if not DIALECTS[dialect].run:
        french = "-- écrit, relu, mais jamais exécuté par nos tests" if lang == "fr" else None
        click.echo(french or "-- written and read back, not run by our tests")
    click.echo(query.sql(dialect=dialect, pretty=True))


def _simulated(file: Path, fans: Path | None, orders: Path | None, lang: Lang, **options: Any) -> Simulation:
    from app.services.simulating.engines import engine_of, simulate_on
    from app.services.simulating.exact import Question

    files = open_fan_files(fans, orders) if fans else None
    world = world_beside(file)
    samples = files.samples(world.catalogue if world else builtin_catalogue()) if files else None
    journey = sound(load(file, samples), lang)
    now = moment_of(journey, options["today"])
    given = dict(assumed_fact(journey, pair) for pair in options["assume"])
    question = Question(journey, now, given, dict(world.pools) if world else {})
    if files is None:
        with _people_of_base(options["brand"], journey, now) as (people, url):
            return simulate_on(options["engine"] or engine_of(url), url, question, people)
    read, warnings = read_people(files, journey.scope, journey.zone, journey.currency)
    tell((*files.fans.notices, *warnings), lang)
    return simulate_on(options["engine"] or "duckdb", _database(options["engine"]), question, lambda: read)


@contextmanager
def _people_of_base(slug: str | None, journey: Journey, now: datetime) -> Iterator[tuple[People, str]]:
    """The brand's own people, read while the simulation goes on, and where they are kept."""
    from sqlalchemy import select, true

    from app.cli.installation import settings, use_database
    from app.db import reading
    from app.models import Brand
    from app.services.campaigns.content import reads_of
    from app.services.facts import people

    use_database()
    with reading() as tx:
        brands = tx.scalars(select(Brand).where(Brand.slug == slug if slug else true())).all()
        if len(brands) != 1:
            raise click.ClickException("say which brand: --brand NAME" if brands else "there is no such brand")
        yield lambda: people(tx, brands[0], reads_of(journey), now), settings().database_url


def _database(engine: str | None) -> str:
    """The installation's database, when an engine needs it."""
    if engine != "postgres":
        return ""
    from app.cli.installation import settings

    return settings().database_url


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
