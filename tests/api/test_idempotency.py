"""The same call at the same moment, fifty times: one effect, and one answer for all."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest

from app.models import Answered, CouponEntry
from tests.api.caller import Caller, count, give_coupons

TIMES = 50
KEY = {"Idempotency-Key": "the-same-key"}


@pytest.fixture
def kind():
    return "postgresql"


def at_once(till, call):
    """Let fifty clients make their call at the same moment; gives their answers."""
    start = Barrier(TIMES)
    callers = [Caller(till.client.application.test_client(), till.raw) for _ in range(TIMES)]

    def run(number):
        start.wait(30)
        return call(callers[number], number)

    with ThreadPoolExecutor(TIMES) as threads:
        return list(threads.map(run, range(TIMES)))


def test_fifty_equal_calls_have_one_effect_and_one_answer(till, brand):
    give_coupons(brand, "SUN", "SUN2")

    answers = at_once(till, lambda caller, _: caller.redeem("SUN", KEY))

    assert {answer.status_code for answer in answers} == {200}
    assert len({answer.text for answer in answers}) == 1
    assert count(CouponEntry, CouponEntry.account == "till") == 1
    assert count(Answered) == 1


def test_of_fifty_tills_one_redeems_the_coupon(till, brand):
    give_coupons(brand, "SUN")

    answers = at_once(till, lambda caller, number: caller.redeem("SUN", {"Idempotency-Key": f"till-{number:04}"}))

    assert Counter(answer.status_code for answer in answers) == {200: 1, 409: TIMES - 1}
    assert count(CouponEntry, CouponEntry.account == "till") == 1


def test_of_fifty_bodies_under_one_key_one_counts(till, brand):
    give_coupons(brand, "SUN")

    answers = at_once(till, lambda caller, number: caller.redeem("SUN", KEY, json={"till": str(number)}))

    assert Counter(answer.status_code for answer in answers) == {200: 1, 422: TIMES - 1}
