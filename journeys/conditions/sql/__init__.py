"""The second output of the condition tree: SQL, for questions about a whole base.

Two relations are read.  `fans` has one row a person: `fan_id` and a column for each fact (`columns`); what is never
unknown is never NULL there.  `orders` has one row a line: `fan_id, order_id, ordered_at, cents, category, product,
maker, shop, channel`; `ordered_at` in microseconds since 1970 (UTC), `order_id` never NULL: a line without one of its
own is given one.  Texts are in NFC, trimmed, and NULL when empty.

The way of a tree: `writer` (two modes, `not` pushed inwards, so that no third truth value has to be mended) asks
`history` for measures and `fields` for facts; words of the tables are filled by `templates`; `asking` puts one query
together.  Nothing here is written by joining strings.
To add a condition word: its SQL stands beside its Python, in `operators`, `measures` and `history` one floor up.
To add a dialect: one row in `dialects`.
"""

from journeys.conditions.sql.asking import answers, audience
from journeys.conditions.sql.columns import Column, column_name, columns_for, row_of, sql_type
from journeys.conditions.sql.dialects import DIALECTS, Dialect
from journeys.conditions.sql.history import Orders
from journeys.conditions.sql.writer import Writer

__all__ = [
    "DIALECTS",
    "Column",
    "Dialect",
    "Orders",
    "Writer",
    "answers",
    "audience",
    "column_name",
    "columns_for",
    "row_of",
    "sql_type",
]
