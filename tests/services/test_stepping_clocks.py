"""A clock that steps back an hour delays nothing for an hour, and takes no job from a worker that lives."""

from datetime import timedelta

import pytest
from sqlalchemy import update

from app.models import Outbox
from app.services import outbox, waking
from app.services.outbox import FIRST_PAUSE, LEASE, LONGEST_PAUSE, Job, lease, postpone, put
from tests.makers import NOON

HOUR, SECOND = timedelta(hours=1), timedelta(seconds=1)
AHEAD = NOON + HOUR  # what the clock said before it was put right


@pytest.fixture
def owe(tx, make):
    """Owe a job when it was an hour later than it is now."""
    brand_id = make.its_brand.id
    return lambda **said: put(tx, Job(brand_id, "message", "a", {}, **said), AHEAD)


def test_what_was_due_at_once_leaves_at_once(tx, owe):
    owe()
    assert lease(tx, "one", NOON) == []

    outbox.bring_near(tx, NOON)

    assert len(lease(tx, "one", NOON)) == 1


def test_what_is_due_later_stays_due_then(tx, owe):
    owe(due_at=AHEAD + HOUR)

    outbox.bring_near(tx, NOON)

    assert lease(tx, "one", AHEAD) == []
    assert len(lease(tx, "one", AHEAD + HOUR)) == 1


def test_the_job_of_a_dead_worker_comes_back_after_one_lease(tx, owe):
    owe(due_at=NOON)
    lease(tx, "dead", AHEAD)

    outbox.bring_near(tx, NOON)

    assert lease(tx, "two", NOON + LEASE) == []
    assert len(lease(tx, "two", NOON + LEASE + SECOND)) == 1


def test_the_job_of_a_living_worker_stays_its_own(tx, owe):
    owe(due_at=NOON)
    (row,) = lease(tx, "one", AHEAD)
    outbox.bring_near(tx, NOON)

    outbox.renew(tx, "one", [row.id], NOON + LEASE / 2)

    assert lease(tx, "two", NOON + LEASE + SECOND) == []


def test_a_retry_rests_no_longer_than_its_pause(tx, owe):
    owe()
    (row,) = lease(tx, "one", AHEAD)
    postpone(tx, row, "one", "no answer", AHEAD)

    outbox.bring_near(tx, NOON)

    assert lease(tx, "one", NOON + FIRST_PAUSE - SECOND) == []
    assert len(lease(tx, "one", NOON + FIRST_PAUSE)) == 1


def test_a_late_retry_keeps_its_long_pause(tx, owe):
    owe()
    tx.execute(update(Outbox).values(attempts=15, last_error="no answer", due_at=AHEAD + LONGEST_PAUSE))

    outbox.bring_near(tx, NOON)

    assert lease(tx, "one", NOON + LONGEST_PAUSE - SECOND) == []
    assert len(lease(tx, "one", NOON + LONGEST_PAUSE)) == 1


def test_a_run_that_failed_rests_no_longer_than_its_pause(tx, make):
    run = make.run(make.fan(), wake_at=NOON)
    waking.note_failure(tx, run.id, "KeyError: 'step'", AHEAD)

    waking.bring_near(tx, NOON)

    tx.refresh(run)
    assert run.wake_at == NOON + waking.FIRST_PAUSE


def test_a_run_that_waits_for_its_time_is_left_alone(tx, make):
    run = make.run(make.fan(), wake_at=NOON + 48 * HOUR)

    waking.bring_near(tx, NOON)

    tx.refresh(run)
    assert run.wake_at == NOON + 48 * HOUR
