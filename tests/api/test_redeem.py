"""`POST /api/v1/coupons/{code}/redeem`: a till uses a coupon up, once, however often it asks."""

import pytest

from app.models import Answered, CouponEntry, Event
from tests.api.caller import count, give_coupons
from tests.conftest import KINDS

KEY = {"Idempotency-Key": "till-7-0001"}


@pytest.fixture(params=KINDS)
def kind(request):
    return request.param


def test_a_till_redeems_a_coupon(till, brand):
    pool = give_coupons(brand, "SUN")

    answer = till.redeem("sun", json={"amount_cents": 1250, "order_number": "A-1", "till": "7"})

    assert answer.status_code == 200
    assert answer.json["pool"] == pool.code
    assert count(Event, Event.name == "coupon_used") == 1


def test_a_repeat_gets_the_same_answer_and_does_nothing(till, brand):
    give_coupons(brand, "SUN")

    first, again = (till.redeem("SUN", KEY) for _ in range(2))

    assert (first.status_code, first.json) == (again.status_code, again.json)
    assert count(CouponEntry, CouponEntry.account == "till") == 1


def test_a_key_may_stand_in_quotes(till, brand):
    give_coupons(brand, "SUN")

    first = till.redeem("SUN", {"Idempotency-Key": '"till-7-0001"'})

    assert till.redeem("SUN", KEY).json == first.json


def test_the_same_key_with_another_body_is_refused(till, brand):
    give_coupons(brand, "SUN", "MOON")
    till.redeem("SUN", KEY)

    other_body, other_code = till.redeem("SUN", KEY, json={"till": "8"}), till.redeem("MOON", KEY)

    assert {other_body.status_code, other_code.status_code} == {422}
    assert other_body.get_json(force=True)["code"] == "idempotency_key_reused"
    assert count(CouponEntry, CouponEntry.account == "till") == 1


def test_a_used_coupon_is_a_conflict(till, brand):
    give_coupons(brand, "SUN")
    till.redeem("SUN")

    answer = till.redeem("SUN")

    assert (answer.status_code, answer.get_json(force=True)["code"]) == (409, "coupon_used")


def test_a_refused_call_may_be_tried_again_under_its_key(till, brand):
    assert till.redeem("SUN", KEY).status_code == 404
    assert count(Answered) == 0

    give_coupons(brand, "SUN")

    assert till.redeem("SUN", KEY).status_code == 200


@pytest.mark.parametrize("till_number", ["a\x00b", "\u202e7", "a\nb"])
def test_what_cannot_be_stored_or_read_is_refused_before(till, brand, till_number):
    give_coupons(brand, "SUN")

    assert till.redeem("SUN", json={"till": till_number}).status_code == 400
