"""The demo's purchases come in through the importer like anybody's, and end last week."""

from contextlib import nullcontext
from datetime import date, timedelta
from zoneinfo import ZoneInfo

import duckdb
import pytest
from sqlalchemy import func, select

from app.db import transaction
from app.demo.purchases import ALL_BASKETS, ALL_HOUSEHOLDS, ATTRIBUTES, weeks_until, write_purchases
from app.demo.shoppers import pick_persons
from app.models import Brand, Contact, Order, OrderLine
from app.services.crm import attributes_of
from app.services.importing import ImportJob, run_import
from app.services.people import Person
from tests.makers import NOON, Make

TODAY = NOON.date()
HOUSEHOLDS = 60


@pytest.fixture(scope="session")
def purchases(tmp_path_factory):
    return write_purchases(tmp_path_factory.mktemp("purchases"), TODAY, HOUSEHOLDS)


@pytest.fixture
def brand(make):
    return make.brand(slug="demo", timezone="America/New_York", attributes=ATTRIBUTES)


@pytest.fixture
def reports(tx, brand, purchases):
    return [
        run_import(ImportJob(getattr(purchases, kind), kind, brand.id), lambda: nullcontext(tx), NOON)
        for kind in ("contacts", "orders")
    ]


def test_a_part_of_the_households_comes_in_without_a_problem(tx, reports):
    assert [report.errors for report in reports] == [0, 0]
    assert reports[0].tally.new == tx.scalar(select(func.count(Contact.id))) == HOUSEHOLDS
    assert reports[1].tally.new == tx.scalar(select(func.count(Order.id))) > HOUSEHOLDS


def test_every_cent_arrives(tx, reports, purchases):
    [(spent,)] = duckdb.sql(f"SELECT (sum(amount) * 100)::BIGINT FROM '{purchases.orders}'").fetchall()

    assert tx.scalar(select(func.sum(OrderLine.amount_cents))) == spent


def test_the_orders_end_last_week(tx, brand, reports):
    last = tx.scalars(select(Order.ordered_at).order_by(Order.ordered_at.desc()).limit(1)).one()

    day = last.astimezone(ZoneInfo(brand.timezone)).date()
    assert TODAY - timedelta(days=8) <= day < TODAY


@pytest.mark.parametrize("today", [date(2026, 6, day) for day in range(1, 9)])
def test_dates_move_by_whole_weeks_to_one_of_the_last_seven_days(today):
    moved = date(2018, 1, 1) + timedelta(weeks=weeks_until(today))

    assert 1 <= (today - moved).days <= 7


def test_what_is_known_of_a_household_becomes_attributes(tx, brand, reports):
    known = [attributes_of(tx, Person(brand.id, None, id)) for id in tx.scalars(select(Contact.id))]

    assert {name for each in known for name in each} == set(ATTRIBUTES)


def test_the_login_offers_an_active_a_lapsed_and_an_unknown_person(tx, brand, reports):
    active, lapsed, stranger = pick_persons(tx, brand, TODAY)

    def last_order(person):
        theirs = select(func.max(Order.ordered_at)).join(Contact, Contact.id == Order.contact_id)
        return tx.scalar(theirs.where(Contact.email == person.email))

    assert NOON - last_order(active) < timedelta(days=90) < NOON - last_order(lapsed)
    assert last_order(stranger) is None


def test_without_customers_only_the_stranger_is_offered(tx, brand):
    assert [person.sub for person in pick_persons(tx, brand, TODAY)] == ["stranger"]


@pytest.mark.proof
@pytest.mark.timeout(900)
def test_all_households_and_baskets_come_in(own_database, tmp_path):
    files = write_purchases(tmp_path, TODAY, None)
    with transaction() as tx:
        brand = Make(tx).brand(attributes=ATTRIBUTES)

    for kind, count in (("contacts", ALL_HOUSEHOLDS), ("orders", ALL_BASKETS)):
        report = run_import(ImportJob(getattr(files, kind), kind, brand.id), transaction, NOON)
        assert (report.tally.new, report.errors) == (count, 0)

    with transaction() as tx:
        assert (
            tx.scalar(select(func.count(Order.id)).where(Order.brand_id == tx.get_one(Brand, brand.id).id))
            == ALL_BASKETS
        )
