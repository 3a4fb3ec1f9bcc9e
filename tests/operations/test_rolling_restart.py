"""A new program goes live without a pause: servers are restarted one after the other while fans play."""

import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from signal import SIGTERM

import pytest
from sqlalchemy import func, select

from app.db import reading
from app.models import Play
from tests.databases import open_copy
from tests.operations.cluster import Fan, cluster_on

FANS = 1000
AT_ONCE = 4
LOOKS = 8  # at where she stands, after her vote


@pytest.mark.proof
@pytest.mark.timeout(400)
@pytest.mark.filterwarnings("ignore::ResourceWarning")
def test_no_fan_notices_that_every_server_was_restarted(source_of, valkey, tmp_path, capsys):
    with (
        open_copy(source_of("postgresql")).bound() as database,
        cluster_on(database.url, valkey, tmp_path, FANS) as cluster,
    ):
        waiting, restarted = iter(cluster.passes), threading.Event()
        with ThreadPoolExecutor(AT_ONCE) as threads:
            walks = [threads.submit(walk_until, cluster, waiting, restarted) for _ in range(AT_ONCE)]
            for web in cluster.webs:
                web.process.send_signal(SIGTERM)
                web.process.wait(30)
                web.stop()
                web.start()
            restarted.set()
        answers = [status for walk in walks for status in walk.result()]
        with reading() as tx:
            plays = tx.scalar(select(func.count(Play.id)))

    with capsys.disabled():
        sys.stdout.write(f"{len(answers)} answers while both servers were restarted, none refused\n")
    assert set(answers) == {200}
    assert plays == answers.count(200) // (LOOKS + 2)
    assert plays > 20


def walk_until(cluster, waiting, restarted):
    """One fan after the other enters and votes, until every server was restarted; the answers to their forms."""
    answers = []
    while not restarted.is_set():
        fan = Fan(cluster, next(waiting))
        answers += [fan.send("/enter").status_code, fan.send("/play", choice="pear").status_code]
        answers += [fan.get(f"/t/{cluster.slug}/go").status_code for _ in range(LOOKS)]
        fan.session.close()
    return answers
