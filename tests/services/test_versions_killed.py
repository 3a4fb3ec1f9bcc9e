"""`kill -9` of the worker at random points while it moves people: nobody is left halfway, and in the end all moved."""

import random
import subprocess
import sys
import time

import pytest
from sqlalchemy import func, select

from app.db import reading, transaction
from app.models import Decision, Play, Publication, Run
from app.services.campaigns import Inside
from app.services.replaying import Which, replay_runs
from tests.makers import NOON, Make
from tests.servers.web import ROOT
from tests.services.versioned import PLAYED_BEFORE, came, pushed
from tests.small_campaign import publish_small

pytestmark = [pytest.mark.proof, pytest.mark.timeout(900)]
PEOPLE, KILLS = 600, 12


def halves(new):
    """People of whom only a part has moved."""
    with reading() as tx:
        decided = set(tx.scalars(select(Decision.run_id).where(Decision.kind == "moved")))
        for run in tx.scalars(select(Run)):
            moved = (run.version_id == new, run.at_step == "ballot", run.advances == 2, run.id in decided)
            if len(set(moved)) != 1:
                yield run.id, moved


def how_many_moved():
    with reading() as tx:
        return tx.scalars(select(Publication.moved).where(Publication.inside == "move")).one()


def test_a_worker_that_is_killed_again_and_again_leaves_nobody_halfway(own_database):
    with transaction() as tx:
        make = Make(tx)
        campaign = publish_small(tx, make.its_brand, NOON)
        for _ in range(PEOPLE):
            came(tx, campaign, make.fan())
    with transaction() as tx:
        new = pushed(tx, campaign, make.its_brand, PLAYED_BEFORE, Inside("move")).id

    luck, seen = random.Random(7), []
    for _kill in range(KILLS):
        with subprocess.Popen(
            [sys.executable, "-m", "tests.services.mover", own_database.url], cwd=ROOT, stdout=subprocess.PIPE
        ) as mover:
            assert mover.stdout.readline() == b"moving\n"
            time.sleep(luck.uniform(0.0, 0.6))
            mover.kill()
        assert list(halves(new)) == []
        seen.append(how_many_moved())
    command = [sys.executable, "-m", "tests.services.mover", own_database.url]
    subprocess.run(command, cwd=ROOT, check=True, timeout=300, capture_output=True)

    print(f"{own_database.url.partition(':')[0]}: moved after each kill: {seen}")  # noqa: T201
    assert any(0 < moved < PEOPLE for moved in seen)
    assert list(halves(new)) == []
    with reading() as tx:
        assert tx.scalar(select(func.count()).where(Run.version_id == new)) == PEOPLE == how_many_moved()
        assert tx.scalar(select(func.count()).select_from(Play)) == 0
        assert replay_runs(tx, Which(campaign)).differences == []
