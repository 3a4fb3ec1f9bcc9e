"""Real workers in processes of their own: `start_worker()`, and jobs whose deliveries are noted: `owe(3)`."""

import os
import sys
import time
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta

import pytest

from app.db import bound_engine, transaction
from app.services import progress
from app.services.outbox import Job, put
from tests.databases import SECRET
from tests.jobs.noting import lines
from tests.makers import NOON, Make
from tests.servers.children import running
from tests.servers.web import ROOT
from tests.small_campaign import publish_small, visiting


def eventually(what, seconds=60):
    """Wait until something is so; fails when it is not in time."""
    deadline = time.monotonic() + seconds
    while not what():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.02)


@pytest.fixture
def noted(tmp_path):
    """The file of deliveries; `noted()` reads it."""
    return lambda: lines(tmp_path / "noted")


@pytest.fixture
def owe(tmp_path):
    """Owe jobs whose deliveries are noted: `owe(3)`, `owe(1, kind="noted.too", seconds=5)`."""
    brands = []

    def owe_jobs(count, kind="noted", **content):
        with transaction() as tx:
            brands.append(brands[0] if brands else Make(tx).its_brand.id)
            for number in range(count):
                file = {"line": f"{kind}-{len(brands)}-{number}", "file": str(tmp_path / "noted"), **content}
                put(tx, Job(brands[0], kind, f"{kind}:{len(brands)}:{number}", file), datetime.now(UTC))

    return owe_jobs


@pytest.fixture
def start_worker(tmp_path):
    """Start `fanfare worker`, or another command, on the test's database; gives its process, once it said `says`."""
    with ExitStack() as stack:
        logs = iter(range(99))

        def start(*words, command="worker", says="ready", **settings):
            ours = {
                "DATABASE_URL": bound_engine().url.render_as_string(hide_password=False),
                "FANFARE_DATA": str(tmp_path),
                "FANFARE_SECRET": SECRET,
                "PYTHONPATH": str(ROOT),
                "PYTHONUNBUFFERED": "1",
            }
            log = tmp_path / f"worker{next(logs)}.log"
            program = [sys.executable, "-m", "tests.jobs.noting", command, *words]
            server = running(
                program, log, ready=lambda: says in log.read_text(), cwd=ROOT, env={**os.environ, **ours, **settings}
            )
            return stack.enter_context(server)

        yield start


@pytest.fixture
def purchase_awaited(own_database):
    """A lapsed customer in a journey that waits for a purchase: ids of her run, her contact and their brand."""
    with transaction() as tx:
        make = Make(tx)
        campaign = publish_small(tx, make.its_brand, NOON)
        fan, contact = make.fan(), make.contact(email="ada@example.org")
        make.link(fan, contact)
        make.order(contact, ordered_at=NOON - timedelta(days=200))
        return progress.come_in(tx, visiting(tx, campaign, fan, NOON)).id, contact.id, fan.brand_id
