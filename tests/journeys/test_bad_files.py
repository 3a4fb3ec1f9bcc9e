"""What is wrong with a journey file is said at its place, all at once, and never as an exception."""

import re
from datetime import UTC, datetime
from pathlib import Path
from random import Random

import pytest

from journeys.loading import load_journey
from journeys.testing import run_tests
from journeys.world import World

FIBRE = Path(__file__).parent.parent.parent / "docs/examples/fibre_tab.yaml"

SHOW = "steps:\n  - show: a\n"
STEPS = "journey: j\nsteps:\n"
CHOOSE = STEPS + "  - choose: c\n    of:\n"
SPLIT = STEPS + "  - split: s\n    into:\n"
FIELD = "condition.unknown_field"
CLOSES = "journey: j\nopen: {until: 2026-11-01}\n"


def faults(text: str, world: World | None = None) -> list[tuple[str, int, int]]:
    problems = load_journey(text, "j.yaml", world).problems
    return [(problem.code, problem.line, problem.col) for problem in problems if problem.level != "notice"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # the file's own form
        ("journey: j\n", [("journey.missing_key", 1, 1)]),
        (SHOW, [("journey.missing_key", 1, 1)]),
        ("journey: j\nstep: []\n" + SHOW, [("journey.unknown_key", 2, 1)]),
        ("journey: [a]\n" + SHOW, [("journey.shape", 1, 10)]),
        ("journey: j\nsteps: hello\n", [("journey.shape", 2, 8)]),
        ("journey: j\nsteps: []\n", [("journey.shape", 2, 8)]),
        (STEPS + "  - hello\n", [("journey.shape", 3, 5)]),
        (STEPS + "  - \n", [("journey.shape", 3, 4)]),
        # keys and verbs
        (STEPS + "  - optin: newsletter\n", [("journey.unknown_key", 3, 5)]),
        (STEPS + "  - nonsense: x\n", [("journey.no_verb", 3, 5)]),
        (STEPS + "  - show: a\n    give: FIVE\n", [("journey.two_verbs", 4, 5)]),
        (STEPS + "  - give: FIVE\n    vaild: 3d\n", [("journey.unknown_key", 4, 5)]),
        # ids
        (STEPS + "  - show: Été\n", [("journey.id", 3, 11)]),
        (STEPS + "  - show: a\n  - show: a\n", [("journey.same_id", 4, 11)]),
        (STEPS + "  - show: a\n    was: b\n  - show: b\n", [("journey.was", 4, 10)]),
        # numbers and words
        (STEPS + "  - points: p\n    add: 0200\n", [("journey.leading_zero", 4, 10)]),
        (STEPS + "  - points: p\n    add: many\n", [("journey.shape", 4, 10)]),
        (STEPS + "  - points: p\n    add: 0\n", [("journey.range", 4, 10)]),
        (STEPS + "  - points: p\n", [("journey.missing_key", 3, 5)]),
        (STEPS + "  - give: FIVE\n    valid: soon\n", [("journey.shape", 4, 12)]),
        (STEPS + "  - invite: i\n    counts_when: bought\n", [("journey.not_one_of", 4, 18)]),
        # dates
        ("journey: j\nopen: {from: 2026-13-45}\n" + SHOW, [("journey.date", 2, 14)]),
        ("journey: j\nopen: {from: 2026-02-30}\n" + SHOW, [("journey.date", 2, 14)]),
        ("journey: j\nopen: {from: 2026-11-02 25:00}\n" + SHOW, [("journey.date", 2, 14)]),
        ("journey: j\nopen: {from: 2026-12-01, until: 2026-11-01}\n" + SHOW, [("journey.dates_order", 2, 33)]),
        ("journey: j\nopen: {timezone: Europe/Pariss}\n" + SHOW, [("journey.zone", 2, 18)]),
        ("journey: j\nopen: {timezone: ../../etc/passwd}\n" + SHOW, [("journey.zone", 2, 18)]),
        ("journey: j\nopen: {from: 2026-03-29 02:30, timezone: Europe/Paris}\n" + SHOW, [("journey.date", 2, 14)]),
        # branches
        (CHOOSE, [("journey.shape", 4, 8)]),
        (CHOOSE + "      - {when: tag.a and tag.b, do: []}\n", [("journey.label_missing", 5, 9)]),
        (CHOOSE + "      - {when: tag.a, as: otherwise, do: []}\n", [("journey.reserved_label", 5, 27)]),
        (
            CHOOSE + "      - {when: tag.a, as: x, do: []}\n      - {when: tag.b, as: x, do: []}\n",
            [("journey.same_label", 6, 9)],
        ),
        (CHOOSE + "      - {as: x, do: []}\n", [("journey.missing_key", 5, 9)]),
        (SPLIT + "      - {share: 60, as: a}\n      - {share: 30, as: b}\n", [("journey.shares", 5, 7)]),
        # conditions, to the letter
        (CHOOSE + "      - {when: tag.a and fan.of_aeg, as: x, do: []}\n", [("condition.unknown_field", 5, 26)]),
        (CHOOSE + '      - {when: "tag.a and fan.of_aeg", as: x}\n', [("condition.unknown_field", 5, 27)]),
        (CHOOSE + "      - when: >-\n          tag.a and\n          fan.ofage\n        as: x\n", [(FIELD, 7, 11)]),
        ("journey: j\nlet: {x: orders().total >= 150}\n" + SHOW, [("condition.type", 2, 28)]),
        ("journey: j\nlet: {known: crm.known}\n" + SHOW, [("journey.id", 2, 7)]),
        # waits
        (STEPS + "  - wait: w\n    for: 3d\n    until: 2026-12-01\n", [("journey.one_of", 3, 5)]),
        (STEPS + "  - wait: w\n    for: 3d\n    within: 9d\n", [("journey.unknown_key", 5, 5)]),
        # the whole tree
        (STEPS + "  - end:\n  - show: a\n", [("journey.after_end", 4, 5)]),
        (
            CHOOSE + "      - {when: tag.a, as: x, do: []}\n      - {when: tag.b and tag.a, as: y, do: []}\n",
            [("journey.unreachable", 6, 9)],
        ),
        (CHOOSE + "      - {when: fan.of_age, as: x, do: []}\n", [("journey.unknown_decides", 5, 16)]),
        (CLOSES + "steps:\n  - wait: w\n    until: 2026-12-01\n", [("journey.wait_past_close", 4, 5)]),
        ("journey: j\nalways:\n  - give: FIVE\n" + SHOW, [("journey.not_always", 3, 5)]),
        # consent
        (STEPS + "  - offer: club\n    asks: [{name: a.email, checked: true}]\n", [("consent.pre_ticked", 4, 28)]),
        (STEPS + "  - offer: club\n    checked: true\n", [("consent.pre_ticked", 4, 5)]),
        ("journey: j\nenter: {when: consent.email}\nsteps:\n  - play: quiz\n", [("consent.game_depends", 4, 5)]),
        (CHOOSE + "      - {when: consent.email, as: x, do: [{give: FIVE}]}\n", [("consent.give_depends", 5, 43)]),
        (
            CHOOSE + "      - {when: consent.email, as: x, do: []}\n    otherwise:\n      - play: quiz\n",
            [("consent.game_depends", 7, 9)],
        ),
    ],
)  # fmt: skip
def test_a_mistake_is_said_at_its_place(text: str, expected: list[tuple[str, int, int]]):
    assert faults(text) == expected


def test_all_mistakes_are_said_at_once():
    text = """\
journey: j
title: {xx1: a}
limits: {coupons: many, messages: often, quiet: night}
enter: {on: [x], again: sometimes}
exit: [a]
always: {a: b}
steps:
  - give: FIVE
    valid: never
"""

    assert [line for _, line, _ in faults(text)] == [2, 3, 3, 3, 4, 4, 5, 6, 9]


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        (STEPS + "  - optin: x\n", "did you mean 'offer'?"),
        (STEPS + "  - give: FIVE\n    vaild: 3d\n", "did you mean 'valid'?"),
        ("journey: j\nopen: {timezone: Europe/Pariss}\n" + SHOW, "did you mean 'Europe/Paris'?"),
        (STEPS + "  - points: p\n    add: 0200\n", "write 200 without the leading zero"),
    ],
)
def test_a_mistake_comes_with_what_was_meant(text: str, hint: str):
    (problem,) = (p for p in load_journey(text, "j.yaml").problems if p.level == "error")

    assert problem.hint("en") == hint
    assert problem.hint("fr") not in ("", hint)


def test_a_wrong_condition_under_let_is_said_once_not_wherever_its_name_is_used():
    text = "journey: j\nlet: {x: tag.}\nsteps:\n  - choose: c\n    of:\n      - {when: x, do: []}\n"

    assert [line for _, line, _ in faults(text)] == [2]


WORLD = World(
    games={"quiz": {"score": "whole"}, "vote": {"choice": ("fig", "plum")}},
    pools={"FIVE": 0, "TEN": None},
    expiring=frozenset({"FIVE", "TEN"}),
    programs={"club": ("newsletter.email",)},
    screens=frozenset({"thanks"}),
    messages=frozenset({"hello"}),
    currency="EUR",
    languages=("en", "fr"),
)


@pytest.mark.parametrize(
    ("step", "expected"),
    [
        ("play: quizz", [("journey.unknown_object", 3, 11)]),
        ("give: TENN", [("journey.unknown_object", 3, 11)]),
        ("give: FIVE", [("journey.no_stock", 3, 5)]),
        ("offer: cub", [("journey.unknown_object", 3, 12)]),
        ("offer: club\n    asks: [newsletter.sms]", [("journey.unknown_object", 4, 11)]),
        ("show: thanks", []),
        ("show: x\n    screen: thank", [("journey.unknown_object", 4, 13)]),
        ("message: m\n    template: hello", []),
        ("message: helo", [("journey.unknown_object", 3, 14)]),
        ("choose: c\n    of:\n      - {when: vote.choice == fig, as: x}", [("condition.", 5, 0)]),
    ],
)
def test_what_the_campaign_does_not_have_is_said(step: str, expected: list[tuple[str, int, int]]):
    found = faults(f"{STEPS}  - {step}\n", WORLD)

    if expected and expected[0][0] == "condition.":
        assert found[0][0].startswith("condition.")
    else:
        assert found == expected


def test_a_text_missing_in_a_language_of_the_campaign_is_a_warning():
    assert faults(
        "journey: j\ntitle: {fr: Bonjour}\n" + STEPS.removeprefix("journey: j\n") + "  - show: thanks\n", WORLD
    ) == [("journey.text_missing", 2, 8)]


def test_a_journey_only_narrows_the_dates_of_its_campaign():
    world = World(
        opens_at=datetime(2026, 11, 5, tzinfo=UTC), closes_at=datetime(2026, 11, 20, tzinfo=UTC), screens=frozenset("a")
    )

    loaded = load_journey("journey: j\nopen: {from: 2026-11-01, until: 2026-11-10}\n" + SHOW, "j.yaml", world).journey

    assert loaded
    assert loaded.opens_at == world.opens_at
    assert loaded.closes_at == datetime(2026, 11, 11, tzinfo=UTC)


JUNK = (
    "[]",
    "{}",
    "null",
    "-1",
    "1e5",
    "[a, {b: c}]",
    "true",
    "99999d",
    "0d",
    "((",
    "orders().total",
    "é",
    "9" * 30,
    "a.b.c",
)


@pytest.mark.parametrize("seed", range(60))
def test_a_file_that_was_knocked_about_is_read_or_refused_and_never_raises(seed: int):
    luck = Random(seed)
    text = FIBRE.read_text()
    for _ in range(luck.randrange(1, 5)):
        word = luck.choice(list(re.finditer(r"[\w./'-]+|[\[\]{}:,]", text)))
        text = text[: word.start()] + luck.choice(JUNK) + text[word.end() :]

    loaded = load_journey(text, "j.yaml")

    assert all(problem.text("fr") for problem in loaded.problems)
    assert loaded.journey is None or run_tests(loaded.journey).as_json()
