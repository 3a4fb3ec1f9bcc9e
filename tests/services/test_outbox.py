"""The outbox: owed with the deed, delivered by one worker at a time, tried again later, laid aside at last."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from app.db import bind, transaction
from app.models import Outbox
from app.services.outbox import (
    FIRST_PAUSE,
    LEASE,
    LONGEST_PAUSE,
    MOST_ATTEMPTS,
    Job,
    LeaseLost,
    bury,
    due_kinds,
    finish,
    lease,
    postpone,
    put,
    renew,
    settle,
    waiting_count,
)
from tests.databases import SECRET
from tests.makers import NOON, Make

SECOND = timedelta(seconds=1)


@pytest.fixture
def owe(tx, make):
    """Owe a job: `owe("a")`, `owe("b", due_at=...)`."""
    brand_id = make.its_brand.id
    return lambda key, **said: put(tx, Job(brand_id, "message", key, {"to": key}, **said), NOON)


def keys(rows):
    return [row.key for row in rows]


def test_a_job_is_owed_once(tx, owe):
    assert [owe("a"), owe("a")] == [True, False]

    assert waiting_count(tx) == 1


def test_a_leased_job_is_no_other_workers(tx, owe):
    owe("a")

    assert keys(lease(tx, "one", NOON)) == ["a"]
    assert lease(tx, "two", NOON) == []


def test_a_job_of_a_dead_worker_comes_back_after_its_lease(tx, owe):
    owe("a")
    lease(tx, "one", NOON)

    assert lease(tx, "two", NOON + LEASE) == []
    assert keys(lease(tx, "two", NOON + LEASE + SECOND)) == ["a"]


def test_a_job_waits_until_it_is_due(tx, owe):
    owe("later", due_at=NOON + SECOND)

    assert lease(tx, "one", NOON) == []
    assert keys(lease(tx, "one", NOON + SECOND)) == ["later"]


def test_a_kind_is_leased_by_itself(tx, make, owe):
    owe("a")
    put(tx, Job(make.its_brand.id, "order.placed", "b", {}), NOON - SECOND)

    assert due_kinds(tx, NOON) == ["message", "order.placed"]
    assert keys(lease(tx, "one", NOON, limit=9, kind="message")) == ["a"]
    assert due_kinds(tx, NOON) == ["order.placed"]


def test_the_longest_due_leave_first(tx, owe):
    for seconds in (3, 1, 2, 4):
        owe(f"job {seconds}", due_at=NOON + seconds * SECOND)

    assert keys(lease(tx, "one", NOON + 9 * SECOND, limit=3)) == ["job 1", "job 2", "job 3"]


def test_a_settled_job_never_comes_back(tx, owe):
    owe("a")
    row = lease(tx, "one", NOON)[0]

    settle(tx, row.id, "one", NOON)

    assert lease(tx, "two", NOON + 10 * LEASE) == []
    assert waiting_count(tx) == 0


def test_who_lost_the_lease_settles_nothing(tx, owe):
    owe("a")
    row = lease(tx, "one", NOON)[0]
    lease(tx, "two", NOON + LEASE + SECOND)

    settle(tx, row.id, "one", NOON + LEASE + SECOND)

    assert waiting_count(tx) == 1


def test_a_lease_is_renewed_while_the_job_is_at_work(tx, owe):
    owe("a")
    row = lease(tx, "one", NOON)[0]

    renew(tx, "one", [row.id], NOON + LEASE - SECOND)

    assert lease(tx, "two", NOON + LEASE + SECOND) == []


def test_a_lost_lease_is_not_renewed(tx, owe):
    owe("a")
    row = lease(tx, "one", NOON)[0]
    lease(tx, "two", NOON + LEASE + SECOND)

    renew(tx, "one", [row.id], NOON + 9 * LEASE)

    assert keys(lease(tx, "three", NOON + 3 * LEASE)) == ["a"]


def test_who_lost_the_lease_finishes_nothing(tx, owe):
    owe("a")
    row = lease(tx, "one", NOON)[0]
    tx.expunge(row)
    lease(tx, "two", NOON + LEASE + SECOND)

    with pytest.raises(LeaseLost):
        finish(tx, row, NOON + LEASE + SECOND)


def test_each_failure_doubles_the_pause_up_to_six_hours(tx, owe):
    owe("a")
    now, pauses = NOON, []
    for _ in range(MOST_ATTEMPTS - 1):
        row = lease(tx, "one", now)[0]
        postpone(tx, row, "one", "no answer", now)
        tx.refresh(row)
        pauses.append(row.due_at - now)
        now = row.due_at

    assert pauses[:3] == [FIRST_PAUSE, 2 * FIRST_PAUSE, 4 * FIRST_PAUSE]
    assert max(pauses) <= LONGEST_PAUSE


@pytest.mark.parametrize(("luck", "share"), [(0, 1), (0.5, 7 / 8), (1, 3 / 4)])
def test_luck_spreads_what_failed_together_over_a_quarter_of_the_pause(tx, owe, luck, share):
    owe("a")
    row = lease(tx, "one", NOON)[0]

    postpone(tx, row, "one", "no answer", NOON, luck)

    tx.refresh(row)
    assert row.due_at == NOON + share * FIRST_PAUSE


def test_after_the_last_attempt_a_job_is_a_dead_letter(tx, owe):
    owe("a")
    now = NOON
    for _ in range(MOST_ATTEMPTS):
        row = lease(tx, "one", now)[0]
        postpone(tx, row, "one", "no answer", now)
        now += 2 * LONGEST_PAUSE
    tx.refresh(row)

    assert lease(tx, "one", now) == []
    assert (row.dead_at is not None, row.last_error) == (True, "no answer")


def test_a_job_that_no_worker_survives_is_laid_aside(tx, owe):
    owe("poison")
    now = NOON
    for _ in range(MOST_ATTEMPTS):
        assert keys(lease(tx, "one", now)) == ["poison"]
        now += LEASE + SECOND

    assert lease(tx, "one", now) == []
    assert len(bury(tx, now)) == 1
    assert waiting_count(tx) == 0


def test_a_job_at_work_is_not_laid_aside(tx, owe):
    owe("a")
    lease(tx, "one", NOON)

    assert bury(tx, NOON + LEASE + SECOND) == []


def test_a_long_error_is_cut(tx, owe):
    owe("a")
    row = lease(tx, "one", NOON)[0]

    postpone(tx, row, "one", "x" * 5000, NOON)
    tx.refresh(row)

    assert len(row.last_error) == 500


def test_the_bell_rings_after_the_commit_only(own_database):
    rung = []
    bind(own_database.engine, SECRET, lambda: rung.append("rung"))
    with transaction() as tx:
        put(tx, Job(Make(tx).its_brand.id, "message", "a", {}), NOON)
        assert rung == []

    assert rung == ["rung"]


def test_the_bell_is_silent_when_nothing_new_is_owed(own_database):
    rung = []
    with transaction() as tx:
        job = Job(Make(tx).its_brand.id, "message", "a", {})
        put(tx, job, NOON)
    bind(own_database.engine, SECRET, lambda: rung.append("rung"))

    with transaction() as tx:
        put(tx, job, NOON)

    assert rung == []


def test_workers_at_the_same_moment_share_the_jobs(race_database):
    workers = 8
    with transaction() as tx:
        brand_id = Make(tx).its_brand.id
        for number in range(100):
            put(tx, Job(brand_id, "message", f"job {number}", {}), NOON)
    start = threading.Barrier(workers)

    def work(number):
        start.wait(10)
        with transaction() as tx:
            return keys(lease(tx, f"worker {number}", NOON, limit=10))

    with ThreadPoolExecutor(workers) as threads:
        taken = list(threads.map(work, range(workers)))

    leased = [key for each in taken for key in each]
    assert len(leased) == len(set(leased)) == 10 * workers
    with transaction() as tx:
        assert tx.query(Outbox).filter(Outbox.leased_by.is_not(None)).count() == 10 * workers
