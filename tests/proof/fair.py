"""The fair: the campaign that the crowd plays, with every kind of promise in it.

A vote, a quiz with two tries, points, a pool that runs out, one without an end, a program with a consent, a letter.
`again` lets a fan in once more after a day.  Beside it stands the night watch, whose people wait for the clock.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from app.models import Brand, Fan, Identity, Pass, new_id
from app.services import progress
from app.services.campaigns import push
from app.services.campaigns.folder import Folder
from app.services.keys import fingerprint, new_token
from app.services.passes import LIFETIME
from app.services.visits import campaign_at, visit_of

FAIR, NIGHT, BRAND = "fair", "night_watch", "fair"
HEAD = """\
campaign: {slug}
title: The fair
page: {{slug: fair, name: Fair, followers: 1000}}
languages: [en]
theme: {{brand: "#0b6b43", accent: "#ffdf6b", logo_letter: F}}
start: {{text: welcome}}
rules: words
privacy: words
"""
CAMPAIGN = (
    HEAD
    + """\
pools:
  SCARCE: {{title: The rare one, value: 50 %, kind: generated, stock: {scarce}}}
  PLENTY: {{title: For everybody, value: 5.00 EUR, kind: generated, valid: 30d}}
  MEMBER: {{title: For members, value: 10 %, kind: generated, stock: {members}}}
programs:
  club: {{name: The club, text: words, asks: [newsletter.email]}}
consents:
  newsletter.email: {{label: "Yes, write to me", notice: words}}
messages:
  thanks: {{subject: Thank you, text: words}}
attributes:
  crm.fruit: {{type: choice, choices: [apple, pear], en: favourite fruit, fr: fruit préféré}}
"""
)
JOURNEY = """\
journey: fair
currency: EUR
enter: {again: after 1d}
steps:
  - play: fruit
    saves: {crm.fruit: choice}
  - points: voted
    add: 10
  - play: sums
    tries: 2
  - choose: prize
    of:
      - when: sums.score >= 2
        as: full
        do:
          - give: SCARCE
  - give: PLENTY
  - offer: club
    asks: [newsletter.email]
  - choose: bonus
    of:
      - when: program.club
        as: joined
        do:
          - give: MEMBER
          - points: joined
            add: 100
          - message: thanks
            channel: email
  - show: bye
"""
VOTE = """\
game: vote
title: Which fruit?
question: Which fruit?
choices: [{id: apple, text: Apple}, {id: pear, text: Pear}]
"""
QUIZ = """\
game: quiz
title: Sums
questions:
  - {id: one, text: "1 + 1?", choices: [{id: two, text: "2", right: true}, {id: three, text: "3"}]}
  - {id: two, text: "2 + 2?", choices: [{id: three, text: "3"}, {id: four, text: "4", right: true}]}
"""
NIGHT_CAMPAIGN = HEAD + "pools:\n  NIGHT: {{title: For night owls, value: 15 %, kind: generated}}\n"
NIGHT_JOURNEY = """\
journey: night_watch
currency: EUR
steps:
  - wait: dawn
    for: 1min
  - give: NIGHT
  - points: awake
    add: 7
"""
NIGHT_WAITS = timedelta(minutes=1)
WORDS = "# Words\n\nA few words ({number})."


@dataclass(frozen=True, slots=True)
class Guest:
    """A fan with the pass that her browser holds."""

    id: UUID
    secret: str
    email: str


@dataclass(frozen=True, slots=True)
class Stocks:
    """How many coupons the pools that run out have."""

    scarce: int = 100
    members: int = 5_000


def set_up(tx: Session, now: datetime, stocks: Stocks | None = None) -> None:
    """A brand with both campaigns published."""
    brand = Brand(slug=BRAND, name="Fair", currency="EUR", languages=["en"], opt_in="single", created_at=now)
    tx.add(brand)
    tx.flush()
    publish_fair(tx, now, 1, stocks)
    night = {"campaign.yaml": NIGHT_CAMPAIGN.format(slug=NIGHT), "journey.yaml": NIGHT_JOURNEY, **_texts(1)}
    push(tx, brand, Folder(night, {}), now)


def publish_fair(tx: Session, now: datetime, number: int, stocks: Stocks | None = None) -> None:
    """Publish the fair; each number makes another version."""
    stocks = stocks or Stocks()
    said = CAMPAIGN.format(slug=FAIR, scarce=stocks.scarce, members=stocks.members)
    games = {"games/fruit.yaml": VOTE, "games/sums.yaml": QUIZ}
    files = {"campaign.yaml": said, "journey.yaml": JOURNEY, **games, **_texts(number)}
    brand = tx.scalars(select(Brand).where(Brand.slug == BRAND)).one()
    push(tx, brand, Folder(files, {}), now)


def invite(tx: Session, count: int, now: datetime) -> list[Guest]:
    """Make so many fans, each connected; half of them with an address that their network has verified."""
    brand_id = tx.scalars(select(Brand.id).where(Brand.slug == BRAND)).one()
    fans, identities, passes, guests = [], [], [], []
    for number in range(count):
        fan_id, secret = new_id(), new_token()
        email = f"fan-{fan_id.hex[-12:]}@mail.example"
        guests.append(Guest(fan_id, secret, email))
        whose = {"brand_id": brand_id, "created_at": now}
        fans.append({"id": fan_id, "display_name": "Fan", "language": "en", **whose})
        identities.append({
            "id": new_id(), "fan_id": fan_id, "issuer": "https://social.example", "subject": fan_id.hex,
            "provider": "social", "email": email if number % 2 else None, "email_verified": bool(number % 2),
            "seen_at": now, **whose,
        })  # fmt: skip
        passes.append({"id": new_id(), "pass_hash": fingerprint(secret), "fan_id": fan_id, "source": {},
                       "seen_at": now, "expires_at": now + LIFETIME, **whose})  # fmt: skip
    for table, rows in ((Fan, fans), (Identity, identities), (Pass, passes)):
        if rows:
            tx.execute(insert(table), rows)
    return guests


def set_watch(tx: Session, guests: Sequence[Guest], entered: Sequence[datetime]) -> None:
    """Let each guest enter the night watch at her moment; the clock wakes her a minute later."""
    campaign = campaign_at(tx, NIGHT)
    for guest, moment in zip(guests, entered, strict=True):
        progress.come_in(tx, visit_of(tx, campaign, guest.id, {"channel": "embed"}, "en", moment))


def _texts(number: int) -> dict[str, str]:
    return {f"texts/{name}.en.md": WORDS.format(number=number) for name in ("welcome", "words", "bye")}
