"""One worker: a slow kind holds up no other, what is at work is kept, what began twice is undone."""

import threading
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import OperationalError

from app.db import bind, engine_for, reading, transaction
from app.jobs.clock import Every, SharedClock
from app.jobs.context import Context
from app.jobs.delivering import said
from app.jobs.doorbell import ring
from app.jobs.handlers import HANDLERS
from app.jobs.worker import Worker, start_in_thread
from app.models import Outbox, Run
from app.services import outbox
from app.services.outbox import LEASE, Job, put
from app.services.waking import Placed, owe_order_news
from tests.databases import SECRET
from tests.jobs.conftest import eventually
from tests.makers import NOON, Make

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


@pytest.fixture
def worker(own_database, tmp_path):
    """A worker whose clock stands at noon, or where `worker.at` says; `worker.begin()` lets it run in a thread."""

    class At(Worker):
        at, thread = NOON, threading.Thread()

        def begin(self):
            self.thread = start_in_thread(self)

    here = At(Context(tmp_path, "https://fanfare.example"), lambda: here.at, luck=lambda: 0.0)
    here._renew = Every(0)
    yield here
    here.stop()
    eventually(lambda: not here.thread.is_alive())


@pytest.fixture
def owe_kind(own_database):
    """Owe a job of a kind, and ring: `owe_kind("slow")`."""
    bind(own_database.engine, SECRET, ring)

    def owe(kind, key="a"):
        with transaction() as tx:
            put(tx, Job(Make(tx).brand(slug=f"{kind}-{key}").id, kind, f"{kind}:{key}", {}), NOON)

    return owe


@pytest.fixture
def slow(monkeypatch):
    """A kind of job, `slow`, that takes until the test says `go`; `began` tells that one is at work."""

    class Slow:
        began, go = threading.Event(), threading.Event()

    def deliver(*_):
        Slow.began.set()
        assert Slow.go.wait(30)

    monkeypatch.setitem(HANDLERS, "slow", deliver)
    yield Slow
    Slow.go.set()


@pytest.fixture
def told(monkeypatch):
    """A quick kind of job, `quick`; the keys of those delivered."""
    keys = []
    monkeypatch.setitem(HANDLERS, "quick", lambda _context, row, _now: keys.append(row.key))
    return keys


def job(kind):
    with reading() as tx:
        return tx.scalars(select(Outbox).where(Outbox.kind == kind)).one()


def test_a_slow_kind_holds_up_no_other(worker, owe_kind, slow, told):
    owe_kind("slow")
    worker.begin()
    assert slow.began.wait(30)

    owe_kind("quick")

    eventually(lambda: told)
    assert job("slow").done_at is None


def test_a_worker_for_once_delivers_all_that_is_due_and_ends(worker, owe_kind, told):
    for key in "abc":
        owe_kind("quick", key)

    worker.run(until_idle=True)

    assert len(told) == 3


def test_a_worker_for_once_says_when_the_database_is_away(worker, own_database):
    bind(engine_for("postgresql+psycopg://nobody@127.0.0.1:1/nothing"), SECRET)

    with pytest.raises(OperationalError):
        worker.run(until_idle=True)


def test_a_job_that_takes_long_stays_its_workers(worker, owe_kind, slow):
    owe_kind("slow")
    worker.begin()
    assert slow.began.wait(30)

    worker.at = NOON + LEASE - MINUTE
    ring()
    eventually(lambda: job("slow").leased_until == worker.at + LEASE)
    with transaction() as tx:
        assert outbox.lease(tx, "another", NOON + LEASE + MINUTE / 2) == []

    slow.go.set()
    worker.stop()
    worker.thread.join(30)
    assert job("slow").done_at is not None


def test_a_worker_that_is_told_to_stop_takes_nothing_more(worker, owe_kind, slow):
    owe_kind("slow", "first")
    owe_kind("slow", "second")
    worker.begin()
    assert slow.began.wait(30)

    worker.stop()
    slow.go.set()
    worker.thread.join(30)

    with reading() as tx:
        assert tx.scalar(select(func.count()).where(Outbox.done_at.is_not(None))) == 1
        assert tx.scalar(select(func.count()).where(Outbox.attempts == 0)) == 1


def test_a_job_that_is_done_stays_done_when_the_database_was_away_a_moment(worker, owe_kind, own_database, monkeypatch):
    def deliver(*_):
        bind(engine_for("postgresql+psycopg://nobody@127.0.0.1:1/nothing"), SECRET)
        threading.Timer(0.3, lambda: bind(own_database.engine, SECRET)).start()

    monkeypatch.setitem(HANDLERS, "quick", deliver)
    owe_kind("quick")

    worker.work()

    assert (job("quick").done_at, job("quick").attempts) == (NOON, 1)


def test_an_order_is_told_once_whoever_else_tells_it(worker, purchase_awaited):
    run_id, contact_id, brand_id = purchase_awaited
    with transaction() as tx:
        owe_order_news(tx, brand_id, [Placed(run_id, contact_id, NOON, 2500)], NOON)
        (first,) = outbox.lease(tx, "asleep", NOON)
    worker.at = NOON + LEASE + MINUTE
    worker.work()
    with reading() as tx:
        state = tx.get_one(Run, run_id).state

    with pytest.raises(outbox.LeaseLost):
        HANDLERS["order.placed"](worker.desk.context, first, worker.at)

    with reading() as tx:
        assert tx.get_one(Run, run_id).state == state


def test_what_an_error_says_of_people_is_not_kept():
    error = ValueError("550 <ada@example.org>: no such user, said mail@host.example\nparameters: secret")

    assert said(error) == "ValueError: 550 <…@…>: no such user, said …@…"


def test_a_clock_that_steps_back_an_hour_holds_nothing_up(worker, told, monkeypatch):
    monkeypatch.setattr(worker, "_mend", Every(0))
    worker.at = NOON + HOUR
    worker.work()
    with transaction() as tx:
        put(tx, Job(Make(tx).its_brand.id, "quick", "a", {}), worker.at)

    worker.at = NOON
    worker.work()

    assert told == ["a"]


def test_workers_on_postgresql_go_by_the_databases_clock(race_database):
    with reading() as tx:
        theirs = tx.scalar(text("SELECT clock_timestamp()"))

    assert abs(SharedClock()() - theirs) < timedelta(seconds=5)
    assert SharedClock()().tzinfo is UTC


def test_a_clock_that_steps_is_no_matter_between_two_looks_at_the_database(race_database):
    clock = SharedClock()
    clock()
    clock._read = (datetime(2001, 1, 1, tzinfo=UTC), clock._read[1])

    assert clock().year == 2001
