"""`fanfare staff`: people are let in and kept out from the command line."""

import re

import pytest
from click.testing import CliRunner

from app.cli.staff import staff
from app.db import transaction
from app.errors import Refused
from app.services.staff import WrongLogin, log_in
from tests.makers import NOON, Make

EMAIL = "lea@cup.example.org"


@pytest.fixture
def cup(own_database):
    with transaction() as tx:
        return Make(tx).brand(slug="cup")


def fanfare_staff(*words, typed=""):
    return CliRunner().invoke(staff, words, input=typed)


def added():
    """Add a manager; gives the password that was shown."""
    said = fanfare_staff("add", EMAIL, "--brand", "cup", "--role", "manager").output
    return re.search(r"Password, shown this once: (\S+)", said)[1]


def may_log_in(password):
    with transaction() as tx:
        return log_in(tx, EMAIL, password, NOON).role


def test_a_random_password_is_shown_once_and_opens(cup):
    assert may_log_in(added()) == "manager"


def test_a_typed_password_is_not_shown(cup):
    said = fanfare_staff(
        "add", EMAIL, "--brand", "cup", "--role", "crm", "--ask-password", typed="four unusual words\n"
    )

    assert "four unusual" not in said.output
    assert may_log_in("four unusual words") == "crm"


def test_a_new_password_replaces_the_old_one(cup):
    old = added()

    fresh = re.search(r"once: (\S+)", fanfare_staff("password", EMAIL).output)[1]

    assert may_log_in(fresh) == "manager"
    with pytest.raises(WrongLogin):
        may_log_in(old)


def test_who_is_removed_stays_out_and_stays_listed(cup):
    password = added()

    fanfare_staff("remove", EMAIL)

    assert fanfare_staff("list", "--brand", "cup").output == f"{EMAIL}\tmanager\tremoved\n"
    with pytest.raises(WrongLogin):
        may_log_in(password)


def test_an_unknown_brand_is_answered_with_those_there_are(cup):
    said = fanfare_staff("add", EMAIL, "--brand", "cap", "--role", "crm")

    assert said.exit_code == 1
    assert "There is no brand “cap”. Brands here: cup." in said.output


def test_somebody_unknown_cannot_be_removed(cup):
    assert "Nobody logs in with" in fanfare_staff("remove", "no@body.example").output


def test_a_second_account_with_the_same_address_is_refused(cup):
    added()

    said = fanfare_staff("add", EMAIL, "--brand", "cup", "--role", "crm")

    assert isinstance(said.exception, Refused)
