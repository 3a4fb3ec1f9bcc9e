"""Loading imported codes into their pool: all of a file or nothing, and the same file twice changes nothing."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.errors import Refused
from app.models import Audit, Brand, Coupon, CouponPool
from app.services.keys import hmac_hex, key_of
from app.services.rewards.codefile import Code, CodeFile, Sieve
from app.services.rewards.codes import normal_code
from app.services.rewards.faults import ELSEWHERE, FEWER, LOADED, SURPLUS
from app.services.rewards.pools import coupon_count, lay_in
from journeys.problems import Problem

LOOKED_UP_AT_ONCE = 500


class PoolMakesItsOwn(Refused):
    code, status = "pool_makes_its_own", 409
    en = "The pool {pool} is of the kind “{kind}” and makes its own codes. Only “kind: imported” takes a file."
    fr = "La réserve {pool} est du type « {kind} » et fait ses propres codes. Seul « kind: imported » prend un fichier."


@dataclass(frozen=True, slots=True)
class Loaded:
    """What came of a file: how many codes it has, how many were laid in now, how many the pool has in all."""

    pool: str
    in_file: int
    laid_in: int
    there: int
    remarks: tuple[Problem, ...]

    def summary(self, lang: str = "en") -> str:
        """One line that says what was done."""
        if self.laid_in == 0:
            said = {
                "en": "nothing to do, all {in_file} codes are there",
                "fr": "rien à faire, les {in_file} codes y sont",
            }
        else:
            said = {"en": "{laid_in} codes loaded, {there} in all", "fr": "{laid_in} codes chargés, {there} en tout"}
        counts = {"in_file": self.in_file, "laid_in": self.laid_in, "there": self.there}
        return f"{self.pool}: {said[lang].format_map(counts)}"


def load_codes(tx: Session, pool: CouponPool, file: CodeFile, now: datetime) -> Loaded:
    """Lay the codes of a file into an imported pool; a file whose codes are all there already changes nothing.

    Raises: Invalid when a code is a coupon of this pool or of another one of the brand; PoolMakesItsOwn.
    """
    if pool.kind != "imported":
        raise PoolMakesItsOwn(pool=pool.code, kind=pool.kind)
    tx.execute(select(Brand.id).where(Brand.id == pool.brand_id).with_for_update(key_share=True))  # one file at a time
    there = _pools_of_codes(tx, pool.brand_id, file.codes)
    if len(there) == len(file.codes) and set(there.values()) == {pool.code}:
        return Loaded(pool.code, len(file.codes), 0, coupon_count(tx, pool), file.remarks)
    _refuse_known(file, pool, there)
    laid_in = lay_in(tx, pool, (code.text for code in file.codes), now)
    detail = {"file": file.name[:100], "sha256": file.sha256, "codes": laid_in}
    tx.add(Audit(brand_id=pool.brand_id, what="codes.loaded", on=pool.code, detail=detail, at=now))
    total = coupon_count(tx, pool)
    return Loaded(pool.code, laid_in, laid_in, total, (*file.remarks, *_against_stock(pool, file.name, total)))


def _pools_of_codes(tx: Session, brand_id: uuid.UUID, codes: Sequence[Code]) -> Mapping[Code, str]:
    """The codes that are coupons of the brand already, each with its pool."""
    key = key_of(tx, "coupon-code")
    by_print = {hmac_hex(key, normal_code(code.text)): code for code in codes}
    prints, found = list(by_print), dict[Code, str]()
    for start in range(0, len(prints), LOOKED_UP_AT_ONCE):
        known = (
            select(Coupon.code_hmac, CouponPool.code)
            .join(CouponPool, CouponPool.id == Coupon.pool_id)
            .where(Coupon.brand_id == brand_id, Coupon.code_hmac.in_(prints[start : start + LOOKED_UP_AT_ONCE]))
        )
        found |= {by_print[fingerprint]: pool for fingerprint, pool in tx.execute(known)}
    return found


def _refuse_known(file: CodeFile, pool: CouponPool, there: Mapping[Code, str]) -> None:
    sieve = Sieve(file.name)
    for code, place in sorted(there.items(), key=lambda known: known[0].line):
        sieve.add(LOADED if place == pool.code else ELSEWHERE, code.line, code=code.text, pool=place)
    sieve.raise_if_any()


def _against_stock(pool: CouponPool, file: str, there: int) -> Iterator[Problem]:
    if pool.stock is not None and there != pool.stock:
        yield Problem(FEWER if there < pool.stock else SURPLUS, file, values={"there": there, "stock": pool.stock})
