"""Coming over: while the live version says `next`, who comes to a step of an older version goes on at the new one's.

People on the live version cost nothing here, and nobody needs a worker: each comes over by what she does herself.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session, aliased

from app.models import Campaign, CampaignVersion, Publication, Run
from app.services.campaigns.moving import move_one
from journeys.running.state import RunState

_OLD, _LIVE = aliased(CampaignVersion), aliased(CampaignVersion)
# The campaign may have been read before the run was waited for: a move never leads to an older version.
_NEXT = (
    select(Publication)
    .join(_LIVE, _LIVE.id == Publication.version_id)
    .join(_OLD, _OLD.id == bindparam("old"))
    .where(Publication.version_id == bindparam("live"), Publication.inside == "next", _LIVE.number > _OLD.number)
)


def come_over(tx: Session, run: Run, campaign: Campaign, before: RunState, now: datetime) -> bool:
    """Let somebody who has just come to a step go on at the live version, if it went live so; says whether she did.

    `before`: where she stood until now.  The run is locked by the caller and stored.
    """
    if run.version_id == campaign.live_version_id or run.ended_at is not None:
        return False
    if (before.at, before.waiting) == (run.at_step, run.waiting):
        return False
    made = tx.scalars(_NEXT, {"live": campaign.live_version_id, "old": run.version_id}).one_or_none()
    return made is not None and move_one(tx, run, made, now)
