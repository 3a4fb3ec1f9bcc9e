"""The disk under SQLite is full: plays are put off kindly, reading goes on, and all goes on once there is space."""

from __future__ import annotations

import time
from random import Random

import pytest

from app.db import migrate
from tests.proof.crowd import crowd
from tests.proof.opening import Also, opened
from tests.proof.site import site
from tests.proof.small_disk import small_disk
from tests.proof.verdict import SEED, figures, heard, promises_broken, scaled

pytestmark = [pytest.mark.proof, pytest.mark.timeout(1800)]
TIMES, SPACE, NO_SPACE = 3, (2.0, 4.0), (2.0, 4.0)  # seconds


def test_a_full_disk_puts_plays_off_and_leaves_nothing_half_done(tmp_path):
    began, luck, times = time.monotonic(), Random(SEED), scaled(TIMES)

    with small_disk(tmp_path / "disk") as disk:
        url = f"sqlite:///{disk.folder / 'fanfare.sqlite3'}"
        migrate(url)
        guests = opened(url, 200 + times * 60, luck, Also(owls=40, within=times * 6))
        with site(tmp_path / "site", url, workers="0", FANFARE_EMBEDDED_WORKER="yes") as running:
            with crowd(running.url, guests, luck) as load:
                for _ in range(times):
                    time.sleep(luck.uniform(*SPACE))
                    disk.fill(running)
                    time.sleep(luck.uniform(*NO_SPACE))
                    disk.free(running)
                time.sleep(luck.uniform(*SPACE))
            running.until_quiet(180)
            with running.reading() as tx:
                broken = promises_broken(tx, load)

            figures("disk full", seed=SEED, times=times, mounted=disk.mounted, **heard(load),
                    broken_promises=len(broken), seconds=round(time.monotonic() - began))  # fmt: skip
            assert broken == {}
            assert running.bugs() == []
            assert load.heard.statuses["503"] > 0, "nobody noticed; so nothing was proven"
            assert load.views.statuses.keys() <= {"200", "304"}, f"reading stopped: {load.views.statuses}"
            running.engine.dispose()
