"""Conditions as SQL: what is written, what it means on each database, and what the small print says."""

from contextlib import ExitStack
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from sqlglot import parse_one

from app.services.simulating.bases import duck_base, put_people, sqlite_base
from journeys.catalogue import Field, builtin_catalogue
from journeys.conditions import Condition, Scope, read_condition
from journeys.conditions.sql import DIALECTS, answers, audience, column_name, columns_for
from journeys.conditions.sql.columns import sortable
from journeys.facts import Facts, Moment, Money, OrderLine

NOON = datetime(2026, 11, 10, 12, tzinfo=UTC)
PARIS = Moment(NOON, ZoneInfo("Europe/Paris"))
FIELDS = (
    Field("crm.tier", "choice", choices=("silver", "gold")),
    Field("crm.city", "text"),
    Field("crm.height", "decimal"),
    Field("crm.spent", "money"),
    Field("crm.born_on", "date"),
    Field("crm.likes", "set"),
    Field("crm.visits", "whole"),
)
SCOPE = Scope(builtin_catalogue().with_fields(FIELDS), "EUR", assumed=True, undeclared_crm_ok=True)


def read(text: str) -> Condition:
    found = read_condition(text, SCOPE)
    assert isinstance(found, Condition), [fault.message() for fault in found]
    return found


@pytest.fixture(params=["duckdb", "sqlite"])
def base(request):
    with ExitStack() as stack:
        yield stack.enter_context(duck_base() if request.param == "duckdb" else sqlite_base())


def known(base, text: str, *people: Facts, moment: Moment = PARIS) -> list[bool | None]:
    """What the database says of each person: true, false, or None for unknown."""
    asked = read(text)
    put_people(base, columns_for(asked.tests, asked.vocabulary), ((f"p{n}", facts) for n, facts in enumerate(people)))
    rows = sorted(base.ask(answers([asked], moment, base.dialect)))
    return [True if true else False if false else None for _, true, false in rows]


def facts(**values) -> Facts:
    return Facts({f"crm.{name}": value for name, value in values.items()})


@pytest.mark.parametrize(
    ("text", "someone", "said"),
    [
        ("crm.height >= 1.75", facts(height=Decimal("1.75")), True),
        ("crm.height > 1.75", facts(height=Decimal("1.7500000001")), True),
        ("crm.height == 1.75", facts(height=Decimal("1.75000000000000000001")), False),
        ("crm.height < -1.5", facts(height=Decimal(-2)), True),
        ("crm.height < 999999999999999.999999999", facts(height=10**15), False),
        ("crm.visits < 999999999999999.999999999", facts(visits=10**15), False),
        ("crm.visits == 0.5", facts(visits=1), False),
        ("crm.spent >= 12.50 EUR", facts(spent=Money(1250, "EUR")), True),
        ("crm.spent >= 12.50 EUR", facts(spent=Money(1250, "USD")), None),
        ("crm.spent is known", facts(spent=Money(1250, "USD")), True),
        ("not crm.born_on < 2000-02-29", facts(born_on=date(2000, 2, 29)), True),
        ("crm.likes contains \"a|b\"", facts(likes=frozenset({"a", "b"})), False),
        ("crm.likes contains \"a|b\"", facts(likes=frozenset({"a|b", "\\"})), True),
        ("crm.likes contains \"a\"", facts(likes=frozenset()), False),
        ("crm.likes contains \"a\"", Facts(), None),
        ("crm.city contains \"é\"", facts(city=" cafe\u0301 "), True),
        ("crm.city == \"o'clock; -- \\\"\\\\\"", facts(city="o'clock; -- \"\\"), True),
        ("fan.known_for > 36h", Facts({"fan.known_for": timedelta(hours=36, microseconds=1)}), True),
        ("crm.undeclared >= 3", facts(undeclared="text"), None),
        ("crm.undeclared >= 3", facts(undeclared=Decimal("3.5")), True),
        ("not crm.undeclared contains \"x\"", facts(undeclared=frozenset({"y"})), True),
        ("crm.undeclared is known", facts(undeclared=date(2026, 1, 1)), True),
        ("crm.undeclared > 5 EUR", facts(undeclared=Money(501, "EUR")), True),
        ("crm.known == false", Facts(), True),
        ("not tag.VIP", Facts({"tag.vip": True}), True),
        ("now.hour == 13 and now.weekday == \"tuesday\"", Facts(), True),
    ],
)  # fmt: skip
def test_a_fact_is_judged_exactly(base, text, someone, said):
    assert known(base, text, someone) == [said]
    assert read(text).verdict(someone, PARIS).held is said


@pytest.mark.parametrize("cents", [10**17 - 1, 10**16])
def test_an_average_of_large_sums_is_compared_exactly(base, cents):
    many = Facts({}, [OrderLine(NOON - timedelta(days=1), cents // 100, str(n)) for n in range(120)])

    text = f"orders().average >= {cents // 100}.{cents % 100:02} EUR"

    assert known(base, text, many) == [read(text).holds(many, PARIS)]


def test_nobody_without_orders_is_lost(base):
    assert known(base, "orders().count == 0 and orders().age is unknown", Facts()) == [True]


def test_only_the_orders_of_whom_it_may_hold_of_are_read(base):
    asked = read("crm.known and orders().count >= 1")
    buyer = [OrderLine(NOON - timedelta(days=1), 100)]
    people = [("a", Facts({"crm.known": True}, buyer)), ("b", Facts({}, buyer)), ("c", Facts({"crm.known": True}))]
    put_people(base, columns_for(asked.tests, asked.vocabulary), people)

    query = audience(asked, PARIS, base.dialect)

    assert "IN (SELECT fans.fan_id" in query.sql()
    assert base.ask(query) == [(1,)]


def test_lines_that_are_orders_of_their_own_need_no_baskets(base):
    asked = read('orders(last 90d).count == 2 and orders(category "fibre").distinct_categories == 1')
    lines = [OrderLine(NOON - timedelta(days=n), 100, category="fibre") for n in (1, 2, 100)]
    put_people(base, columns_for(asked.tests, asked.vocabulary), [("a", Facts({}, lines))])

    query = answers([asked], PARIS, base.dialect, one_line_each=True)

    assert "baskets" not in query.sql()
    assert [bool(true) for _, true, _ in base.ask(query)] == [True]


@pytest.mark.parametrize("name", DIALECTS)
def test_every_dialect_is_written_and_reads_back_as_the_same(name):
    asked = read(
        'crm.height > 1.5 and crm.city == "a\\"\'\\\\" and orders(last 30d net).interval < 3d'
        " or not crm.born_on in (2026-01-01)"
    )

    written = answers([asked], PARIS, DIALECTS[name]).sql(dialect=name)

    assert parse_one(written, read=name).sql(dialect=name) == written


def test_no_two_facts_share_a_column():
    facts = ["coupon.TEN.given", "coupon.ten.given", "crm.a_b", "crm.a.b", "crm.a__b", "crm.é", "crm.e"]
    facts += ["tag." + "x" * 90, "tag." + "x" * 89]

    assert column_name("crm.tier") == "crm__tier"
    assert len({column_name(fact).lower() for fact in facts}) == len(facts)
    assert max(len(column_name(fact, "_as_duration")) for fact in facts) <= 63


def test_decimals_kept_as_texts_sort_like_numbers():
    numbers = [Decimal(text) for text in ("-100.5", "-1", "-0.5", "0", "0.000000001", "1", "99.9", "100")]

    assert sorted(numbers, key=sortable) == numbers
    assert len({len(sortable(number)) for number in numbers}) == 1
