"""What is wrong with the way itself: steps that nobody comes to, waits that are never over, shares of nobody."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from journeys.journey import Journey
from journeys.problems import Kind, Problem
from journeys.verbs.base import Step
from journeys.verbs.branching import Choose, Split
from journeys.verbs.end import End
from journeys.verbs.wait import Wait
from journeys.world import World

AFTER_END = Kind(
    "journey.after_end",
    "error",
    "nobody comes to '{step}': the journey ends before it (line {line})",
    "personne n'arrive à « {step} » : le parcours finit avant (ligne {line})",
    "take it out, or let somebody go on",
    "retirez-la, ou laissez quelqu'un continuer",
)
TOO_LATE = Kind(
    "journey.wait_past_close",
    "error",
    "'{step}' waits past the journey's close ({close}): nobody comes any further",
    "« {step} » attend au-delà de la fermeture du parcours ({close}) : personne ne va plus loin",
    "wait for less, or leave the journey open for longer",
    "attendez moins, ou laissez le parcours ouvert plus longtemps",
)
WITHIN_TOO_LONG = Kind(
    "journey.within_past_close",
    "warning",
    "nobody has as long as 'within' gives at '{step}': the journey closes before ({close})",
    "personne n'a tout le temps que « within » donne à « {step} » : le parcours ferme avant ({close})",
    "write a shorter 'within', or none",
    "écrivez un « within » plus court, ou aucun",
)
LONG_AGO = Kind(
    "journey.wait_before_open",
    "warning",
    "'{step}' waits until a moment before the journey opens ({open}): nobody waits",
    "« {step} » attend un moment d'avant l'ouverture du parcours ({open}) : personne n'attend",
    "look at the year",
    "vérifiez l'année",
)
ONE_SHARE = Kind(
    "journey.split_of_one",
    "warning",
    "'{step}' splits nobody: it has one share only",
    "« {step} » ne répartit personne : il n'a qu'une part",
    "add a share, or take the split out",
    "ajoutez une part, ou retirez la répartition",
)
NOBODYS_SHARE = Kind(
    "journey.share_of_nobody",
    "warning",
    "the share '{step}/{label}' is for nobody: it is 0",
    "la part « {step}/{label} » n'est pour personne : elle vaut 0",
    "give it a share, or take it out",
    "donnez-lui une part, ou retirez-la",
)


def steps_after_the_end(journey: Journey, world: World | None) -> Iterator[Problem]:
    """Steps that stand after an `end`, or after a choice or split all of whose ways end."""
    for steps in _lists(journey):
        last = next((place for place, step in enumerate(steps) if not _goes_on(step)), len(steps))
        for step in steps[last + 1 : last + 2]:
            values = {"step": step.id, "line": steps[last].place[0]}
            yield Problem(AFTER_END, journey.file, *step.place, values)


def shares_of_a_split(journey: Journey, world: World | None) -> Iterator[Problem]:
    """Splits that do not split."""
    for step in journey.all_steps():
        if isinstance(step, Split) and len(step.into) == 1:
            yield Problem(ONE_SHARE, journey.file, *step.place, {"step": step.id})
        for branch in step.into if isinstance(step, Split) else ():
            if branch.share == 0:
                values = {"step": step.id, "label": branch.label}
                yield Problem(NOBODYS_SHARE, journey.file, *branch.place, values)


def waits_past_the_close(journey: Journey, world: World | None) -> Iterator[Problem]:
    """Waits that are over only when the journey is, even for who came first and went fastest."""
    if journey.opens_at:
        yield from _timed(journey, journey.steps, journey.opens_at)[1]
    elif journey.closes_at:
        yield from (problem for step in journey.all_steps() for problem in _late(journey, step, None))


def _timed(journey: Journey, steps: tuple[Step, ...], at: datetime) -> tuple[datetime, list[Problem]]:
    """When the fastest comes out of a list of steps that she came to at a moment, and what is too late by then."""
    found: list[Problem] = []
    for step in steps:
        found += _late(journey, step, at)
        outs = [_timed(journey, branch.steps, at) for branch in step.branches]
        found += [problem for _, inner in outs for problem in inner]
        if isinstance(step, Choose | Split) and outs:
            at = min(out for out, _ in outs)
        elif isinstance(step, Wait):
            at = max(at + (step.for_ or timedelta(0)), step.until or at)
    return at, found


def _late(journey: Journey, step: Step, at: datetime | None) -> Iterator[Problem]:
    """What is too late at a step, for who comes there at a moment (None: at an unknown one)."""
    close, opens = journey.closes_at, journey.opens_at
    values = {"step": step.id, "close": _said(journey, close), "open": _said(journey, opens)}
    within = getattr(step, "within", None)
    if isinstance(step, Wait) and close and (_ends_after(step, at, close) or (step.until and step.until >= close)):
        yield Problem(TOO_LATE, journey.file, *step.place, values)
    if isinstance(step, Wait) and opens and step.until and step.until <= opens:
        yield Problem(LONG_AGO, journey.file, *step.place, values)
    if within and at and close and at < close < at + within:
        yield Problem(WITHIN_TOO_LONG, journey.file, *step.place, values)


def _ends_after(wait: Wait, at: datetime | None, close: datetime) -> bool:
    return bool(wait.for_ and at and at < close <= at + wait.for_)


def _said(journey: Journey, at: datetime | None) -> str:
    return at.astimezone(journey.zone).strftime("%Y-%m-%d %H:%M") if at else ""


def _goes_on(step: Step) -> bool:
    """Whether somebody may go on after a step."""
    if isinstance(step, Choose | Split):
        return any(all(map(_goes_on, branch.steps)) for branch in step.branches)
    return not isinstance(step, End)


def _lists(journey: Journey) -> Iterator[tuple[Step, ...]]:
    yield journey.steps
    for step in journey.all_steps():
        for branch in step.branches:
            yield branch.steps
