"""Several workers on one outbox: every mail leaves once, everybody is woken once; killed ones send nothing unknown."""

from __future__ import annotations

import time
from pathlib import Path
from random import Random

import pytest
from sqlalchemy import text

from tests.proof.faults import with_fault
from tests.proof.invariants import broken
from tests.proof.opening import Also, opened
from tests.proof.post_office import PostOffice, post_office
from tests.proof.postgres import crashing_postgres
from tests.proof.site import kill, site
from tests.proof.verdict import SEED, figures, scaled

pytestmark = [pytest.mark.proof, pytest.mark.timeout(3600)]
WORKERS, LETTERS, OWLS = 3, 200, 150


def delivered(folder: Path, office: PostOffice, letters: int, kills: int = 0, fault: str | None = None) -> dict:
    """Let several workers empty one outbox, killing some of them; gives which promises were broken."""
    luck = Random(SEED)
    with crashing_postgres() as postgres:
        url = postgres.database("workers")
        opened(url, 0, luck, Also(owls=OWLS, within=5, letters=letters))
        with site(folder, url, with_fault(fault), workers=str(WORKERS), **office.settings) as running:
            for _ in range(kills):
                time.sleep(luck.uniform(0.3, 1.0))
                kill(luck.choice([pid for kind, pid in running.victims() if kind == "worker"]))
                running.tend()
            doubled = (lambda: office.taken.total() > len(office.taken)) if fault else None
            running.until_quiet(200, doubled)
            with running.reading() as tx:
                woken = tx.scalar(text("SELECT COUNT(*) FROM points_entry WHERE reason = 'awake' AND change > 0"))
                assert fault or woken == OWLS
                return broken(tx)


def test_several_workers_deliver_every_job_once(tmp_path):
    letters = scaled(LETTERS)

    with post_office() as office:
        found = delivered(tmp_path, office, letters)

    figures("two workers", workers=WORKERS, letters=letters, woken=OWLS, delivered=office.taken.total(),
            delivered_twice=office.taken.total() - len(office.taken), broken_promises=len(found))  # fmt: skip
    assert found == {}
    assert len(office.taken) == letters
    assert set(office.taken.values()) == {1}


def test_killed_workers_lose_no_mail_and_a_second_copy_says_that_it_is_one(tmp_path):
    letters = scaled(LETTERS)

    with post_office() as office:
        found = delivered(tmp_path, office, letters, kills=scaled(10))

    copies = office.taken.total() - len(office.taken)
    figures("killed workers", workers=WORKERS, kills=scaled(10), letters=letters, delivered=len(office.taken),
            second_copies_under_the_same_id=copies, broken_promises=len(found))  # fmt: skip
    assert found == {}
    assert len(office.taken) == letters


def test_the_proof_fails_when_jobs_are_not_taken_first(tmp_path):
    with post_office() as office:
        delivered(tmp_path, office, 100, fault="lease-nothing")

    assert office.taken.total() > len(office.taken)
