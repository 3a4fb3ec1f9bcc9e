"""Coupons that a brand would be surprised by: none left, no end, no last day, none that a limit lets through."""

from __future__ import annotations

from collections.abc import Iterator

from journeys.journey import Journey, walk_steps
from journeys.problems import Kind, Problem
from journeys.verbs.base import Step
from journeys.verbs.branching import Choose, Split
from journeys.verbs.end import End
from journeys.verbs.give import Give
from journeys.world import World

EMPTY = Kind(
    "journey.no_stock",
    "warning",
    "the pool '{pool}' is empty",
    "le lot « {pool} » est vide",
    "load codes into it",
    "chargez-y des codes",
)
ENDLESS = Kind(
    "journey.give_without_stock",
    "warning",
    "the pool '{pool}' has no stock: everybody who comes to '{step}' gets a coupon, however many come",
    "le lot « {pool} » n'a pas de stock : tous ceux qui arrivent à « {step} » reçoivent un coupon, sans limite",
    "write 'stock: 500' in the pool",
    "écrivez « stock: 500 » dans le lot",
)
NO_LAST_DAY = Kind(
    "journey.give_without_validity",
    "warning",
    "the coupons of '{pool}' that '{step}' gives are valid for ever",
    "les coupons de « {pool} » que donne « {step} » sont valables pour toujours",
    "write 'valid: 30d' here, or in the pool",
    "écrivez « valid: 30d » ici, ou dans le lot",
)
SAME_POOL = Kind(
    "journey.if_empty_same_pool",
    "warning",
    "'{step}' is for when '{pool}' is empty, and gives from '{pool}'",
    "« {step} » sert quand « {pool} » est vide, et donne de « {pool} »",
    "give from another pool, or show a screen that says sorry",
    "donnez d'un autre lot, ou montrez un écran d'excuse",
)
OVER_LIMIT = Kind(
    "journey.give_over_limit",
    "warning",
    "nobody gets '{step}': whoever comes here has had {before} coupon(s), and 'limits' allow {limit}",
    "personne ne reçoit « {step} » : qui arrive ici a déjà eu {before} coupon(s), et « limits » en permet {limit}",
    "allow more coupons in 'limits', or take this step out",
    "permettez plus de coupons dans « limits », ou retirez cette étape",
)


def gifts_without_limit(journey: Journey, world: World | None) -> Iterator[Problem]:
    """Coupons out of a pool that has none or has no end, and coupons that never expire."""
    for step in journey.all_steps():
        if world and isinstance(step, Give) and step.name in world.pools:
            for kind in _surprises(step, world):
                yield Problem(kind, journey.file, *step.place, {"pool": step.name, "step": step.id})


def gifts_from_an_empty_pool(journey: Journey, world: World | None) -> Iterator[Problem]:
    """Gives that stand in for an empty pool, out of the same pool."""
    for step in journey.all_steps():
        for inner in walk_steps(step.if_empty or ()) if isinstance(step, Give) else ():
            if isinstance(inner, Give) and inner.name == step.name:
                yield Problem(SAME_POOL, journey.file, *inner.place, {"pool": step.name, "step": inner.id})


def gifts_over_the_limit(journey: Journey, world: World | None) -> Iterator[Problem]:
    """Gives that come, on every way, after as many as one person may have (were no pool empty)."""
    if journey.limits.coupons is not None:
        yield from _over(journey, journey.steps, 0, journey.limits.coupons)[1]


def _over(journey: Journey, steps: tuple[Step, ...], had: int, limit: int) -> tuple[int | None, list[Problem]]:
    """How many coupons who had the fewest has after the steps (None: nobody goes on), and what nobody gets."""
    found: list[Problem] = []
    for step in steps:
        if isinstance(step, End):
            return None, found
        if isinstance(step, Choose | Split):
            ways = [_over(journey, branch.steps, had, limit) for branch in step.branches]
            found += [problem for _, inner in ways for problem in inner]
            left = [after for after, _ in ways if after is not None]
            if not left:
                return None, found
            had = min(left)
        elif isinstance(step, Give):
            if had >= limit:
                values = {"step": step.id, "before": had, "limit": limit}
                found.append(Problem(OVER_LIMIT, journey.file, *step.place, values))
            elif not step.if_empty:
                had += 1
    return had, found


def _surprises(step: Give, world: World) -> Iterator[Kind]:
    if world.pools[step.name] == 0:
        yield EMPTY
    if step.name in world.endless:
        yield ENDLESS
    if step.valid is None and step.name not in world.expiring:
        yield NO_LAST_DAY
