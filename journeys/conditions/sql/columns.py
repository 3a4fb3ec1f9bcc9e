"""Where facts stand: the canonical columns of the relation `fans`, and how each kind of value is kept in them.

`crm.tier` stands in the column `crm__tier`.  A name that says more than lower-case letters, digits and single
underscores (`coupon.TEN.given`) gets six hexadecimal digits, so that no two facts ever share a column:
`coupon__ten__given_07abf4`.  Money has a second column, `..._in`, with its currency.  A field that is taken on trust
may hold anything and has a column for each kind it is compared with, and one that says whether it is known at all.
To add a kind of value: a row in `KINDS`.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_FLOOR, Decimal, localcontext
from typing import Any

from journeys.catalogue import Field
from journeys.conditions.sql.dialects import Dialect
from journeys.conditions.tree import FieldOf, Test
from journeys.conditions.types import type_in_use
from journeys.facts import Facts, Money, Value

LONGEST = 36  # characters of a fact's name; with marks and endings 63, the shortest limit among the dialects
MICROSECOND = timedelta(microseconds=1)
_PLAIN = re.compile(r"[a-z0-9]+(_[a-z0-9]+)*(\.[a-z0-9]+(_[a-z0-9]+)*)*")
_BIGGEST = 2**62  # farther than any literal goes
_WIDTH, _PLACES = 26, 10


@dataclass(frozen=True, slots=True)
class Column:
    """One column of `fans`: the fact it holds, of which kind, and whether that is the value or its currency."""

    fact: str
    kind: str  # a row of KINDS
    name: str
    absent_is_false: bool = False


@dataclass(frozen=True, slots=True)
class Kind:
    """How one kind of value is kept: its type in SQL, and a value of it as it is put there (None: of another kind)."""

    sql: str
    put: Callable[[Value], Any]


def column_name(fact: str, ending: str = "") -> str:
    """The canonical name of the column that holds a fact."""
    plain = len(fact) <= LONGEST and _PLAIN.fullmatch(fact)
    said = fact if plain else re.sub(r"[^a-z0-9.]+", "_", fact.lower())[:LONGEST]
    mark = "" if plain else "_" + hashlib.md5(fact.encode(), usedforsecurity=False).hexdigest()[:6]
    return said.replace(".", "__") + mark + ending


def columns_for(tests: Iterable[Test], fields: Mapping[str, Field]) -> tuple[Column, ...]:
    """The columns that the tests read, each once, in the order they are read.  What the moment says needs none."""
    found: dict[str, Column] = {}
    for test in tests:
        if isinstance(test.subject, FieldOf) and fields[test.subject.name].source != "moment":
            for column in columns_of(fields[test.subject.name], test):
                found.setdefault(column.name, column)
    return tuple(found.values())


def columns_of(field: Field, test: Test | None = None) -> Iterator[Column]:
    """The columns of a field; of one taken on trust, those that the test needs."""
    if field.type != "any":
        yield Column(field.name, field.type, column_name(field.name), field.absent_is_false)
        if field.type == "money":
            yield Column(field.name, "currency", column_name(field.name, "_in"))
    elif test is not None:
        yield from map(trusted_column, (field.name,) * 3, kinds_in_use(test))


def kinds_in_use(test: Test) -> tuple[str, ...]:
    """The kinds that a field taken on trust must have for a test to have an answer."""
    if test.word in ("known", "unknown"):
        return ("known",)
    if test.word == "contains":
        return ("text", "set")
    kind = type_in_use(test)
    return ("money", "currency") if kind == "money" else (kind,)


def trusted_column(fact: str, kind: str) -> Column:
    """The column in which a field taken on trust stands when it is of that kind."""
    return Column(fact, kind, column_name(fact, f"_as_{kind.replace('/', '_')}"), kind == "known")


def sql_type(kind: str, dialect: Dialect) -> str:
    """The type of a column of that kind."""
    if kind == "decimal" and dialect.decimal:
        return dialect.decimal
    return "DATE" if kind == "date" and dialect.dates else KINDS[kind].sql


def row_of(facts: Facts, columns: Iterable[Column], dialect: Dialect) -> tuple[Any, ...]:
    """A person's facts as they stand in the columns."""
    return tuple(stored(facts.values.get(column.fact), column, dialect) for column in columns)


def stored(value: Value | None, column: Column, dialect: Dialect) -> Any:
    """A value as it stands in its column: None when it is unknown, or of another kind."""
    if column.kind == "known":
        return value is not None
    found = None if value is None else KINDS[column.kind].put(value)
    if found is None:
        return False if column.absent_is_false else None
    if column.kind == "decimal":
        return found if dialect.decimal else sortable(found)
    return found.isoformat() if column.kind == "date" and not dialect.dates else found


def sortable(number: Decimal) -> str:
    """A decimal as a text of fixed length; such texts sort like their numbers."""
    with localcontext(prec=60):
        return format(int((number + 10 ** (_WIDTH - _PLACES)) * 10**_PLACES), f"0{_WIDTH + 1}")


def bordered(text: str) -> str:
    """A text as it stands in a set; whole sets read `|one|two|`."""
    return "|" + text.replace("\\", "\\\\").replace("|", "\\p") + "|"


def _exact(value: Value) -> Decimal | None:
    """A number that compares with every literal (nine decimals at most) as the value does.

    What is finer than nine decimals is cut off, and a five in the tenth place stands for it.
    """
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        return None
    with localcontext(prec=80):
        number = max(min(Decimal(value), Decimal(10**15 + 1)), Decimal(-(10**15) - 1))
        cut = number.quantize(Decimal("1e-9"), ROUND_FLOOR)
        return cut if cut == number else cut + Decimal("5e-10")


def _bounded(number: int) -> int:
    return max(min(number, _BIGGEST), -_BIGGEST)


def _a_set(value: Value) -> str | None:
    if not isinstance(value, frozenset):
        return None
    return "|" + "".join(bordered(text)[1:] for text in sorted(value))


def _of(kind: type, keep: Callable[[Any], Any] = lambda value: value) -> Callable[[Value], Any]:
    """Values of one type, and nothing of another (yes and no are no numbers)."""
    return lambda value: keep(value) if isinstance(value, kind) and isinstance(value, bool) <= (kind is bool) else None


KINDS: Mapping[str, Kind] = {
    "yes/no": Kind("BOOLEAN", _of(bool)),
    "whole": Kind("BIGINT", _of(int, _bounded)),
    "decimal": Kind("TEXT", _exact),
    "money": Kind("BIGINT", _of(Money, lambda money: _bounded(money.cents))),
    "currency": Kind("TEXT", _of(Money, lambda money: money.currency)),
    "text": Kind("TEXT", _of(str)),
    "choice": Kind("TEXT", _of(str)),
    "set": Kind("TEXT", _a_set),
    "date": Kind("TEXT", _of(date)),
    "duration": Kind("BIGINT", _of(timedelta, lambda span: span // MICROSECOND)),
    "known": Kind("BOOLEAN", lambda value: True),
}
