"""A database that is away: a kind 503 with Retry-After for everybody, and nothing half done."""

from pathlib import Path

import pytest
from sqlalchemy import create_engine, make_url, text

from app.db import bound_engine
from app.models import Answered
from tests.api.caller import ADDRESS, Caller, api_app, count, give_coupons

RAW = "ff_" + "x" * 43


@pytest.fixture
def kind():
    return "postgresql"


def is_kind(answer):
    """Whether it is a 503 that says when to come back."""
    assert answer.status_code == 503
    assert 0 < int(answer.headers["Retry-After"]) <= 60
    assert "Nothing is lost" in answer.text
    assert "Traceback" not in answer.text
    return True


@pytest.fixture(params=["nobody listens", "no such folder", "no database", "no tables"])
def dead_url(request, tmp_path):
    """The URL of a database that cannot be read."""
    garbage = tmp_path / "garbage.sqlite3"
    garbage.write_bytes(b"this is no database, but it is long enough to look like one" * 100)
    (tmp_path / "a folder").mkdir()
    return {
        "nobody listens": "postgresql+psycopg://nobody@127.0.0.1:1/nothing",
        "no such folder": f"sqlite:///{tmp_path / 'a folder'}",
        "no database": f"sqlite:///{garbage}",
        "no tables": f"sqlite:///{tmp_path / 'empty.sqlite3'}",
    }[request.param]


@pytest.fixture
def dead(dead_url):
    yield api_app(dead_url).test_client()
    bound_engine().dispose()


def test_a_program_is_told_to_come_back(dead):
    caller = Caller(dead, RAW)

    assert is_kind(caller.get("/optins"))
    assert is_kind(caller.redeem("SUN"))
    assert caller.get("/optins").mimetype == "application/problem+json"


@pytest.mark.parametrize("path", ["/t/tea_party", "/t/tea_party/go", "/t/tea_party/coupons"])
def test_a_fan_is_told_to_come_back(dead, path):
    answer = dead.get(path, base_url=ADDRESS)

    assert is_kind(answer)
    assert answer.mimetype == "text/html"


def test_a_fan_is_told_in_french(dead):
    answer = dead.get("/t/tea_party", base_url=ADDRESS, headers={"Accept-Language": "fr"})

    assert "Rien n&#39;est perdu" in answer.text


def test_the_process_lives_and_is_not_ready(dead):
    assert dead.get("/healthz", base_url=ADDRESS).status_code == 200
    assert dead.get("/readyz", base_url=ADDRESS).status_code == 503


def cut_off(url, allow):
    """Let nobody connect to a PostgreSQL database any more, and end all who are; or let them again."""
    name = make_url(url).database
    server = create_engine(make_url(url).set(database="postgres"), isolation_level="AUTOCOMMIT")
    with server.connect() as connection:
        connection.execute(text(f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS {allow}'))
        if not allow:
            ended = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = :name"
            connection.execute(text(ended), {"name": name})
    server.dispose()


def test_a_database_that_went_away_and_came_back_loses_nothing(till, brand):
    give_coupons(brand, "SUN")
    key, url = {"Idempotency-Key": "before-and-after"}, bound_engine().url

    cut_off(url, allow=False)
    assert is_kind(till.redeem("SUN", key))
    cut_off(url, allow=True)

    assert count(Answered) == 0
    assert till.redeem("SUN", key).status_code == 200


def test_a_sqlite_file_that_broke_while_serving_is_told(tmp_path, source_of):
    url = source_of("sqlite").copy()
    caller = Caller(api_app(url).test_client(), RAW)
    assert caller.get("/optins").status_code == 401
    bound_engine().dispose()

    Path(make_url(url).database).write_bytes(b"\xff" * 100_000)

    assert is_kind(caller.get("/optins"))
    bound_engine().dispose()
