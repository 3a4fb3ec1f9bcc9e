"""Effects: what a journey owes a person, each carried out once, from one table.

To add an effect: a function that carries it out, and one line in `EFFECTS`.  The row with the effect's key is written
first, in the same transaction, so that no effect comes twice whoever asks again.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from app.models import Campaign, CouponPool, Effect, Run, Tag, new_id
from app.services.campaigns.content import CampaignContent
from app.services.counted import count
from app.services.crm import Whence, set_attribute
from app.services.events import Happening, note_all, note_stage, stage_of
from app.services.mailing.owing import JOURNEY, USUAL_PURPOSE, Due, coupon_mail, owe_message
from app.services.people import Person
from app.services.rewards import Promise, claim_coupon, give_points
from app.services.rows import insert_once
from journeys.running import effects as owing

_POOL = select(CouponPool).where(CouponPool.brand_id == bindparam("brand_id"), CouponPool.code == bindparam("code"))


@dataclass(frozen=True, slots=True)
class Moving:
    """A person who moves in a run, now: all that carrying out an effect needs."""

    tx: Session
    run: Run
    campaign: Campaign
    content: CampaignContent
    person: Person
    now: datetime


@dataclass(frozen=True, slots=True)
class Owed:
    """What is owed, to whom, under which key."""

    by: Moving
    key: str

    @property
    def tx(self) -> Session:
        return self.by.tx

    @property
    def run(self) -> Run:
        return self.by.run

    @property
    def person(self) -> Person:
        return self.by.person

    @property
    def now(self) -> datetime:
        return self.by.now


def carry_out(moving: Moving, effect: owing.Effect) -> str:
    """Carry out one effect, once; gives what became of it (`done`, or `given | empty | capped` for a coupon)."""
    run = moving.run
    key = effect.key(run.campaign_id.hex, run.id.hex, run.number)
    owed = Owed(moving, key)
    usual = "given" if isinstance(effect, owing.GiveCoupon) else "done"
    row = {
        "id": new_id(), "brand_id": run.brand_id, "run_id": run.id, "key": key, "step": effect.step,
        "kind": effect.kind, "content": effect.content(), "at": owed.now, "result": usual,
    }  # fmt: skip
    if not insert_once(owed.tx, Effect, row):
        return owed.tx.scalars(select(Effect.result).where(Effect.key == key)).one()
    result = EFFECTS[type(effect)](owed, effect)
    if result != usual:
        owed.tx.get_one(Effect, row["id"]).result = result
    return result


def _give_coupon(owed: Owed, effect: owing.GiveCoupon) -> str:
    pool = owed.tx.scalars(_POOL, {"brand_id": owed.run.brand_id, "code": effect.pool}).one()
    rules = owed.by.content.definition.pools.get(effect.pool)
    valid = effect.valid or (rules.valid if rules else None)
    claimed = claim_coupon(owed.tx, pool, owed.person, Promise(owed.key, valid, owed.run.id), owed.now)
    count(owed.tx, f"coupon_{claimed.result}")
    if claimed.result == "given":
        reached = stage_of("coupon_given", owed.person, owed.by.campaign, owed.run.source)
        given = Happening("coupon", owed.person, owed.run.source, {"pool": effect.pool})
        note_all(owed.tx, owed.by.campaign, [reached, given], owed.now)
        if rules and rules.mail:
            due = coupon_mail(rules.mail, owed.key, owed.run.version_id, owed.run.id)
            owe_message(owed.tx, owed.person, due, owed.now, claim_id=str(claimed.claim_id))
    return claimed.result


def _add_points(owed: Owed, effect: owing.AddPoints) -> str:
    give_points(owed.tx, owed.person, effect.points, owed.key, effect.step, owed.now)
    return "done"


def _save_attribute(owed: Owed, effect: owing.SaveAttribute) -> str:
    origin = f"{owed.by.campaign.slug}/{effect.step}"
    set_attribute(owed.tx, owed.person, effect.name, effect.value, Whence("game", origin, owed.now))
    return "done"


def _add_tag(owed: Owed, effect: owing.AddTag) -> str:
    row = {"id": new_id(), "brand_id": owed.run.brand_id, "name": effect.tag, "set_at": owed.now}
    insert_once(owed.tx, Tag, {**row, **owed.person.owner_columns()})
    return "done"


def _offer_program(owed: Owed, effect: owing.OfferProgram) -> str:
    note_stage(owed.tx, owed.by.campaign, "offered", owed.now, owed.person, owed.run.source)
    return "done"


def _send_message(owed: Owed, effect: owing.SendMessage) -> str:
    written = owed.by.content.definition.messages.get(effect.template)
    purpose = written.purpose if written else USUAL_PURPOSE
    run = owed.run
    due = Due(JOURNEY, effect.template, owed.key, run.version_id, purpose, effect.channel, run.id, effect.not_before)
    owe_message(owed.tx, owed.person, due, owed.now)
    return "done"


def _store_only(owed: Owed, effect: owing.Effect) -> str:
    """Keep the effect for the service that will carry it out; publishing refuses journeys that need it today."""
    return "done"


EFFECTS: Mapping[type[owing.Effect], Callable[[Owed, Any], str]] = {
    owing.GiveCoupon: _give_coupon,
    owing.AddPoints: _add_points,
    owing.SaveAttribute: _save_attribute,
    owing.AddTag: _add_tag,
    owing.OfferProgram: _offer_program,
    owing.SendMessage: _send_message,
    owing.EnterDraw: _store_only,
    owing.InviteFriend: _store_only,
    owing.CallWebhook: _store_only,
}
