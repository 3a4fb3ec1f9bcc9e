"""The tests that a file carries: what they send through, what they find, and how they say it."""

import pytest

from journeys.journey import Journey
from journeys.loading import load_journey
from journeys.testing import run_tests

STEPS = """\
  - choose: who
    of:
      - {when: crm.tier == "gold" or orders(last 30d).total >= 50 EUR, as: good, do: [{play: quiz, tries: 2}]}
    otherwise: []
  - offer: club
    within: 2d
  - choose: member
    of:
      - {when: program.club, as: in, do: [{give: FIVE, if_empty: [{points: sorry, add: 5}]}]}
    otherwise: []
  - wait: visit_again
    event: shop.visited
    within: 3d
  - choose: back
    of:
      - {when: visit_again.came, as: yes, do: [{message: hello}]}
    otherwise: []
"""


def carrying(case: str) -> Journey:
    text = f"journey: j\ncurrency: EUR\nsteps:\n{STEPS}tests:\n  - {{name: t, today: 2026-11-10, {case}}}\n"
    loaded = load_journey(text, "j.yaml")
    assert loaded.journey, [str(problem) for problem in loaded.problems]
    return loaded.journey


@pytest.mark.parametrize(
    "case",
    [
        "path: [who/otherwise, club, member/otherwise, back/otherwise], gets: []",
        "person: {crm.tier: gold}, path: [who/good, quiz], gets: []",
        "person: {orders: [{ago: 29d, total: 50 EUR}]}, path: [who/good]",
        "person: {orders: [{ago: 30d, total: 50 EUR}]}, path: [who/otherwise]",
        "person: {orders: [{at: 2026-10-12 23:00, total: 50 EUR}]}, path: [who/good]",
        "plays: {quiz: [{score: 2}, {score: 8}]}, path: [who/otherwise]",
        "person: {crm.tier: gold}, plays: {quiz: [{score: 2}, {score: 8}]}, path: [quiz, club, member]",
        "person: {crm.tier: gold}, plays: {quiz: {score: 2}}, path: [quiz, club, member]",
        "offers: {club: {joined: true}}, path: [member/in, FIVE], gets: [FIVE]",
        "offers: {club: {joined: true}}, stock: {FIVE: 0}, path: [FIVE/empty, sorry], gets: [5 points]",
        "offers: {club: {joined: false}}, path: [member/otherwise], gets: []",
        "events: [{after: 4d, shop.visited: {}}], path: [back/yes, hello]",
        "events: [{after: 4d, shop.visited: {}}], path: [back/yes], gets: [hello]",
        "events: [{after: 4d, shop.visited: {}}], path: [back/yes], gets: []",
        "events: [{after: 1d, shop.visited: {}}], path: [back/otherwise]",
        "events: [{after: 6d, shop.visited: {}}], path: [back/otherwise]",
    ],
)
def test_a_test_that_says_what_happens_passes(case: str):
    (result,) = run_tests(carrying(case)).results

    assert result.reasons() == []


@pytest.mark.parametrize(
    ("case", "reason"),
    [
        ("path: [who/good]", "did not come by who/good; path: who > who/otherwise > club > member"),
        ("path: [member, club]", "did not come by club"),
        ("offers: {club: {joined: true}}, gets: []", "expected to get: -; got: FIVE"),
        ("gets: [FIVE]", "expected to get: FIVE; got: -"),
    ],
)
def test_a_test_that_fails_says_why(case: str, reason: str):
    report = run_tests(carrying(case))

    assert not report.passed
    assert report.results[0].reasons()[0].startswith(reason)
    assert report.results[0].reasons("fr")[0] not in ("", reason)


def test_branches_that_no_test_tried_are_listed():
    report = run_tests(carrying("path: [who/otherwise]"))

    assert report.branches_never_tried == ("who/good", "member/in", "FIVE/empty", "back/yes")


@pytest.mark.parametrize(
    ("case", "code", "hint"),
    [
        ("person: {fan.of_aeg: true}", "condition.unknown_field", "did you mean fan.of_age?"),
        ("person: {fan.of_age: maybe}", "journey.shape", ""),
        ("person: {orders: [{ago: 3d, total: 9 USD}]}", "journey.shape", ""),
        ("plays: {quizz: {score: 3}}", "journey.test_step", "did you mean 'quiz'?"),
        ("plays: {quiz: {score: many}}", "journey.shape", ""),
        ("path: [who/goood]", "journey.test_step", "did you mean 'who/good'?"),
        ("offers: {club: {}}", "journey.missing_key", ""),
        ("offers: {club: {joined: maybe}}", "journey.not_one_of", ""),
        ("events: [{shop.visited: {}, shop.left: {}}]", "journey.shape", ""),
        ("pth: []", "journey.unknown_key", "did you mean 'path'?"),
    ],
)
def test_a_mistake_in_a_test_is_said(case: str, code: str, hint: str):
    text = f"journey: j\ncurrency: EUR\nsteps:\n{STEPS}tests:\n  - {{name: t, today: 2026-11-10, {case}}}\n"

    (problem,) = (p for p in load_journey(text, "j.yaml").problems if p.level == "error")

    assert (problem.code, problem.hint()) == (code, hint)


def test_a_test_needs_its_day():
    text = f"journey: j\ncurrency: EUR\nsteps:\n{STEPS}tests:\n  - {{name: t}}\n"

    assert "journey.missing_key" in [problem.code for problem in load_journey(text, "j.yaml").problems]
