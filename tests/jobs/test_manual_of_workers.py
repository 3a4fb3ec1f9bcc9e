"""The manual of workers says what is so: its commands run, its figures are those of the program."""

from datetime import timedelta
from functools import reduce
from operator import add

import pytest
from click.testing import CliRunner

from app.cli.jobs import jobs
from app.cli.worker import worker
from app.db import transaction
from app.jobs.worker import GRACE_SECONDS, PAUSE_SECONDS, RENEW_SECONDS
from app.services import outbox, waking
from app.settings import Settings
from tests.databases import SECRET, open_copy
from tests.makers import Make
from tests.servers.web import ROOT

MANUAL = (ROOT / "docs" / "workers.md").read_text()
COMMANDS = {"worker": worker, "jobs": jobs}
LINES = [line.partition("#")[0].split() for line in MANUAL.split("```")[1].strip().splitlines()]


@pytest.mark.parametrize("words", [line for line in LINES if line != ["fanfare", "worker"]], ids=" ".join)
def test_the_commands_of_the_manual_run(source_of, tmp_path, monkeypatch, words):
    settings = Settings(secret=SECRET, data_folder=str(tmp_path))
    monkeypatch.setattr("app.cli.worker.settings", lambda: settings)
    with open_copy(source_of("sqlite")).bound():
        with transaction() as tx:
            Make(tx).brand()

        done = CliRunner().invoke(COMMANDS[words[1]], words[2:])

    assert done.exit_code == 0, done.output


def test_the_figures_of_the_manual_are_those_of_the_program():
    pauses = reduce(add, map(outbox.pause_after, range(1, outbox.MOST_ATTEMPTS)))

    assert (2, 8, 20, timedelta(minutes=2)) == (PAUSE_SECONDS, GRACE_SECONDS, RENEW_SECONDS, outbox.LEASE)
    assert (timedelta(seconds=10), timedelta(hours=6)) == (outbox.FIRST_PAUSE, outbox.LONGEST_PAUSE)
    assert (outbox.MOST_ATTEMPTS, round(pauses / timedelta(hours=1))) == (16, 29)
    assert (timedelta(seconds=30), 10) == (waking.FIRST_PAUSE, waking.MOST_FAILURES)
