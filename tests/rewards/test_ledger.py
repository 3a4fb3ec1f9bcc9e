"""The ledger of coupons: whatever happens, every coupon stands in exactly one account."""

from collections import Counter

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from app.models import Coupon, CouponEntry, PointsEntry
from app.services.people import Person
from app.services.rewards import Promise, claim_coupon, give_points, lay_in, points_balance, redeem_coupon, wallet
from app.services.rewards.redeeming import CouponUsed
from tests.makers import NOON, Make

PEOPLE = 4
doings = st.lists(
    st.one_of(
        st.tuples(st.just("claim"), st.integers(0, PEOPLE - 1), st.integers(0, 2)),
        st.tuples(st.just("redeem"), st.integers(0, PEOPLE - 1), st.integers(0, 2)),
        st.tuples(st.just("load"), st.integers(1, 2), st.just(0)),
    ),
    max_size=25,
)


def accounts(tx, pool):
    """How many coupons stand in each account."""
    sums = select(CouponEntry.account, func.sum(CouponEntry.change)).where(CouponEntry.pool_id == pool.id)
    return dict(tx.execute(sums.group_by(CouponEntry.account)).all())


def redeem_one(tx, pool, held):
    """Bring a coupon to the till; whether it was taken."""
    try:
        redeem_coupon(tx, pool.brand_id, held.code, NOON, {})
    except CouponUsed:
        return False
    return True


def live_through(tx, pool, people, doings):
    """Do it all; gives what was counted by hand."""
    counted = Counter(laid=0, given=0, used=0)
    for number, (what, first, second) in enumerate(doings):
        if what == "load":
            counted["laid"] += lay_in(tx, pool, [f"{number}-{each}" for each in range(first)], NOON)
            continue
        held = wallet(tx, people[first])
        if what == "claim":
            claim_coupon(tx, pool, people[first], Promise(f"{first}/{second}"), NOON)
            counted["given"] += len(wallet(tx, people[first])) - len(held)
        elif second < len(held):
            counted["used"] += redeem_one(tx, pool, held[second])
    return counted


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(doings=doings)
def test_whatever_is_claimed_and_redeemed_the_ledger_sums_to_zero(database, doings):
    with database.rolled_back() as tx:
        make = Make(tx)
        pool = make.pool(per_person=2)
        people = [Person(pool.brand_id, make.fan().id) for _ in range(PEOPLE)]

        counted = live_through(tx, pool, people, doings)

        found = Counter(accounts(tx, pool))
        assert sum(found.values()) == 0
        assert found["issuer"] == -counted["laid"]
        assert found["stock"] == counted["laid"] - counted["given"]
        assert found["people"] == counted["given"] - counted["used"]
        assert found["till"] == counted["used"]


def test_each_coupon_stands_in_one_account(tx, make):
    pool = make.pool(codes=["A", "B", "C"])
    claim_coupon(tx, pool, Person(pool.brand_id, make.fan().id), Promise("won"), NOON)

    sums = select(CouponEntry.coupon_id, CouponEntry.account, func.sum(CouponEntry.change).label("there"))
    places = sums.group_by(CouponEntry.coupon_id, CouponEntry.account).subquery()
    standing = Counter(tx.scalars(select(places.c.coupon_id).where(places.c.there == 1)))

    assert standing == Counter(tx.scalars(select(Coupon.id)))


@pytest.mark.parametrize("given", [[5], [5, 7, 1]])
def test_points_come_from_the_brands_purse(tx, make, given):
    person = Person(make.its_brand.id, make.fan().id)

    for number, points in enumerate(given):
        give_points(tx, person, points, f"effect {number}", "quiz", NOON)

    assert points_balance(tx, person) == sum(given)
    assert tx.scalar(select(func.sum(PointsEntry.change))) == 0


def test_fans_of_one_contact_have_one_balance(tx, make):
    contact = make.contact()
    fans = [Person(contact.brand_id, make.fan().id, contact.id) for _ in range(2)]

    give_points(tx, fans[0], 5, "effect", "quiz", NOON)

    assert points_balance(tx, fans[1]) == 5
