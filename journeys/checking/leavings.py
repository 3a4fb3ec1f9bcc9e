"""What is left over: names, games and pools that nothing uses, tests that expect nothing, steps that vanish."""

from __future__ import annotations

from collections.abc import Iterator
from difflib import get_close_matches

from journeys.conditions.tree import Let, leaves
from journeys.journey import Journey
from journeys.problems import Kind, Problem
from journeys.verbs.invite import Invite
from journeys.world import World

UNUSED_LET = Kind(
    "journey.unused_let",
    "warning",
    "'{name}' is defined and never used",
    "« {name} » est défini et ne sert jamais",
    "take it out, or use it in a condition",
    "retirez-le, ou utilisez-le dans une condition",
)
UNUSED_OBJECT = Kind(
    "journey.unused_object",
    "warning",
    "the campaign has the {what_en} '{name}', and its journey never uses it",
    "la campagne a le {what_fr} « {name} », et son parcours ne s'en sert jamais",
    "use it in a step, or take it out of the campaign",
    "utilisez-le dans une étape, ou retirez-le de la campagne",
)
EXPECTS_NOTHING = Kind(
    "journey.test_expects_nothing",
    "warning",
    "the test '{name}' expects nothing, and passes whatever happens",
    "le test « {name} » n'attend rien, et passe quoi qu'il arrive",
    "write the 'path' that is expected, or 'gets: []'",
    "écrivez le « path » attendu, ou « gets: [] »",
)
VANISHED = Kind(
    "journey.step_vanished",
    "warning",
    "the live version has a step '{id}', and this one has not: who stands there has no way on",
    "la version en ligne a une étape « {id} », et celle-ci non : qui s'y trouve n'a plus de suite",
    "{near_en}",
    "{near_fr}",
)


def unused_names(journey: Journey, world: World | None) -> Iterator[Problem]:
    """Named conditions that no condition names; games and pools of the campaign that no step is about."""
    used = _names_in_conditions(journey)
    for name, let in journey.lets.items():
        if name not in used and let.written and not let.remarks:
            yield Problem(UNUSED_LET, journey.file, *let.written.at(0), {"name": name})
    if world and world.alone:
        yield from _unused_objects(journey, world)


def tests_that_expect_nothing(journey: Journey, world: World | None) -> Iterator[Problem]:
    """Tests without a path and without a list of what is got."""
    for case in journey.tests:
        if not case.path and case.gets is None:
            yield Problem(EXPECTS_NOTHING, journey.file, *case.place, {"name": case.name})


def steps_that_vanish(journey: Journey, world: World | None) -> Iterator[Problem]:
    """Steps of the live version whose id is gone without a `was` that says where to."""
    live = world.live if world else {}
    new = {step.id: step.verb for step in journey.all_steps() if step.id not in live}
    for id, verb in live.items():
        if not journey.has_step(id):
            same_verb = [name for name, its in new.items() if its == verb]
            near = get_close_matches(id, same_verb, 1, 0.4)
            en, fr = (near[0], near[0]) if near else ("the step that takes its place", "l'étape qui la remplace")
            hints = {"near_en": f"write 'was: {id}' at {en}", "near_fr": f"écrivez « was: {id} » à {fr}"}
            yield Problem(VANISHED, journey.file, values={"id": id, **hints})


def _names_in_conditions(journey: Journey) -> set[str]:
    branches = (branch.when for step in journey.all_steps() for branch in step.branches)
    conditions = (journey.enter.when, journey.exit, *journey.lets.values(), *branches)
    return {leaf.name for each in conditions if each for leaf in leaves(each.tree) if isinstance(leaf, Let)}


def _unused_objects(journey: Journey, world: World) -> Iterator[Problem]:
    steps = (*journey.always, *journey.all_steps())
    used = {step.name for step in steps}
    used |= {step.gives.pool for step in steps if isinstance(step, Invite) and step.gives and step.gives.pool}
    pools = () if world.chance else world.pools  # a game of chance may have prizes of its own
    for what_en, what_fr, names in (("game", "jeu", world.games), ("pool", "lot de coupons", pools)):
        for name in names:
            if name not in used:
                values = {"what_en": what_en, "what_fr": what_fr, "name": name}
                yield Problem(UNUSED_OBJECT, journey.file, values=values)
