"""Races on PostgreSQL: many at once, and the promises hold."""

import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

from sqlalchemy import func, select

from app.db import reading, transaction
from app.errors import Refused
from app.models import Coupon, CouponClaim, CouponEntry, CouponPool
from app.services.people import Person
from app.services.rewards import Promise, claim_coupon, open_pool, redeem_coupon
from app.services.rewards.pools import PoolRules
from tests.makers import NOON, Make

THREADS = 20


def at_once(work, count=THREADS):
    """Let so many threads start the work at the same moment; gives what each came to."""
    start = threading.Barrier(count)

    def run(number):
        start.wait(10)
        return work(number)

    with ThreadPoolExecutor(count) as threads:
        return list(threads.map(run, range(count)))


def set_up(what):
    with transaction() as tx:
        return what(tx, Make(tx))


def claim(pool_id, person, key):
    with transaction() as tx:
        return claim_coupon(tx, tx.get_one(CouponPool, pool_id), person, Promise(key), NOON).result


def people_and_pool(codes, people=THREADS, **said):
    def made(tx, make):
        pool = make.pool(codes=codes, **said)
        return pool.id, [Person(pool.brand_id, make.fan().id) for _ in range(people)]

    return set_up(made)


def test_twenty_at_once_on_five_coupons_get_five(race_database):
    pool_id, people = people_and_pool(["A", "B", "C", "D", "E"])

    results = Counter(at_once(lambda number: claim(pool_id, people[number], f"won by {number}")))

    assert results == {"given": 5, "empty": 15}
    with reading() as tx:
        assert tx.scalar(select(func.count(Coupon.claim_id.distinct()))) == 5
        assert tx.scalar(select(func.count()).select_from(CouponClaim)) == 5
        assert tx.scalar(select(func.sum(CouponEntry.change))) == 0


def test_one_effect_asked_for_twenty_times_at_once_gives_one_coupon(race_database):
    pool_id, people = people_and_pool(["A", "B", "C"], people=1, per_person=3)

    results = at_once(lambda number: claim(pool_id, people[0], "the same step"))

    assert results == ["given"] * THREADS
    with reading() as tx:
        assert tx.scalar(select(func.count(Coupon.claim_id))) == 1


def test_fans_of_one_contact_cannot_outrun_its_cap(race_database):
    def made(tx, make):
        pool, contact = make.pool(codes=["A", "B", "C"]), make.contact()
        return pool.id, [Person(pool.brand_id, make.fan().id, contact.id) for _ in range(THREADS)]

    pool_id, people = set_up(made)

    results = Counter(at_once(lambda number: claim(pool_id, people[number], f"won by {number}")))

    assert results == {"given": 1, "capped": THREADS - 1}


def test_a_locked_coupon_that_comes_back_is_given(race_database):
    pool_id, people = people_and_pool(["LAST"], people=2)
    taken, given = threading.Event(), []

    def come_second():
        taken.wait(10)
        given.append(claim(pool_id, people[1], "second"))

    waiting = threading.Thread(target=come_second)
    waiting.start()
    with race_database.engine.connect() as connection:
        connection.execute(select(Coupon.id).where(Coupon.pool_id == pool_id).with_for_update()).all()
        taken.set()
        waiting.join(0.3)
        assert given == []  # it waits instead of saying "empty"
        connection.rollback()
    waiting.join(10)

    assert given == ["given"]


def test_a_shared_code_brought_to_many_tills_is_good_for_each_holder_once(race_database):
    def made(tx, make):
        pool = open_pool(tx, make.campaign(), PoolRules("ALL", "shared", shared_code="SUN10"), NOON)
        for number in range(5):
            person = Person(pool.brand_id, make.fan().id)
            claim_coupon(tx, pool, person, Promise(f"{number}"), NOON + timedelta(seconds=number))
        return pool.brand_id

    brand_id = set_up(made)

    def redeem(number):
        try:
            with transaction() as tx:
                redeem_coupon(tx, brand_id, "SUN10", NOON, {})
        except Refused as refused:
            return refused.code
        return "redeemed"

    assert Counter(at_once(redeem)) == {"redeemed": 5, "coupon_used": THREADS - 5}
