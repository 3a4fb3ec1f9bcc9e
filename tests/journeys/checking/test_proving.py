"""What the check calls impossible happens to nobody: proofs against random people, and proofs that must be found."""

from random import Random
from time import perf_counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from journeys.checking.proving import Proof, holds, holds_not
from journeys.conditions import Condition, Scope, read_condition
from journeys.conditions.printer import printed
from journeys.facts import Facts, Moment
from tests.journeys.checking.lots import some_tree, somebody
from tests.journeys.conditions.strategies import SCOPE, people, trees

ON_TRUST = Scope(currency="EUR", undeclared_crm_ok=True, assumed=True)


def condition(text: str, scope: Scope = ON_TRUST) -> Condition:
    found = read_condition(text, scope)
    assert isinstance(found, Condition), (text, found)
    return found


def nobody_left(later: str, *earlier: str) -> bool:
    """Whether it is proven that nobody takes a branch after these."""
    return Proof().impossible([holds(condition(later)), *(holds_not(condition(each)) for each in earlier)])


def read(tree: object) -> Condition:
    return condition(printed(tree), SCOPE)


@pytest.mark.parametrize(
    ("later", "earlier"),
    [
        ("q.score >= 8", ["q.score >= 7"]),
        ("q.score > 7", ["q.score >= 8"]),
        ("q.score < 3 and q.score > 3", []),
        ("q.score between 3 and 5", ["q.score >= 4", "q.score <= 3"]),
        ("crm.known", ["crm.known and tag.a", "crm.known and not tag.a"]),
        ("not tag.a", ["not (tag.a and tag.b)"]),
        ("tag.a and (tag.b or tag.c)", ["tag.a and tag.b", "tag.a and tag.c"]),
        ('crm.tier == "gold"', ['crm.tier in ("gold" "silver")']),
        ('crm.tier == "gold" and crm.tier == "silver"', []),
        ("crm.spent > 20 EUR", ["crm.spent is known"]),
        ('fan.country == "FR" and fan.country contains "DE"', []),
        ("rfm.recency > 5", []),
        ("now.hour >= 24", []),
        ("orders(last 30d).count >= 1", ["orders(last 90d).count >= 1"]),
        ("orders().age < 90d", ["orders(last 90d).count >= 1"]),
        ("orders(last 90d).count >= 1", ["orders().age < 90d"]),
        ("orders(this month).count >= 2", ["orders(last 31d).count >= 2"]),
        ("orders(this month).count >= 1", ["orders(this year).count >= 1"]),
        ("orders(from 2026-03-01 to 2026-03-31).count >= 1", ["orders(from 2026-01-01 to 2026-12-31).count >= 1"]),
        ("orders(last 48h).count >= 1", ["orders(last 30d).count >= 1"]),
        ('orders(category "tv").count >= 1', ["orders().count >= 1"]),
        ("orders(over 50 EUR).count >= 1", ["orders().biggest > 20 EUR"]),
        ("orders().total > 20 EUR", ["orders().count >= 1"]),
        ("orders().count == 0 and orders().average > 3 EUR", []),
        ("orders().age > 10d and orders().first_age < 10d", []),
        ("orders().distinct_categories >= 1 and orders().count == 0", []),
        ("orders().interval > 2d", ["orders().count >= 2"]),
        ("orders().age == 36h", []),
    ],
)  # fmt: skip
def test_a_branch_that_nobody_can_take_is_found(later: str, earlier: list[str]):
    assert nobody_left(later, *earlier)


@pytest.mark.parametrize(
    ("later", "earlier"),
    [
        ("orders(last 90d).count >= 1", ["orders(last 30d).count >= 1"]),
        ("orders(last 24h).count >= 1", ["orders(last 1d).count >= 1"]),
        ("orders(last 30d net).total > 10 EUR", ["orders(last 90d net).total > 10 EUR"]),
        ('orders(category "tv" net over 5 EUR).count >= 1', ["orders(net over 5 EUR).count >= 1"]),
        ("orders().count >= 1", ["orders().total > 0 EUR"]),
        ("not fan.of_age", ["fan.of_age"]),
        ("fan.of_age is unknown", ["fan.of_age", "not fan.of_age"]),
        ("crm.spent is known", ["crm.spent > 3 EUR", "crm.spent <= 3 EUR"]),
        ("crm.guess > 3", ["crm.guess >= 4"]),
        ("q.score is known", ["q.score <= 3", "q.score > 4"]),
        ('crm.tier == "bronze"', ['crm.tier in ("gold" "silver")']),
    ],
)
def test_a_branch_that_somebody_can_take_is_left_alone(later: str, earlier: list[str]):
    assert not nobody_left(later, *earlier)


@settings(max_examples=25, deadline=None)
@given(st.lists(trees, min_size=1, max_size=3), people())
def test_whoever_takes_a_branch_shows_that_it_can_be_taken(branches: list, person: tuple):
    values, lines, now, zone, entered = person

    assert_taken_is_possible([read(tree) for tree in branches], Facts(values, lines), Moment(now, zone, entered))


def assert_taken_is_possible(branches: list[Condition], facts: Facts, moment: Moment) -> None:
    taken = next((place for place, each in enumerate(branches) if each.holds(facts, moment)), None)
    passed = [holds_not(each) for each in branches[:taken]]
    claims = passed if taken is None else [*passed, holds(branches[taken])]
    assert not Proof().impossible(claims), [each.text for each in branches]


@pytest.mark.parametrize("seed", range(2))
def test_nobody_of_a_crowd_does_what_is_called_impossible(seed: int):
    assert crowd_against_conditions(seed, conditions=60, people=50) > 5


@pytest.mark.proof
@pytest.mark.timeout(900)
@pytest.mark.parametrize("seed", range(100, 104))
def test_nobody_of_a_large_crowd_does_what_is_called_impossible(seed: int):
    assert crowd_against_conditions(seed, conditions=1_500, people=300) > 100


def crowd_against_conditions(seed: int, conditions: int, people: int) -> int:
    """Send a crowd by many pairs of branches; how many of them were called impossible, rightly."""
    luck = Random(seed)
    crowd = [somebody(luck) for _ in range(people)]
    found = 0
    for _ in range(conditions):
        first, then = read(some_tree(luck)), read(some_tree(luck))
        answers = [(first.verdict(*who).held, then.verdict(*who).held) for who in crowd]
        for claims, happens in (
            ([holds(then)], any(held for _, held in answers)),
            ([holds_not(first), holds(then)], any(one is not True and two is True for one, two in answers)),
            ([holds_not(first), holds_not(first, wanted=False)], any(one is None for one, _ in answers)),
            ([holds_not(first), holds_not(then)], any(one is not True and two is not True for one, two in answers)),
        ):
            proven = Proof().impossible(claims)
            found += proven
            assert not (proven and happens), (first.text, then.text)
    return found


def test_a_hostile_condition_is_given_up_soon_and_never_called_impossible():
    pairs = " and ".join(f"(q{n}.score > 1 or q{(n * 7) % 40}.score < {n % 9})" for n in range(60))
    began = perf_counter()

    assert not Proof().impossible([holds_not(condition(pairs)), holds(condition(f"not ({pairs})"))])
    assert perf_counter() - began < 2


def test_all_proofs_of_a_file_have_one_bounded_effort():
    proof = Proof(effort=100)
    for _ in range(50):
        proof.impossible([holds(condition("q.score > 3 and q.score < 5 and tag.a"))])

    assert not proof.impossible([holds(condition("q.score < 3 and q.score > 3"))])
