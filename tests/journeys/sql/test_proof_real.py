"""On real purchases: the query and the loop lead all 2 469 households alike, through every ready journey."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from random import Random

import duckdb
import pytest

from app.demo.purchases import ALL_HOUSEHOLDS, write_purchases
from app.services.simulating.bases import put_people
from app.services.simulating.exact import Question, simulate_people
from journeys.advancing import enter
from journeys.facts import Facts, OrderLine
from journeys.journey import Journey
from journeys.loading import load_journey
from journeys.running.decisions import Advance
from journeys.simulation import simulate
from journeys.sql import Routing, Setting

pytestmark = pytest.mark.proof

ROOT = Path(__file__).parents[3]
FILES = [*sorted((ROOT / "journeys/library").glob("*.yaml")), ROOT / "docs/examples/fibre_tab.yaml"]
TODAY = date(2026, 11, 10)
DATES = [datetime(2026, 11, 10, 12, tzinfo=UTC) - timedelta(days=days) for days in (0, 61, 200)]


@pytest.fixture(scope="module")
def households(tmp_path_factory) -> list[tuple[str, Facts]]:
    """Everybody with their real orders, and some things invented: what they played, joined and agreed to."""
    made = write_purchases(tmp_path_factory.mktemp("purchases"), TODAY, None)
    columns = "contact, ordered_at, amount, order_id, category, shop, channel"
    lines: dict[str, list[OrderLine]] = {}
    for contact, at, amount, *texts in duckdb.sql(f"SELECT {columns} FROM '{made.orders}'").fetchall():
        order_id, category, shop, channel = texts
        moment = datetime.fromisoformat(at).replace(tzinfo=UTC)
        line = OrderLine(moment, int(amount * 100), order_id, category, shop=shop, channel=channel)
        lines.setdefault(contact, []).append(line)
    return [(key, Facts(_invented(key), orders)) for key, orders in sorted(lines.items())]


def _invented(key: str) -> dict[str, object]:
    luck = Random(key)
    games = ("loyalty_quiz", "comeback_quiz", "favourite_vote", "fibre_quiz", "comeback_scratch", "decoder_vote")
    values: dict[str, object] = {f"{game}.score": luck.randint(0, 9) for game in games if luck.random() < 0.6}
    for name in ("fan.of_age", "crm.known", "program.club", "consent.newsletter.email", "purchase.came"):
        values[name] = luck.random() < 0.7
    return values | {"tag.opposed": luck.random() < 0.05}


def read(file: Path) -> Journey:
    made = load_journey(file.read_bytes(), file.name).journey
    assert made is not None
    return made


@pytest.mark.timeout(1800)
@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_every_household_is_counted_alike(file, households, bases):
    made = read(file)

    for now in DATES:
        expected = simulate(made, households, now).as_json()
        for base in bases.values():
            counted = simulate_people(base, Question(made, now), households)

            assert counted.as_json() == expected, (base.dialect.name, now)
            assert counted.fans == ALL_HOUSEHOLDS


@pytest.mark.timeout(1800)
@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_every_household_stands_where_the_engine_puts_it(file, households, bases):
    """One by one: the first branch of the journey is the one that she takes when she enters."""
    made, base = read(file), bases["duckdb"]
    first = made.steps[0]
    routing = Routing(made, Setting(DATES[0], base.dialect))
    put_people(base, routing.columns, households)

    taken = dict(base.ask(routing.at(first.id)))

    for key, facts in households:
        came = _entered(made, key, facts)
        label = next((place.partition("/")[2] for place in came.trail if place.startswith(f"{first.id}/")), None)
        assert taken.get(key) == label, key


def _entered(made: Journey, key: str, facts: Facts) -> Advance:
    came = enter(replace(made, opens_at=None, closes_at=None), facts, DATES[0], key)
    return came if isinstance(came, Advance) else Advance(state=None)  # type: ignore[arg-type]
