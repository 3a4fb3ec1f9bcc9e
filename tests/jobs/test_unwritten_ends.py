"""The database goes away between a delivery and its end: the job is not kept by a worker that no longer works on it."""

from datetime import timedelta

import pytest
from sqlalchemy import select, text

from app.db import transaction
from app.jobs.context import Context
from app.jobs.handlers import HANDLERS
from app.jobs.worker import Every, Worker
from app.models import Outbox
from app.services.outbox import LEASE, Job, put
from tests.databases import open_copy
from tests.makers import NOON, Make

NO_ROOM = "CREATE TRIGGER no_room BEFORE UPDATE OF done_at ON outbox BEGIN SELECT RAISE(ABORT, 'disk is full'); END"


@pytest.fixture
def worker(source_of, tmp_path):
    """A worker on SQLite whose clock stands at `worker.at`, and which keeps its leases at every look."""
    with open_copy(source_of("sqlite")).bound():
        here = Worker(Context(tmp_path, "https://fanfare.example"), lambda: here.at)
        here.at, here._renew = NOON, Every(0)
        yield here


def test_a_job_whose_end_could_not_be_written_is_delivered_again(worker, monkeypatch):
    delivered = []
    monkeypatch.setitem(HANDLERS, "noted", lambda _context, row, _now: delivered.append(row.key))
    with transaction() as tx:
        put(tx, Job(Make(tx).brand().id, "noted", "noted:1", {}), NOON)
        tx.execute(text(NO_ROOM))
    worker.work()  # delivers, and cannot write that it did
    with transaction() as tx:
        tx.execute(text("DROP TRIGGER no_room"))

    for _ in range(3):  # a lease that is kept would never end
        worker.at += LEASE / 2 + timedelta(seconds=1)
        worker.work()

    with transaction() as tx:
        assert tx.scalars(select(Outbox)).one().done_at is not None
    assert delivered == ["noted:1", "noted:1"]
