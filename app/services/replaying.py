"""Replaying stored runs: every decision is made again from what was looked at then; there must be no difference.

A run that began before advances were written down cannot be replayed, nor one whose person was forgotten; they are
counted apart.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from app.models import Advance, Campaign, CampaignVersion, Decision, Run
from app.services.campaigns.insiders import numbered_versions, passage_to
from app.services.campaigns.reading import content_of
from app.services.recording import DECISIONS
from journeys.journey import Journey
from journeys.moving import Passage
from journeys.replaying import Difference, Kept, replay
from journeys.running.records import Entered, Moved, cause_from_data, facts_from_data
from journeys.running.state import RunState

PAGE = 200
JourneyOf = Callable[[uuid.UUID], Journey]  # by version


@dataclass(frozen=True, slots=True)
class Which:
    """The runs to replay: of a campaign, of one version of it (by number), or a single one; all by default."""

    campaign: Campaign | None = None
    version: int | None = None
    run_id: uuid.UUID | None = None


@dataclass(frozen=True, slots=True)
class RunDifference:
    """A run that would go another way now."""

    run_id: uuid.UUID
    version: int  # that decided
    found: Difference

    def as_json(self) -> dict[str, object]:
        return {"run": str(self.run_id), "version": self.version, **self.found.as_json()}


@dataclass(slots=True)
class Replayed:
    """What replaying came to."""

    runs: int = 0
    advances: int = 0
    unrecorded: int = 0  # runs that began before advances were written down, or whose person was forgotten
    differences: list[RunDifference] = field(default_factory=list)

    def as_json(self) -> dict[str, object]:
        return {
            "runs": self.runs, "advances": self.advances, "unrecorded": self.unrecorded,
            "differences": [each.as_json() for each in self.differences],
        }  # fmt: skip


@dataclass(slots=True)
class _Library:
    """The versions' journeys and the passages between them, each found once."""

    tx: Session
    journey_of: JourneyOf
    passages: dict[tuple[uuid.UUID, uuid.UUID], Passage] = field(default_factory=dict)
    numbers: dict[uuid.UUID, int] = field(default_factory=dict)

    def number(self, version_id: uuid.UUID) -> int:
        if version_id not in self.numbers:
            self.numbers[version_id] = self.tx.get_one(CampaignVersion, version_id).number
        return self.numbers[version_id]

    def passage(self, old: uuid.UUID, new: uuid.UUID) -> Passage:
        if (old, new) not in self.passages:
            version = self.tx.get_one(CampaignVersion, new)
            numbered = numbered_versions(self.tx, self.tx.get_one(Campaign, version.campaign_id))
            before = numbered[: numbered.index(new)]
            self.passages[old, new] = passage_to(self.tx, before, old, content_of(self.tx, new))
        return self.passages[old, new]


def replay_runs(tx: Session, which: Which, journey_of: JourneyOf | None = None) -> Replayed:
    """Decide the stored runs again, and say where they would go another way.

    `journey_of` gives the journey of a version, when it shall be another than the one that is stored.
    """
    library = _Library(tx, journey_of or (lambda version_id: content_of(tx, version_id).journey))
    replayed = Replayed()
    for page in _pages(tx, which):
        ids = [run.id for run in page]
        went = select(Advance).where(Advance.run_id.in_(ids)).order_by(Advance.run_id, Advance.number)
        said = select(Decision).where(Decision.run_id.in_(ids)).order_by(Decision.run_id, Decision.number)
        advances = {run_id: list(rows) for run_id, rows in groupby(tx.scalars(went), lambda row: row.run_id)}
        decided = {run_id: list(rows) for run_id, rows in groupby(tx.scalars(said), lambda row: row.run_id)}
        for run in page:
            _replay_one(library, run, advances.get(run.id, []), decided.get(run.id, []), replayed)
    return replayed


def _replay_one(
    library: _Library, run: Run, advances: Sequence[Advance], decided: Sequence[Decision], replayed: Replayed
) -> None:
    whole = all(row.digest for row in advances)
    kept = list(_kept(library, advances, decided)) if whole else []
    if not kept or not isinstance(kept[0].cause, Entered):
        replayed.unrecorded += 1
        return
    replayed.runs += 1
    replayed.advances += len(kept)
    state = RunState.from_data(run.state)
    if found := replay(kept, state.split_key, state):
        version_id = next(row.version_id for row in advances if row.number == found.number)
        replayed.differences.append(RunDifference(run.id, library.number(version_id), found))


def _kept(library: _Library, advances: Sequence[Advance], decided: Sequence[Decision]) -> Iterator[Kept]:
    """The advances of a run as the engine replays them."""
    said = {number: tuple(map(_said, group)) for number, group in groupby(decided, lambda row: row.number // DECISIONS)}
    before: uuid.UUID | None = None
    for row in advances:
        cause, claims = cause_from_data(row.event)
        moved = isinstance(cause, Moved) and before is not None
        yield Kept(
            number=row.number,
            journey=library.journey_of(row.version_id),
            cause=cause,
            claims=claims,
            facts=facts_from_data(row.facts),
            now=row.at,
            came_to=row.came_to,
            digest=row.digest,
            decided=said.get(row.number, ()),
            passage=library.passage(before, row.version_id) if moved and before else None,
        )
        before = row.version_id


def _said(row: Decision) -> Mapping[str, object]:
    return {"step": row.step, "kind": row.kind, "outcome": row.outcome, "why": row.why["looked_at"]}


def _pages(tx: Session, which: Which) -> Iterator[Sequence[Run]]:
    last: uuid.UUID | None = None
    while page := tx.scalars(_chosen(which, last).order_by(Run.id).limit(PAGE)).all():
        yield page
        last = page[-1].id


def _chosen(which: Which, last: uuid.UUID | None) -> Select[Run]:
    chosen = select(Run).where(Run.id > last) if last else select(Run)
    if which.campaign is not None:
        chosen = chosen.where(Run.campaign_id == which.campaign.id)
    if which.run_id is not None:
        chosen = chosen.where(Run.id == which.run_id)
    if which.version is not None:
        of_number = select(CampaignVersion.id).where(CampaignVersion.number == which.version)
        by_it = select(Advance.run_id).where(Advance.version_id.in_(of_number))
        chosen = chosen.where(Run.id.in_(by_it))
    return chosen
