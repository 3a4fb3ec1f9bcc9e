"""One rule of six conditions, judged for many people: our generated Python beside Jinja2 on the same rule.

Both are given the same facts.  Jinja2's rule says what is unknown by `is not none`, which ours need not; that both
judge every person alike is checked before anything is measured.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from itertools import product
from zoneinfo import ZoneInfo

from jinja2 import Environment

from bench.measuring import Bench, Contestants
from journeys.catalogue import Field, builtin_catalogue
from journeys.conditions import Condition, Scope, read_condition
from journeys.facts import Facts, Moment, Value

RULE = (
    'crm.known and crm.tier in ("gold", "silver") and crm.visits >= 3 and not crm.opposed'
    ' and (crm.city == "Lyon" or crm.visits >= 10)'
)
IN_JINJA = (
    '(known and tier in ("gold", "silver") and visits is not none and visits >= 3 and not opposed'
    ' and (city == "Lyon" or visits >= 10))'
)
FIELDS = (
    Field("crm.tier", "choice", choices=("gold", "silver", "bronze")),
    Field("crm.visits", "whole"),
    Field("crm.opposed", "yes/no", may_be_unknown=False),
    Field("crm.city", "text"),
)
MOMENT = Moment(datetime(2026, 6, 15, 12, tzinfo=UTC), ZoneInfo("Europe/Paris"))


def people() -> list[dict[str, Value | None]]:
    """Give people of every mix, also with things unknown."""
    mixes = product((True, False), ("gold", "bronze", None), (0, 3, 12, None), (True, False), ("Lyon", "Nantes", None))
    names = ("known", "tier", "visits", "opposed", "city")
    return [dict(zip(names, mix, strict=True)) for mix in mixes]


def rule() -> Condition:
    """Give our reading of the rule."""
    read = read_condition(RULE, Scope(catalogue=builtin_catalogue().with_fields(FIELDS)))
    assert isinstance(read, Condition), read
    return read


@contextmanager
def contestants(small: bool) -> Iterator[Contestants]:
    """Give both engines, after they agreed on everybody."""
    ours, jinja = rule().holds, Environment().compile_expression(IN_JINJA)
    crowd = people()
    facts = [Facts({f"crm.{name}": value for name, value in who.items() if value is not None}) for who in crowd]
    assert [ours(each, MOMENT) for each in facts] == [bool(jinja(who)) for who in crowd]

    def judged_by_us(count: int) -> None:
        for turn in range(count):
            ours(facts[turn % len(facts)], MOMENT)

    def judged_by_jinja(count: int) -> None:
        for turn in range(count):
            jinja(crowd[turn % len(crowd)])

    yield {"Fanfare": judged_by_us, "Jinja2": judged_by_jinja}


BENCH = Bench("conditions", "One rule of six conditions, judged for one person.", "judgements", contestants)
