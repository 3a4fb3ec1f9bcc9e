"""The clock steps back an hour under load, and forward again: nothing twice, nothing stuck.

On SQLite everything lives on the one machine whose clock steps.  On PostgreSQL workers go by the database's clock, and
the clock of the web's machine steps: from then on they disagree by an hour.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from random import Random

import pytest
from sqlalchemy import text

from app.db import migrate
from tests.proof.crowd import crowd
from tests.proof.opening import Also, opened
from tests.proof.postgres import crashing_postgres
from tests.proof.site import site
from tests.proof.stepping_clock import SteppingClock
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


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_a_clock_that_steps_back_an_hour_doubles_nothing_and_holds_nothing_up(tmp_path, kind):
    began, luck, clock = time.monotonic(), Random(SEED), SteppingClock(tmp_path / "clock")
    clock.step(0)

    with database(kind, tmp_path) as url:
        guests = opened(url, 100 + scaled(300), luck, Also(owls=30, within=BEFORE, letters=20))
        with site(tmp_path / "site", url, ("tests.proof.stepping_clock",), **clock.settings) as running:
            with crowd(running.url, guests, luck) as load:
                time.sleep(scaled(BEFORE))
                clock.step(hours=-1)
                time.sleep(scaled(BEHIND))
            empty = running.until_quiet(90, lambda: running.count(OUTBOX_WAITS) == 0)
            clock.step(hours=0)
            running.until_quiet(90)
            with running.reading() as tx:
                broken, twice = promises_broken(tx, load), tx.scalar(text(TWICE_A_DAY))

    figures(f"clock steps on {kind}", seed=SEED, **heard(load), outbox_empty_while_behind_after_s=round(empty, 1),
            played_twice_a_day=twice, broken_promises=len(broken), seconds=round(time.monotonic() - began))  # fmt: skip
    assert broken == {}
    assert running.bugs() == []
    assert twice == 0
    assert load.heard.statuses.keys() <= {"200", "409", "429"}, f"plays did not go on: {load.heard.statuses}"
    assert load.heard.slowest < 60, "somebody was held up until the clock was right again"
