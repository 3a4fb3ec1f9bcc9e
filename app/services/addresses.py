"""E-mail addresses and telephone numbers in the one form in which they are stored and compared.

Raises `BadAddress` with a reason for people.  To accept more: loosen here, never where an address is compared.
"""

from __future__ import annotations

import re
from functools import lru_cache

import phonenumbers
from email_validator import EmailNotValidError, validate_email
from phonenumbers import NumberParseException, PhoneNumberType

_PLAIN = re.compile(r"[a-z0-9]+(?:[._-][a-z0-9]+)*")
LONGEST_PLAIN = 60
DEAR = {PhoneNumberType.PREMIUM_RATE, PhoneNumberType.SHARED_COST}


class BadAddress(ValueError):
    """An address that nobody could be reached at, and why, in English and French."""

    def __init__(self, en: str, fr: str) -> None:
        self.en, self.fr = en, fr
        super().__init__(en)


def normal_email(text: str) -> str:
    """The address in lower case, with its domain in ASCII.  Raises: BadAddress.  Source: RFC 5321, RFC 5891.

    Letters outside ASCII before the @ are refused: few servers deliver there, and they hide look-alikes.
    """
    address = text.strip().lower()
    name, _, domain = address.partition("@")
    if len(name) <= LONGEST_PLAIN and _PLAIN.fullmatch(name) and (known := _plain_domain(domain)):
        return f"{name}@{known}"
    try:
        found = validate_email(address, check_deliverability=False, allow_smtputf8=False, strict=True)
    except EmailNotValidError as error:
        raise BadAddress(str(error).rstrip("."), "ce n'est pas une adresse qui peut recevoir du courrier") from None
    return found.ascii_email or found.normalized


def email_or_none(text: str | None) -> str | None:
    """The address in its one form; None when there is none or it cannot be one."""
    try:
        return normal_email(text) if text else None
    except BadAddress:
        return None


@lru_cache(maxsize=10_000)
def _plain_domain(domain: str) -> str | None:
    """The domain in ASCII when it is sound, so that a million addresses of few providers are checked once each."""
    try:
        found = validate_email(f"a@{domain}", check_deliverability=False, allow_smtputf8=False, strict=True)
    except EmailNotValidError:
        return None
    return found.ascii_domain


def normal_phone(text: str, country: str) -> str:
    """The number in E.164 (`+33612345678`), read as dialled in a country when it has no `+`.  Raises: BadAddress.

    Digits of any script are understood; numbers that cost the caller extra are refused.  Source: ITU-T E.164.
    """
    try:
        number = phonenumbers.parse(text, country)
    except NumberParseException:
        raise BadAddress("it is no telephone number", "ce n'est pas un numéro de téléphone") from None
    if phonenumbers.number_type(number) in DEAR:
        raise BadAddress("it is a premium-rate number", "c'est un numéro surtaxé")
    if not phonenumbers.is_valid_number(number):
        raise BadAddress(f"no such number exists in {country}", f"ce numéro n'existe pas ({country})")
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
