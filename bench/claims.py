"""Coupons claimed a second by eight threads at once: all from one pool, and each from a pool of its own."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from itertools import count as numbers

from sqlalchemy import func, insert, select

from app.db import reading, transaction
from app.models import Campaign, Coupon, CouponEntry, CouponPool, Fan, new_id
from app.services.people import Person
from app.services.rewards import Promise, claim_coupon
from app.services.rewards.pools import PoolRules, open_pool
from bench.installation import database, now, publish, settle_down
from bench.measuring import Bench, Contestants

THREADS, PEOPLE, STOCK = 8, 4_000, 40_000


def bench_of(kind: str) -> Bench:
    """The benchmark on one kind of database."""

    @contextmanager
    def contestants(small: bool) -> Iterator[Contestants]:
        stock = 400 if small else STOCK
        with database(kind):
            campaign = publish(stock=1)
            one = [_pool(campaign, "ONE", stock)]
            many = [_pool(campaign, f"MANY{each}", stock // THREADS) for each in range(THREADS)]
            fans = _fans(campaign, THREADS if small else PEOPLE)
            settle_down()
            with ThreadPoolExecutor(THREADS) as threads:
                yield {
                    "one pool for all": _claims(threads, one, fans),
                    "a pool for each thread": _claims(threads, many, fans),
                }
            _check()

    what = f"Coupons claimed by {THREADS} threads of one process, a transaction each, on {kind}."
    return Bench(f"claims-{kind.lower()}", what, "claims", contestants)


def _pool(campaign: Campaign, code: str, stock: int) -> CouponPool:
    with transaction() as tx:
        return open_pool(tx, campaign, PoolRules(code, "generated", stock, per_person=1_000_000), now())


def _fans(campaign: Campaign, count: int) -> list[Person]:
    people = [Person(campaign.brand_id, new_id()) for _ in range(count)]
    with transaction() as tx:
        tx.execute(
            insert(Fan), [{"id": each.fan_id, "brand_id": each.brand_id, "created_at": now()} for each in people]
        )
    return people


def _claims(threads: ThreadPoolExecutor, pools: list[CouponPool], fans: list[Person]) -> Callable[[int], None]:
    number = numbers()

    def one_claim(turn: int) -> str:
        pool, fan = pools[turn % len(pools)], fans[turn % len(fans)]
        with transaction() as tx:
            return claim_coupon(tx, pool, fan, Promise(f"{pool.code}/{turn}"), now()).result

    def claim(count: int) -> None:
        results = set(threads.map(one_claim, [next(number) for _ in range(count)]))
        if results != {"given"}:
            raise RuntimeError(f"claims came to {results}")

    return claim


def _check() -> None:
    """No coupon twice, and the ledger in balance."""
    with reading() as tx:
        given = tx.execute(select(func.count(Coupon.claim_id), func.count(Coupon.claim_id.distinct()))).one()
        moved = tx.scalar(select(func.sum(CouponEntry.change)).where(CouponEntry.account == "people"))
        balance = tx.scalar(select(func.sum(CouponEntry.change)))
    if len({*given, moved}) != 1 or balance:
        raise AssertionError(f"given (once, distinct): {given}; moved to people: {moved}; balance: {balance}")


SQLITE, POSTGRESQL = bench_of("SQLite"), bench_of("PostgreSQL")
