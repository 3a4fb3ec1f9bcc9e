"""Claims: one coupon for each effect, caps for each person, never over stock."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from app.errors import Refused
from app.models import Coupon, CouponClaim
from app.services.people import Person, person_of_contact, person_of_fan
from app.services.rewards import Promise, claim_coupon, coupons_of, free_count, lay_in, open_pool, wallet
from app.services.rewards.pools import KindIsFixed, PoolRules, PoolTaken, StockTooLow
from tests.makers import NOON


@pytest.fixture
def fan(make, tx):
    return person_of_fan(tx, make.fan())


def claim(tx, pool, person, key="a step", **said):
    return claim_coupon(tx, pool, person, Promise(key, **said), NOON)


def linked_fans(tx, make, count=2):
    """Fans who are the same contact."""
    contact = make.contact()
    fans = [make.fan() for _ in range(count)]
    for fan in fans:
        make.link(fan, contact)
    return [person_of_fan(tx, fan) for fan in fans]


def codes(held):
    return [coupon.code for coupon in held]


def test_a_claim_gives_a_coupon(tx, make, fan):
    pool = make.pool(codes=["SUN"])

    assert claim(tx, pool, fan).result == "given"

    assert codes(wallet(tx, fan)) == ["SUN"]


def test_a_repeated_claim_gives_the_same_coupon(tx, make, fan):
    pool = make.pool(codes=["SUN", "MOON"], per_person=2)

    assert claim(tx, pool, fan) == claim(tx, pool, fan)

    assert free_count(tx, pool) == 1


def test_the_last_coupon_goes_to_one_person_only(tx, make):
    pool = make.pool(codes=["SUN"])
    first, second = (person_of_fan(tx, make.fan()) for _ in range(2))

    assert claim(tx, pool, first, "one").result == "given"

    assert claim(tx, pool, second, "two").result == "empty"


def test_an_empty_pool_leaves_no_slot_behind(tx, make, fan):
    pool = make.pool()
    assert claim(tx, pool, fan).result == "empty"

    lay_in(tx, pool, ["LATE"], NOON)

    assert claim(tx, pool, fan).result == "given"


def test_a_person_gets_no_more_than_the_pool_allows_each(tx, make, fan):
    pool = make.pool(codes=["A", "B", "C"], per_person=2)

    results = [claim(tx, pool, fan, f"step {number}").result for number in range(3)]

    assert results == ["given", "given", "capped"]


def test_fans_of_one_contact_share_its_cap(tx, make):
    pool = make.pool(codes=["A", "B"])
    one, other = linked_fans(tx, make)

    assert claim(tx, pool, one, "one").result == "given"

    assert claim(tx, pool, other, "two").result == "capped"


def test_a_coupon_won_before_linking_counts_for_the_contact(tx, make):
    pool = make.pool(codes=["A", "B"])
    early, late, contact = make.fan(), make.fan(), make.contact()
    assert claim(tx, pool, person_of_fan(tx, early), "one").result == "given"
    make.link(early, contact)
    make.link(late, contact)

    assert claim(tx, pool, person_of_fan(tx, late), "two").result == "capped"


def test_a_contact_who_never_came_may_claim(tx, make):
    pool, contact = make.pool(codes=["A"]), make.contact()
    person = person_of_contact(tx, contact.brand_id, contact.id)

    assert claim(tx, pool, person).result == "given"

    assert codes(wallet(tx, person)) == ["A"]


def test_no_fan_sees_the_code_of_another_fan_of_the_same_contact(tx, make):
    pool = make.pool(codes=["SECRET"])
    one, other = linked_fans(tx, make)

    claim(tx, pool, one)

    assert codes(wallet(tx, one)) == ["SECRET"]
    assert wallet(tx, other) == []


def test_conditions_know_what_the_contact_holds_as_any_fan(tx, make):
    pool = make.pool(codes=["SUN"])
    one, other = linked_fans(tx, make)

    claim(tx, pool, one)

    assert codes(coupons_of(tx, other)) == ["SUN"]


def test_a_coupon_ends_when_its_time_is_over(tx, make, fan):
    claim(tx, make.pool(codes=["SUN"]), fan, valid=timedelta(days=7))

    held = wallet(tx, fan)[0]

    assert held.expires_at == NOON + timedelta(days=7)
    assert (held.state(NOON), held.state(held.expires_at)) == ("ready", "expired")


def test_a_wallet_shows_the_coupons_of_one_run(tx, make):
    owner = make.fan()
    fan, run = person_of_fan(tx, owner), make.run(owner)
    pool = make.pool(codes=["A", "B"], per_person=2)
    claim(tx, pool, fan, "here", run_id=run.id)
    claim(tx, pool, fan, "elsewhere")

    assert len(wallet(tx, fan, run_id=run.id)) == 1
    assert len(wallet(tx, fan)) == 2


def test_a_pool_without_a_stock_makes_a_code_for_each_claim(tx, make):
    pool = open_pool(tx, make.campaign(), PoolRules("ENDLESS", "generated"), NOON)
    people = [Person(pool.brand_id, make.fan().id) for _ in range(5)]

    results = {claim(tx, pool, person, str(person.fan_id)).result for person in people}

    assert results == {"given"}
    assert tx.scalar(select(func.count(Coupon.code.distinct())).where(Coupon.pool_id == pool.id)) == 5


def test_a_generated_pool_gives_exactly_its_stock(tx, make):
    pool = open_pool(tx, make.campaign(), PoolRules("FEW", "generated", stock=3), NOON)
    people = [Person(pool.brand_id, make.fan().id) for _ in range(5)]

    results = [claim(tx, pool, person, str(person.fan_id)).result for person in people]

    assert results == ["given"] * 3 + ["empty"] * 2


def test_everybody_gets_the_one_code_of_a_shared_pool(tx, make):
    pool = open_pool(tx, make.campaign(), PoolRules("ALL", "shared", stock=2, shared_code="SUN10"), NOON)
    people = [Person(pool.brand_id, make.fan().id) for _ in range(3)]

    results = [claim(tx, pool, person, str(person.fan_id)).result for person in people]

    assert results == ["given", "given", "empty"]
    assert [codes(wallet(tx, person)) for person in people] == [["SUN10"], ["SUN10"], []]


def test_a_new_shared_code_is_given_to_those_who_come_later(tx, make):
    campaign = make.campaign()
    pool = open_pool(tx, campaign, PoolRules("ALL", "shared", stock=2, shared_code="SUN10"), NOON)
    early, late = (Person(pool.brand_id, make.fan().id) for _ in range(2))
    claim(tx, pool, early, "one")

    open_pool(tx, campaign, PoolRules("ALL", "shared", stock=2, shared_code="SUN20"), NOON)
    claim(tx, pool, late, "two")

    assert (codes(wallet(tx, early)), codes(wallet(tx, late))) == (["SUN10"], ["SUN20"])


def test_a_stock_grows_when_the_campaign_says_so(tx, make):
    campaign = make.campaign()
    open_pool(tx, campaign, PoolRules("FEW", "generated", stock=1), NOON)

    assert free_count(tx, open_pool(tx, campaign, PoolRules("FEW", "generated", stock=4), NOON)) == 4


@pytest.mark.parametrize(
    ("wanted", "refusal"),
    [
        (PoolRules("FEW", "generated", stock=1), StockTooLow),
        (PoolRules("FEW", "shared", stock=2, shared_code="SUN"), KindIsFixed),
    ],
)
def test_coupons_that_are_there_stay_what_they_are(tx, make, wanted, refusal):
    campaign = make.campaign()
    open_pool(tx, campaign, PoolRules("FEW", "generated", stock=2), NOON)

    with pytest.raises(refusal):
        open_pool(tx, campaign, wanted, NOON)


def test_a_pool_belongs_to_one_campaign(tx, make):
    open_pool(tx, make.campaign(), PoolRules("FEW", "generated", stock=2), NOON)

    with pytest.raises(PoolTaken):
        open_pool(tx, make.campaign(), PoolRules("FEW", "generated", stock=2), NOON)


def test_a_refused_claim_writes_nothing(tx, make, fan):
    pool = make.pool(codes=["A", "B"])
    claim(tx, pool, fan, "one")

    claim(tx, pool, fan, "two")

    assert tx.scalar(select(func.count()).select_from(CouponClaim)) == 1


def test_refusals_of_pools_speak_french(tx, make):
    open_pool(tx, make.campaign(), PoolRules("FEW", "generated", stock=2), NOON)

    with pytest.raises(Refused) as refused:
        open_pool(tx, make.campaign(), PoolRules("FEW", "generated", stock=2), NOON)

    assert refused.value.message("fr").startswith("La réserve de coupons FEW appartient")
