"""People out of two files, FANS and ORDERS, for a simulation that needs no database.

FANS has `fan_id` and fields of the catalogue as headers; ORDERS has `fan_id, ordered_at, total` and, when known,
`order_id, category, product, maker, shop, channel, currency`.  CSV or Parquet.  A bad cell is a Problem with its line.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from app.errors import Invalid
from app.services.importing.faults import (
    BAD_MONEY,
    BAD_TIME,
    BAD_VALUE,
    MISSING,
    NEEDED,
    OTHER_CURRENCY,
    RAGGED,
    REPEATED,
    TWICE,
)
from app.services.importing.table import Table
from app.services.importing.tables import open_table
from journeys.catalogue import Catalogue, Field
from journeys.conditions import Fault, Scope
from journeys.facts import Facts, OrderLine, Value
from journeys.problems import Kind, Problem

FAN = "fan_id"
ORDER_TEXTS = ("order_id", "category", "product", "maker", "shop", "channel")
ORDER_COLUMNS = (FAN, "ordered_at", "total", "currency", *ORDER_TEXTS)
MOST_PROBLEMS = 100
SAMPLES = 1000  # rows read to guess the type of a column that no catalogue declares

LEFT_OUT = Kind(
    "simulate.column_left_out",
    "warning",
    "the column “{name}” is no field of the catalogue; it is left out",
    "la colonne « {name} » n'est pas un champ du catalogue ; elle est laissée de côté",
)

_GUESSES: tuple[tuple[Callable[[str], bool], Callable[[str], Value]], ...] = (
    (lambda cell: cell in ("true", "false"), lambda cell: cell == "true"),
    (lambda cell: bool(re.fullmatch(r"-?(0|[1-9][0-9]{0,17})", cell)), int),
    (lambda cell: bool(re.fullmatch(r"-?[0-9]{1,15}\.[0-9]{1,9}", cell)), Decimal),
    (lambda cell: bool(re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", cell)), lambda cell: date(1970, 1, 1)),
    (lambda cell: "|" in cell, lambda cell: frozenset(cell.split("|"))),
)


@dataclass(frozen=True, slots=True)
class FanFiles:
    """The two files, opened and whole."""

    fans: Table
    orders: Table | None

    def samples(self, catalogue: Catalogue) -> dict[str, list[Value]]:
        """One value for each `crm.` column that the catalogue does not declare, of the type that its cells have."""
        unknown = {i: name for i, name in enumerate(self.fans.headers) if _undeclared(name, catalogue)}
        cells: dict[str, list[str]] = {name: [] for name in unknown.values()}
        for number, (_, row) in enumerate(self.fans.rows()):
            if number == SAMPLES or not unknown:
                break
            for i, name in unknown.items():
                if i < len(row) and row[i].strip():
                    cells[name].append(row[i].strip())
        return {name: [_typed(found)] for name, found in cells.items() if found}


@dataclass(slots=True)
class _Reading:
    """What is known while the files are read, and the problems found so far."""

    scope: Scope
    zone: ZoneInfo
    currency: str | None
    problems: list[Problem] = field(default_factory=list)

    def say(self, kind: Kind, table: Table, line: int, **values: object) -> None:
        self.problems.append(Problem(kind, table.file, line, 1, values))
        if sum(problem.level == "error" for problem in self.problems) >= MOST_PROBLEMS:
            raise Invalid(self.problems)


def open_fan_files(fans: Path, orders: Path | None) -> FanFiles:
    """Open both files.  Raises: Invalid when one cannot be read, or lacks a column."""
    files = FanFiles(open_table(fans), open_table(orders) if orders else None)
    wanted = [(files.fans, (FAN,)), (files.orders, (FAN, "ordered_at", "total"))]
    missing = [
        Problem(MISSING, table.file, values={"name": name})
        for table, names in wanted
        if table
        for name in names
        if name not in table.headers
    ]
    tables = [table for table, _ in wanted if table]
    twice = [problem for table in tables for problem in _twice(table)]
    if missing or twice:
        raise Invalid([*missing, *twice])
    return files


def read_people(
    files: FanFiles, scope: Scope, zone: ZoneInfo, currency: str | None
) -> tuple[list[tuple[str, Facts]], tuple[Problem, ...]]:
    """Everybody with her facts and orders, by `fan_id`, and warnings.  Raises: Invalid with every bad cell."""
    reading = _Reading(scope, zone, currency)
    people = _read_fans(files.fans, reading)
    orders = _read_orders(files.orders, reading, people) if files.orders else {}
    if any(problem.level == "error" for problem in reading.problems):
        raise Invalid(reading.problems)
    return [(key, Facts(values, orders.get(key, ()))) for key, values in people.items()], tuple(reading.problems)


def read_fact(scope: Scope, name: str, cell: str, currency: str | None) -> Value | None:
    """One fact from its text.  Raises: ValueError when there is no such field, or the text does not fit."""
    found = scope.field(scope.full_name(name), (0, len(name)))
    if isinstance(found, Fault):
        raise ValueError(found.message())
    return _value(found, cell, currency or "")


def _read_fans(table: Table, reading: _Reading) -> dict[str, dict[str, Value]]:
    columns = dict(_columns(table, reading))
    at = table.headers.index(FAN)
    people: dict[str, dict[str, Value]] = {}
    lines: dict[str, int] = {}
    for line, row in _rows(table, reading):
        key = row[at].strip()
        if not key:
            reading.say(NEEDED, table, line, column=FAN)
        elif lines.setdefault(key, line) != line:
            reading.say(REPEATED, table, line, found=key, first=lines[key])
        else:
            people[key] = dict(_facts(table, reading, columns, line, row))
    return people


def _columns(table: Table, reading: _Reading) -> Iterator[tuple[int, Field]]:
    for i, header in enumerate(table.headers):
        name = reading.scope.full_name(header)
        found = reading.scope.field(name, (0, len(name)))
        if header != FAN and isinstance(found, Fault):
            reading.say(LEFT_OUT, table, 1, name=header)
        elif isinstance(found, Field):
            yield i, found


def _facts(
    table: Table, reading: _Reading, columns: Mapping[int, Field], line: int, row: Sequence[str]
) -> Iterator[tuple[str, Value]]:
    for i, column in columns.items():
        try:
            value = _value(column, row[i], reading.currency or "")
        except ValueError:
            reading.say(BAD_VALUE, table, line, found=row[i][:60], column=column.name, type=column.type)
        else:
            if value is not None:
                yield column.name, value


def _read_orders(table: Table, reading: _Reading, people: Mapping[str, Any]) -> dict[str, list[OrderLine]]:
    for header in table.headers:
        if header not in ORDER_COLUMNS:
            reading.say(LEFT_OUT, table, 1, name=header)
    orders: dict[str, list[OrderLine]] = {}
    for line, row in _rows(table, reading):
        cells = {name: cell.strip() for name, cell in zip(table.headers, row, strict=True)}
        order = _order(table, reading, line, cells) if cells[FAN] in people else None
        if order:
            orders.setdefault(cells[FAN], []).append(order)
    return orders


def _order(table: Table, reading: _Reading, line: int, cells: Mapping[str, str]) -> OrderLine | None:
    at, cents = _moment(cells["ordered_at"], reading.zone), _cents(cells["total"])
    currency = cells.get("currency", "")
    reading.currency = reading.currency or currency or None
    if at is None:
        reading.say(BAD_TIME, table, line, found=cells["ordered_at"][:60])
    if cents is None:
        reading.say(BAD_MONEY, table, line, found=cells["total"][:60])
    if currency and currency != reading.currency:
        reading.say(OTHER_CURRENCY, table, line, found=currency[:10], wanted=reading.currency)
    if at is None or cents is None:
        return None
    texts: dict[str, Any] = {name: cells.get(name) or None for name in ORDER_TEXTS}
    return OrderLine(at, cents, **texts)


def _rows(table: Table, reading: _Reading) -> Iterator[tuple[int, Sequence[str]]]:
    wanted = len(table.headers)
    for line, row in table.rows():
        if len(row) == wanted:
            yield line, row
        else:
            reading.say(RAGGED, table, line, found=len(row), wanted=wanted, mark=table.mark)


def _value(column: Field, cell: str, currency: str) -> Value | None:
    value = column.from_text(cell, currency)
    if column.choices and value is not None and value not in column.choices:
        raise ValueError(cell)
    return value


def _moment(cell: str, zone: ZoneInfo) -> datetime | None:
    try:
        at = datetime.fromisoformat(cell)
        return (at if at.tzinfo else at.replace(tzinfo=zone)).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def _cents(cell: str) -> int | None:
    try:
        cents = Decimal(cell) * 100 if len(cell) < 30 else Decimal("NaN")
    except InvalidOperation:
        return None
    return int(cents) if cents.is_finite() and abs(cents) < 10**14 and cents == cents.to_integral_value() else None


def _twice(table: Table) -> Iterator[Problem]:
    for col, name in enumerate(table.headers):
        first = table.headers.index(name)
        if first != col:
            yield Problem(TWICE, table.file, 1, 1, {"name": name, "first": first + 1, "col": col + 1})


def _undeclared(name: str, catalogue: Catalogue) -> bool:
    return name.startswith("crm.") and catalogue.find(name) is None


def _typed(cells: list[str]) -> Value:
    """A value of the one type that all cells have; a text when they differ."""
    for fits, read in _GUESSES:
        matching = [cell for cell in cells if fits(cell)]
        decimals = read is Decimal and all(fits(cell) or _GUESSES[1][0](cell) for cell in cells)
        if matching and (decimals or len(matching) == len(cells) or "|" in matching[0]):
            return read(matching[0])
    return cells[0]
