"""`fanfare consent verify` says what it found, and its exit code says whether it was well."""

import pytest
from click.testing import CliRunner
from sqlalchemy import text

from app.cli.consent import consent
from app.db import transaction
from app.services.consent import Word, record
from app.services.people import person_of_fan
from tests.makers import NOON, Make


@pytest.fixture
def ledger(own_database):
    with transaction() as tx:
        fan = person_of_fan(tx, Make(tx).fan(Make(tx).brand(slug="grocer")))
        record(tx, fan, [Word("given", "newsletter", "email", "Yes", "en")] * 3, "ada@example.org", NOON)
    return own_database


def test_a_sound_ledger_ends_well(ledger):
    result = CliRunner().invoke(consent, ["verify"])

    assert result.exit_code == 0
    assert "grocer: 3 rows, sound, last hash" in result.output


def test_a_changed_row_is_named_and_ends_badly(ledger):
    trigger = "consent_no_update" if ledger.kind == "sqlite" else "consent_append_only ON consent"
    with transaction() as tx:
        tx.execute(text(f"DROP TRIGGER {trigger}"))
        tx.execute(text("UPDATE consent SET purpose = 'partner' WHERE seq = 2"))

    result = CliRunner().invoke(consent, ["verify", "--brand", "grocer", "--lang", "fr"])

    assert result.exit_code == 1
    assert "consent/grocer:2:1: error consent.changed: la ligne 2 a été modifiée" in result.output


def test_an_unknown_brand_is_said_so(ledger):
    result = CliRunner().invoke(consent, ["verify", "--brand", "nobody"])

    assert (result.exit_code, "There is no brand “nobody”" in result.output) == (1, True)


@pytest.mark.parametrize("own_database", ["sqlite"], indirect=True)  # PostgreSQL's columns hold no such thing
def test_an_unreadable_row_is_named_like_any_other(ledger):
    with transaction() as tx:
        tx.execute(text("DROP TRIGGER consent_no_update"))
        tx.execute(text("UPDATE consent SET at = 'never' WHERE seq = 2"))

    result = CliRunner().invoke(consent, ["verify"])

    assert (result.exit_code, "consent/grocer:2:1: error consent.changed" in result.output) == (1, True)
