"""What is wrong with the way itself: branches and steps that nobody comes to, answers that may be missing."""

from __future__ import annotations

from collections.abc import Iterator

from journeys.conditions import Condition
from journeys.conditions.tree import All, Tree
from journeys.journey import Journey
from journeys.problems import Kind, Problem
from journeys.verbs.base import Step
from journeys.verbs.branching import Choose
from journeys.verbs.end import End
from journeys.verbs.wait import Wait
from journeys.world import World

UNREACHABLE = Kind(
    "journey.unreachable",
    "error",
    "nobody can take '{step}/{label}': whoever could has taken '{step}/{earlier}' (line {line})",
    "personne ne peut prendre « {step}/{label} » : qui le pourrait a pris « {step}/{earlier} » (ligne {line})",
    "put the narrower condition first",
    "mettez la condition la plus étroite en premier",
)
AFTER_END = Kind(
    "journey.after_end",
    "error",
    "nobody comes to '{step}': the journey ends before it (line {line})",
    "personne n'arrive à « {step} » : le parcours finit avant (ligne {line})",
)
UNKNOWN_DECIDES = Kind(
    "journey.unknown_decides",
    "warning",
    "'{step}/{label}' decides on what may be unknown ({fields}), and '{step}' has no 'otherwise'",
    "« {step}/{label} » décide sur ce qui peut être inconnu ({fields}), et « {step} » n'a pas de « otherwise »",
    "write 'otherwise:' to say what happens then, if only []",
    "écrivez « otherwise: » pour dire ce qui se passe alors, même []",
)
TOO_LATE = Kind(
    "journey.wait_past_close",
    "error",
    "'{step}' waits past the journey's close ({close}): nobody comes any further",
    "« {step} » attend au-delà de la fermeture du parcours ({close}) : personne ne va plus loin",
)


def unreachable_branches(journey: Journey, world: World | None) -> Iterator[Problem]:
    """Branches whose condition holds only where an earlier one holds as well."""
    for step in journey.all_steps():
        for place, branch in enumerate(step.of if isinstance(step, Choose) else ()):
            before = next((b for b in step.branches[:place] if _implies(branch.when, b.when)), None)
            if before:
                values = {"step": step.id, "label": branch.label, "earlier": before.label, "line": before.place[0]}
                yield Problem(UNREACHABLE, journey.file, *branch.place, values)


def steps_after_the_end(journey: Journey, world: World | None) -> Iterator[Problem]:
    """Steps that follow an `end` in the same list."""
    for steps in _lists(journey):
        ends = next((place for place, step in enumerate(steps) if isinstance(step, End)), len(steps))
        for step in steps[ends + 1 : ends + 2]:
            values = {"step": step.id, "line": steps[ends].place[0]}
            yield Problem(AFTER_END, journey.file, *step.place, values)


def unknowns_that_decide(journey: Journey, world: World | None) -> Iterator[Problem]:
    """Choices without `otherwise` that may find no answer."""
    for step in journey.all_steps():
        for branch in step.of if isinstance(step, Choose) and step.otherwise is None else ():
            if branch.when and branch.when.may_be_unknown:
                fields = ", ".join(sorted(branch.when.may_be_unknown))
                values = {"step": step.id, "label": branch.label, "fields": fields}
                yield Problem(UNKNOWN_DECIDES, journey.file, *branch.place, values)
                break


def waits_past_the_close(journey: Journey, world: World | None) -> Iterator[Problem]:
    """Waits that are over only when the journey is."""
    close, start = journey.closes_at, journey.opens_at
    waits = (step for step in journey.all_steps() if isinstance(step, Wait))
    for step in waits:
        if close is None:
            return
        too_long = step.for_ and start and start + step.for_ >= close
        if too_long or (step.until and step.until >= close):
            values = {"step": step.id, "close": close.astimezone(journey.zone).strftime("%Y-%m-%d %H:%M")}
            yield Problem(TOO_LATE, journey.file, *step.place, values)


def _lists(journey: Journey) -> Iterator[tuple[Step, ...]]:
    yield journey.steps
    for step in journey.all_steps():
        for branch in step.branches:
            yield branch.steps


def _implies(later: Condition | None, earlier: Condition | None) -> bool:
    """Whether the later condition says all that the earlier one says, and maybe more."""
    return bool(later and earlier and set(_claims(earlier.meaning)) <= set(_claims(later.meaning)))


def _claims(tree: Tree) -> tuple[Tree, ...]:
    return tree.parts if isinstance(tree, All) else (tree,)
