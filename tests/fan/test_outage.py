"""While the database cannot answer: reading goes on, nothing is half done, and what was typed can be sent again."""

import re
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from html import unescape

import pytest
from sqlalchemy import event, func, insert, make_url, select, update
from sqlalchemy.exc import OperationalError

from app import factory
from app.db import bind, bound_engine, engine_for, reading, transaction
from app.models import Answered, Campaign, Pass, Play, Run, new_id
from app.services import answering, passes
from tests.databases import SECRET
from tests.fan.conftest import HIDDEN, HOST, Tab, app_on, customer_in
from tests.proof.postgres import crashing_postgres

FOR_EVERYBODY = ["", "/rules", "/privacy"]
OWN = ["/go", "/coupons", "/choices"]
NOBODY_LISTENS = "postgresql+psycopg://nobody@127.0.0.1:1/nothing"


@pytest.fixture(autouse=True)
def hasty(monkeypatch):
    monkeypatch.setattr(factory, "PATIENCE", timedelta(milliseconds=600))


def moves_made():
    with reading() as tx:
        return tx.scalar(select(func.coalesce(func.sum(Play.moves), 0)))


def first_move(tab):
    return {**tab.form("/play"), "answer": "a"}


def is_kind(answer, lang="en"):
    """Whether it is a 503 that says when to come back, in a sentence."""
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "5")
    assert {"en": "Nothing is lost", "fr": "Rien n'est perdu"}[lang] in unescape(answer.text)
    assert "Traceback" not in answer.text
    return True


def fields_to_send_again(page):
    form = re.search(r'<form method="post" action="([^"]+)">(.*?)</form>', page.text, re.S)
    return form[1], dict(HIDDEN.findall(form[2]))


@contextmanager
def on_every_connection(pragma):
    """SQLite's new connections begin with this; the old ones are gone."""

    def begin(connection, _record):
        connection.execute(f"PRAGMA {pragma}")

    event.listen(bound_engine(), "connect", begin)
    bound_engine().dispose()
    yield
    event.remove(bound_engine(), "connect", begin)
    bound_engine().dispose()


@contextmanager
def full():
    """Not one row more has room.  A file that may not grow fails like a disk that is full."""
    with bound_engine().connect() as connection:
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar()
    with on_every_connection(f"max_page_count={pages + 2}"):
        for size in (3000, 500, 50, 0):
            fill_up(size)
        yield


def fill_up(size):
    """Write rows of this size until there is no room for another."""
    with pytest.raises(OperationalError, match="full"):
        write_rows(size)


def write_rows(size):
    while True:
        write_row(size)


def write_row(size):
    with transaction() as tx:
        whose = {"brand_id": tx.scalar(select(Campaign.brand_id)), "actor": "filler", "fingerprint": "x"}
        row = {"id": new_id(), "key": new_id().hex, "answer": {"x": "x" * size}, "at": datetime.now(UTC)}
        tx.execute(insert(Answered).values(**whose, **row))


@contextmanager
def read_only():
    with on_every_connection("query_only=ON"):
        yield


@contextmanager
def locked():
    """Somebody else writes, and does not come to an end."""
    with bound_engine().connect().execution_options(writes=True) as connection:
        connection.execute(select(Pass.id)).all()
        yield
        connection.rollback()


FAULTS = {"disk full": full, "read-only": read_only, "locked": locked}


@pytest.fixture(params=FAULTS)
def fault(request):
    return FAULTS[request.param]


def test_reading_goes_on_where_nothing_can_be_written(tab, fault):
    with transaction() as tx:
        tx.execute(update(Pass).values(seen_at=datetime.now(UTC) - timedelta(hours=1)))  # it is time to note it

    with fault():
        answers = {path: tab.get(path).status_code for path in FOR_EVERYBODY + OWN}

    assert set(answers.values()) == {200}, answers


def test_a_move_that_cannot_be_written_is_sent_again_with_all_that_was_typed(tab, fault):
    form = {**first_move(tab), "lang": "fr"}

    with fault():
        refused = tab.post("/play", form)
        assert moves_made() == 0
    where, fields = fields_to_send_again(refused)

    assert is_kind(refused, "fr")
    assert fields == form
    assert tab.client.post(where, data=fields, base_url=HOST).status_code == 200
    assert moves_made() == 1


def test_a_program_gets_a_document_and_no_form(tab):
    form = first_move(tab)

    with locked():
        refused = tab.post("/play", form, headers={"Accept": "application/json"})

    assert refused.mimetype == "application/problem+json"
    assert (refused.get_json(force=True)["code"], form["token"] in refused.text) == ("unavailable", False)


def test_a_fragment_is_refused_as_a_fragment(tab):
    form = first_move(tab)

    with locked():
        refused = tab.post("/play", form, headers={"X-Fragment": "1"})

    assert is_kind(refused)
    assert "<html" not in refused.text


def test_no_connection_is_free(tab):
    tab.get("")
    form = first_move(tab)
    held = [bound_engine().connect() for _ in range(30)]

    answers = [tab.get("").status_code, tab.get("/go").status_code, tab.post("/play", form).status_code]
    for connection in held:
        connection.close()

    assert answers == [200, 503, 503]
    assert tab.post("/play", form).status_code == 200


def test_a_repeat_of_a_move_that_is_stuck_is_sent_again(tab, monkeypatch):
    monkeypatch.setattr(answering, "PATIENCE", timedelta(milliseconds=50))
    form = first_move(tab)

    with answering.alone(answering.Call(tab.fan.brand_id, f"fan:{tab.fan.id}", form["idem"], "")):
        repeat = tab.post("/play", form)
    where, fields = fields_to_send_again(repeat)

    assert (repeat.status_code, repeat.headers["Retry-After"]) == (409, "1")
    assert "still being worked on" in repeat.text
    assert (where, fields) == (f"/t/{tab.slug}/play", form)


@pytest.fixture
def gone(tab):
    """A campaign that was seen, then nobody answers at the address of the database."""
    tab.get("")
    before = bound_engine()
    bind(engine_for(NOBODY_LISTENS, timedelta(seconds=1)), SECRET)
    yield tab
    bind(before, SECRET)


def test_a_page_of_ones_own_is_refused_in_the_look_of_the_campaign(gone):
    for path in OWN:
        page = gone.get(f"{path}?lang=fr", headers={"Accept-Language": "fr"})

        assert is_kind(page, "fr")
        assert f"/t/{gone.slug}/theme." in page.text
        assert f'href="/t/{gone.slug}{path}?lang=fr"' in page.text


def test_the_way_back_stays_on_this_site(gone):
    for path in ("//evil.example/t/x", "/\\\\evil.example", "/t/never_seen"):
        page = gone.client.open(path, base_url=HOST, environ_overrides={"PATH_INFO": path})

        assert 'href="//' not in page.text
        assert 'href="/\\' not in page.text


def test_the_loader_is_served_without_any_database(gone):
    assert gone.client.get("/static/dist/embed.v1.js", base_url=HOST, buffered=True).status_code == 200


@pytest.fixture(scope="module")
def postgres():
    with crashing_postgres() as server:
        yield server


@pytest.fixture
def on_postgres(postgres):
    """A customer who has begun the quiz, on a PostgreSQL of this test."""
    made = app_on(postgres.database(f"outage{new_id().hex}"))
    yield customer_in(made)
    bound_engine().dispose()


def test_a_postgresql_that_stops_and_comes_back(postgres, on_postgres: Tab):
    tab = on_postgres
    form = first_move(tab)
    tab.get("")
    postgres.crash()

    read = [tab.get(path).status_code for path in FOR_EVERYBODY]
    refused = [tab.post("/play", form), tab.get("/go"), tab.post("/saw", {})]
    postgres.start()

    assert read == [200] * len(FOR_EVERYBODY)
    assert all(map(is_kind, refused))
    assert fields_to_send_again(refused[0])[1] == form
    assert [tab.post("/play", form).status_code for _ in range(2)] == [200, 200]
    assert moves_made() == 1


def test_a_connection_that_was_open_when_postgresql_stopped_is_made_anew(postgres, on_postgres):
    assert on_postgres.get("/go").status_code == 200
    postgres.crash()
    postgres.start()

    assert on_postgres.get("/go").status_code == 200


def test_a_lock_that_does_not_come_is_given_up(on_postgres):
    form = first_move(on_postgres)

    with bound_engine().connect() as other:
        other.execute(select(Run.id).with_for_update()).all()
        refused = on_postgres.post("/play", form)
        other.rollback()

    assert is_kind(refused)
    assert on_postgres.post("/play", form).status_code == 200


def test_a_statement_that_takes_too_long_is_given_up(on_postgres, monkeypatch):
    monkeypatch.setattr(passes, "read_pass", lambda tx, raw, now: tx.execute(select(func.pg_sleep(20))))

    assert is_kind(on_postgres.get("/go"))


def test_a_server_that_became_a_standby_is_read_from(on_postgres):
    form = first_move(on_postgres)
    name = make_url(str(bound_engine().url)).database

    with bound_engine().connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql(f'ALTER DATABASE "{name}" SET default_transaction_read_only = on')
    bound_engine().dispose()

    assert on_postgres.get("/go").status_code == 200
    assert is_kind(on_postgres.post("/play", form))
