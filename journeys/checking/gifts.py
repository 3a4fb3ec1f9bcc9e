"""Coupons that a brand would be surprised by: none left, no end to them, no last day."""

from __future__ import annotations

from collections.abc import Iterator

from journeys.journey import Journey
from journeys.problems import Kind, Problem
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


def gifts_without_limit(journey: Journey, world: World | None) -> Iterator[Problem]:
    """Coupons out of a pool that has none or has no end, and coupons that never expire."""
    for step in journey.all_steps():
        if world and isinstance(step, Give) and step.name in world.pools:
            for kind in _surprises(step, world):
                yield Problem(kind, journey.file, *step.place, {"pool": step.name, "step": step.id})


def _surprises(step: Give, world: World) -> Iterator[Kind]:
    if world.pools[step.name] == 0:
        yield EMPTY
    if step.name in world.endless:
        yield ENDLESS
    if step.valid is None and step.name not in world.expiring:
        yield NO_LAST_DAY
