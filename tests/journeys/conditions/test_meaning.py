"""What conditions mean, rule by rule: windows, measures, returns, unknowns."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from journeys.catalogue import Field, builtin_catalogue
from journeys.conditions import Scope, compile_branches, read_condition
from journeys.facts import Facts, Moment, Money, OrderLine

PARIS = ZoneInfo("Europe/Paris")
NOON = datetime(2026, 11, 10, 12, tzinfo=PARIS)
SCOPE = Scope(
    catalogue=builtin_catalogue().with_fields(
        [
            Field("crm.city", "text"),
            Field("crm.spent", "money"),
            Field("crm.likes", "set"),
            Field("crm.height", "decimal"),
        ]
    ),
    currency="EUR",
    objects={"quiz": "game", "purchase": "wait"},
    undeclared_crm_ok=True,
)


def line(ago: timedelta | datetime, euros: float, order_id: str | None = None, **more: str) -> OrderLine:
    at = ago if isinstance(ago, datetime) else NOON - ago
    return OrderLine(at, round(euros * 100), order_id, **more)


def answer(
    text: str, *orders: OrderLine, entered_at: datetime | None = None, now: datetime = NOON, **values
) -> bool | None:
    """The traced answer; `crm__city=` stands for the fact crm.city."""
    condition = read_condition(text, SCOPE)
    facts = Facts({name.replace("__", "."): value for name, value in values.items()}, orders)
    verdict = condition.verdict(facts, Moment(now, PARIS, entered_at))
    assert condition.holds(facts, Moment(now, PARIS, entered_at)) is (verdict.held is True)
    return verdict.held


def days(n: float) -> timedelta:
    return timedelta(days=n)


def test_ninety_days_are_calendar_days_of_the_journeys_zone():
    first_day = datetime(2026, 8, 13, 0, 0, tzinfo=PARIS)  # 89 days before 10 November

    assert answer("orders(last 90d).count == 1", line(first_day, 5))
    assert answer("orders(last 90d).count == 0", line(first_day - timedelta(minutes=1), 5))
    assert answer("orders().age == 89d", line(first_day, 5))


def test_twenty_four_hours_are_counted_by_instants():
    assert answer("orders(last 24h).count == 0", line(timedelta(hours=24), 5))
    assert answer("orders(last 24h).count == 1", line(timedelta(hours=24) - timedelta(seconds=1), 5))


def test_from_and_to_include_both_days():
    orders = [line(datetime(2026, 10, d, 23, 59, tzinfo=PARIS), 5) for d in (1, 2, 3, 4)]

    assert answer("orders(from 2026-10-02 to 2026-10-03).count == 2", *orders)


def test_this_month_begins_at_local_midnight():
    midnight = datetime(2026, 11, 1, 0, 0, tzinfo=PARIS)

    assert answer("orders(this month).count == 1", line(midnight, 5), line(midnight - timedelta(seconds=1), 5))
    assert answer("orders(this year).count == 2", line(midnight, 5), line(midnight - timedelta(seconds=1), 5))


def test_since_entry_counts_from_the_very_instant_and_nothing_before_entering():
    at_entry = line(days(2), 5)

    assert answer("orders(since entry).count == 1", at_entry, entered_at=NOON - days(2))
    assert answer("orders(since entry).count == 0", at_entry)


def test_orders_after_now_do_not_count():
    assert answer("orders().count == 1", line(days(0), 5), line(-timedelta(seconds=1), 5))


def test_lines_share_an_order_only_by_their_order_id():
    assert answer("orders().count == 2", line(days(1), 5, "a"), line(days(1), 5, "a"), line(days(1), 5))


def test_returns_are_left_out_unless_net():
    orders = [line(days(9), 100, "a"), line(days(2), -30, "a")]

    assert answer("orders().total == 100 EUR", *orders)
    assert answer("orders(net).total == 70 EUR", *orders)


def test_a_return_alone_is_no_order_even_net():
    assert answer("orders(net).count == 0 and orders(net).total == 0 EUR", line(days(2), -30, "a"), line(days(2), -5))


def test_an_order_of_another_category_is_not_made_by_its_return():
    orders = [line(days(9), 100, "a", category="tv"), line(days(2), -30, "a", category="fibre")]

    assert answer('orders(category "fibre" net).count == 0', *orders)


def test_only_passing_lines_make_the_sums():
    orders = [line(days(9), 100, "a", category="tv"), line(days(9), 30, "a", category="fibre")]

    assert answer('orders(category "fibre").total == 30 EUR and orders(category "fibre").biggest == 30 EUR', *orders)
    assert answer('orders(category "fibre").distinct_categories == 1', *orders)


def test_a_line_must_pass_every_filter_itself():
    orders = [line(days(9), 100, "a", category="tv", shop="Lyon"), line(days(9), 30, "a", category="fibre")]

    assert answer('orders(category "fibre" shop "Lyon").count == 0', *orders)


def test_over_is_strictly_more_and_looks_at_the_passing_lines_of_an_order():
    orders = [line(days(9), 20, "a"), line(days(8), 15, "b"), line(days(8), 5.01, "b")]

    assert answer("orders(over 20 EUR).count == 1", *orders)


def test_averages_are_compared_without_rounding():
    thirds = [line(days(n), 1) for n in (1, 2)] + [line(days(3), 1.01)]  # 1.00333... each

    assert answer("orders().average > 1 EUR and orders().average < 1.01 EUR", *thirds)
    assert not answer("orders().average == 1 EUR", *thirds)


def test_the_interval_is_the_mean_gap_between_orders():
    assert answer("orders().interval == 36h", line(days(0), 5), line(days(1), 5), line(days(3), 5)) is True
    assert answer("orders().interval > 1d", line(days(0), 5)) is None


@pytest.mark.parametrize(
    "measure", ["average > 0 EUR", "biggest > 0 EUR", "age < 9d", "first_age < 9d", "interval < 9d"]
)
def test_measures_of_no_order_are_unknown_under_not_too(measure):
    assert answer(f"orders().{measure}") is None
    assert answer(f"not orders().{measure}") is None


def test_counts_and_totals_of_no_order_are_zero():
    assert answer("orders().count == 0 and orders().total == 0 EUR and orders().distinct_categories == 0")


@pytest.mark.parametrize("test", ["visit.count > 3", "visit.count != 3", "visit.count in (1 2)", "fan.of_age"])
def test_a_missing_fact_opens_no_door(test):
    assert answer(test) is None
    assert answer(f"not {test}") is None
    assert answer(f"{test} or not {test}") is None
    assert answer(f"{test} and crm.known") is False


@pytest.mark.parametrize("name", ["crm.known", "crm.member", "program.x", "consent.email", "tag.x", "purchase.came"])
def test_what_is_never_unknown_is_false_when_absent(name):
    scope = Scope(objects={"x": "program", "purchase": "wait"})
    condition = read_condition(f"not {name} and {name} is known and {name} == false", scope)

    assert condition.holds(Facts(), Moment(NOON, PARIS))


def test_texts_are_compared_trimmed_and_composed_with_their_case():
    assert answer('crm.city == "café"', crm__city=" cafe\u0301 ")
    assert answer('crm.city == "café"', crm__city="Café") is False
    assert answer('crm.city == "café"', crm__city="  ") is None


def test_contains_looks_inside_a_text_and_for_a_member_of_a_set():
    assert answer('crm.city contains "ari"', crm__city="Paris")
    assert answer('crm.likes contains "fib"', crm__likes=frozenset({"fibre"})) is False


def test_money_in_another_currency_is_not_compared():
    assert answer("crm.spent < 9 EUR", crm__spent=Money(100, "USD")) is None
    assert answer("crm.spent is known", crm__spent=Money(100, "USD"))


def test_decimals_are_exact():
    assert answer("crm.height == 0.3", crm__height=Decimal("0.1") + Decimal("0.2"))


@pytest.mark.parametrize("value", ["tall", True, date(2026, 1, 1), Money(1, "EUR")])
def test_a_fact_taken_on_trust_is_unknown_when_it_is_of_another_kind(value):
    assert answer("crm.shoe_size > 40", crm__shoe_size=value) is None
    assert answer("not crm.shoe_size > 40", crm__shoe_size=value) is None


def test_the_hour_and_the_weekday_are_those_of_the_journeys_zone():
    assert answer('now.hour == 0 and now.weekday == "wednesday"', now=datetime(2026, 11, 10, 23, 30, tzinfo=UTC))


def test_a_verdict_says_which_tests_held_and_what_they_found():
    condition = read_condition("crm.known and orders().average >= 10 EUR and orders().age < 9d", SCOPE)

    verdict = condition.verdict(Facts({"crm.known": True}, [line(days(2), 7), line(days(3), 8)]), Moment(NOON, PARIS))

    assert [leaf.held for leaf in verdict.leaves] == [True, False, True]
    assert [leaf.found for leaf in verdict.leaves] == [True, Money(750, "EUR"), days(2)]
    assert verdict.bits == 0b101
    assert verdict.leaves[1].sentence("en") == "has spent less than 10 EUR per order on average"


def test_an_unknown_test_says_so():
    verdict = read_condition("fan.of_age", SCOPE).verdict(Facts(), Moment(NOON, PARIS))

    assert verdict.leaves[0].sentence("fr") == "on ne sait pas si la personne est majeur"


def test_the_first_branch_that_holds_is_taken():
    branches = [read_condition(text, SCOPE) for text in ("fan.of_age", "orders().count >= 1", "crm.known")]
    choose = compile_branches(branches)

    assert choose(Facts({"crm.known": True}, [line(days(1), 5)]), Moment(NOON, PARIS)) == 1
    assert choose(Facts(), Moment(NOON, PARIS)) == -1


def test_no_condition_at_all_leads_nowhere():
    assert compile_branches([])(Facts(), Moment(NOON, PARIS)) == -1
