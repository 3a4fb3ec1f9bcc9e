"""Workers as processes of their own: nothing is delivered twice, and a stop is kind first and firm second."""

import signal
from collections import Counter

import pytest
from sqlalchemy import func, select

from app.db import reading
from app.models import Outbox
from tests.jobs.conftest import eventually
from tests.servers.children import free_port


def deliveries(noted):
    """How often each job was begun."""
    return Counter(line for line, what, _process in noted() if what == "began")


def left():
    with reading() as tx:
        return tx.scalar(select(func.count()).where(Outbox.done_at.is_(None)))


def test_two_workers_deliver_two_hundred_jobs_exactly_once(race_database, start_worker, owe, noted):
    first, second = (start_worker(NOTING_PAUSE_SECONDS="0.1") for _ in range(2))

    owe(200, seconds=0.005)
    eventually(lambda: left() == 0)

    assert (len(deliveries(noted)), set(deliveries(noted).values())) == (200, {1})
    assert {process for _line, _what, process in noted()} == {str(first.pid), str(second.pid)}


@pytest.mark.proof
def test_web_processes_with_workers_inside_and_workers_beside_deliver_exactly_once(
    own_database, start_worker, owe, noted
):
    owe(600, seconds=0.01)

    web = {"FANFARE_WEB_WORKERS": "3", "FANFARE_URL": "http://127.0.0.1:8000", "NOTING_PAUSE_SECONDS": "0.1"}
    start_worker("--bind", f"127.0.0.1:{free_port()}", command="serve", says="", **web)
    start_worker(says="", NOTING_PAUSE_SECONDS="0.1")
    eventually(lambda: left() == 0)

    assert (len(deliveries(noted)), set(deliveries(noted).values())) == (600, {1})
    assert len({process for _line, _what, process in noted()}) == 4


def test_a_stop_in_the_middle_finishes_the_job_at_hand_and_leaves_the_others(race_database, start_worker, owe, noted):
    owe(5, seconds=1.5)
    worker = start_worker()
    eventually(noted)

    worker.send_signal(signal.SIGTERM)

    assert worker.wait(10) == 0
    assert [what for _line, what, _process in noted()] == ["began", "ended"]
    with reading() as tx:
        rest = tx.scalars(select(Outbox).where(Outbox.done_at.is_(None))).all()
        assert [(row.attempts, row.leased_until) for row in rest] == [(0, None)] * 4


def test_the_second_signal_ends_a_worker_at_once(race_database, start_worker, owe, noted):
    owe(1, seconds=30)
    worker = start_worker()
    eventually(noted)

    worker.send_signal(signal.SIGTERM)
    worker.send_signal(signal.SIGINT)

    assert worker.wait(5) in {128 + signal.SIGTERM, 128 + signal.SIGINT}
    assert [what for _line, what, _process in noted()] == ["began"]
