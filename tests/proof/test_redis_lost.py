"""Redis goes away and comes back empty: plays go on as if nothing had happened, jobs are later at most."""

from __future__ import annotations

import time
from contextlib import ExitStack
from random import Random

import pytest
from sqlalchemy import text

from tests.proof.crowd import crowd
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


def test_losing_redis_delays_and_loses_nothing(tmp_path):
    began, luck, times, port = time.monotonic(), Random(SEED), scaled(TIMES), free_port()

    with crashing_postgres() as postgres, ExitStack() as stack:
        url = postgres.database("redis")
        guests = opened(url, 200 + times * 90, luck, Also(owls=60, within=times * 8))
        redis = stack.enter_context(ExitStack())
        redis_url = redis.enter_context(valkey_server(port))
        with site(tmp_path, url, REDIS_URL=redis_url) as running:
            with crowd(running.url, guests, luck) as load:
                for _ in range(times):
                    time.sleep(luck.uniform(*UP))
                    redis.close()
                    time.sleep(luck.uniform(*DOWN))
                    redis.enter_context(valkey_server(port))
                time.sleep(luck.uniform(*UP))
            running.until_quiet(60)
            with running.reading() as tx:
                broken, latest = promises_broken(tx, load), float(tx.scalar(text(LATEST)) or 0)

    figures("redis lost", seed=SEED, times=times, **heard(load), latest_job_s=round(latest, 1),
            broken_promises=len(broken), seconds=round(time.monotonic() - began))  # fmt: skip
    assert broken == {}
    assert running.bugs() == []
    assert load.heard.statuses.keys() <= {"200", "409", "429"}, f"plays did not go on: {load.heard.statuses}"
    assert load.views.statuses.keys() <= {"200", "304"}
    assert latest < MAY_BE_LATE
