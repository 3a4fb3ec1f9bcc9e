"""`fanfare crm` imports and exports, says what it did, and its exit code says whether all was well."""

import stat

import pytest
from click.testing import CliRunner
from sqlalchemy import func, select

from app.cli.crm import crm
from app.db import transaction
from app.models import Audit, Contact
from app.services.consent import Word, record
from app.services.people import person_of_fan
from tests.makers import NOON, Make

GOOD = "external_id,email\n7,ada@example.org\n"


@pytest.fixture
def brand(own_database):
    with transaction() as tx:
        return Make(tx).brand(slug="grocer", opt_in="single")


def run(*words):
    return CliRunner().invoke(crm, [str(word) for word in words])


def contacts():
    with transaction() as tx:
        return tx.scalar(select(func.count(Contact.id)))


def test_an_import_says_what_it_did(brand, file):
    first, second = (run("import", "contacts", file(GOOD), "--brand", "grocer") for _ in range(2))

    assert (first.exit_code, first.stdout) == (0, "1 rows read: 1 new, 0 changed, 0 same\n")
    assert (second.exit_code, second.stdout) == (0, "1 rows read: 0 new, 0 changed, 1 same\n")


def test_a_bad_row_ends_badly_and_the_good_ones_stay(brand, file):
    result = run("import", "contacts", file(GOOD + "8,nobody\n"), "--brand", "grocer", "--lang", "fr")

    assert (result.exit_code, contacts()) == (1, 1)
    assert "people.csv:3:2: error import.email: « email » n'est pas une adresse e-mail" in result.stderr


def test_a_broken_file_changes_nothing(brand, file):
    result = run("import", "contacts", file(GOOD + '8,"bob\n'), "--brand", "grocer")

    assert (result.exit_code, contacts()) == (1, 0)
    assert "people.csv:3:1: error import.quote: row 3: quote not closed" in result.stderr


def test_a_dry_run_changes_nothing(brand, file):
    result = run("import", "contacts", file(GOOD), "--brand", "grocer", "--dry-run")

    assert (result.exit_code, contacts()) == (0, 0)
    assert "(nothing was written)" in result.stdout


def test_a_file_that_is_not_there_is_said_so(brand, tmp_path):
    result = run("import", "orders", tmp_path / "none.csv", "--brand", "grocer")

    assert (result.exit_code, "No such file" in result.stderr) == (1, True)


def test_an_unknown_brand_is_answered_with_the_known_ones(brand, file):
    result = run("import", "contacts", file(GOOD), "--brand", "grover")

    assert (result.exit_code, "Brands here: grocer." in result.stderr) == (1, True)


def test_opt_ins_are_written_for_their_owner_only_and_noted(brand, tmp_path):
    with transaction() as tx:
        fan = person_of_fan(tx, Make(tx).fan(brand))
        record(tx, fan, [Word("given", "newsletter", "email", "Yes", "en")], "ada@example.org", NOON)
    out = tmp_path / "optins.csv"

    result = run("export", "optins", "--brand", "grocer", "--out", out)

    assert (result.exit_code, "ada@example.org" in out.read_text()) == (0, True)
    assert stat.S_IMODE(out.stat().st_mode) == 0o600
    with transaction() as tx:
        assert tx.scalars(select(Audit.what)).all() == ["export_optins"]


def test_an_export_to_nowhere_leaves_nothing_behind(brand, tmp_path):
    result = run("export", "optins", "--brand", "grocer", "--out", tmp_path / "no" / "optins.csv")

    assert (result.exit_code, "cannot be written" in result.stderr) == (1, True)
    assert list(tmp_path.iterdir()) == []


def test_an_unknown_campaign_is_said_so(brand, tmp_path):
    result = run("export", "optins", "--brand", "grocer", "--campaign", "none", "--out", tmp_path / "optins.csv")

    assert (result.exit_code, "There is no campaign “none”" in result.stderr) == (1, True)
