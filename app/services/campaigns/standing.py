"""Who stands where in a campaign: by version and step, what they wait for, and since when; and how runs ended."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.models import Campaign, CampaignVersion, Publication, Run


@dataclass(frozen=True, slots=True)
class Standing:
    """People who stand at one step of one version, waiting for one thing; `since`: the one who is there longest."""

    version: int
    version_id: uuid.UUID
    step: str
    waiting: str | None  # none: moved, and about to arrive
    people: int
    since: datetime | None

    def as_json(self) -> dict[str, object]:
        since = self.since.isoformat() if self.since else None
        return {
            "version": self.version, "step": self.step, "waiting": self.waiting, "people": self.people, "since": since,
        }  # fmt: skip


@dataclass(frozen=True, slots=True)
class Ended:
    """People whose run ended on a version, and how: `end`, `exit` or `closed`."""

    version: int
    how: str
    people: int

    def as_json(self) -> dict[str, object]:
        return {"version": self.version, "how": self.how, "people": self.people}


@dataclass(frozen=True, slots=True)
class Whereabouts:
    """The whole report: who is inside, who is through, and what publishing did with people."""

    inside: Sequence[Standing]
    ended: Sequence[Ended]
    publications: Sequence[tuple[int, Publication]]  # with the number of the version that went live, newest first
    to_come: int = 0  # people who come over to the live version at their next step

    def as_json(self) -> dict[str, object]:
        return {
            "inside": [each.as_json() for each in self.inside],
            "ended": [each.as_json() for each in self.ended],
            "publications": [_publication_json(number, each) for number, each in self.publications],
            "to_come": self.to_come,
        }


def whereabouts(tx: Session, campaign: Campaign) -> Whereabouts:
    """Who stands where, who finished where, and who was moved."""
    made = (
        select(CampaignVersion.number, Publication)
        .join(CampaignVersion, CampaignVersion.id == Publication.version_id)
        .where(Publication.campaign_id == campaign.id)
        .order_by(CampaignVersion.number.desc())
        .execution_options(populate_existing=True)
    )
    publications = [(number, publication) for number, publication in tx.execute(made)]
    inside = standing(tx, campaign)
    return Whereabouts(inside, ended(tx, campaign), publications, to_come(tx, campaign, inside))


def standing(tx: Session, campaign: Campaign) -> list[Standing]:
    """People who have entered and not yet ended, by version and step."""
    since = func.min(Run.state["since"].as_string())
    rows = tx.execute(
        select(CampaignVersion.number, Run.version_id, Run.at_step, Run.waiting, func.count(), since)
        .join(CampaignVersion, CampaignVersion.id == Run.version_id)
        .where(Run.campaign_id == campaign.id, Run.ended_at.is_(None))
        .group_by(CampaignVersion.number, Run.version_id, Run.at_step, Run.waiting)
        .order_by(CampaignVersion.number.desc(), Run.at_step, Run.waiting)
    )
    return [
        Standing(number, version_id, step or "", waiting, people, datetime.fromisoformat(at) if at else None)
        for number, version_id, step, waiting, people, at in rows
    ]


def to_come(tx: Session, campaign: Campaign, inside: Sequence[Standing]) -> int:
    """How many of the people inside come over to the live version at their next step."""
    made = select(CampaignVersion.number).join(Publication, Publication.version_id == CampaignVersion.id)
    number = tx.scalar(made.where(CampaignVersion.id == campaign.live_version_id, Publication.inside == "next"))
    return sum(each.people for each in inside if number is not None and each.version < number)


def ended(tx: Session, campaign: Campaign) -> list[Ended]:
    """People who are through, by version and how they ended."""
    how = Run.state["ended"].as_string()
    rows = tx.execute(
        select(CampaignVersion.number, how.label("how"), func.count())
        .join(CampaignVersion, CampaignVersion.id == Run.version_id)
        .where(Run.campaign_id == campaign.id, Run.ended_at.is_not(None))
        .group_by(CampaignVersion.number, how)
        .order_by(CampaignVersion.number.desc(), how)
    )
    return [Ended(number, str(how or "end"), people) for number, how, people in rows]


def _publication_json(number: int, made: Publication) -> dict[str, object]:
    return {
        "version": number, "at": made.at.isoformat(), "inside": made.inside, "targets": dict(made.targets),
        "moved": made.moved, "left": made.gone, "done": made.done_at is not None,
    }  # fmt: skip
