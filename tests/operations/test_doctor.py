"""The doctor looks at real, broken installations: it says what is wrong, what to do, and never a secret."""

import json
import socket

import pytest
from click.testing import CliRunner
from sqlalchemy import text

from app.cli.doctor import doctor
from app.db import engine_for, transaction
from app.services.beating import LATE, beat
from app.services.consent import Word, record
from app.services.people import Person
from app.settings import SECRET_FILE
from app.web.clock import utcnow
from tests.databases import SECRET
from tests.makers import NOON, Make

HEX = "0123456789abcdef" * 4


@pytest.fixture
def examine(monkeypatch, tmp_path, sqlite_url):
    """Give (exit code, findings by their subject) of an installation with these settings."""

    def look(**settings):
        ours = {"DATABASE_URL": sqlite_url, "FANFARE_DATA": str(tmp_path / "data"), "FANFARE_SECRET": SECRET}
        for name, value in (ours | settings).items():
            monkeypatch.setenv(name, value)
        done = CliRunner().invoke(doctor, ["--json"])
        assert done.exit_code in {0, 1}, done.output
        found = {}
        for each in json.loads(done.output):
            found.setdefault((each["about"], each["state"]), each)
        assert all(each["todo"] for each in found.values() if each["state"] != "ok")
        return done.exit_code, found

    return look


@pytest.mark.parametrize(
    ("settings", "about", "todo"),
    [
        ({"FANFARE_URL": "http://play.example.org"}, "address", "TLS proxy"),
        ({"FANFARE_URL": "https://play.example.org"}, "address", "FANFARE_PROXIES"),
        ({"FANFARE_URL": "https://play.example.org", "FANFARE_MODE": "demo"}, "address", "unset FANFARE_MODE"),
        ({"FANFARE_URL": "play.example.org"}, "settings", "set the variable"),
        ({"FANFARE_SECRET": "short"}, "settings", "set the variable"),
        ({"FANFARE_SECRET": "change-me-" * 4}, "secret", "openssl rand -hex 32"),
        ({"FANFARE_TRUSTED_HOSTS": "https://www.example.org"}, "hosts", "no https://"),
        ({"FANFARE_PROVIDERS": "/nowhere/providers.yaml"}, "login providers", "FANFARE_PROVIDERS"),
        ({"FANFARE_DATA": "/proc/data"}, "data folder", "FANFARE_DATA"),
        ({"REDIS_URL": "redis://:hidden@127.0.0.1:1/0"}, "redis", "correct REDIS_URL"),
        ({"DATABASE_URL": "sqlite:///{folder}/at/all.sqlite3"}, "database", "fanfare db upgrade"),
        ({"DATABASE_URL": "postgresql://fanfare:hidden@127.0.0.1:1/fanfare"}, "database", "DATABASE_URL"),
        (
            {"FANFARE_SMTP_HOST": "127.0.0.1", "FANFARE_SMTP_PORT": "1", "FANFARE_MAIL_FROM": "a@example.org"},
            "mail",
            "FANFARE_SMTP_HOST",
        ),
    ],
)
def test_a_broken_installation_is_told_what_to_do(examine, tmp_path, settings, about, todo):
    code, found = examine(**{name: said.replace("{folder}", str(tmp_path)) for name, said in settings.items()})

    assert code == 1
    assert todo in found[about, "fault"]["todo"]
    assert "hidden" not in str(found)


def test_a_whole_installation_is_well(examine, own_database, valkey):
    with transaction() as tx:
        Make(tx).brand(slug="tea")
        beat(tx, "here:1:1", "0.1", utcnow())

    code, found = examine(DATABASE_URL=own_database.url, REDIS_URL=valkey)

    assert (code, [about for about, state in found if state == "fault"]) == (0, [])
    assert {("database", "ok"), ("schema", "ok"), ("redis", "ok"), ("workers", "ok"), ("outbox", "ok")} <= set(found)


def test_an_older_schema_is_told_by_its_numbers(examine, own_database):
    with transaction() as tx:
        tx.execute(text("UPDATE alembic_version SET version_num = '0001'"))

    code, found = examine(DATABASE_URL=own_database.url)

    assert (code, found["schema", "fault"]["todo"]) == (1, "run: fanfare db upgrade")
    assert "at 0001" in found["schema", "fault"]["said"]


def test_a_database_without_tables_is_told(examine, empty_database_url):
    engine = engine_for(empty_database_url)
    engine.connect().close()
    engine.dispose()

    assert examine(DATABASE_URL=empty_database_url)[1]["schema", "fault"]["said"] == "there are no tables"


def test_a_secret_that_others_can_read_is_a_fault(examine, tmp_path):
    file = tmp_path / "data" / SECRET_FILE
    file.parent.mkdir()
    file.write_text(HEX)
    file.chmod(0o644)

    code, found = examine()

    assert (code, found["secret", "fault"]["todo"]) == (1, f"run: chmod 600 {file}")
    file.chmod(0o600)
    assert examine()[0] == 0


def test_workers_that_went_silent_are_missed(examine):
    with transaction() as tx:
        beat(tx, "gone:1:1", "0.1", utcnow() - 2 * LATE)

    code, found = examine()

    assert (code, found["workers", "fault"]["said"]) == (1, "went silent without stopping: gone:1:1")


def test_a_consent_ledger_with_another_end_is_a_fault(examine, own_database):
    with transaction() as tx:
        make = Make(tx)
        fan = make.fan(make.brand(slug="tea"))
        record(tx, Person(fan.brand_id, fan.id), [Word("given", "newsletter", "email", "Yes?", "en")], None, NOON)
        tx.execute(text("UPDATE consent_head SET seq = 2"))

    code, found = examine(DATABASE_URL=own_database.url)

    assert (code, found["consent ledger", "fault"]["said"]) == (1, "tea: it ends at row 1, its head speaks of row 2")


def test_a_mail_server_that_says_nothing_is_given_up(examine):
    with socket.create_server(("127.0.0.1", 0)) as silent:
        mail = {"FANFARE_SMTP_HOST": "127.0.0.1", "FANFARE_SMTP_PORT": str(silent.getsockname()[1])}

        code, found = examine(**mail, FANFARE_MAIL_FROM="a@example.org", FANFARE_SMTP_SECONDS="1")

    assert (code, "does not take us in" in found["mail", "fault"]["said"]) == (1, True)


def test_people_read_marks_and_arrows(monkeypatch, sqlite_url, tmp_path):
    monkeypatch.setenv("DATABASE_URL", sqlite_url)
    monkeypatch.setenv("FANFARE_SECRET", SECRET)
    monkeypatch.setenv("FANFARE_DATA", str(tmp_path))

    said = CliRunner().invoke(doctor).output

    assert "✓ database: SQLite" in said
    assert "! brands: there are none yet\n  → run: fanfare brand add" in said
    assert said.endswith("to think about\n")
