"""Invitations that feed themselves: gains without end, and friends whose coming starts the journey again."""

from __future__ import annotations

from collections.abc import Iterator

from journeys.journey import Journey
from journeys.problems import Kind, Problem
from journeys.verbs.invite import Invite
from journeys.world import World

NO_LIMIT = Kind(
    "journey.invite_without_limit",
    "warning",
    "'{step}' gives {gain} for every friend, however many: somebody will make up friends",
    "« {step} » donne {gain} pour chaque ami, sans limite : quelqu'un s'inventera des amis",
    "write 'at_most: 10'",
    "écrivez « at_most: 10 »",
)
LOOP = Kind(
    "journey.invite_loop",
    "error",
    "a loop: '{event}' starts this journey, '{step}' invites friends again, and each of them is '{event}' once more",
    "une boucle : « {event} » lance ce parcours, « {step} » invite encore des amis, et chacun d'eux est « {event} »",
    "let it start on a visit, or put the invitation into another journey",
    "lancez-le sur une visite, ou mettez l'invitation dans un autre parcours",
)

BROUGHT = frozenset({"friend.joined", "friend.played", "friend.invited", "friends.joined", "invite.joined"})


def invitations_without_end(journey: Journey, world: World | None) -> Iterator[Problem]:
    """Invitations that give without limit, or that start their own journey again."""
    for step in (*journey.always, *journey.all_steps()):
        if not isinstance(step, Invite):
            continue
        if journey.enter.on in BROUGHT and journey.enter.again is not None:
            yield Problem(LOOP, journey.file, *step.place, {"step": step.id, "event": journey.enter.on})
        if step.gives and step.at_most is None:
            yield Problem(NO_LIMIT, journey.file, *step.place, {"step": step.id, "gain": step.gives.said()})
