"""Before a proof: a database with the fair on it, fans at its door, people in the night watch, letters to be sent."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from random import Random

from sqlalchemy.orm import Session

from app.db import engine_for, transaction
from app.services import offering, playing, progress
from app.services.visits import Visit, campaign_at, visit_of
from journeys.running.events import Shown
from tests.databases import Database
from tests.proof.fair import FAIR, NIGHT_WAITS, Guest, Stocks, invite, set_up, set_watch

STEP = timedelta(seconds=1)


@dataclass(frozen=True, slots=True)
class Also:
    """Who else is there: owls, whom the clock will wake within so many seconds; people who are owed a letter."""

    owls: int = 0
    within: float = 30
    letters: int = 0


def opened(url: str, fans: int, luck: Random, also: Also | None = None) -> list[Guest]:
    """Open the fair on a migrated database, with so many guests connected at its door."""
    also = also or Also()
    with Database("any", url, engine_for(url)).bound():
        now = datetime.now(UTC)
        with transaction() as tx:
            set_up(tx, now, Stocks())
            guests = invite(tx, fans, now)
            night, writers = invite(tx, also.owls, now), invite(tx, also.letters, now)
            set_watch(tx, night, [now - NIGHT_WAITS + timedelta(seconds=luck.uniform(0, also.within)) for _ in night])
        for each in batches(writers):
            with transaction() as tx:
                for guest in each:
                    go_through(tx, guest, luck.choice(("apple", "pear")), now - timedelta(minutes=1))
    return guests


def batches(guests: Sequence[Guest], size: int = 50) -> list[Sequence[Guest]]:
    """The guests, so many at a time."""
    return [guests[start : start + size] for start in range(0, len(guests), size)]


def go_through(tx: Session, guest: Guest, choice: str, now: datetime) -> None:
    """Let a guest play, win, join and say goodbye, a second between two acts."""
    campaign = campaign_at(tx, FAIR)

    def visit() -> Visit:
        nonlocal now
        now += STEP
        return visit_of(tx, campaign, guest.id, {"channel": "embed"}, "en", now)

    progress.come_in(tx, visit())
    playing.make_move(tx, visit(), "fruit", {"move": "1", "choice": choice})
    playing.make_move(tx, visit(), "sums", {"move": "1", "question": "one", "answer": "two"})
    playing.make_move(tx, visit(), "sums", {"move": "2", "question": "two", "answer": "four"})
    playing.move_on(tx, visit(), "sums")
    offering.answer_offer(tx, visit(), "club", offering.Reply(True, ["newsletter.email"], guest.email, {}))
    progress.tell(tx, visit(), Shown("bye"))
