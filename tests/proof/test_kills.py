"""`kill -9` of web processes, workers and a publisher at random points, while people play and win."""

from __future__ import annotations

import time
from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random

import pytest

from app.db import transaction
from tests.databases import Database
from tests.proof.crowd import Crowd, crowd
from tests.proof.fair import Guest, invite, set_up, set_watch
from tests.proof.postgres import CrashingPostgres, crashing_postgres
from tests.proof.site import Site, kill, site
from tests.proof.verdict import SEED, figures, heard, promises_broken, scaled

pytestmark = [pytest.mark.proof, pytest.mark.timeout(7200)]
KILLS = 300
PAUSE = (0.05, 0.9)  # seconds between two kills
FANS_A_KILL, NIGHT_OWLS = 12, 300


@pytest.fixture
def postgres():
    with crashing_postgres() as server:
        yield server


@dataclass(frozen=True, slots=True)
class Aftermath:
    """What a load under kills left: the site, what clients were told, how many died of which kind."""

    running: Site
    load: Crowd
    killed: Counter[str]
    broken: dict[str, list[str]]


def kill_at_random(running: Site, luck: Random, wanted: int) -> Counter[str]:
    """Kill processes at random points until so many have died; gives how many of which kind."""
    killed: Counter[str] = Counter()
    while killed.total() < wanted:
        time.sleep(luck.uniform(*PAUSE))
        if victims := running.victims():
            kind, pid = luck.choice(victims)
            killed[kind] += kill(pid)
        running.tend()
    return killed


def prepared(postgres: CrashingPostgres, fans: int, owls: int, luck: Random) -> tuple[str, list[Guest]]:
    """A database with the fair, its guests, and night owls whom the clock will wake during the load."""
    url = postgres.database(f"proof{luck.getrandbits(32)}")
    with Database("postgresql", url, engine(url)).bound():
        now = datetime.now(UTC)
        with transaction() as tx:
            set_up(tx, now)
            guests = invite(tx, fans, now)
        with transaction() as tx:
            night = invite(tx, owls, now)
            set_watch(tx, night, [now - timedelta(seconds=luck.uniform(0, 60)) for _ in night])
    return url, guests


def engine(url):
    from app.db import engine_for

    return engine_for(url)


def under_kills(folder: Path, postgres: CrashingPostgres, wanted: int, fault: str | None = None) -> Aftermath:
    """Let a crowd play while processes die; wait until all is quiet; look at what became of every promise."""
    luck = Random(SEED)
    url, guests = prepared(postgres, wanted * FANS_A_KILL, NIGHT_OWLS, luck)
    with site(folder, url, fault) as running:
        publisher = running.add_module("publisher", "tests.proof.publisher")
        with crowd(running.url, guests, luck) as load:
            killed = kill_at_random(running, luck, wanted)
            publisher.retire()
        running.until_quiet(240)
        with running.reading() as tx:
            return Aftermath(running, load, killed, promises_broken(tx, load))


def test_nothing_is_lost_or_doubled_when_processes_die_at_any_point(tmp_path, postgres):
    began, wanted = time.monotonic(), scaled(KILLS)

    after = under_kills(tmp_path, postgres, wanted)

    inside = postgres.killed_inside()
    figures(
        "kills", seed=SEED, killed=after.killed.total(), of_them=after.killed, inside_a_transaction=inside,
        **heard(after.load), seconds=round(time.monotonic() - began), broken_promises=len(after.broken),
    )  # fmt: skip
    assert after.broken == {}
    assert after.running.bugs() == []
    assert inside >= wanted // 20, "the kills fall between the transactions, and so prove little"


def test_the_proof_fails_when_keys_count_for_nothing(tmp_path, postgres):
    after = under_kills(tmp_path, postgres, 12, fault="forget-keys")

    assert "acknowledged but not kept" in after.broken
    assert any("409" in each for each in after.broken.get("told to clients", ()))
