"""Facts are clean by construction, and moments know their days."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from journeys.facts import Facts, Moment, OrderLine

NOON = datetime(2026, 11, 10, 12, tzinfo=UTC)
PARIS = ZoneInfo("Europe/Paris")


def test_texts_are_trimmed_and_composed_and_empty_ones_are_not_there():
    facts = Facts({"crm.city": " cafe\u0301 ", "crm.name": " ", "crm.likes": frozenset({" a ", ""})})

    assert facts.values == {"crm.city": "café", "crm.likes": frozenset({"a"})}


def test_a_number_that_is_none_is_unknown():
    assert Facts({"crm.height": Decimal("NaN")}).values == {}


def test_newer_facts_are_laid_over_older_ones():
    facts = Facts({"crm.city": "Paris", "visit.count": 1}, [OrderLine(NOON, 100)])

    assert facts.overlay({"visit.count": 2, "crm.city": ""}).values == {"visit.count": 2}
    assert facts.overlay({}).orders_until(NOON) == facts.orders_until(NOON)


def test_an_order_line_keeps_its_instant_in_utc_and_its_texts_clean():
    line = OrderLine(datetime(2026, 11, 10, 12, tzinfo=PARIS), 100, order_id=" ", category=" fibre ")

    assert (line.ordered_at.isoformat(), line.order_id, line.category) == ("2026-11-10T11:00:00+00:00", None, "fibre")


def test_a_time_without_a_zone_is_refused():
    with pytest.raises(ValueError, match="without a zone"):
        OrderLine(datetime(2026, 11, 10, 12), 100)  # noqa: DTZ001 - that is the mistake


def test_the_time_of_an_order_is_that_of_its_first_bought_line():
    lines = [OrderLine(NOON - timedelta(days=n), cents, "a") for n, cents in ((1, 100), (3, 200), (9, -50))]

    (order,) = Facts({}, lines).orders_until(NOON)

    assert (order.at, order.cents, order.returned_cents) == (NOON - timedelta(days=3), 300, -50)


def test_lines_after_now_are_left_out_of_their_order():
    lines = [OrderLine(NOON, 100, "a"), OrderLine(NOON + timedelta(hours=1), 200, "a")]

    assert [order.cents for order in Facts({}, lines).orders_until(NOON)] == [100]


@pytest.mark.parametrize(
    ("zone", "day"),
    [
        ("Europe/Paris", date(2026, 3, 29)),
        ("America/St_Johns", date(2009, 11, 1)),  # 00:01 went back to 23:01 of the day before
        ("Pacific/Apia", date(2011, 12, 31)),  # the 30th never was
        ("Africa/Cairo", date(2023, 4, 28)),  # midnight never was
    ],
)
def test_the_start_of_a_day_is_never_wrong_about_the_day(zone, day):
    moment = Moment(NOON, ZoneInfo(zone))
    before, after = moment.start_of(day)

    for minutes in range(-2000, 2000, 1):
        at = datetime(day.year, day.month, day.day, tzinfo=UTC) + timedelta(minutes=minutes)
        assert not (at < before and moment.day_of(at) >= day)
        assert not (at >= after and moment.day_of(at) < day)


def test_a_plain_midnight_is_one_instant():
    before, after = Moment(NOON, PARIS).start_of(date(2026, 11, 10))

    assert before == after == datetime(2026, 11, 9, 23, tzinfo=UTC)
