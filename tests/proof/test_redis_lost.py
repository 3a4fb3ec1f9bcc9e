"""Redis goes away and comes back empty: plays go on as if nothing had happened, jobs are later at most."""

from __future__ import annotations

import time
from contextlib import ExitStack
from pathlib import Path
from random import Random

import pytest
from sqlalchemy import text

from tests.proof.crowd import Crowd, crowd
from tests.proof.faults import with_fault
from tests.proof.opening import Also, opened
from tests.proof.postgres import crashing_postgres
from tests.proof.site import site
from tests.proof.verdict import SEED, figures, heard, promises_broken, scaled
from tests.servers.children import free_port
from tests.servers.valkey import valkey_server

pytestmark = [pytest.mark.proof, pytest.mark.timeout(1800)]
TIMES, UP, DOWN = 3, (2.0, 4.0), (3.0, 6.0)  # seconds
LATEST = "SELECT MAX(EXTRACT(EPOCH FROM done_at - due_at)) FROM outbox"
MAY_BE_LATE = 30  # seconds; the steady beat looks every two, on a busy machine


def through_losses(folder: Path, times: int, fault: str | None = None) -> tuple[Crowd, dict[str, list[str]], float]:
    """Let a crowd play while Redis is lost so often; gives broken promises, and how late the latest job was."""
    luck, port = Random(SEED), free_port()
    with crashing_postgres() as postgres, ExitStack() as redis:
        url = postgres.database("redis")
        guests = opened(url, 200 + times * 90, luck, Also(owls=60, within=times * 8))
        redis_url = redis.enter_context(valkey_server(port))
        with site(folder, url, with_fault(fault), REDIS_URL=redis_url) as running:
            with crowd(running.url, guests, luck) as load:
                for _ in range(times):
                    time.sleep(luck.uniform(*UP))
                    redis.close()
                    time.sleep(luck.uniform(*DOWN))
                    redis.enter_context(valkey_server(port))
                time.sleep(luck.uniform(*UP))
            running.until_quiet(MAY_BE_LATE)
            assert running.bugs() == []
            with running.reading() as tx:
                return load, promises_broken(tx, load), float(tx.scalar(text(LATEST)) or 0)


def test_losing_redis_delays_and_loses_nothing(tmp_path):
    began, times = time.monotonic(), scaled(TIMES)

    load, broken, latest = through_losses(tmp_path, times)

    figures("redis lost", seed=SEED, times=times, **heard(load), latest_job_s=round(latest, 1),
            broken_promises=len(broken), seconds=round(time.monotonic() - began))  # fmt: skip
    assert broken == {}
    assert load.heard.statuses.keys() <= {"200", "409", "429"}, f"plays did not go on: {load.heard.statuses}"
    assert load.views.statuses.keys() <= {"200", "304"}
    assert latest < MAY_BE_LATE


def test_the_proof_fails_when_workers_only_wait_for_the_bell(tmp_path):
    with pytest.raises(AssertionError, match="not quiet"):
        through_losses(tmp_path, 1, fault="wait-for-the-bell")
