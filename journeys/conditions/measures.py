"""What may be measured about orders: one row each in `MEASURES`; what may filter their lines: `FILTERS`.

A measure is worked out from tallies that are kept in one pass over the orders looked at.  Exact: whole
cents and whole hours (in SQL: microseconds), and a divisor (`per`) by which a comparison multiplies across
instead of dividing.
To add a measure: its name in `grammar.lark`, one row here; its phrases in `sentences/words.py`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from journeys.catalogue import Type

FILTERS = ("category", "product", "maker", "shop", "channel")

# A tally: how it starts, and what one more order does to it ({me} is the tally, `cents` the sum of the
# order's passing lines, `at` its instant; {passes} says which bought lines pass).  Then the same in SQL, over
# orders of which :looked says whether they are looked at.
TALLIES: Mapping[str, tuple[str, str, str]] = {
    "count": ("0", "{me} += 1", "COUNT(CASE WHEN :looked THEN 1 END)"),
    "total": ("0", "{me} += cents", "SUM(CASE WHEN :looked THEN :cents ELSE 0 END)"),
    "biggest": (
        "None",
        "if {me} is None or cents > {me}: {me} = cents",
        "MAX(CASE WHEN :looked THEN :cents END)",
    ),
    "latest": ("None", "if {me} is None or at > {me}: {me} = at", "MAX(CASE WHEN :looked THEN :at END)"),
    "earliest": ("None", "if {me} is None or at < {me}: {me} = at", "MIN(CASE WHEN :looked THEN :at END)"),
    "categories": (
        "set()",
        "{me}.update([line.category for line in order.bought if line.category and {passes}])",
        "COUNT(DISTINCT CASE WHEN :looked AND :passes THEN :category END)",
    ),
}


@dataclass(frozen=True, slots=True)
class Measure:
    """One measure: its type, its value out of tallies, when it is known ("" = always), its divisor.

    `sql` is the value in SQL, where it is written otherwise than in Python.
    """

    type: Type
    value: str
    known: str = ""
    per: str = ""
    sql: str = ""


MEASURES: Mapping[str, Measure] = {
    "count": Measure("whole", "{count}"),
    "total": Measure("money", "{total}"),
    "average": Measure("money", "{total}", known="{count} > 0", per="{count}"),
    "biggest": Measure("money", "{biggest}", known="{count} > 0"),
    "age": Measure("duration", "24 * age({latest})", known="{count} > 0", sql="age({latest})"),
    "first_age": Measure("duration", "24 * age({earliest})", known="{count} > 0", sql="age({earliest})"),
    "interval": Measure(
        "duration",
        "24 * (age({earliest}) - age({latest}))",
        known="{count} > 1",
        per="({count} - 1)",
        sql="age({earliest}) - age({latest})",
    ),
    "distinct_categories": Measure("whole", "len({categories})", sql="{categories}"),
}
