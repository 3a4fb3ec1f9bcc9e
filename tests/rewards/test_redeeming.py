"""Redeeming: a coupon that a person holds is used up once, in time, and written down."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from app.models import CouponEntry, Event
from app.services.people import Person, person_of_fan
from app.services.rewards import Promise, claim_coupon, open_pool, redeem_coupon, wallet
from app.services.rewards.pools import PoolRules
from app.services.rewards.redeeming import CouponExpired, CouponUsed, NoSuchCoupon
from tests.makers import NOON

DAY = timedelta(days=1)


@pytest.fixture
def fan(make, tx):
    return person_of_fan(tx, make.fan())


@pytest.fixture
def sun(tx, make, fan):
    """A pool whose one coupon the fan holds for a week."""
    pool = make.pool(codes=["SUN-2026"])
    claim_coupon(tx, pool, fan, Promise("won", 7 * DAY), NOON)
    return pool


def redeem(tx, pool, code, now=NOON, **detail):
    return redeem_coupon(tx, pool.brand_id, code, now, detail)


def test_a_coupon_is_redeemed(tx, sun, fan):
    assert redeem(tx, sun, "SUN-2026").id == sun.id

    assert wallet(tx, fan)[0].state(NOON) == "used"


@pytest.mark.parametrize("typed", ["sun-2026", "SUN2026", " sun 2026 ", "SUN‑2026", "SUN\u00a02026", "SUN\u200b-2026"])
def test_a_code_may_be_typed_in_any_dress(tx, sun, typed):
    assert redeem(tx, sun, typed).id == sun.id


def test_a_coupon_is_redeemed_once(tx, sun):
    redeem(tx, sun, "SUN-2026")

    with pytest.raises(CouponUsed, match="2026-06-15"):
        redeem(tx, sun, "SUN-2026", NOON + DAY)


def test_an_expired_coupon_is_refused(tx, sun):
    with pytest.raises(CouponExpired, match="2026-06-22"):
        redeem(tx, sun, "SUN-2026", NOON + 7 * DAY)


def test_a_coupon_is_good_until_its_last_moment(tx, sun):
    assert redeem(tx, sun, "SUN-2026", NOON + 7 * DAY - timedelta(microseconds=1))


@pytest.mark.parametrize("typed", ["MOON", "", "SUN-2027", "%", "x" * 5000, "SUN-2026\x00"])
def test_an_unknown_code_is_refused(tx, sun, typed):
    with pytest.raises(NoSuchCoupon):
        redeem(tx, sun, typed)


def test_a_coupon_that_nobody_holds_cannot_be_redeemed(tx, make):
    pool = make.pool(codes=["FREE"])

    with pytest.raises(NoSuchCoupon):
        redeem(tx, pool, "FREE")


def test_another_brand_knows_nothing_of_the_code(tx, make, sun):
    with pytest.raises(NoSuchCoupon):
        redeem_coupon(tx, make.brand().id, "SUN-2026", NOON, {})


def test_the_day_is_that_of_the_brand(tx, make):
    brand = make.brand(timezone="Pacific/Auckland")
    pool = make.pool(codes=["SUN"], campaign=make.campaign(brand))
    claim_coupon(tx, pool, Person(brand.id, make.fan(brand).id), Promise("won", DAY), NOON)
    redeem(tx, pool, "SUN")

    with pytest.raises(CouponUsed, match="2026-06-16"):
        redeem(tx, pool, "SUN")


def test_what_the_till_told_is_kept_with_the_move(tx, sun):
    redeem(tx, sun, "SUN-2026", amount_cents=1250, till="7")

    moved = tx.scalars(select(CouponEntry).where(CouponEntry.account == "till")).one()

    assert (moved.change, moved.detail) == (1, {"amount_cents": 1250, "till": "7"})


def test_the_funnel_counts_who_used_a_coupon(tx, sun, fan):
    redeem(tx, sun, "SUN-2026")

    assert tx.scalars(select(Event.fan_id).where(Event.name == "coupon_used")).all() == [fan.fan_id]


@pytest.fixture
def shared(tx, make):
    """A shared code that three people hold; the first of them for a day only."""
    pool = open_pool(tx, make.campaign(), PoolRules("ALL", "shared", shared_code="SUN10"), NOON)
    for hour in range(3):
        promise = Promise(f"won {hour}", DAY if hour == 0 else None)
        claim_coupon(tx, pool, Person(pool.brand_id, make.fan().id), promise, NOON + timedelta(hours=hour))
    return pool


def test_a_shared_code_is_good_once_for_each_who_holds_it(tx, shared):
    for _ in range(3):
        redeem(tx, shared, "sun10")

    with pytest.raises(CouponUsed):
        redeem(tx, shared, "sun10")


def test_a_shared_code_passes_over_claims_that_have_expired(tx, shared):
    for _ in range(2):
        redeem(tx, shared, "sun10", NOON + 2 * DAY)

    with pytest.raises(CouponUsed):
        redeem(tx, shared, "sun10", NOON + 2 * DAY)
