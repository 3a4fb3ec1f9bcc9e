"""A repeat while the first call is really stuck: a kind 409, then the answer of the first; one effect."""

import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import timedelta

import pytest
from sqlalchemy import select

from app.db import bound_engine
from app.models import Coupon, CouponEntry
from app.services import answering
from tests.api.caller import Caller, count, give_coupons

KEY = {"Idempotency-Key": "the-same-key"}


@pytest.fixture(params=["sqlite", "postgresql"])
def kind(request):
    return request.param


@pytest.fixture(autouse=True)
def hasty(monkeypatch):
    monkeypatch.setattr(answering, "PATIENCE", timedelta(milliseconds=100))


@contextmanager
def writers_wait():
    """Somebody holds what a redemption needs: SQLite's one writer, or the coupons' rows."""
    with bound_engine().connect().execution_options(writes=True) as connection:
        connection.execute(select(Coupon.id).with_for_update()).all()
        yield
        connection.rollback()


@contextmanager
def stuck(till):
    """A redemption that hangs; gives what it will come to, once the block has ended."""
    first = Caller(till.client.application.test_client(), till.raw)
    with ThreadPoolExecutor(1) as thread:
        with writers_wait():
            answer = thread.submit(first.redeem, "SUN", KEY)
            while not answering._at_work:
                time.sleep(0.005)
            yield answer
        answer.result(20)


@pytest.mark.parametrize(("lang", "said"), [("en", "still being worked on"), ("fr", "encore en cours")])
def test_a_repeat_is_told_to_come_back(till, brand, lang, said):
    give_coupons(brand, "SUN")

    with stuck(till) as first:
        repeat = till.redeem("SUN", KEY | {"Accept-Language": lang})

    assert (repeat.status_code, repeat.headers["Retry-After"]) == (409, "1")
    assert repeat.mimetype == "application/problem+json"
    assert (repeat.get_json(force=True)["code"], said in repeat.get_json(force=True)["detail"]) == ("in_flight", True)
    assert till.redeem("SUN", KEY).text == first.result().text
    assert count(CouponEntry, CouponEntry.account == "till") == 1


def test_another_call_is_not_taken_for_a_repeat(till, brand):
    give_coupons(brand, "SUN")

    with stuck(till):
        assert till.get("/optins").status_code == 200
