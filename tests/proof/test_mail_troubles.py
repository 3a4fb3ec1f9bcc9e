"""The mail server is away, slow, answers nonsense or hangs up: all else goes on, and each mail leaves after all."""

from __future__ import annotations

import time
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from random import Random

import pytest

from tests.proof.crowd import Crowd, crowd
from tests.proof.faults import with_fault
from tests.proof.opening import Also, opened
from tests.proof.post_office import PostOffice, post_office
from tests.proof.postgres import crashing_postgres
from tests.proof.site import site
from tests.proof.verdict import SEED, figures, heard, promises_broken, scaled
from tests.servers.children import free_port

pytestmark = [pytest.mark.proof, pytest.mark.timeout(1800)]
TROUBLES = ("slow", "nonsense", "silent")
EACH, LETTERS, OWLS = 6, 20, 60
ASLEEP = "SELECT COUNT(*) FROM run WHERE ended_at IS NULL AND wake_at IS NOT NULL"
SENT = "SELECT COUNT(*) FROM message WHERE status = 'sent'"
UNSENT = "SELECT COUNT(*) FROM message WHERE status <> 'sent'"


@dataclass(frozen=True, slots=True)
class Aftermath:
    """What was left of a load under trouble with mails."""

    load: Crowd
    office: PostOffice
    asleep: int  # people whom the clock should have woken before the server was well again
    recovered: float  # seconds from then until nothing was owed
    broken: dict[str, list[str]]
    bugs: list[str]
    sent: int
    unsent: int


def through_troubles(folder: Path, each: int, fault: str | None = None) -> Aftermath:
    """Let a crowd play while the mail server has one trouble after the other, each for so many seconds."""
    luck, port = Random(SEED), free_port()
    where = {"FANFARE_SMTP_HOST": "127.0.0.1", "FANFARE_SMTP_PORT": str(port), "FANFARE_SMTP_TLS": "none",
             "FANFARE_SMTP_SECONDS": "2", "FANFARE_MAIL_FROM": "no-reply@fair.example"}  # fmt: skip
    with crashing_postgres() as postgres, ExitStack() as stack:
        url = postgres.database("mail")
        guests = opened(url, 100 + each * 15, luck, Also(owls=OWLS, within=each, letters=LETTERS))
        running = stack.enter_context(site(folder, url, with_fault(fault), **where))
        with crowd(running.url, guests, luck) as load:
            time.sleep(each)  # nobody listens at the port
            office = stack.enter_context(post_office(port))
            for office.mode in TROUBLES:
                time.sleep(each)
            asleep = running.count(ASLEEP)
        office.mode = "good"
        recovered = running.until_quiet(200)
        counts = running.count(SENT), running.count(UNSENT)
        with running.reading() as tx:
            return Aftermath(load, office, asleep, recovered, promises_broken(tx, load), running.bugs(), *counts)


def test_mails_wait_while_their_server_is_in_trouble_and_nothing_else_does(tmp_path):
    began = time.monotonic()

    after = through_troubles(tmp_path, scaled(EACH))

    taken, met = after.office.taken, after.office.met
    second = taken.total() - len(taken)
    figures("mail troubles", seed=SEED, **heard(after.load), met=met, mails=after.sent, delivered=len(taken),
            second_copies_under_the_same_id=second, all_left_after_s=round(after.recovered),
            broken_promises=len(after.broken), seconds=round(time.monotonic() - began))  # fmt: skip
    assert after.broken == {}
    assert after.bugs == []
    assert after.asleep == 0, "people were not woken while the mail server was in trouble"
    assert (len(taken), after.unsent) == (after.sent, 0)
    assert second <= met["silent"], "only a server that took a mail in silence gets it twice"
    assert after.load.heard.statuses.keys() <= {"200", "409", "429"}


def test_the_proof_fails_when_mails_are_given_up_at_the_first_trouble(tmp_path):
    after = through_troubles(tmp_path, 2, fault="give-up")

    assert after.unsent > 0
