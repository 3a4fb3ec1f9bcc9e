"""PostgreSQL crashes under load, again and again: nothing acknowledged is lost, and the first view stays."""

from __future__ import annotations

import time
from collections.abc import Mapping
from pathlib import Path
from random import Random

import pytest

from tests.proof.crowd import Crowd, crowd
from tests.proof.opening import Also, opened
from tests.proof.postgres import DURABLE, crashing_postgres
from tests.proof.site import site
from tests.proof.verdict import SEED, figures, heard, promises_broken, scaled

pytestmark = [pytest.mark.proof, pytest.mark.timeout(3600)]
CRASHES = 5
UP, DOWN = (2.0, 5.0), (0.3, 2.0)  # seconds


def through_crashes(folder: Path, wanted: int, settings: Mapping[str, str]) -> tuple[Crowd, dict[str, list[str]], list]:
    """Let a crowd play while the database crashes so often; gives what became of every promise."""
    luck = Random(SEED)
    with crashing_postgres(settings) as postgres:
        url = postgres.database("crashes")
        guests = opened(url, 300 + wanted * 60, luck, Also(owls=60, within=wanted * 5))
        with site(folder, url) as running:
            with crowd(running.url, guests, luck) as load:
                for _ in range(wanted):
                    time.sleep(luck.uniform(*UP))
                    postgres.crash()
                    time.sleep(luck.uniform(*DOWN))
                    postgres.start()
                time.sleep(luck.uniform(*UP))
            running.until_quiet(240)
            with running.reading() as tx:
                return load, promises_broken(tx, load), running.bugs()


def test_nothing_acknowledged_is_lost_when_the_database_crashes(tmp_path):
    began, wanted = time.monotonic(), scaled(CRASHES)

    load, broken, bugs = through_crashes(tmp_path, wanted, DURABLE)

    figures("database crashes", seed=SEED, crashes=wanted, **heard(load), broken_promises=len(broken),
            seconds=round(time.monotonic() - began))  # fmt: skip
    assert broken == {}
    assert bugs == []
    assert load.heard.statuses["503"] > 0, "nobody noticed; so nothing was proven"
    assert load.views.statuses.keys() <= {"200", "304"}, f"reading stopped: {load.views.statuses}"


def test_the_proof_fails_when_commits_are_not_durable(tmp_path):
    careless = {**DURABLE, "synchronous_commit": "off", "wal_writer_delay": "10s"}

    _, broken, _ = through_crashes(tmp_path, 2, careless)

    assert {"acknowledged but not kept", "moves"} & broken.keys()
