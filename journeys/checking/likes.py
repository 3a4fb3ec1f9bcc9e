"""What a social network forbids: to win by liking its pages or sharing on its timelines.

Source: Meta, Pages, Groups and Events Policies, "Promotions" (personal timelines and friend connections may not be
used to administer promotions) and Platform Terms (no reward for liking a page).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from journeys.conditions import Condition
from journeys.journey import Journey
from journeys.problems import Kind, Problem
from journeys.verbs.base import Step
from journeys.verbs.wait import Wait
from journeys.world import World

LIKE_TO_WIN = Kind(
    "journey.like_to_win",
    "error",
    "'{step}' hangs on '{name}': a network forbids to reward who likes or shares",
    "« {step} » dépend de « {name} » : un réseau interdit de récompenser qui aime ou partage",
    "reward a visit, a game or an answer (Meta, Pages Policies, Promotions)",
    "récompensez une visite, un jeu ou une réponse (Meta, règles des Pages, Promotions)",
)

DEEDS = frozenset({"like", "liked", "likes", "share", "shared", "shares", "retweet", "repost"})
NETWORKS = frozenset({"facebook", "fb", "instagram", "page", "post", "timeline", "tiktok", "twitter"})
GAINS = frozenset({"play", "give", "points", "enter_draw"})


def likes_to_win(journey: Journey, world: World | None) -> Iterator[Problem]:
    """Games and rewards behind a like or a share."""
    waits = {f"{step.id}.came": step.event for step in journey.all_steps() if isinstance(step, Wait) and step.event}
    way = _asked(journey.enter.when, waits) | _deeds((journey.enter.on,))
    for step, name in _behind(journey.steps, way, waits):
        yield Problem(LIKE_TO_WIN, journey.file, *step.place, {"step": step.id, "name": name})


def _behind(steps: tuple[Step, ...], way: frozenset[str], waits: Mapping[str, str]) -> Iterator[tuple[Step, str]]:
    for step in steps:
        if way and step.verb in GAINS:
            yield step, min(way)
        for branch in step.branches:
            yield from _behind(branch.steps, way | _asked(branch.when, waits), waits)
        if isinstance(step, Wait) and step.event and not step.within:
            way = way | _deeds((step.event,))


def _asked(condition: Condition | None, waits: Mapping[str, str]) -> frozenset[str]:
    """The likes and shares that a condition asks for, by name or by a wait for them."""
    fields = condition.fields if condition else ()
    return _deeds((*fields, *(waits[name] for name in fields if name in waits)))


def _deeds(names: tuple[str, ...]) -> frozenset[str]:
    """The names that speak of liking or sharing something on a network."""
    return frozenset(name for name in names if (words := set(re.split(r"[._-]", name))) & DEEDS and words & NETWORKS)
