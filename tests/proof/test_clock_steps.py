"""The clock steps back an hour under load, and forward again: nothing twice, nothing stuck.

On SQLite everything lives on the one machine whose clock steps.  On PostgreSQL workers go by the database's clock, and
the clock of the web's machine steps: from then on they disagree by an hour.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from random import Random

import pytest

from app.db import migrate
from tests.proof.crowd import Crowd, crowd
from tests.proof.opening import Also, opened
from tests.proof.postgres import crashing_postgres
from tests.proof.site import site
from tests.proof.stepping_clock import FAULT, SteppingClock
from tests.proof.verdict import SEED, figures, heard, promises_broken, scaled

pytestmark = [pytest.mark.proof, pytest.mark.timeout(1800)]
BEFORE, BEHIND = 6, 10  # seconds
OUTBOX_WAITS = "SELECT COUNT(*) FROM outbox WHERE done_at IS NULL AND dead_at IS NULL"
TWICE_A_DAY = "SELECT COUNT(*) FROM run WHERE number > 1"


@contextmanager
def database(kind: str, folder: Path) -> Iterator[str]:
    """A migrated database of its own."""
    if kind == "postgresql":
        with crashing_postgres() as postgres:
            yield postgres.database("clock")
    else:
        migrate(f"sqlite:///{folder / 'clock.sqlite3'}")
        yield f"sqlite:///{folder / 'clock.sqlite3'}"


@dataclass(frozen=True, slots=True)
class Aftermath:
    """What was left of a load while the clock stepped."""

    load: Crowd
    empty_after: float  # seconds until the outbox was empty, while the clock was behind
    broken: dict[str, list[str]]
    bugs: list[str]
    twice: int


def through_steps(folder: Path, kind: str, **fault: str) -> Aftermath:
    """Let a crowd play while the clock steps back an hour; it is set right when the outbox is empty."""
    luck, clock = Random(SEED), SteppingClock(folder / "clock")
    clock.step(0)
    with database(kind, folder) as url:
        guests = opened(url, 100 + scaled(300), luck, Also(owls=30, within=BEFORE, letters=20))
        runner = ("tests.proof.stepping_clock",)
        with site(folder / "site", url, runner, **clock.settings, **fault) as running:
            with crowd(running.url, guests, luck) as load:
                time.sleep(scaled(BEFORE))
                clock.step(hours=-1)
                time.sleep(scaled(BEHIND))
            empty_after = running.until_quiet(60, lambda: running.count(OUTBOX_WAITS) == 0)
            clock.step(hours=0)
            running.until_quiet(90)
            twice = running.count(TWICE_A_DAY)
            with running.reading() as tx:
                return Aftermath(load, empty_after, promises_broken(tx, load), running.bugs(), twice)


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_a_clock_that_steps_back_an_hour_doubles_nothing_and_holds_nothing_up(tmp_path, kind):
    began = time.monotonic()

    after = through_steps(tmp_path, kind)

    figures(f"clock steps on {kind}", seed=SEED, **heard(after.load), played_twice_a_day=after.twice,
            outbox_empty_while_behind_after_s=round(after.empty_after, 1), broken_promises=len(after.broken),
            seconds=round(time.monotonic() - began))  # fmt: skip
    assert after.broken == {}
    assert after.bugs == []
    assert after.twice == 0
    assert after.load.heard.statuses.keys() <= {"200", "409", "429"}, f"plays stopped: {after.load.heard.statuses}"
    assert after.load.heard.slowest < 60, "somebody was held up until the clock was right again"


def test_the_proof_fails_when_what_lies_an_hour_ahead_is_left_there(tmp_path):
    with pytest.raises(AssertionError, match="not quiet"):
        through_steps(tmp_path, "sqlite", **{FAULT: "stay-ahead"})
