"""Waiting people go on: when their time comes, when they buy, and with a message only while they agree."""

from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select, update

from app.db import transaction
from app.jobs.context import Context
from app.jobs.delivering import wake
from app.jobs.worker import Worker
from app.models import Brand, Fan, Message, Outbox, Run
from app.services import progress, waking
from app.services.consent import Word, record
from app.services.linking import end_link
from app.services.people import person_of_fan
from app.services.retrying import retry_runs
from app.services.waking import Placed, owe_order_news
from journeys.running.events import Happened
from tests.makers import NOON, Make
from tests.small_campaign import publish_small, visiting

WEEK = timedelta(days=7, hours=1)
YES = Word("given", "newsletter", "email", "words", "en")
WAIT = """\
journey: orchard
steps:
  - wait: a_day
    for: 1d
"""
QUIET = """\
journey: orchard
limits: {quiet: "22:00 to 08:00"}
steps:
  - message: hello
    channel: email
"""


@pytest.fixture
def waiting(own_database):
    """A lapsed customer who waits for a purchase: ids of her run and contact."""
    with transaction() as tx:
        make = Make(tx)
        make.its_brand.opt_in = "single"
        campaign = publish_small(tx, make.its_brand, NOON)
        fan, contact = make.fan(), make.contact(email="ada@example.org")
        make.link(fan, contact)
        make.order(contact, ordered_at=NOON - timedelta(days=200))
        run = progress.come_in(tx, visiting(tx, campaign, fan, NOON))
        return run.id, contact.id, fan.id


def worker(folder, now):
    return Worker(Context(Path(folder) / "mail", "https://fanfare.example"), lambda: now)


def test_a_failure_that_is_told_late_does_not_touch_a_run_that_has_gone_on(waiting):
    with transaction() as tx:
        assert waking.wake_next(tx, NOON + WEEK)  # another worker took it as soon as the first one failed

    with transaction() as tx:
        waking.note_failure(tx, waiting[0], "deadlock", NOON + WEEK)

    with transaction() as tx:
        run = tx.get_one(Run, waiting[0])
        assert (run.failures, run.last_error, run.wake_at) == (0, None, None)


def test_a_run_goes_on_when_its_time_has_come(waiting, tmp_path):
    worker(tmp_path, NOON + WEEK).work()

    with transaction() as tx:
        assert tx.get_one(Run, waiting[0]).ended_at is not None


def test_a_run_does_not_go_on_before_its_time(waiting, tmp_path):
    worker(tmp_path, NOON + timedelta(days=6)).work()

    with transaction() as tx:
        assert tx.get_one(Run, waiting[0]).waiting == "wait"


def test_a_purchase_wakes_the_one_who_waits_for_it(waiting, tmp_path):
    run_id, contact_id, _fan_id = waiting
    with transaction() as tx:
        brand = tx.scalars(select(Brand)).one()
        placed = Placed(run_id, contact_id, NOON + timedelta(days=1), 2500)
        owe_order_news(tx, brand.id, [placed], NOON + timedelta(days=1))

    worker(tmp_path, NOON + timedelta(days=1)).work()

    with transaction() as tx:
        assert tx.get_one(Run, run_id).state["results"]["purchase.came"] is True


def test_a_purchase_of_somebody_outside_any_journey_is_not_told(waiting):
    with transaction() as tx:
        brand = tx.scalars(select(Brand)).one()
        stranger = Make(tx).contact(brand)

        told = owe_order_news(tx, brand.id, [Placed(stranger.id, stranger.id, NOON, 100)], NOON)

    assert told == 0


def test_a_fan_who_is_no_longer_linked_hears_nothing_of_that_contact(waiting, tmp_path):
    run_id, contact_id, fan_id = waiting
    with transaction() as tx:
        end_link(tx, tx.get_one(Fan, fan_id), NOON)
        told = owe_order_news(tx, tx.get_one(Fan, fan_id).brand_id, [Placed(run_id, contact_id, NOON, 2500)], NOON)
        waking.tell_contacts(tx, [contact_id], Happened("order.placed", NOON + timedelta(days=1)), NOON + WEEK / 2)

    with transaction() as tx:
        assert (told, tx.get_one(Run, run_id).waiting) == (0, "wait")


def test_a_message_is_dropped_when_nobody_agreed_to_it(waiting, tmp_path):
    here = worker(tmp_path, NOON + WEEK)
    while here.work():
        pass

    with transaction() as tx:
        assert tx.scalars(select(Message.status)).all() == ["dropped"]
    assert not (tmp_path / "mail").exists()


def test_a_message_leaves_as_a_mail_when_she_agreed(waiting, tmp_path):
    with transaction() as tx:
        person = person_of_fan(tx, tx.get_one(Fan, waiting[2]))
        record(tx, person, [Word("given", "newsletter", "email", "words", "en")], "ada@example.org", NOON)

    here = worker(tmp_path, NOON + WEEK)
    while here.work():
        pass

    (mail,) = (tmp_path / "mail").glob("*.eml")
    assert b"ada@example.org" in mail.read_bytes()


def test_a_message_goes_to_no_contact_from_whom_she_was_unlinked(waiting, tmp_path):
    with transaction() as tx:
        record(tx, person_of_fan(tx, tx.get_one(Fan, waiting[2])), [YES], "ada@example.org", NOON)
    wake(worker(tmp_path, NOON + WEEK).desk)
    with transaction() as tx:
        end_link(tx, tx.get_one(Fan, waiting[2]), NOON)

    worker(tmp_path, NOON + WEEK).work()

    with transaction() as tx:
        assert tx.scalars(select(Message.reason)).all() == ["no_address"]


def test_a_message_that_is_late_leaves_no_more_in_quiet_hours(own_database, tmp_path):
    with transaction() as tx:
        make = Make(tx)
        make.its_brand.opt_in = "single"
        campaign = publish_small(tx, make.its_brand, NOON, journey=QUIET)
        fan = make.fan()
        make.identity(fan, "ada@example.org")
        record(tx, person_of_fan(tx, fan), [YES], "ada@example.org", NOON)
        progress.come_in(tx, visiting(tx, campaign, fan, NOON))
    midnight, morning = NOON + timedelta(hours=12), NOON + timedelta(hours=20)

    worker(tmp_path, midnight).work()

    with transaction() as tx:
        job = tx.scalars(select(Outbox)).one()
        assert (job.done_at, job.due_at, job.attempts) == (None, morning, 0)
    worker(tmp_path, morning).work()
    assert len(list((tmp_path / "mail").iterdir())) == 1


def test_a_run_that_fails_is_tried_again_later(waiting):
    with transaction() as tx:
        waking.note_failure(tx, waiting[0], "Boom: x", NOON + WEEK)

    with transaction() as tx:
        run = tx.get_one(Run, waiting[0])
        assert (run.failures, run.wake_at) == (1, NOON + WEEK + timedelta(seconds=30))


def test_a_run_that_cannot_go_on_is_named_and_undone(waiting):
    with transaction() as tx:
        tx.execute(update(Run).values(state={**tx.get_one(Run, waiting[0]).state, "at": "a step that is gone"}))

    with pytest.raises(waking.Stuck) as stuck, transaction() as tx:
        waking.wake_next(tx, NOON + WEEK)

    assert stuck.value.run_id == waiting[0]


def test_a_run_that_failed_too_often_is_left_alone(waiting):
    with transaction() as tx:
        tx.execute(update(Run).values(failures=waking.MOST_FAILURES))

        assert not waking.anybody_due(tx, NOON + WEEK)
        assert not waking.wake_next(tx, NOON + WEEK)


def test_two_workers_wake_two_runs_and_never_the_same(race_database):
    with transaction() as tx:
        make = Make(tx)
        campaign = publish_small(tx, make.its_brand, NOON, journey=WAIT)
        for _ in range(2):
            progress.come_in(tx, visiting(tx, campaign, make.fan(), NOON))

    with transaction() as one, transaction() as two, transaction() as three:
        assert waking.wake_next(one, NOON + WEEK)
        assert waking.wake_next(two, NOON + WEEK)
        assert not waking.wake_next(three, NOON + WEEK)

    with transaction() as tx:
        assert all(run.ended_at for run in tx.scalars(select(Run)))


def test_a_job_that_fails_is_postponed_with_its_error(waiting, tmp_path):
    with transaction() as tx:
        brand = tx.scalars(select(Brand)).one()
        tx.add(
            Outbox(brand_id=brand.id, kind="unheard_of", key="k", content={}, due_at=NOON, attempts=0, created_at=NOON)
        )

    worker(tmp_path, NOON).work()

    with transaction() as tx:
        job = tx.scalars(select(Outbox).where(Outbox.key == "k")).one()
        assert (job.done_at, job.due_at > NOON) == (None, True)
        assert "UnknownKind" in job.last_error


def test_a_run_that_was_given_up_wakes_no_more_until_somebody_says_so(waiting):
    with transaction() as tx:
        for attempt in range(waking.MOST_FAILURES):
            waking.note_failure(tx, waiting[0], "KeyError: 'gift'", NOON + WEEK + attempt * waking.LONGEST_PAUSE)
    with transaction() as tx:
        run = tx.get_one(Run, waiting[0])
        assert (run.wake_at, run.failures) == (None, waking.MOST_FAILURES)

        assert retry_runs(tx, run.brand_id, NOON + WEEK) == 1
        assert waking.wake_next(tx, NOON + WEEK)
        assert run.ended_at is not None
