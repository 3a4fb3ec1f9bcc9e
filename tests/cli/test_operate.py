"""Operating an installation from the command line: what is typed wrong is said in one line, and changes nothing."""

import pytest
from click.testing import CliRunner
from sqlalchemy import select

from app.cli.operate import brand, db, key
from app.db import reading, transaction
from app.models import ApiKey, Brand
from app.services.keys import fingerprint
from app.services.readiness import newest_revision
from tests.databases import SECRET, open_copy
from tests.makers import Make

WHOLE = {"--name": "Tea & Co", "--currency": "EUR", "--timezone": "Europe/Paris", "--country": "FR"}


@pytest.fixture
def run(source_of):
    """Run a command on a database of its own; gives (exit code, what was said)."""
    with open_copy(source_of("sqlite")).bound():

        def run_command(group, *words):
            result = CliRunner().invoke(group, list(words))
            assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
            return result.exit_code, result.output

        yield run_command


def rows(table):
    with reading() as tx:
        return tx.scalars(select(table)).all()


def add_brand(run, slug="tea", **said):
    options = WHOLE | {f"--{name}": value for name, value in said.items()}
    return run(brand, "add", slug, *(word for option in options.items() for word in option))


def test_a_brand_is_added(run):
    assert add_brand(run, languages="fr,en") == (0, "tea: added\n")

    added = rows(Brand)[0]
    assert (added.slug, added.currency, added.languages, added.opt_in) == ("tea", "EUR", ["fr", "en"], "double")


def test_a_brand_is_added_once(run):
    add_brand(run)

    code, said = add_brand(run)

    assert (code, len(rows(Brand))) == (1, 1)
    assert "there is a brand “tea” already" in said


@pytest.mark.parametrize(
    ("said", "hint"),
    [
        ({"slug": "Tea Time"}, "small letters"),
        ({"currency": "euro"}, "three letters"),
        ({"timezone": "Paris"}, "write one as Europe/Paris"),
        ({"country": "France"}, "two letters"),
        ({"languages": "fr;en"}, "codes, as fr,en"),
        ({"name": ""}, "1 to 200 characters"),
    ],
)
def test_a_brand_that_cannot_be_meant_is_not_added(run, said, hint):
    code, output = add_brand(run, **said)

    assert (code, rows(Brand)) == (2, [])
    assert hint in output


@pytest.fixture
def tea(run):
    with transaction() as tx:
        return Make(tx).brand(slug="tea")


def test_a_key_is_shown_once_and_kept_hashed(run, tea):
    code, said = run(key, "add", "till", "--brand", "tea", "--scope", "coupons")

    kept = rows(ApiKey)[0]
    assert (code, kept.scopes, kept.key_hash) == (0, ["coupons"], fingerprint(said.strip()))
    assert said.strip() not in str(vars(kept))


def test_a_revoked_key_has_ended(run, tea):
    run(key, "add", "till", "--brand", "tea", "--scope", "coupons")

    assert run(key, "revoke", "till", "--brand", "tea") == (0, "1 key(s) revoked\n")

    assert rows(ApiKey)[0].revoked_at is not None


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("revoke", "till", "--brand", "tea"), "this brand has no key “till”"),
        (("add", "till", "--brand", "coffee", "--scope", "coupons"), "Brands here: tea"),
        (("add", "till", "--brand", "tea", "--scope", "everything"), "is not one of"),
        (("add", "till", "--brand", "tea"), "Missing option '--scope'"),
    ],
)
def test_a_key_that_cannot_be_meant_is_told(run, tea, words, said):
    code, output = run(key, *words)

    assert code in {1, 2}
    assert said in output
    assert rows(ApiKey) == []


def schema(words, url, monkeypatch):
    monkeypatch.setenv("DATABASE_URL", url)
    monkeypatch.setenv("FANFARE_SECRET", SECRET)
    result = CliRunner().invoke(db, words)
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result.exit_code, result.output


def test_the_schema_goes_up(empty_database_url, monkeypatch):
    assert schema(["upgrade"], empty_database_url, monkeypatch) == (0, f"schema: at {newest_revision()}\n")


def test_the_schema_goes_down_one_step(source_of, monkeypatch):
    url = source_of("sqlite").copy()

    assert schema(["downgrade", "-1", "--yes"], url, monkeypatch) == (0, f"schema: at {before(newest_revision())}\n")


def test_the_schema_goes_down_to_a_number(source_of, monkeypatch):
    url = source_of("sqlite").copy()

    assert schema(["downgrade", "0002", "--yes"], url, monkeypatch) == (0, "schema: at 0002\n")


@pytest.mark.parametrize("revision", ["-1", "base"])
def test_upgrade_never_leads_down(source_of, monkeypatch, revision):
    code, said = schema(["upgrade", "--", revision], source_of("sqlite").copy(), monkeypatch)

    assert code == 1
    assert "leads down, which deletes" in said


def before(revision):
    return f"{int(revision) - 1:04}"


@pytest.mark.parametrize("revision", ["9999", "nonsense", "%"])
def test_a_revision_that_is_not_there_is_told(source_of, monkeypatch, revision):
    code, said = schema(["upgrade", revision], source_of("sqlite").copy(), monkeypatch)

    assert code == 1
    assert f"there is no revision “{revision}”" in said


def test_a_database_that_does_not_answer_is_told(monkeypatch):
    code, said = schema(["upgrade"], "postgresql://nobody@127.0.0.1:1/nothing", monkeypatch)

    assert code == 1
    assert "the database does not answer" in said
