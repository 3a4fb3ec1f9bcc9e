"""Progress: a person moves through a journey.  Events in; decisions, effects and a new position out.

`come_in` lets a fan enter (or finds her where she stands), `deliver` tells her run what happened.
Locks are taken in one order everywhere: run, person, pool, coupon, consent head, outbox.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.errors import OutOfOrder
from app.models import Campaign, Message, Run, new_id
from app.services.campaigns.coming_over import come_over
from app.services.campaigns.content import CampaignContent
from app.services.campaigns.reading import content_of
from app.services.effects import Moving, carry_out
from app.services.events import Happening, note
from app.services.facts import facts_of
from app.services.people import Person
from app.services.recording import Record, store, write_down
from app.services.rewards import coupons_won, hold_person
from app.services.rows import insert_once
from app.services.visits import Visit, live_content, run_of, standing_run
from journeys.advancing import advance, enter
from journeys.running.decisions import Advance, TurnedAway
from journeys.running.effects import GiveCoupon
from journeys.running.events import Claimed, Event, Visited
from journeys.running.records import Entered
from journeys.running.state import RunState


def come_in(tx: Session, visit: Visit) -> Run | TurnedAway:
    """Bring the fan into the campaign's journey, or back to where she stands in it.

    A fan who has finished starts anew only where the journey says `again`.
    """
    run = run_of(tx, visit, lock=True)
    note(tx, visit.campaign, Happening("visited", visit.person, visit.source), visit.now)
    content = live_content(tx, visit.campaign)
    if run is not None and not may_start_again(run, content, visit.now):
        if run.ended_at is None:
            deliver(tx, run, visit.person, Visited(), visit.now, visit.campaign)
        return run
    return _enter(tx, visit, content, run.number + 1 if run else 1)


def tell(tx: Session, visit: Visit, event: Event) -> None:
    """Tell the fan's run what she did.  Raises: OutOfOrder when she does not stand there any more, Closed."""
    if deliver(tx, standing_run(tx, visit), visit.person, event, visit.now, visit.campaign).ignored:
        raise OutOfOrder


def deliver(
    tx: Session, run: Run, person: Person, event: Event, now: datetime, campaign: Campaign | None = None
) -> Advance:
    """Tell a run (locked by the caller) what happened; everything that follows happens here, in this transaction.

    A caller who has the run's campaign at hand gives it along.  Who leaves her step, and was to come over to the live
    version at the next one, stands there in the end.
    """
    content = content_of(tx, run.version_id)
    moving = Moving(tx, run, campaign or tx.get_one(Campaign, run.campaign_id), content, person, now)
    facts = facts_of(tx, person, content, now, run.source)
    facts = facts.overlay(_limits(tx, person, content, moving.campaign, now))
    before = state_of(run)
    went = advance(content.journey, before, event, facts, now)
    _settle(moving, went, Record(event, facts))
    if come_over(tx, run, moving.campaign, before, now) and run.waiting is None and run.ended_at is None:
        deliver(tx, run, person, Visited(), now, moving.campaign)  # another step than the old one's: she arrives there
    return went


def state_of(run: Run) -> RunState:
    """Where the run stands, as the journey engine knows it."""
    return RunState.from_data(run.state)


def _enter(tx: Session, visit: Visit, content: CampaignContent, number: int) -> Run | TurnedAway:
    facts = facts_of(tx, visit.person, content, visit.now, visit.source)
    facts = facts.overlay(_limits(tx, visit.person, content, visit.campaign, visit.now))
    went = enter(content.journey, facts, visit.now, visit.person.key)
    if isinstance(went, TurnedAway):
        return went
    row = {
        "id": new_id(), "brand_id": visit.campaign.brand_id, "campaign_id": visit.campaign.id,
        "version_id": visit.campaign.live_version_id, "journey": content.journey.name, "fan_id": visit.fan.id,
        "contact_id": visit.person.contact_id, "number": number, "state": went.state.to_data(),
        "source": dict(visit.source), "entered_at": visit.now, "failures": 0,
    }  # fmt: skip
    insert_once(tx, Run, row)
    run = run_of(tx, visit, lock=True)
    if run is None:
        raise RuntimeError("a run that was just made is gone")
    if run.id == row["id"]:  # else the same fan came in twice at once, and the other one did all this
        _settle(Moving(tx, run, visit.campaign, content, visit.person, visit.now), went, Record(Entered(), facts))
    return run


def may_start_again(run: Run, content: CampaignContent, now: datetime) -> bool:
    """Whether the journey lets the person of this run in once more."""
    again: timedelta | None = content.journey.enter.again
    return run.ended_at is not None and again is not None and now >= run.ended_at + again


def _limits(tx: Session, person: Person, content: CampaignContent, campaign: Campaign, now: datetime) -> dict[str, int]:
    """What the journey's own limits count of this person: coupons won in the campaign, messages of the brand."""
    limits, counted = content.journey.limits, {}
    if limits.coupons is not None:
        hold_person(tx, person)  # fans who are one contact share the limit, also at the same moment
        counted["limits.coupons"] = coupons_won(tx, person, campaign.id)
    if limits.messages is not None:
        sent = select(func.count()).where(
            person.owns(Message), Message.created_at > now - limits.messages.per, Message.status.in_(("queued", "sent"))
        )
        counted["limits.messages"] = tx.scalar(sent) or 0
    return counted


def _settle(moving: Moving, went: Advance, record: Record) -> None:
    """Store where the person stands, and carry out what she is owed; go on after a coupon; write down how it came."""
    facts = record.facts
    while True:
        record.add(went)
        claim: Claimed | None = None
        for effect in went.effects:
            result = carry_out(moving, effect)
            if isinstance(effect, GiveCoupon) and went.state.waiting == "give":
                claim = Claimed(effect.step, result)  # type: ignore[arg-type]
        if claim is None:
            break
        record.claims.append(claim.result)
        facts = facts.overlay(went.learnt)
        went = advance(moving.content.journey, went.state, claim, facts, moving.now)
    is_new = store(moving.run, went.state, moving.now)
    if is_new or record.decisions or record.effects or isinstance(record.cause, Entered):
        write_down(moving.tx, moving.run, record, went.state, moving.now)
