"""The disk under SQLite is full: plays are put off kindly, reading goes on, and all goes on once there is space."""

from __future__ import annotations

import time
from pathlib import Path
from random import Random

import pytest

from app.db import migrate
from tests.proof.crowd import Crowd, crowd
from tests.proof.faults import with_fault
from tests.proof.opening import Also, opened
from tests.proof.site import site
from tests.proof.small_disk import small_disk
from tests.proof.verdict import SEED, figures, heard, promises_broken, scaled

pytestmark = [pytest.mark.proof, pytest.mark.timeout(1800)]
TIMES, SPACE, NO_SPACE = 3, (2.0, 4.0), (2.0, 4.0)  # seconds


def through_full_disks(folder: Path, times: int, fault: str | None = None) -> tuple[Crowd, dict[str, list[str]], list]:
    """Let a crowd play while the disk gets full so often; gives what became of every promise."""
    luck = Random(SEED)
    with small_disk(folder / "disk") as disk:
        url = f"sqlite:///{disk.folder / 'fanfare.sqlite3'}"
        migrate(url)
        guests = opened(url, 200 + times * 60, luck, Also(owls=40, within=times * 6))
        with site(folder / "site", url, with_fault(fault), workers="0", FANFARE_EMBEDDED_WORKER="yes") as running:
            with crowd(running.url, guests, luck, patience=10 if fault else 90) as load:
                for _ in range(times):
                    time.sleep(luck.uniform(*SPACE))
                    disk.fill(running)
                    time.sleep(luck.uniform(*NO_SPACE))
                    disk.free(running)
                time.sleep(luck.uniform(*SPACE))
            if fault is None:
                running.until_quiet(180)
            with running.reading() as tx:
                return load, promises_broken(tx, load), running.bugs()


def test_a_full_disk_puts_plays_off_and_leaves_nothing_half_done(tmp_path):
    began, times = time.monotonic(), scaled(TIMES)

    load, broken, bugs = through_full_disks(tmp_path, times)

    figures("disk full", seed=SEED, times=times, **heard(load), broken_promises=len(broken),
            seconds=round(time.monotonic() - began))  # fmt: skip
    assert broken == {}
    assert bugs == []
    assert load.heard.statuses["503"] > 0, "nobody noticed; so nothing was proven"
    assert load.views.statuses.keys() <= {"200", "304"}, f"reading stopped: {load.views.statuses}"


def test_the_proof_fails_when_acts_are_no_transactions(tmp_path):
    _, broken, _ = through_full_disks(tmp_path, 3, fault="begin-nothing")

    assert broken.keys() - {"outbox is empty"}
