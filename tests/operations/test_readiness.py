"""Readiness: what a process needs is asked one by one, with little patience, and nothing secret is told."""

import socket
import time

import pytest
from sqlalchemy import text

from app.services.readiness import newest_revision
from tests.operations.conftest import INSIDE


@pytest.fixture
def ready(installed):
    """What /readyz says of an installation on a database: (status, answer)."""

    def ask(url, **settings):
        answer = installed(url, **settings).get("/readyz", base_url="http://10.0.0.7:8000")
        return answer.status_code, answer.json

    return ask


def at_revision(database, revision):
    with database.engine.connect() as connection, connection.begin():
        connection.execute(text("UPDATE alembic_version SET version_num = :revision"), {"revision": revision})


def test_a_whole_installation_is_ready(own_database, valkey, ready):
    whole = {"database": "ok", "migrations": "ok", "redis": "ok"}

    assert ready(own_database.url, redis_url=valkey) == (200, {"status": "ok", "checks": whole})


def test_an_installation_without_redis_does_not_ask_for_it(own_database, ready):
    assert "redis" not in ready(own_database.url)[1]["checks"]


def test_redis_away_delays_and_takes_no_server_out(own_database, ready):
    status, said = ready(own_database.url, redis_url="redis://:password@127.0.0.1:1/0")

    assert (status, said["status"], said["checks"]["redis"]) == (200, "degraded", "away")
    assert "password" not in str(said)


def test_an_older_schema_is_not_ready(own_database, ready):
    at_revision(own_database, "0000")

    assert ready(own_database.url)[0] == 503
    assert ready(own_database.url)[1]["checks"]["migrations"] == "behind"


def test_old_code_stays_ready_on_a_newer_schema(own_database, ready):
    at_revision(own_database, f"{int(newest_revision()) + 1:04}")

    assert ready(own_database.url)[0] == 200


def test_a_database_without_tables_is_not_ready(empty_database_url, ready):
    assert ready(empty_database_url)[1]["checks"] == {"database": "ok", "migrations": "missing"}


def test_a_server_that_says_nothing_is_given_up_within_seconds(ready):
    with socket.create_server(("127.0.0.1", 0)) as silent:
        port = silent.getsockname()[1]
        began = time.monotonic()

        status, said = ready(f"postgresql+psycopg://fanfare:hidden@127.0.0.1:{port}/fanfare")

    assert (status, said["checks"]["database"]) == (503, "away")
    assert time.monotonic() - began < 30  # TCP alone would wait for minutes
    assert "hidden" not in str(said)


@pytest.mark.parametrize("path", ["/healthz", "/readyz", "/metrics"])
def test_machines_may_ask_by_address_and_people_may_not(installed, sqlite_url, path):
    client = installed(sqlite_url)

    assert client.get(path, base_url=INSIDE).status_code == 200
    assert client.get("/studio/login", base_url=INSIDE).status_code == 400
