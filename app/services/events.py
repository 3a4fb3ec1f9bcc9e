"""What happened in a campaign, with where people came from; and the funnel made of it.

To add a stage: its name in `STAGES`, and a `note` where it happens.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.models import Campaign, Event, Fan, Page, new_id
from app.services.people import Person
from app.services.rows import insert_new, insert_once

STAGES = (
    "saw", "connected", "played", "finished", "offered", "opted_in", "coupon_given", "coupon_used",
)  # fmt: skip
SOURCE_FIELDS = ("channel", "shop", "utm_source", "utm_medium", "utm_campaign", "origin")
LONGEST_SOURCE, LONGEST_CHANNEL = 100, 32
USUAL_OPT_IN_RATE = (0.05, 0.20)  # of the fan base; 3 mariages et un enterrement, 2012: Elle / Ice-Watch reached 17 %


@dataclass(frozen=True, slots=True)
class Happening:
    """Something that happened: to whom and where she came from, if that is known; once under a `once_key`."""

    name: str
    person: Person | None = None
    source: Mapping[str, Any] = field(default_factory=dict)
    fields: Mapping[str, Any] = field(default_factory=dict)
    once_key: str | None = None


@dataclass(frozen=True, slots=True)
class Stage:
    """One row of the funnel: how many people, and how often."""

    name: str
    people: int
    times: int


@dataclass(frozen=True, slots=True)
class OptInRate:
    """How many opted in, of the fans we know and of those who follow the page."""

    opted_in: int
    fans_known: int
    follower_count: int | None

    @property
    def of_fans_known(self) -> float | None:
        return self.opted_in / self.fans_known if self.fans_known else None

    @property
    def of_followers(self) -> float | None:
        return self.opted_in / self.follower_count if self.follower_count else None


def cleaned_source(given: Mapping[str, Any]) -> dict[str, str]:
    """The parts of a source that are kept: channel, shop, UTM fields and the embedding origin, each short."""
    shown = {name: "".join(filter(str.isprintable, str(given[name]))) for name in SOURCE_FIELDS if given.get(name)}
    longest = dict.fromkeys(SOURCE_FIELDS, LONGEST_SOURCE) | {"channel": LONGEST_CHANNEL}
    return {name: value[: longest[name]] for name, value in shown.items() if value}


def stage_of(stage: str, person: Person, campaign: Campaign, source: Mapping[str, Any] | None = None) -> Happening:
    """That a person reached a stage of the funnel, which counts the first time she does."""
    once = f"{campaign.id.hex}:{stage}:{(person.fan_id or person.contact_id or uuid.UUID(int=0)).hex}"
    return Happening(stage, person, source or {}, once_key=once)


def note(tx: Session, campaign: Campaign, happening: Happening, now: datetime) -> bool:
    """Write down that something happened; with a `once_key`, only the first time.  Says whether it was new."""
    return insert_once(tx, Event, _row(campaign, happening, now))


def note_all(tx: Session, campaign: Campaign, happenings: Sequence[Happening], now: datetime) -> None:
    """Write down all that happened, each as `note` does."""
    insert_new(tx, Event, [_row(campaign, happening, now) for happening in happenings])


def note_stage(
    tx: Session, campaign: Campaign, stage: str, now: datetime, person: Person, source: Mapping[str, Any] | None = None
) -> bool:
    """Write down that a person reached a stage of the funnel, the first time she does."""
    return note(tx, campaign, stage_of(stage, person, campaign, source), now)


def funnel(tx: Session, campaign: Campaign) -> list[Stage]:
    """The stages from seeing the tab to using a coupon, each with its people.

    `saw` counts views, for nobody is known yet; the others count each person once.
    """
    person = func.coalesce(Event.fan_id, Event.contact_id)
    rows = tx.execute(
        select(Event.name, func.count(person.distinct()), func.count())
        .where(Event.campaign_id == campaign.id, Event.name.in_(STAGES))
        .group_by(Event.name)
    )
    counted = {name: (people, times) for name, people, times in rows}
    return [Stage(name, *_people_of(name, counted.get(name, (0, 0)))) for name in STAGES]


def by_source(tx: Session, campaign: Campaign) -> dict[str, dict[str, int]]:
    """channel -> stage -> people."""
    person = func.coalesce(Event.fan_id, Event.contact_id, Event.id)
    rows = tx.execute(
        select(Event.channel, Event.name, func.count(person.distinct()))
        .where(Event.campaign_id == campaign.id, Event.name.in_(STAGES))
        .group_by(Event.channel, Event.name)
    )
    table: dict[str, dict[str, int]] = {}
    for channel, name, people in rows:
        table.setdefault(channel, dict.fromkeys(STAGES, 0))[name] = people
    return table


def opt_in_rate(tx: Session, campaign: Campaign) -> OptInRate:
    """The campaign's opt-ins over the fan base: fans known to the brand, and followers of the page."""
    page = tx.get_one(Page, campaign.page_id)
    opted_in = next(stage.people for stage in funnel(tx, campaign) if stage.name == "opted_in")
    known = tx.scalar(select(func.count()).where(Fan.brand_id == campaign.brand_id, Fan.erased_at.is_(None))) or 0
    return OptInRate(opted_in, known, page.follower_count)


def _people_of(name: str, counted: tuple[int, int]) -> tuple[int, int]:
    people, times = counted
    return (times, times) if name == "saw" else (people, times)


def _row(campaign: Campaign, happening: Happening, now: datetime) -> dict[str, Any]:
    source, person = cleaned_source(happening.source), happening.person
    return {
        "id": new_id(),
        "brand_id": campaign.brand_id,
        "campaign_id": campaign.id,
        "fan_id": person.fan_id if person else None,
        "contact_id": person.contact_id if person else None,
        "name": happening.name,
        "channel": source.pop("channel", ""),
        "source": source,
        "fields": dict(happening.fields),
        "once_key": happening.once_key,
        "at": now,
    }
