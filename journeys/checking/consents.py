"""Consents in a journey: what may not hang on one, and what needs one."""

from __future__ import annotations

from collections.abc import Iterator

from journeys.checking.dependence import steps_with_consents
from journeys.journey import Journey
from journeys.problems import Kind, Problem
from journeys.verbs.invite import Invite
from journeys.verbs.message import Message
from journeys.verbs.offer import Offer
from journeys.world import World

GAME_ON_CONSENT = Kind(
    "consent.game_depends",
    "error",
    "a game may not depend on a consent: '{step}' hangs on {fields} (GDPR art. 7(4))",
    "un jeu ne peut pas dépendre d'un consentement : « {step} » dépend de {fields} (RGPD art. 7(4))",
    "let it hang on program.X, or on nothing",
    "faites-le dépendre de program.X, ou de rien",
)
GIFT_ON_CONSENT = Kind(
    "consent.give_depends",
    "error",
    "a reward may not depend on a consent: '{step}' hangs on {fields} (GDPR art. 7(4))",
    "une récompense ne peut pas dépendre d'un consentement : « {step} » dépend de {fields} (RGPD art. 7(4))",
    "let it hang on program.X, whose advantage it may be",
    "faites-la dépendre de program.X, dont elle peut être l'avantage",
)
NOBODY_AGREES = Kind(
    "consent.message_without",
    "warning",
    "no consent allows the message '{step}': nothing here asks for one by {channel}, or looks at one",
    "aucun consentement n'autorise le message « {step} » : rien ici n'en demande un par {channel}, ni n'en vérifie un",
    "let a program ask for newsletter.{channel}, or send it only under consent.newsletter.{channel}",
    "faites demander newsletter.{channel} par un programme, ou soumettez-le à consent.newsletter.{channel}",
)

GAMES = frozenset({"play", "enter_draw"})
GIFTS = frozenset({"give", "points", "enter_draw"})


def games_and_gifts_on_consent(journey: Journey, world: World | None) -> Iterator[Problem]:
    """Games and rewards that hang on a marketing consent, wherever and however it is asked on the way to them.

    Source: GDPR art. 7(4) and recital 43 (a consent is not free when a performance hangs on it).
    """
    for step, consents in steps_with_consents(journey):
        kind = GAME_ON_CONSENT if step.verb in GAMES else GIFT_ON_CONSENT
        if consents and (step.verb in GAMES | GIFTS or (isinstance(step, Invite) and step.gives)):
            values = {"step": step.id, "fields": ", ".join(sorted(consents))}
            yield Problem(kind, journey.file, *step.place, values)


def messages_without_consent(journey: Journey, world: World | None) -> Iterator[Problem]:
    """Messages to a channel for which no program asks a consent, and none is looked at on the way.

    Source: Directive 2002/58/EC art. 13(1); GDPR art. 6(1)(a).
    """
    asked = {ask for step in journey.all_steps() if isinstance(step, Offer) for ask in step.asks or ()}
    asked.update(ask for asks in (world.programs.values() if world else ()) for ask in asks)
    services = world.services if world else frozenset()
    for step, consents in steps_with_consents(journey):
        if not isinstance(step, Message) or (step.template or step.name) in services:
            continue
        if not any(name.endswith(f".{step.channel}") for name in consents | asked):
            values = {"step": step.id, "channel": step.channel}
            yield Problem(NOBODY_AGREES, journey.file, *step.place, values)
