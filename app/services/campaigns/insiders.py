"""People inside when a version goes live: what becomes of each of them, said before anything changes.

Four ways: they finish on their version, they move to the new one at the same step, they finish the step where they
stand and come over at the next, or they leave at once.  The last publication counts for everybody who is inside then.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models import Campaign, CampaignVersion
from app.services.campaigns.content import CampaignContent
from app.services.campaigns.reading import content_of
from app.services.campaigns.standing import Standing, standing, to_come
from journeys.moving import EXIT, Passage, lost_ahead, passage
from journeys.problems import Kind, Problem
from journeys.reading.spelling import near

Way = Literal["finish", "move", "next", "leave"]
WAYS: tuple[Way, ...] = ("finish", "move", "next", "leave")
GOING_ON: tuple[Way, ...] = ("move", "next")  # ways to the new version, where a step that is gone needs a target
JOURNEY_FILE = "journey.yaml"

TARGET_MISSING = Kind(
    "versions.target_missing", "error",
    "{people} people stand at “{step}” (version {versions}), which no longer exists",
    "{people} personnes sont à l'étape « {step} » (version {versions}), qui n'existe plus",
    "say where they go on: --target {step}=STEP, or {step}=exit; or write “was: {step}” at the step that replaces it",
    "dites où continuer : --target {step}=ÉTAPE, ou {step}=exit ; ou écrivez « was: {step} » à l'étape qui la remplace",
)  # fmt: skip
TARGET_AHEAD = Kind(
    "versions.target_ahead", "error",
    "{people} people may come to “{step}” next (version {versions}), which no longer exists",
    "{people} personnes peuvent arriver ensuite à l'étape « {step} » (version {versions}), qui n'existe plus",
    "say where they go on: --target {step}=STEP, or {step}=exit; or write “was: {step}” at the step that replaces it",
    "dites où continuer : --target {step}=ÉTAPE, ou {step}=exit ; ou écrivez « was: {step} » à l'étape qui la remplace",
)  # fmt: skip
TARGET_UNKNOWN = Kind(
    "versions.target_unknown", "error",
    "“{target}”, named for “{step}”, is no step of the new version",
    "« {target} », indiquée pour « {step} », n'est pas une étape de la nouvelle version",
    "{near_en}", "{near_fr}",
)  # fmt: skip
STEP_UNKNOWN = Kind(
    "versions.step_unknown", "error",
    "“{step}” is given a target, but no version with people inside has such a step",
    "« {step} » reçoit une destination, mais aucune version où il y a du monde n'a cette étape",
    "{near_en}", "{near_fr}",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Inside:
    """What people inside do; `targets` for `move`, `next`: step that is gone -> step to go on at, or `exit`."""

    way: Way = "finish"
    targets: Mapping[str, str] = field(default_factory=dict)


FINISH = Inside()


@dataclass(frozen=True, slots=True)
class Fate:
    """What a move would do with people who stand somewhere.

    `goal` is the step where they would go on (None: somebody must say), `by_name` where they go by themselves.
    `ahead`: steps that no longer exist, to which they may come when they leave the one where they stand.
    """

    standing: Standing
    by_name: str | None
    goal: str | None
    ahead: frozenset[str] = frozenset()

    @property
    def is_gone(self) -> bool:
        """Whether the step where they stand no longer exists, under any name."""
        return self.by_name is None

    def lost(self, way: Way) -> frozenset[str]:
        """The steps for which this way needs a target."""
        if way == "next":
            return self.ahead
        return frozenset({self.standing.step}) if way == "move" and self.is_gone else frozenset()


@dataclass(frozen=True, slots=True)
class Outlook:
    """What would happen to everybody inside, were these files live; `steps` are those one may be sent to."""

    fates: Sequence[Fate]
    steps: Sequence[str]
    known: frozenset[str]  # all steps of the versions that have people inside
    to_come: int = 0  # people who were to come over to the live version at their next step

    @property
    def people(self) -> int:
        return sum(fate.standing.people for fate in self.fates)

    @property
    def gone(self) -> dict[str, int]:
        """Steps that no longer exist, with how many people stand there."""
        return self.lost("move")

    @property
    def ahead(self) -> dict[str, int]:
        """Steps that no longer exist, with how many people may come there next."""
        return self.lost("next")

    def lost(self, way: Way) -> dict[str, int]:
        """Steps for which this way needs a target, with how many people it is about."""
        counted: dict[str, int] = {}
        for fate in self.fates:
            for step in sorted(fate.lost(way)):
                counted[step] = counted.get(step, 0) + fate.standing.people
        return counted


def outlook(tx: Session, campaign: Campaign, content: CampaignContent, targets: Mapping[str, str]) -> Outlook:
    """Where everybody inside would go on, were this content live."""
    found = standing(tx, campaign)
    numbered = numbered_versions(tx, campaign)
    ways = {each.version_id: passage_to(tx, numbered, each.version_id, content) for each in found}
    fates = []
    for each in found:
        way = ways[each.version_id]
        by_name = way.names.get(each.step)
        ahead = lost_ahead(way, each.step, arrived=each.waiting is not None)
        fates.append(Fate(each, by_name, targets.get(each.step) or by_name, ahead))
    known = frozenset(step.id for way in ways.values() for step in way.old.all_steps())
    return Outlook(fates, [step.id for step in content.journey.all_steps()], known, to_come(tx, campaign, found))


def target_problems(seen: Outlook, inside: Inside) -> Iterator[Problem]:
    """Everything that is wrong with the targets, so that nobody can be left without a step."""
    targets, missing = inside.targets, TARGET_AHEAD if inside.way == "next" else TARGET_MISSING
    for step, people in seen.lost(inside.way).items():
        if step not in targets:
            numbers = sorted({fate.standing.version for fate in seen.fates if step in fate.lost(inside.way)})
            values = {"step": step, "people": people, "versions": ", ".join(map(str, numbers))}
            yield Problem(missing, JOURNEY_FILE, values=values)
    for step, target in targets.items():
        if step not in seen.known:
            yield Problem(STEP_UNKNOWN, JOURNEY_FILE, values={"step": step, **near(step, seen.known)})
        if target != EXIT and target not in seen.steps:
            values = {"step": step, "target": target, **near(target, seen.steps)}
            yield Problem(TARGET_UNKNOWN, JOURNEY_FILE, values=values)


def numbered_versions(tx: Session, campaign: Campaign) -> list[uuid.UUID]:
    """The ids of the campaign's versions, oldest first."""
    ids = select(CampaignVersion.id).where(CampaignVersion.campaign_id == campaign.id)
    return list(tx.scalars(ids.order_by(CampaignVersion.number)))


def passage_to(tx: Session, numbered: Sequence[uuid.UUID], old: uuid.UUID, new: CampaignContent) -> Passage:
    """The passage from an old version to new content, by way of the versions since (`numbered`, oldest first)."""
    since = [content_of(tx, version_id) for version_id in numbered[numbered.index(old) :]]
    first = since[0]

    def same_game(was: str, now: str) -> bool:
        """Whether two games, by name, are one: the same kind under the same name, or the same throughout."""
        if was not in first.games or now not in new.games:
            return False
        (old_kind, old_rules), (kind, rules) = first.games[was], new.games[now]
        return old_kind.id == kind.id and (was == now or old_rules == rules)

    return passage([*(content.journey for content in since), new.journey], same_game)
