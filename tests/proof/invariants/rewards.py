"""Coupons and points: nothing given twice, nothing lost, every ledger sums up."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy.orm import Session

from tests.proof.invariants.law import invariant, rows


@invariant("A claim holds one coupon of its pool, and that coupon names the claim; no coupon names another one.")
def claims_and_coupons_name_each_other(tx: Session) -> Iterable[str]:
    return rows(
        tx,
        """
        SELECT 'claim', claim.id FROM coupon_claim claim LEFT JOIN coupon ON coupon.id = claim.coupon_id
        WHERE coupon.id IS NULL OR coupon.claim_id IS NULL OR coupon.claim_id <> claim.id
           OR coupon.pool_id <> claim.pool_id
        UNION ALL
        SELECT 'coupon', coupon.id FROM coupon LEFT JOIN coupon_claim claim ON claim.id = coupon.claim_id
        WHERE coupon.claim_id IS NOT NULL AND (claim.id IS NULL OR claim.coupon_id <> coupon.id)
        """,
    )


@invariant("Every effect that says a coupon was given has exactly one claim; every claim of a run has its effect.")
def given_is_claimed_and_claimed_was_given(tx: Session) -> Iterable[str]:
    return rows(
        tx,
        """
        SELECT 'effect', effect.id, COUNT(claim.id) FROM effect
        LEFT JOIN coupon_claim claim ON claim.effect_key = effect.key
        WHERE effect.kind = 'GiveCoupon'
        GROUP BY effect.id, effect.result
        HAVING COUNT(claim.id) <> CASE effect.result WHEN 'given' THEN 1 ELSE 0 END
        UNION ALL
        SELECT 'claim', claim.id, 0 FROM coupon_claim claim
        LEFT JOIN effect ON effect.key = claim.effect_key AND effect.run_id = claim.run_id
        WHERE claim.run_id IS NOT NULL AND effect.id IS NULL
        """,
    )


@invariant("Nobody holds more coupons of a pool than it gives to one person; fans of one contact count as one.")
def nobody_has_more_than_her_share(tx: Session) -> Iterable[str]:
    return rows(
        tx,
        """
        SELECT held.person, pool.code, COUNT(*) FROM (
            SELECT claim.pool_id, COALESCE(claim.contact_id, link.contact_id, claim.fan_id) AS person
            FROM coupon_claim claim LEFT JOIN link ON link.fan_id = claim.fan_id AND link.ended_at IS NULL
        ) held JOIN coupon_pool pool ON pool.id = held.pool_id
        GROUP BY held.person, pool.id, pool.code, pool.per_person HAVING COUNT(*) > pool.per_person
        """,
    )


@invariant("Free, held and used coupons of a pool are all that was laid in, in the rows as in the ledger.")
def stock_is_conserved(tx: Session) -> Iterable[str]:
    return rows(
        tx,
        """
        SELECT pool.code, there.loaded, there.free, there.held, there.used, book.stock, book.people, book.till
        FROM coupon_pool pool
        JOIN (SELECT pool_id, COUNT(*) AS loaded,
                     SUM(CASE WHEN claim_id IS NULL THEN 1 ELSE 0 END) AS free,
                     SUM(CASE WHEN claim_id IS NOT NULL AND used_at IS NULL THEN 1 ELSE 0 END) AS held,
                     SUM(CASE WHEN used_at IS NOT NULL THEN 1 ELSE 0 END) AS used
              FROM coupon GROUP BY pool_id) there ON there.pool_id = pool.id
        LEFT JOIN (SELECT pool_id, -SUM(CASE account WHEN 'issuer' THEN change ELSE 0 END) AS laid_in,
                          SUM(CASE account WHEN 'stock' THEN change ELSE 0 END) AS stock,
                          SUM(CASE WHEN account IN ('people', 'expired') THEN change ELSE 0 END) AS people,
                          SUM(CASE account WHEN 'till' THEN change ELSE 0 END) AS till
                   FROM coupon_entry GROUP BY pool_id) book ON book.pool_id = pool.id
        WHERE book.laid_in IS NULL OR there.free + there.held + there.used <> there.loaded
           OR there.loaded <> book.laid_in OR there.free <> book.stock OR there.held <> book.people
           OR there.used <> book.till OR (pool.stock IS NOT NULL AND there.loaded > pool.stock)
        """,
    )


@invariant("Every coupon's moves sum to zero, and it lies in one account at a time.")
def coupon_ledger_sums_to_zero(tx: Session) -> Iterable[str]:
    return rows(
        tx,
        """
        SELECT coupon_id, 'all accounts', SUM(change) FROM coupon_entry GROUP BY coupon_id HAVING SUM(change) <> 0
        UNION ALL
        SELECT coupon_id, account, SUM(change) FROM coupon_entry
        GROUP BY coupon_id, account
        HAVING SUM(change) NOT BETWEEN CASE account WHEN 'issuer' THEN -1 ELSE 0 END AND 1
        """,
    )


@invariant("Points move once for each effect, from the brand's purse to one person's, and all moves sum to zero.")
def points_ledger_sums_to_zero(tx: Session) -> Iterable[str]:
    return rows(
        tx,
        """
        SELECT 'move', effect_key, COUNT(*), SUM(change) FROM points_entry GROUP BY effect_key
        HAVING SUM(change) <> 0 OR COUNT(*) <> 2
            OR SUM(CASE WHEN fan_id IS NULL AND contact_id IS NULL THEN 1 ELSE 0 END) <> 1
        UNION ALL
        SELECT 'effect without points', effect.key, 0, 0 FROM effect
        LEFT JOIN points_entry entry ON entry.effect_key = effect.key
        WHERE effect.kind = 'AddPoints' AND effect.result = 'done' AND entry.id IS NULL
        UNION ALL
        SELECT 'points without effect', entry.effect_key, 0, entry.change FROM points_entry entry
        LEFT JOIN effect ON effect.key = entry.effect_key WHERE effect.id IS NULL
        """,
    )
