"""Reading one cell: a text in, a sound value out, or a `BadCell` that says why not.

To add a kind of cell: a function from text to value.  An empty cell never gets here.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID
from zoneinfo import ZoneInfo

import phonenumbers

from app.models import Brand
from app.services.addresses import BadAddress, normal_email, normal_phone
from app.services.importing.faults import (
    BAD_COUNTRY,
    BAD_EMAIL,
    BAD_LANGUAGE,
    BAD_MONEY,
    BAD_PHONE,
    BAD_TEXT,
    BAD_TIME,
    BAD_YEAR,
    OTHER_CURRENCY,
    TOO_LONG,
)
from journeys.problems import Kind

_AMOUNT = re.compile(r"([+-]?)(\d{1,12})(?:[.,](\d{1,2}))?")
_LANGUAGE = re.compile(r"[a-zA-Z]{2,3}(?:[-_][a-zA-Z]{2})?")
_NUMBER = re.compile(r"[+-]?[\d.,\s]+")
_FORMULA_SIGNS = ("=", "+", "-", "@")
_INVISIBLE = {"Cc", "Cf", "Cs", "Zl", "Zp"}
_JOINERS = "\u200c\u200d"  # part of words in Persian and of names in Indian scripts
EARLIEST_YEAR = 1900

Reader = Callable[[str], object]


class BadCell(ValueError):
    """A cell that cannot be taken, and why."""

    def __init__(self, kind: Kind, **values: object) -> None:
        self.kind, self.values = kind, values
        super().__init__(kind.code)


@dataclass(frozen=True, slots=True)
class Terms:
    """What a brand's files are read by: currency, country of telephone numbers, zone of naive times, this year."""

    brand_id: UUID
    currency: str
    country: str
    zone: ZoneInfo
    year: int

    @classmethod
    def of(cls, brand: Brand, now: datetime) -> Terms:
        return cls(brand.id, brand.currency, brand.country, ZoneInfo(brand.timezone), now.year)


def text(most: int) -> Callable[[str], str]:
    """A text of some length at most, in NFC, without characters that nobody sees."""

    def read(cell: str) -> str:
        if len(cell) > most:
            raise BadCell(TOO_LONG, found=len(cell), most=most)
        if cell.isascii() and cell.isprintable():
            return cell
        for sign in cell:
            if unicodedata.category(sign) in _INVISIBLE and sign not in _JOINERS:
                raise BadCell(BAD_TEXT, sign=f"{ord(sign):04X}")
        return unicodedata.normalize("NFC", cell)

    return read


def looks_like_a_formula(cell: str) -> bool:
    """Whether a spreadsheet might carry the cell out.  Source: OWASP, CSV injection."""
    return cell.startswith(_FORMULA_SIGNS) and not _NUMBER.fullmatch(cell)


def email(cell: str) -> str:
    try:
        return normal_email(cell)
    except BadAddress as error:
        raise BadCell(BAD_EMAIL, reason=error.en, raison=error.fr) from None


def phone(terms: Terms) -> Callable[[str], str]:
    def read(cell: str) -> str:
        try:
            return normal_phone(cell, terms.country)
        except BadAddress as error:
            raise BadCell(BAD_PHONE, reason=error.en, raison=error.fr) from None

    return read


def language(cell: str) -> str:
    """`fr`, or `pt-BR`."""
    if not _LANGUAGE.fullmatch(cell):
        raise BadCell(BAD_LANGUAGE, found=cell)
    code, _, region = cell.replace("_", "-").partition("-")
    return f"{code.lower()}-{region.upper()}" if region else code.lower()


def country(cell: str) -> str:
    """Two letters.  Source: ISO 3166-1."""
    if cell.upper() not in phonenumbers.SUPPORTED_REGIONS:
        raise BadCell(BAD_COUNTRY, found=cell)
    return cell.upper()


def birth_year(terms: Terms) -> Callable[[str], int]:
    def read(cell: str) -> int:
        if not (cell.isdecimal() and len(cell) == 4 and EARLIEST_YEAR <= int(cell) <= terms.year):
            raise BadCell(BAD_YEAR, found=cell)
        return int(cell)

    return read


def cents(cell: str) -> int:
    """Money to the cent, from its decimal digits: no float comes near it.  `12`, `12.5`, `12,50`, `-3.00`."""
    found = _AMOUNT.fullmatch(cell)
    if found is None or not cell.isascii():
        raise BadCell(BAD_MONEY, found=cell)
    sign, whole, part = found.groups()
    amount = int(whole) * 100 + int((part or "0").ljust(2, "0"))
    return -amount if sign == "-" else amount


def instant(terms: Terms) -> Callable[[str], datetime]:
    """A time in UTC; one without an offset is on the brand's clock.  Source: ISO 8601."""

    def read(cell: str) -> datetime:
        try:
            found = datetime.fromisoformat(cell)
            return (found if found.tzinfo else found.replace(tzinfo=terms.zone)).astimezone(UTC)
        except (ValueError, OverflowError):
            raise BadCell(BAD_TIME, found=cell) from None

    return read


def currency(terms: Terms) -> Callable[[str], str]:
    def read(cell: str) -> str:
        if cell.upper() != terms.currency:
            raise BadCell(OTHER_CURRENCY, found=cell, wanted=terms.currency)
        return terms.currency

    return read


def words(cell: str) -> tuple[str, ...]:
    """Words separated by bars."""
    read = text(64)
    return tuple(dict.fromkeys(read(word.strip()) for word in cell.split("|") if word.strip()))
