"""Games of chance that only buyers come to: in some countries that is a lottery."""

from __future__ import annotations

from collections.abc import Iterator

from journeys.checking.countries import law_of
from journeys.checking.purchases import steps_reached
from journeys.journey import Journey
from journeys.problems import Kind, Problem
from journeys.verbs.base import Step
from journeys.world import World

CHANCE_AFTER_PURCHASE = Kind(
    "journey.chance_after_purchase",
    "warning",
    "only who buys comes to the game of chance '{step}': {law_en} ({source})",
    "seul qui achète arrive au jeu de hasard « {step} » : {law_fr} ({source})",
    "{hint_en}",
    "{hint_fr}",
)


def chance_after_purchase(journey: Journey, world: World | None) -> Iterator[Problem]:
    """Games of chance and draws that need a purchase made during the journey, with what the brand's country says.

    What a person bought before is no required purchase; and who also reaches the same game without buying has a free
    way in.
    """
    free = {(step.verb, step.name) for step in steps_reached(journey, buying=False)}
    law = law_of(world.country if world else None)
    values = {"law_en": law.en, "law_fr": law.fr, "hint_en": law.hint_en, "hint_fr": law.hint_fr, "source": law.source}
    for step in steps_reached(journey, buying=True):
        if _is_chance(step, world) and (step.verb, step.name) not in free:
            yield Problem(CHANCE_AFTER_PURCHASE, journey.file, *step.place, {"step": step.id, **values})


def _is_chance(step: Step, world: World | None) -> bool:
    return step.verb == "enter_draw" or (step.verb == "play" and world is not None and step.name in world.chance)
