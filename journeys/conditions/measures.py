"""What may be measured about orders: one row each in `MEASURES`; what may filter their lines: `FILTERS`.

A measure is worked out from tallies that are kept in one pass over the orders looked at.  Exact: whole
cents and whole hours, and a divisor (`per`) by which a comparison multiplies across instead of dividing.
To add a measure: its name in `grammar.lark`, one row here; its phrases in `sentences/words.py`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from journeys.catalogue import Type

FILTERS = ("category", "product", "maker", "shop", "channel")

# A tally: how it starts, and what one more order does to it ({me} is the tally, `cents` the sum of the
# order's passing lines, `at` its instant; {passes} says which bought lines pass).
TALLIES: Mapping[str, tuple[str, str]] = {
    "count": ("0", "{me} += 1"),
    "total": ("0", "{me} += cents"),
    "biggest": ("None", "if {me} is None or cents > {me}: {me} = cents"),
    "latest": ("None", "if {me} is None or at > {me}: {me} = at"),
    "earliest": ("None", "if {me} is None or at < {me}: {me} = at"),
    "categories": ("set()", "{me}.update([line.category for line in order.bought if line.category and {passes}])"),
}


@dataclass(frozen=True, slots=True)
class Measure:
    """One measure: its type, its value out of tallies, when it is known ("" = always), its divisor."""

    type: Type
    value: str
    known: str = ""
    per: str = ""


MEASURES: Mapping[str, Measure] = {
    "count": Measure("whole", "{count}"),
    "total": Measure("money", "{total}"),
    "average": Measure("money", "{total}", known="{count} > 0", per="{count}"),
    "biggest": Measure("money", "{biggest}", known="{count} > 0"),
    "age": Measure("duration", "24 * age({latest})", known="{count} > 0"),
    "first_age": Measure("duration", "24 * age({earliest})", known="{count} > 0"),
    "interval": Measure("duration", "24 * (age({earliest}) - age({latest}))", known="{count} > 1", per="({count} - 1)"),
    "distinct_categories": Measure("whole", "len({categories})"),
}
