"""The dialects that are written, and the little in which they differ beyond what sqlglot knows.

To add one: a row in `DIALECTS`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

# The first eight hexadecimal digits of an MD5 as a number, over :text.
_CAST_FROM_HEX = "CAST('0x' || SUBSTRING(MD5(:text), 1, 8) AS BIGINT)"


@dataclass(frozen=True, slots=True)
class Dialect:
    """One dialect of SQL.

    `run`: it is run in the tests; the others are written and read back.  `decimal`: the type that holds 16 digits
    before and 10 after the point exactly; without one, decimals are kept as texts of one length that sort like them.
    `dates`: whether there is a type of dates; texts otherwise.  `hexadecimal`: the first eight digits of an MD5 as a
    number, in this dialect's own words.  `keeps`: whether a common table can be told to be worked out once; else an
    optimizer may write its columns out in each place that reads them.
    """

    name: str
    hexadecimal: str
    run: bool = False
    decimal: str | None = "DECIMAL(26, 10)"
    dates: bool = True
    keeps: bool = False


DIALECTS: Mapping[str, Dialect] = {
    dialect.name: dialect
    for dialect in (
        Dialect("duckdb", _CAST_FROM_HEX, run=True, keeps=True),
        # SQLite has no MD5: the program that runs the query lends it `share_hash`.
        Dialect("sqlite", "SHARE_HASH(:text)", run=True, decimal=None, dates=False, keeps=True),
        Dialect("postgres", "('x' || SUBSTRING(MD5(:text), 1, 8))::BIT(32)::BIGINT", run=True, keeps=True),
        Dialect("spark", "CAST(CONV(SUBSTRING(MD5(:text), 1, 8), 16, 10) AS BIGINT)", run=True),
        Dialect("bigquery", "CAST('0x' || SUBSTRING(TO_HEX(MD5(:text)), 1, 8) AS INT64)", decimal="BIGDECIMAL"),
        Dialect("snowflake", "TO_NUMBER(SUBSTRING(MD5(:text), 1, 8), 'XXXXXXXX')"),
    )
}
