"""Orders come in to the cent, put together from their lines, once."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import func, select

from app.models import Order, OrderLine
from app.services.crm import erase_contact
from app.services.importing.cells import BadCell, cents
from tests.makers import NOON

HEAD = "order_id,contact,ordered_at,amount,category,product,maker,shop,channel,currency\n"
ORDERS = HEAD + (
    "a,7,2026-03-31 14:05,12.50,bread,loaf,Own,12,store,USD\n"
    "b,7,2026-04-01,3,,,,,,\n"
    "a,7,2026-03-31 14:05,-2.25,cheese,,,,,\n"
)


@pytest.fixture
def contact(make):
    return make.contact(external_id="7")


@pytest.fixture
def orders(tx, contact, imported):
    """Import orders and give, by order id: (time, shop, cents of the lines)."""

    def run(content, **said):
        report = imported("orders", content, **said)
        found = {}
        for order in tx.scalars(select(Order)):
            lines = select(OrderLine.amount_cents).where(OrderLine.order_id == order.id).order_by(OrderLine.number)
            found[order.external_id] = (order.ordered_at, order.shop, tx.scalars(lines).all())
        return report, found

    return run


def errors(report):
    return [(problem.code, problem.line, problem.col) for problem in report.problems if problem.level == "error"]


def test_the_lines_of_an_order_come_together_however_scattered(orders):
    _, found = orders(ORDERS)

    assert found["a"] == (datetime(2026, 3, 31, 14, 5, tzinfo=UTC), "12", [1250, -225])
    assert found["b"][2] == [300]


def test_a_time_without_an_offset_is_on_the_brands_clock(make, orders):
    make.its_brand.timezone = "America/New_York"

    _, found = orders(ORDERS)

    assert found["a"][0] == datetime(2026, 3, 31, 18, 5, tzinfo=UTC)


def test_a_time_with_an_offset_is_kept(orders):
    _, found = orders(HEAD + "a,7,2026-03-31T14:05:00+02:00,1,,,,,,\n")

    assert found["a"][0] == datetime(2026, 3, 31, 12, 5, tzinfo=UTC)


def test_a_return_that_comes_later_does_not_move_its_order(orders):
    _, found = orders(HEAD + "a,7,2026-05-01,-1,,,,,,\na,7,2026-03-31,5,,,,,,\n")

    assert found["a"][0] == datetime(2026, 3, 31, tzinfo=UTC)


def test_the_same_orders_imported_again_change_nothing(tx, orders):
    first, _ = orders(ORDERS)

    second, _ = orders(ORDERS)

    assert (first.tally.new, second.tally.new, second.tally.changed, second.tally.same) == (2, 0, 0, 2)
    assert tx.scalar(select(func.count()).select_from(OrderLine)) == 3


def test_a_changed_order_has_the_lines_of_the_file(orders):
    orders(ORDERS)

    report, found = orders(HEAD + "a,7,2026-03-31 14:05,9.99,bread,,,,,\n")

    assert (report.tally.changed, found["a"][2], found["b"][2]) == (1, [999], [300])


def test_a_dry_run_writes_nothing(orders):
    report, found = orders(ORDERS, dry_run=True)

    assert (report.tally.new, found) == (2, {})


def test_an_order_of_an_unknown_contact_is_a_problem(orders):
    report, found = orders(ORDERS + "c,8,2026-04-01,3,,,,,,\n")

    assert errors(report) == [("import.unknown_contact", 5, 1)]
    assert set(found) == {"a", "b"}


def test_a_contact_of_another_source_is_unknown(orders):
    report, _ = orders(ORDERS, source="shop")

    assert report.counts["import.unknown_contact"] == 2


def test_an_order_of_two_contacts_is_a_problem(make, orders):
    make.contact(external_id="8")

    report, found = orders(ORDERS + "a,8,2026-04-01,3,,,,,,\n")

    assert (errors(report), set(found)) == ([("import.two_contacts", 5, 1)], {"b"})


def test_orders_of_an_erased_contact_stay_away(tx, contact, orders):
    erase_contact(tx, contact, NOON)

    report, found = orders(ORDERS)

    assert (report.tally.erased, found) == (2, {})


@pytest.mark.parametrize(
    ("cells", "code", "col"),
    [
        ("c,7,2026-04-01,3,,,,,,EUR", "import.currency", 10),
        ("c,7,2026-13-45,3,,,,,,", "import.time", 3),
        ("c,7,yesterday,3,,,,,,", "import.time", 3),
        ("c,7,0001-01-01T00:00:00+14:00,3,,,,,,", "import.time", 3),
        ("c,7,2026-04-01,3.999,,,,,,", "import.money", 4),
        ("c,7,2026-04-01,€3,,,,,,", "import.money", 4),
        ("c,7,2026-04-01,1e3,,,,,,", "import.money", 4),
        ("c,7,2026-04-01,nan,,,,,,", "import.money", 4),
        ("c,7,2026-04-01,٣,,,,,,", "import.money", 4),
        ("c,7,2026-04-01,9999999999999,,,,,,", "import.money", 4),
        (",7,2026-04-01,3,,,,,,", "import.needed", 1),
        ("c,,2026-04-01,3,,,,,,", "import.needed", 2),
    ],
)
def test_a_bad_order_line_is_named_and_the_others_come_in(orders, cells, code, col):
    report, found = orders(f"{ORDERS}{cells}\n")

    assert (errors(report), set(found)) == ([(code, 5, col)], {"a", "b"})


@given(st.decimals(-(10**12) + 1, 10**12 - 1, places=2, allow_nan=False))
def test_money_is_read_to_the_cent(amount):
    assert cents(str(amount)) == int(amount * 100)


@given(st.text(max_size=8))
def test_what_is_read_as_money_is_money(text):
    try:
        found = cents(text)
    except BadCell:
        return
    assert found == int(Decimal(text.replace(",", ".")) * 100)
