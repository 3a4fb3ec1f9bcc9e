"""Staff: the people who work in the studio, their passwords, their rights, and the audit of what they did.

What is here:
    add_staff, change_password, deactivate, log_out     who may come in
    log_in, confirm_password, staff_of_session          who is there
    RIGHTS, may                                         what each role may do
    note_audit                                          what was done, by whom

To add a right: one line in `RIGHTS`, and `@needs("...")` on the pages that want it.

Source: RFC 9106 (Argon2id); OWASP ASVS 5.0.0, chapters V6 (authentication) and V7 (session management).
"""

from __future__ import annotations

import secrets
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Final

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from email_validator import EmailNotValidError, validate_email
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.errors import Refused
from app.models import ROLES, Audit, Brand, Staff

SHORTEST_PASSWORD: Final = 12
LONGEST_PASSWORD: Final = 200
RIGHTS: Final[Mapping[str, frozenset[str]]] = {
    "campaigns": frozenset({"owner", "manager"}),  # read campaigns, write drafts, publish
    "optins": frozenset({"owner", "crm"}),  # read opt-ins with their proof, and export them
    "people": frozenset({"owner", "crm"}),  # look at single persons
    "jobs": frozenset({"owner", "manager"}),  # see what did not leave, and let it be tried again
}
_HASHER: Final = PasswordHasher()


class WrongLogin(Refused):
    code, status = "wrong_login", 401
    en = "E-mail or password is wrong. Check both and try again."
    fr = "L'adresse ou le mot de passe est faux. Vérifiez les deux et réessayez."


class WeakPassword(Refused):
    code, status = "weak_password", 400
    en = "The password must have 12 to 200 characters. Four unusual words do well."
    fr = "Le mot de passe doit avoir de 12 à 200 caractères. Quatre mots inhabituels conviennent bien."


class EmailTaken(Refused):
    code, status = "email_taken", 409
    en = "Somebody already logs in with {email}. Use another address."
    fr = "Quelqu'un se connecte déjà avec {email}. Prenez une autre adresse."


class BadEmail(Refused):
    code, status = "bad_email", 400
    en = "{email} is not an e-mail address. Write it like lea@example.org."
    fr = "{email} n'est pas une adresse e-mail. Écrivez-la comme lea@example.org."


class UnknownRole(Refused):
    code, status = "unknown_role", 400
    en = "There is no role “{role}”. Choose owner, manager or crm."
    fr = "Il n'y a pas de rôle « {role} ». Choisissez owner, manager ou crm."


@dataclass(frozen=True, slots=True, kw_only=True)
class NewStaff:
    """Somebody who shall work in the studio."""

    email: str
    role: str
    name: str = ""
    language: str = "en"


def add_staff(tx: Session, brand: Brand, new: NewStaff, password: str, now: datetime) -> Staff:
    """Let a person into the studio of one brand.

    Raises: BadEmail, EmailTaken, UnknownRole, WeakPassword.
    """
    email = _address(new.email)
    if new.role not in ROLES:
        raise UnknownRole(role=new.role)
    if tx.scalar(select(Staff.id).where(Staff.email == email)):
        raise EmailTaken(email=email)
    person = Staff(
        brand_id=brand.id, email=email, name=new.name or email.partition("@")[0], role=new.role,
        language=new.language, password_hash=_hashed(password), session_salt=_salt(), created_at=now,
    )  # fmt: skip
    tx.add(person)
    tx.flush()
    return person


def log_in(tx: Session, email: str, password: str, now: datetime) -> Staff:
    """Give the person who has this e-mail and this password.

    One sentence for every way to be wrong, and the same time spent on each.  Raises: WrongLogin.
    """
    person = tx.scalar(select(Staff).where(Staff.email == email.strip().lower()))
    nobody = _nobody()  # looked up for everybody, so that unknown addresses take as long
    right = _matches(person.password_hash if person else nobody, password)
    if person is None or not right or not person.active:
        raise WrongLogin
    if _HASHER.check_needs_rehash(person.password_hash):
        person.password_hash = _HASHER.hash(password)
    note_audit(tx, person, "login", "", {}, now)
    return person


def confirm_password(tx: Session, staff: Staff, password: str, now: datetime) -> None:
    """Make sure again that it is this person who sits there, before something weighty.  Raises: WrongLogin."""
    if not _matches(staff.password_hash, password):
        raise WrongLogin("This is not your password. Try again.", "Ce n'est pas votre mot de passe. Réessayez.")
    note_audit(tx, staff, "login.confirmed", "", {}, now)


def change_password(tx: Session, staff: Staff, password: str, now: datetime) -> None:
    """Take a new password; every session of the person ends.  Raises: WeakPassword."""
    staff.password_hash, staff.session_salt = _hashed(password), _salt()
    note_audit(tx, staff, "password.changed", "", {}, now)


def deactivate(tx: Session, staff: Staff, now: datetime) -> None:
    """Keep the person out from now on; every session ends, what they did stays on record."""
    staff.active, staff.session_salt = False, _salt()
    note_audit(tx, staff, "staff.deactivated", "", {}, now)


def choose_language(staff: Staff, language: str) -> None:
    """Let the studio speak another language to this person."""
    staff.language = language


def log_out(tx: Session, staff: Staff, now: datetime) -> None:
    """End every session of the person, also on other machines: a copied cookie is dead too."""
    staff.session_salt = _salt()
    note_audit(tx, staff, "logout", "", {}, now)


def session_name(staff: Staff) -> str:
    """What a session remembers of the person; it changes when all sessions must end."""
    return f"{staff.id}.{staff.session_salt}"


def staff_of_session(tx: Session, name: str) -> Staff | None:
    """The person of a session, or None when the session has ended."""
    staff_id, _, salt = name.partition(".")
    try:
        person = tx.get(Staff, uuid.UUID(staff_id))
    except ValueError:
        return None
    if person is None or not person.active or not secrets.compare_digest(person.session_salt, salt):
        return None
    return person


def may(staff: Staff, right: str) -> bool:
    """Whether the person's role includes a right of `RIGHTS`."""
    return staff.role in RIGHTS[right]


def note_audit(tx: Session, staff: Staff, what: str, on: str, detail: Mapping[str, object], now: datetime) -> Audit:
    """Write down what somebody did, to what.  Details carry ids and counts, never addresses."""
    row = Audit(brand_id=staff.brand_id, staff_id=staff.id, what=what, on=on, detail=dict(detail), at=now)
    tx.add(row)
    return row


def new_password() -> str:
    """A random password of 100 bits and more, to be shown once."""
    return "-".join(secrets.token_hex(3) for _ in range(5))


def _address(email: str) -> str:
    try:
        found = validate_email(email.strip(), check_deliverability=False, allow_smtputf8=False, test_environment=True)
    except EmailNotValidError:
        raise BadEmail(email=email) from None
    return found.normalized.lower()


def _hashed(password: str) -> str:
    if not SHORTEST_PASSWORD <= len(password) <= LONGEST_PASSWORD:
        raise WeakPassword
    return _HASHER.hash(password)


@cache
def _nobody() -> str:
    """The hash that is checked for unknown addresses; made at the first login, for it takes longer than starting."""
    return _HASHER.hash(secrets.token_hex(16))


def _matches(password_hash: str, password: str) -> bool:
    if len(password) > LONGEST_PASSWORD:
        return False
    try:
        return _HASHER.verify(password_hash, password)
    except (VerificationError, InvalidHashError):
        return False


def _salt() -> str:
    return secrets.token_hex(16)
