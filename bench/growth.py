"""What one play costs among ten thousand fans and among a million, with ten million events; and that no scan grows.

The crowd is laid in by PostgreSQL itself, without looking at references: it is there to be in the way.
"""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from statistics import median
from typing import Any

from flask import Flask
from sqlalchemy import text

from app.db import bound_engine
from app.factory import create_app
from app.models import Campaign
from bench.inside import cost, play, send, settings_for, statements_of
from bench.installation import database, players, publish, settle_down
from bench.measuring import Finding, Probe
from bench.peer import create_peer, lay_tables

SIZES = ((10_000, 100_000), (1_000_000, 10_000_000))  # fans, events
SMALL = ((100, 200), (400, 800))
PLAYS, MOST = 300, 1.3
NO_MATTER = 5_000  # rows: a scan of so few is no scan that grows
WHO = "('0000beef' || lpad(to_hex(n), 24, '0'))::uuid"
EVERYBODY = "FROM generate_series(CAST(:low AS int), CAST(:high AS int)) n"
CROWD = {
    "fan": f"""INSERT INTO fan (id, brand_id, language, created_at)
        SELECT {WHO}, :brand, 'en', now() {EVERYBODY}""",
    "run": f"""INSERT INTO run (id, brand_id, campaign_id, version_id, journey, fan_id, number, state, source,
            entered_at, ended_at, failures, advances)
        SELECT {WHO}, :brand, :campaign, :version, 'bench', {WHO}, 1, '{{}}', '{{}}', now(), now(), 0, 1 {EVERYBODY}""",
    "play": f"""INSERT INTO play (id, brand_id, campaign_id, run_id, fan_id, game, step, number, seed, moves, state,
            result, started_at, moved_at, finished_at)
        SELECT {WHO}, :brand, :campaign, {WHO}, {WHO}, 'question', 'question', 1, 'seed', 1, '{{}}',
            '{{"score": 1}}', now(), now(), now() {EVERYBODY}""",
    "event": f"""INSERT INTO event (id, brand_id, campaign_id, fan_id, name, channel, source, fields, at)
        SELECT gen_random_uuid(), :brand, :campaign, {WHO}, (ARRAY['visited', 'played', 'finished'])[1 + e % 3],
            'embed', '{{}}', '{{}}', now() - e * interval '1 hour'
        {EVERYBODY}, generate_series(1, CAST(:each AS int)) e""",
}
INDEXES = """SELECT indexdef, indexname FROM pg_indexes
    WHERE schemaname = 'public' AND tablename = :name AND indexdef LIKE 'CREATE INDEX%'"""


def look(small: bool) -> Iterator[Finding]:
    """Plays among few and among many, beside the bare route at the same moments."""
    count = 5 if small else PLAYS
    with database("PostgreSQL") as url:
        campaign = publish(stock=4 * count)
        lay_tables(bound_engine())
        app, bare = create_app(settings_for(url)), create_peer(settings_for(url))
        seconds, floor, there = [], [], 0
        for fans, events in SMALL if small else SIZES:
            _lay_in(campaign, there, fans, events // fans)
            there = fans
            seconds.append(_cost(app, campaign, count))
            floor.append(_floor(bare, count))
            yield Finding(f"one play among {fans:,} fans and {events:,} events, median", f"{seconds[-1] * 1000:.2f} ms")
        grown, machine = seconds[1] / seconds[0], floor[1] / floor[0]
        yield Finding("growth of a play's cost", f"{grown:.2f} ×", f"≤ {MOST} ×", grown <= MOST)
        yield Finding("the same of the bare route, whose tables do not grow", f"{machine:.2f} ×")
        scans = _scans(app, campaign)
        yield Finding("statements that scan a table that grows", ", ".join(scans) or "none", "none", not scans)
        bound_engine().dispose()


def _lay_in(campaign: Campaign, there: int, fans: int, each: int) -> None:
    """Add to the crowd up to so many fans; plain indexes are made again afterwards, which is quicker."""
    values = {
        "brand": campaign.brand_id, "campaign": campaign.id, "version": campaign.live_version_id,
        "low": there + 1, "high": fans, "each": each,
    }  # fmt: skip
    with bound_engine().begin() as connection:
        connection.execute(text("SET LOCAL session_replication_role = replica"))
        connection.execute(text("SET LOCAL statement_timeout = 0"))
        connection.execute(text("SET LOCAL maintenance_work_mem = '512MB'"))
        for table, said in CROWD.items():
            indexes = connection.execute(text(INDEXES), {"name": table}).all()
            for _, name in indexes:
                connection.execute(text(f'DROP INDEX "{name}"'))
            statement = text(said.replace('"score": 1', '"score"\\: 1'))
            connection.execute(statement, {name: value for name, value in values.items() if f":{name}" in said})
            for definition, _ in indexes:
                connection.execute(text(definition))
    settle_down()


def _cost(app: Flask, campaign: Campaign, count: int) -> float:
    made = players(campaign, count + 20)
    for player in made[:20]:
        play(app, player)
    return cost(app, made[20:])


def _floor(bare: Flask, count: int) -> float:
    took = []
    for number in range(2 * count):
        started = time.perf_counter()
        send(bare, "/play", f"pass=pass{number}")
        took.append(time.perf_counter() - started)
    return median(took)


def _scans(app: Flask, campaign: Campaign) -> list[str]:
    """The tables that a statement of a play would read as a whole, by PostgreSQL's own plan."""
    (player,) = players(campaign, 1)
    with statements_of(bound_engine()) as statements:
        play(app, player)
    found: set[str] = set()
    with bound_engine().connect() as connection:
        for statement, values in statements:
            if statement.startswith(("SELECT", "INSERT", "UPDATE", "DELETE")):
                plan = connection.exec_driver_sql(f"EXPLAIN (FORMAT JSON) {statement}", values).scalar()
                found |= set(_read_as_a_whole(plan if isinstance(plan, list) else json.loads(str(plan))))
        connection.rollback()
    return sorted(found)


def _read_as_a_whole(plan: Any) -> Iterator[str]:
    for each in plan:
        node = each.get("Plan", each)
        if node["Node Type"] == "Seq Scan" and node["Plan Rows"] > NO_MATTER:
            yield node["Relation Name"]
        yield from _read_as_a_whole(node.get("Plans", []))


PROBE = Probe("growth", "One play among few and among many, on PostgreSQL.", look)
