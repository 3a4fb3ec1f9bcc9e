"""Moving the people inside, after a version went live: page by page, each in a transaction of its own.

The publication says what is to be done, and its job in the outbox does it.  Whoever has moved is on the new version and
is not looked at again, so that a worker that dies in the middle is followed by one that goes on where it was.
"""

from __future__ import annotations

import uuid
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import Update, case, func, select, update
from sqlalchemy.orm import Session

from app.models import Campaign, CampaignVersion, Play, Publication, Run
from app.services.campaigns.insiders import numbered_versions, passage_to
from app.services.campaigns.reading import content_of
from app.services.recording import Record, Sheet, store
from journeys.moving import NoTarget, Passage, decided, leave, move_state
from journeys.running.records import Left, Moved
from journeys.running.state import RunState

PAGE = 100
STRAGGLERS = timedelta(minutes=1)  # whoever entered while the version changed has surely come in by then
JOB = "people.move"


@dataclass(slots=True)
class _Page:
    """One page of people: those who moved from each old version, how many were let out, and what is written down."""

    moved: dict[uuid.UUID, list[uuid.UUID]] = field(default_factory=dict)
    gone: int = 0
    sheet: Sheet = field(default_factory=Sheet)


def move_page(
    tx: Session, publication_id: uuid.UUID, after: uuid.UUID | None, now: datetime, size: int = PAGE
) -> uuid.UUID | None:
    """Move the next people inside, or let them out, as the publication says; gives the last of them, none at the end.

    Everybody of a page moves with all that is hers, or nobody does.  Locks the runs, as a play does: whoever plays just
    now is waited for.
    """
    made = tx.get_one(Publication, publication_id)
    campaign, target = tx.get_one(Campaign, made.campaign_id), tx.get_one(CampaignVersion, made.version_id)
    numbered = numbered_versions(tx, campaign)
    older = numbered[: numbered.index(target.id)]
    runs = _page_of(tx, campaign, older, after, size)
    new, page = content_of(tx, target.id), _Page()
    ways = {run.version_id: passage_to(tx, _up_to(numbered, target.id), run.version_id, new) for run in runs}
    for run in runs:
        _move(run, made, ways[run.version_id], page, now)
    _write(tx, page, ways, now)
    counted = {"moved": Publication.moved + sum(map(len, page.moved.values())), "gone": Publication.gone + page.gone}
    tx.execute(update(Publication).where(Publication.id == made.id).values(counted))
    return runs[-1].id if runs else None


def move_one(tx: Session, run: Run, made: Publication, now: datetime) -> bool:
    """Move one person (her run is locked by the caller) as the publication says; says whether she stands elsewhere.

    Who comes over one by one is not counted in the publication's row: thousands would wait there for one another.
    """
    numbered = numbered_versions(tx, tx.get_one(Campaign, made.campaign_id))
    old, page = run.version_id, _Page()
    way = passage_to(tx, _up_to(numbered, made.version_id), old, content_of(tx, made.version_id))
    moved = _move(run, made, way, page, now)
    _write(tx, page, {old: way}, now)
    return moved


def conclude(tx: Session, publication_id: uuid.UUID, now: datetime) -> datetime | None:
    """Say that everybody has moved; or when to look once more for people who were just coming in."""
    made = tx.get_one(Publication, publication_id)
    if now < made.at + STRAGGLERS:
        return made.at + STRAGGLERS
    made.done_at = made.done_at or now
    return None


def left_behind(tx: Session, made: Publication) -> int:
    """How many people are inside on older versions than the one that this publication brought."""
    target = tx.get_one(CampaignVersion, made.version_id)
    older = select(CampaignVersion.id).where(
        CampaignVersion.campaign_id == made.campaign_id, CampaignVersion.number < target.number
    )
    inside = (Run.campaign_id == made.campaign_id, Run.ended_at.is_(None), Run.version_id.in_(older))
    return tx.scalar(select(func.count()).select_from(Run).where(*inside)) or 0


def _page_of(
    tx: Session, campaign: Campaign, older: Collection[uuid.UUID], after: uuid.UUID | None, size: int
) -> Sequence[Run]:
    inside = select(Run).where(Run.campaign_id == campaign.id, Run.ended_at.is_(None), Run.version_id.in_(older))
    inside = inside.where(Run.id > after) if after else inside
    page = inside.order_by(Run.id).limit(size).with_for_update()
    return tx.scalars(page.execution_options(populate_existing=True)).all()


def _up_to(numbered: Sequence[uuid.UUID], version_id: uuid.UUID) -> Sequence[uuid.UUID]:
    return numbered[: numbered.index(version_id)]


def _move(run: Run, made: Publication, way: Passage, page: _Page, now: datetime) -> bool:
    """Move one person with all that is hers; who has no step to go to finishes on her version, and it says no."""
    state, targets = RunState.from_data(run.state), made.targets
    there = leave(state) if made.inside == "leave" else move_state(way, state, targets)
    if isinstance(there, NoTarget):
        return False
    record = Record(Left() if there.ended else Moved(targets), decisions=[decided(state, there)])
    if there.ended:
        page.gone += 1
    else:
        page.moved.setdefault(run.version_id, []).append(run.id)
        run.version_id = made.version_id
    store(run, there, now)
    if there.waiting is None and not there.ended:
        run.wake_at = now  # she arrives when she comes, or when the worker sees it
    run.failures, run.last_error = 0, None
    page.sheet.add(run, record, there, now)
    return True


def _write(tx: Session, page: _Page, ways: Mapping[uuid.UUID, Passage], now: datetime) -> None:
    """Write down how everybody of a page moved, and take their plays along."""
    tx.flush()
    page.sheet.write(tx)
    for old, run_ids in page.moved.items():
        _take_plays_along(tx, old, run_ids, ways[old], now)


def _take_plays_along(tx: Session, old: uuid.UUID, run_ids: Sequence[uuid.UUID], way: Passage, now: datetime) -> None:
    """Plays go on by the rules they began with, at the step's new name; those of a game that is gone are set aside."""
    theirs = Play.run_id.in_(run_ids)
    tx.execute(_quietly(update(Play).where(theirs, Play.version_id.is_(None)).values(version_id=old)))
    _rename(tx, run_ids, {was: name for was, name in way.renamed.items() if way.old.step(was).about == "game"})
    if way.replaced:
        replaced = (theirs, Play.step.in_(way.replaced), Play.set_aside_at.is_(None))
        tx.execute(_quietly(update(Play).where(*replaced).values(set_aside_at=now)))


def _rename(tx: Session, run_ids: Sequence[uuid.UUID], names: Mapping[str, str]) -> None:
    """Rename the steps of plays, all at once: two steps may have changed names with each other."""
    if not names:
        return
    theirs = Play.run_id.in_(run_ids)
    aside = case({was: f"~{name}" for was, name in names.items()}, value=Play.step)
    tx.execute(_quietly(update(Play).where(theirs, Play.step.in_(names)).values(step=aside)))
    tx.execute(_quietly(update(Play).where(theirs, Play.step.like("~%")).values(step=func.substr(Play.step, 2))))


def _quietly(statement: Update) -> Update:
    return statement.execution_options(synchronize_session=False)
