"""Whole journeys against the live engine: nobody is ever led where the check says that nobody comes."""

from random import Random

import pytest

from journeys.advancing import enter
from journeys.checking.choices import choices
from journeys.journey import Enter, Journey
from journeys.problems import Problem
from journeys.running.decisions import TurnedAway
from journeys.verbs.base import Branch, Step
from journeys.verbs.branching import Choose
from journeys.verbs.end import End
from journeys.verbs.gains import Tag
from tests.journeys.checking.lots import some_tree, somebody
from tests.journeys.checking.test_proving import read
from tests.journeys.conditions.strategies import ZONES


def some_steps(luck: Random, name: str, depth: int) -> tuple[Step, ...]:
    """A choice, with others inside and after it; tags and ends between them."""
    steps: list[Step] = []
    for number in range(luck.choice((1, 2)) if depth else 0):
        id = f"{name}_{number}"
        branches = tuple(
            Branch(label=f"b{n}", when=read(some_tree(luck, 1)), steps=some_steps(luck, f"{id}_{n}", depth - 1))
            for n in range(luck.choice((2, 3)))
        )
        steps.append(Choose(id=id, name=id, of=branches, otherwise=some_steps(luck, f"{id}_o", depth - 1)))
        if luck.random() < 0.3:
            steps.append(Tag(id=f"{id}_tag", name="vip"))
    return (*steps, End(id=f"{name}_end", name="end")) if luck.random() < 0.2 else tuple(steps)


def some_journey(luck: Random) -> Journey:
    return Journey(
        name="j",
        file="j.yaml",
        zone=luck.choice(ZONES),
        enter=Enter(when=read(some_tree(luck, 1)) if luck.random() < 0.5 else None),
        exit=read(some_tree(luck, 1)) if luck.random() < 0.3 else None,
        steps=some_steps(luck, "s", 2),
    )


def forbidden(problem: Problem, journey: Journey) -> set[tuple[str, str]]:
    """The (step, outcome) that nobody may come to, if the problem is right."""
    if problem.code == "journey.nobody_enters":
        return {("", "entered")}
    if problem.code == "journey.exit_never":
        return {("", "left")}
    if problem.code == "journey.exit_always":
        return {(step.id, branch.label) for step in journey.all_steps() for branch in step.branches}
    step, label = str(problem.values["step"]), str(problem.values["label"])
    if problem.code in ("journey.always_holds", "journey.otherwise_never"):
        labels = [branch.label for branch in journey.step(step).branches]
        return {(step, later) for later in labels[labels.index(label) + 1 :]}
    return {(step, label)}


def assert_never_taken(seed: int, journeys: int, people: int) -> int:
    luck = Random(seed)
    crowd, said = [somebody(luck) for _ in range(people)], 0
    for _ in range(journeys):
        journey = some_journey(luck)
        never = {each: problem for problem in choices(journey, None) for each in forbidden(problem, journey)}
        said += len(never)
        for facts, moment in crowd:
            came = enter(journey, facts, moment.now, "ada")
            decisions = (came.decision,) if isinstance(came, TurnedAway) else came.decisions
            wrong = [never[key] for d in decisions if (key := (d.step, d.outcome)) in never]
            assert not wrong, (str(wrong[0]), [each.text for each in conditions_of(journey)])
    return said


def conditions_of(journey: Journey):
    yield from (each for each in (journey.enter.when, journey.exit) if each)
    yield from (branch.when for step in journey.all_steps() for branch in step.branches if branch.when)


@pytest.mark.parametrize("seed", [1, 2])
def test_nobody_is_led_where_nobody_comes(seed: int):
    assert assert_never_taken(seed, journeys=15, people=40) > 3


@pytest.mark.proof
@pytest.mark.timeout(1200)
@pytest.mark.parametrize("seed", range(200, 204))
def test_none_of_many_people_is_led_where_nobody_comes(seed: int):
    assert assert_never_taken(seed, journeys=500, people=300) > 100
