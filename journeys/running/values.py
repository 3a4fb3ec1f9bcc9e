"""Facts as JSON and back: texts, whole numbers and yes/no as they are, the others under the name of their type."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import TypeAlias

from journeys.facts import Money, Value

Json: TypeAlias = "bool | int | str | list[Json] | dict[str, Json] | None"


def value_to_data(value: object) -> Json:
    """One fact, ready for JSON."""
    if isinstance(value, bool | int | str):
        return value
    if isinstance(value, Decimal):
        return {"decimal": str(value)}
    if isinstance(value, date):
        return {"date": value.isoformat()}
    if isinstance(value, timedelta):
        return {"seconds": int(value.total_seconds())}
    if isinstance(value, Money):
        return {"cents": value.cents, "currency": value.currency}
    if isinstance(value, frozenset):
        items: list[Json] = [*sorted(str(item) for item in value)]
        return {"set": items}
    raise TypeError(f"no fact is a {type(value).__name__}")


def value_from_data(data: Json) -> Value:
    """The fact that `value_to_data` wrote."""
    if not isinstance(data, dict):
        if data is None or isinstance(data, list):
            raise TypeError("no fact is a list")
        return data
    match data:
        case {"decimal": str(text)}:
            return Decimal(text)
        case {"date": str(text)}:
            return date.fromisoformat(text)
        case {"seconds": int(seconds)}:
            return timedelta(seconds=seconds)
        case {"cents": int(cents), "currency": str(currency)}:
            return Money(cents, currency)
        case {"set": list(items)}:
            return frozenset(str(item) for item in items)
    raise TypeError(f"no fact is written as {sorted(data)}")
