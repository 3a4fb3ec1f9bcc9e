"""The doorbell through a real Valkey: heard at once, not missed when Valkey is away, heard again when it is back."""

import socket
import time
from contextlib import ExitStack

import pytest
from redis import Redis

from app.db import bind
from app.jobs.ringing import PATIENCE_SECONDS, QUEUE, Ringer, bell_of, queue_at, ring_at
from tests.databases import SECRET
from tests.jobs.conftest import eventually
from tests.servers.children import free_port
from tests.servers.valkey import valkey_server


@pytest.fixture
def clean_valkey(valkey):
    """The URL of a Valkey without any key."""
    Redis.from_url(valkey).flushall()
    return valkey


@pytest.fixture
def own_valkey():
    """A Valkey of the test alone: `start()`, `stop()`, always at the same `url`."""

    class Own:
        def __init__(self):
            self.port, self.stack = free_port(), ExitStack()
            self.url = f"redis://127.0.0.1:{self.port}/0"

        def start(self):
            self.stack.enter_context(valkey_server(self.port))

        def stop(self):
            self.stack.close()

    own = Own()
    yield own
    own.stop()


@pytest.fixture
def without_beat(monkeypatch):
    """Workers that look by themselves only after an hour: what is delivered was rung for."""
    return {"NOTING_PAUSE_SECONDS": "3600"}


def test_many_rings_that_nobody_answers_are_one(clean_valkey):
    queue = queue_at(clean_valkey)

    for _ in range(100):
        ring_at(queue)

    assert queue.count == 1


def test_a_ring_carries_nothing(clean_valkey):
    queue = queue_at(clean_valkey)

    ring_at(queue)

    (job,) = queue.jobs
    assert (job.func_name, job.args, job.kwargs) == ("app.jobs.doorbell.ring", [], {})


def test_a_commit_rings_a_worker_elsewhere(clean_valkey, start_worker, race_database, owe, noted, without_beat):
    start_worker(REDIS_URL=clean_valkey, **without_beat)
    bind(race_database.engine, SECRET, bell_of(clean_valkey))

    owe(3)

    eventually(lambda: len(noted()) == 6)


def test_nobody_who_commits_waits_for_redis():
    with socket.create_server(("127.0.0.1", 0)) as silent:
        ringer = Ringer(f"redis://127.0.0.1:{silent.getsockname()[1]}/0")
        began = time.monotonic()

        for _ in range(1000):
            ringer.ring()

    assert time.monotonic() - began < 20 * PATIENCE_SECONDS  # who waited would have waited a thousand times


def test_without_valkey_the_beat_delivers_and_rings_come_back_with_it(
    own_valkey, start_worker, race_database, owe, noted
):
    own_valkey.start()
    start_worker(REDIS_URL=own_valkey.url)
    bind(race_database.engine, SECRET, bell_of(own_valkey.url))
    owe(1)
    eventually(lambda: len(noted()) == 2)

    own_valkey.stop()
    owe(1)
    eventually(lambda: len(noted()) == 4)

    own_valkey.start()
    eventually(lambda: Redis.from_url(own_valkey.url).keys("rq:worker:*"))
    owe(1)
    eventually(lambda: len(noted()) == 6)


def test_the_last_ring_of_a_command_is_not_lost(clean_valkey):
    ringer = Ringer(clean_valkey)

    ringer.ring()
    ringer._say_goodbye()

    assert Redis.from_url(clean_valkey).llen(f"rq:queue:{QUEUE}") == 1
