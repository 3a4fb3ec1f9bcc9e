"""Many press at one moment, in two web processes: what was promised once happens once, and everybody is told."""

from collections import Counter

import pytest
from sqlalchemy import func, select

from app.db import reading
from app.models import Answered, Campaign, Coupon, CouponClaim, Play, Run, Vote
from tests.proof.invariants import broken
from tests.races.stage import screen_of

LAST_COUPON = """\
journey: orchard
currency: USD
steps:
  - give: COMEBACK
    if_empty:
      - show: words
"""
VOTING = "journey: orchard\nsteps:\n  - play: vote\n  - show: words\n"
QUIZZING = "journey: orchard\nsteps:\n  - play: quiz\n  - show: words\n"
SORRY = "Somebody was a moment quicker."
ANSWER = {"move": "1", "question": "one", "answer": "a"}


def count(at, table, *wanted):
    """How many rows there are of the race's brand."""
    with reading() as tx:
        mine = table.brand_id == select(Campaign.brand_id).where(Campaign.slug == at.slug).scalar_subquery()
        return tx.scalar(select(func.count()).select_from(table).where(mine, *wanted))


def nothing_is_broken():
    with reading() as tx:
        assert broken(tx) == {}
    return True


def test_of_a_hundred_fans_one_gets_the_last_coupon_and_the_others_are_told_kindly(race):
    at = race(LAST_COUPON, fans=100, stock="stock: 1", words=SORRY)

    pages = at.press("enter", [at.form(fan, "enter", f"key-of-{number:04}") for number, fan in enumerate(at.fans)])

    assert Counter(page.status_code for page in pages) == {200: 100}
    assert Counter((SORRY in page.text, 'class="code"' in page.text) for page in pages) == {
        (True, False): 99,
        (False, True): 1,
    }
    assert (
        count(at, Coupon, Coupon.claim_id.is_not(None))
        == count(at, CouponClaim, CouponClaim.coupon_id.is_not(None))
        == 1
    )
    assert count(at, Run) == 100
    assert nothing_is_broken()


def test_fifty_equal_forms_have_one_effect_and_end_on_one_screen(race):
    at = race(QUIZZING, fans=1)
    fan = at.fans[0]
    assert at.post("enter", at.form(fan, "enter", "key-to-enter")).ok

    pages = at.press("play", [at.form(fan, "quiz", "one-key-for-all", **ANSWER)] * 50)

    assert Counter(page.status_code for page in pages) == {200: 50}
    assert len({screen_of(page) for page in pages}) == 1
    assert count(at, Play, Play.moves == 1) == count(at, Play) == 1
    assert count(at, Answered, Answered.key == "one-key-for-all") == 1
    assert nothing_is_broken()


@pytest.mark.proof
def test_of_fifty_answers_under_one_key_one_counts(race):
    at = race(VOTING, fans=1)
    fan = at.fans[0]
    assert at.post("enter", at.form(fan, "enter", "key-to-enter")).ok
    choices = ["apple", "pear"] * 25

    pages = at.press("play", [at.form(fan, "vote", "one-key-for-all", move="1", choice=choice) for choice in choices])

    with reading() as tx:
        chosen = tx.scalars(select(Vote.choice).where(Vote.fan_id == fan.id)).one()
    assert Counter(page.status_code for page in pages) == {200: 25, 422: 25}
    assert {choice for choice, page in zip(choices, pages, strict=True) if page.ok} == {chosen}


def test_a_hundred_votes_of_one_fan_are_one_vote(race):
    at = race(VOTING, fans=1)
    fan = at.fans[0]
    assert at.post("enter", at.form(fan, "enter", "key-to-enter")).ok
    forms = [at.form(fan, "vote", f"key-{number:04}", move="1", choice="pear") for number in range(100)]

    pages = at.press("play", forms)

    assert Counter(page.status_code for page in pages) == {200: 1, 409: 99}
    assert all("You have already gone past this step" in page.text for page in pages if not page.ok)
    assert count(at, Vote) == count(at, Play) == 1
    assert nothing_is_broken()


@pytest.mark.proof
def test_a_coupon_is_no_ones_twice_when_its_fan_presses_fifty_times(race):
    at = race(LAST_COUPON, fans=1, stock="stock: 50")
    fan = at.fans[0]

    pages = at.press("enter", [at.form(fan, "enter", f"key-{number:04}") for number in range(50)])

    assert {page.status_code for page in pages} == {200}
    assert count(at, CouponClaim, CouponClaim.coupon_id.is_not(None)) == count(at, Run) == 1
    assert nothing_is_broken()
