"""Loading codes into a pool: all or nothing, each code once in a brand, the same file twice is no change."""

from datetime import date

import pytest
from sqlalchemy import select

from app.errors import Invalid
from app.models import Audit
from app.services.people import person_of_fan
from app.services.rewards import Promise, claim_coupon, free_count, wallet
from app.services.rewards.codefile import read_codes
from app.services.rewards.loading import PoolMakesItsOwn, load_codes
from app.services.rewards.pools import coupon_count
from tests.makers import NOON

CODES = ["K7QM2ZX9PA", "4TWB8HN3RC", "YJ6D5VG1SE"]


@pytest.fixture
def load(tx, tmp_path):
    def load_texts(pool, *codes):
        file = tmp_path / "codes.csv"
        file.write_text("code\n" + "\n".join(codes))
        return load_codes(tx, pool, read_codes(file, date(2026, 6, 15)), NOON)

    return load_texts


def refused(load, pool, *codes):
    """(code of the fault, line) of everything for which the file was refused."""
    with pytest.raises(Invalid) as invalid:
        load(pool, *codes)
    return [(problem.code, problem.line) for problem in invalid.value.problems]


def test_loaded_codes_are_given(tx, make, load):
    pool, fan = make.pool(), person_of_fan(tx, make.fan())

    loaded = load(pool, *CODES)
    claim_coupon(tx, pool, fan, Promise("won"), NOON)

    assert (loaded.laid_in, loaded.there, free_count(tx, pool)) == (3, 3, 2)
    assert wallet(tx, fan)[0].code in CODES


def test_the_same_file_twice_changes_nothing(tx, make, load):
    pool = make.pool()
    load(pool, *CODES)

    again = load(pool, *CODES)

    assert (again.laid_in, coupon_count(tx, pool)) == (0, 3)
    assert again.summary() == f"{pool.code}: nothing to do, all 3 codes are there"


def test_the_same_codes_in_another_order_and_dress_change_nothing(tx, make, load):
    pool = make.pool()
    load(pool, *CODES)

    assert load(pool, *(code.lower() for code in reversed(CODES))).laid_in == 0


def test_a_file_with_some_known_codes_loads_none(tx, make, load):
    pool = make.pool()
    load(pool, *CODES)

    assert refused(load, pool, "NEW1", CODES[1], "NEW2") == [("codes.loaded", 3)]

    assert coupon_count(tx, pool) == 3


def test_a_code_of_another_pool_of_the_brand_is_refused(tx, make, load):
    other, pool = make.pool(codes=["SUN-1"]), make.pool()

    with pytest.raises(Invalid, match=f"a coupon of the pool {other.code}"):
        load(pool, "sun1", "NEW1")

    assert coupon_count(tx, pool) == 0


def test_another_brand_may_have_the_same_code(tx, make, load):
    make.pool(codes=CODES)
    pool = make.pool(campaign=make.campaign(make.brand()))

    assert load(pool, *CODES).laid_in == 3


def test_a_pool_that_makes_its_own_codes_takes_no_file(make, load):
    with pytest.raises(PoolMakesItsOwn):
        load(make.pool(kind="generated"), *CODES)


@pytest.mark.parametrize(("stock", "remark"), [(2, "codes.surplus"), (3, None), (4, "codes.fewer")])
def test_the_stock_that_was_promised_is_compared(make, load, stock, remark):
    loaded = load(make.pool(stock=stock), *CODES)

    assert [problem.code for problem in loaded.remarks] == ([remark] if remark else [])


def test_the_audit_keeps_the_files_fingerprint(tx, make, load):
    pool = make.pool()
    load(pool, *CODES)

    audit = tx.scalars(select(Audit).where(Audit.on == pool.code)).one()

    assert (audit.what, audit.detail["codes"], len(audit.detail["sha256"])) == ("codes.loaded", 3, 64)


def test_many_known_codes_are_counted_and_the_first_twenty_shown(tx, make, load):
    codes = [f"{number:08}" for number in range(1200)]
    pool = make.pool(codes=codes)

    assert len(refused(load, pool, "NEW", *codes)) == 21
