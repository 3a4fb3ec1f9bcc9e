"""`kill -9` of web processes, workers and a publisher at random points, while people play and win."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from random import Random

import pytest

from tests.proof.crowd import Crowd, crowd
from tests.proof.faults import with_fault
from tests.proof.opening import Also, opened
from tests.proof.postgres import CrashingPostgres, crashing_postgres
from tests.proof.site import Site, kill, site
from tests.proof.verdict import SEED, figures, heard, promises_broken, scaled

pytestmark = [pytest.mark.proof, pytest.mark.timeout(7200)]
KILLS = 300
PAUSE = (0.05, 0.9)  # seconds between two kills
ACTS_BETWEEN, LONGEST_PAUSE = 3, 10.0  # acts acknowledged between two kills, or so many seconds
WORKERS_DIE = 0.6  # of the time: what the last of them held comes back when its lease ends, before the load ends
FANS_A_KILL = 12


@pytest.fixture
def postgres() -> Iterator[CrashingPostgres]:
    with crashing_postgres() as server:
        yield server


@dataclass(frozen=True, slots=True)
class Aftermath:
    """What a load under kills left: the site, what clients were told, how many died of which kind."""

    running: Site
    load: Crowd
    killed: Counter[str]
    broken: dict[str, list[str]]


def kill_at_random(running: Site, load: Crowd, luck: Random, wanted: int) -> Counter[str]:
    """Kill processes at random points until so many have died; gives how many of which kind.

    Between two kills people get on: what is not at work has nothing to lose.
    """
    killed: Counter[str] = Counter()
    while killed.total() < wanted:
        before, until = load.acknowledged(), time.monotonic() + LONGEST_PAUSE
        time.sleep(luck.uniform(*PAUSE))
        while load.acknowledged() < before + ACTS_BETWEEN and time.monotonic() < until:
            running.tend()
            time.sleep(0.01)
        victims = running.victims()
        if killed.total() > wanted * WORKERS_DIE:
            victims = [(kind, pid) for kind, pid in victims if kind != "worker"]
        if victims:
            kind, pid = luck.choice(victims)
            killed[kind] += kill(pid)
        running.tend()
    return killed


def under_kills(folder: Path, postgres: CrashingPostgres, wanted: int, fault: str | None = None) -> Aftermath:
    """Let a crowd play while processes die; wait until all is quiet; look at what became of every promise."""
    luck = Random(SEED)
    url = postgres.database("kills")
    guests = opened(url, wanted * FANS_A_KILL, luck, Also(owls=wanted, within=wanted * sum(PAUSE) / 2))
    with site(folder, url, with_fault(fault)) as running:
        publisher = running.add_module("publisher", "tests.proof.publisher")
        with crowd(running.url, guests, luck) as load:
            killed = kill_at_random(running, load, luck, wanted)
            publisher.retire()
        running.until_quiet(240)
        with running.reading() as tx:
            bugs = {"bugs": running.bugs()} if running.bugs() else {}
            return Aftermath(running, load, killed, {**promises_broken(tx, load), **bugs})


def test_nothing_is_lost_or_doubled_when_processes_die_at_any_point(tmp_path, postgres):
    began, wanted = time.monotonic(), scaled(KILLS)

    after = under_kills(tmp_path, postgres, wanted)

    inside = postgres.killed_inside()
    figures(
        "kills", seed=SEED, killed=after.killed.total(), of_them=after.killed, inside_a_transaction=inside,
        **heard(after.load), seconds=round(time.monotonic() - began), broken_promises=len(after.broken),
    )  # fmt: skip
    assert after.broken == {}
    assert inside >= wanted // 20, "the kills fall between the transactions, and so prove little"


def test_the_proof_fails_when_keys_count_for_nothing(tmp_path, postgres):
    after = under_kills(tmp_path, postgres, 12, fault="forget-keys")

    assert "acknowledged but not kept" in after.broken
    assert any("409" in each for each in after.broken.get("told to clients", ()))
