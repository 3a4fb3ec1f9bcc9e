"""Who may come into the studio, and what ends a session."""

import pytest
from sqlalchemy import select

from app.models import Audit
from app.services.staff import (
    BadEmail,
    EmailTaken,
    NewStaff,
    UnknownRole,
    WeakPassword,
    WrongLogin,
    add_staff,
    change_password,
    confirm_password,
    deactivate,
    log_in,
    log_out,
    may,
    session_name,
    staff_of_session,
)
from tests.makers import NOON

PASSWORD = "four unusual green words"


@pytest.fixture
def lea(tx, make):
    return add_staff(tx, make.its_brand, NewStaff(email="Lea@Brand.test", role="manager"), PASSWORD, NOON)


def test_the_right_password_opens_whatever_the_case_of_the_address(tx, lea):
    assert log_in(tx, " LEA@brand.test ", PASSWORD, NOON).id == lea.id


def test_a_password_is_kept_as_argon2id_only(lea):
    assert lea.password_hash.startswith("$argon2id$")


@pytest.mark.parametrize(
    ("email", "password"),
    [("lea@brand.test", "not her password"), ("nobody@brand.test", PASSWORD), ("", ""), ("lea@brand.test", "x" * 9000)],
    ids=["wrong password", "unknown address", "nothing", "a very long password"],
)
def test_every_wrong_login_gets_the_same_sentence(tx, lea, email, password):
    with pytest.raises(WrongLogin) as refused:
        log_in(tx, email, password, NOON)

    assert refused.value.message("en") == "E-mail or password is wrong. Check both and try again."


def test_a_login_leaves_an_audit_row(tx, lea):
    log_in(tx, lea.email, PASSWORD, NOON)

    assert tx.scalars(select(Audit.what).where(Audit.staff_id == lea.id)).all() == ["login"]


@pytest.mark.parametrize(
    "ending",
    [
        lambda tx, lea: change_password(tx, lea, "another long password", NOON),
        lambda tx, lea: deactivate(tx, lea, NOON),
        lambda tx, lea: log_out(tx, lea, NOON),
    ],
    ids=["a new password", "a deactivation", "a log-out"],
)
def test_what_ends_a_session_also_ends_copies_of_it(tx, lea, ending):
    copied = session_name(lea)
    assert staff_of_session(tx, copied) is not None

    ending(tx, lea)

    assert staff_of_session(tx, copied) is None


@pytest.mark.parametrize("forged", ["", "x", "1.2.3", "00000000-0000-0000-0000-000000000000.salt"])
def test_a_forged_session_belongs_to_nobody(tx, forged):
    assert staff_of_session(tx, forged) is None


def test_a_deactivated_person_cannot_log_in(tx, lea):
    deactivate(tx, lea, NOON)

    with pytest.raises(WrongLogin):
        log_in(tx, lea.email, PASSWORD, NOON)


def test_confirming_needs_the_own_password(tx, lea):
    confirm_password(tx, lea, PASSWORD, NOON)

    with pytest.raises(WrongLogin):
        confirm_password(tx, lea, "guessed it wrong", NOON)


@pytest.mark.parametrize(
    ("new", "password", "refusal"),
    [
        (NewStaff(email="lea@brand.test", role="crm"), PASSWORD, EmailTaken),
        (NewStaff(email="not an address", role="crm"), PASSWORD, BadEmail),
        (NewStaff(email="leé@brand.test", role="crm"), PASSWORD, BadEmail),
        (NewStaff(email="max@brand.test", role="king"), PASSWORD, UnknownRole),
        (NewStaff(email="max@brand.test", role="crm"), "short", WeakPassword),
    ],
)
def test_who_cannot_be_added_is_told_why(tx, make, lea, new, password, refusal):
    with pytest.raises(refusal):
        add_staff(tx, make.its_brand, new, password, NOON)


@pytest.mark.parametrize(
    ("role", "rights"),
    [("owner", {"campaigns", "optins", "people"}), ("manager", {"campaigns"}), ("crm", {"optins", "people"})],
)
def test_each_role_has_its_rights_and_no_other(make, role, rights):
    person = make.staff(role)

    assert {right for right in ("campaigns", "optins", "people") if may(person, right)} == rights
