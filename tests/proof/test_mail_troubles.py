"""The mail server is away, slow, answers nonsense or hangs up: all else goes on, and each mail leaves after all."""

from __future__ import annotations

import time
from contextlib import ExitStack
from random import Random

import pytest
from sqlalchemy import text

from tests.proof.crowd import crowd
from tests.proof.opening import Also, opened
from tests.proof.post_office import post_office
from tests.proof.postgres import crashing_postgres
from tests.proof.site import site
from tests.proof.verdict import SEED, figures, heard, promises_broken, scaled
from tests.servers.children import free_port

pytestmark = [pytest.mark.proof, pytest.mark.timeout(1800)]
TROUBLES = ("slow", "nonsense", "silent")
EACH, LETTERS, OWLS = 6, 20, 60
ASLEEP = "SELECT COUNT(*) FROM run WHERE ended_at IS NULL AND wake_at IS NOT NULL"
SENT = "SELECT COUNT(*) FROM message WHERE status = 'sent'"


def test_mails_wait_while_their_server_is_in_trouble_and_nothing_else_does(tmp_path):
    began, luck, port = time.monotonic(), Random(SEED), free_port()
    where = {"FANFARE_SMTP_HOST": "127.0.0.1", "FANFARE_SMTP_PORT": str(port), "FANFARE_SMTP_TLS": "none",
             "FANFARE_SMTP_SECONDS": "2", "FANFARE_MAIL_FROM": "no-reply@fair.example"}  # fmt: skip

    with crashing_postgres() as postgres:
        url = postgres.database("mail")
        guests = opened(url, 100 + scaled(100), luck, Also(owls=OWLS, within=EACH, letters=LETTERS))
        with site(tmp_path, url, **where) as running:
            with ExitStack() as stack:
                with crowd(running.url, guests, luck) as load:
                    time.sleep(scaled(EACH))  # nobody listens at the port
                    office = stack.enter_context(post_office(port))
                    for office.mode in TROUBLES:
                        time.sleep(scaled(EACH))
                    asleep = running.count(ASLEEP)
                office.mode = "good"
                recovered = running.until_quiet(200)
            with running.reading() as tx:
                broken, sent = promises_broken(tx, load), tx.scalar(text(SENT))

    second = office.taken.total() - len(office.taken)
    figures("mail troubles", seed=SEED, **heard(load), met=office.met, mails=sent, delivered=len(office.taken),
            second_copies_under_the_same_id=second, all_left_after_s=round(recovered),
            broken_promises=len(broken), seconds=round(time.monotonic() - began))  # fmt: skip
    assert broken == {}
    assert running.bugs() == []
    assert asleep == 0, "people were not woken while the mail server was in trouble"
    assert len(office.taken) == sent
    assert second <= office.met["silent"], "only a server that took a mail in silence gets it twice"
    assert load.heard.statuses.keys() <= {"200", "409", "429"}
