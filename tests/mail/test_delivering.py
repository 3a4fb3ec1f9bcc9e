"""From the outbox to a real mail server: once, again after trouble, and never again after a refusal."""

import io
import json
from contextlib import redirect_stderr
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from app.db import transaction
from app.jobs.context import Context
from app.jobs.mail import context_of, deliver_message
from app.jobs.post import FolderPost
from app.jobs.smtp import MailServer, SmtpPost
from app.jobs.worker import Worker
from app.logs import write_lines
from app.models import Message, Outbox
from app.services import progress
from app.services.consent import Word, record
from app.services.keys import fingerprint
from app.services.mailing.owing import JOBS
from app.services.outbox import MOST_ATTEMPTS
from app.services.people import person_of_fan
from app.services.retrying import retry_jobs
from app.services.sweeping import sweep
from app.settings import BadSetting, Settings
from tests.databases import SECRET
from tests.mail.test_letters import HELLO, TOPIC
from tests.makers import NOON, Make
from tests.servers.smtp import HOST, bad_server, drops_after_the_mail, mail_server
from tests.small_campaign import publish_small, visiting

TROUBLED = "451 4.3.0 ada@example.org try later"


@pytest.fixture
def owed(own_database):
    """A letter is owed to ada@example.org, who has confirmed."""
    with transaction() as tx:
        make = Make(tx)
        make.its_brand.opt_in = "double"
        campaign = publish_small(tx, make.its_brand, NOON, journey=HELLO)
        fan = make.fan()
        make.identity(fan, "ada@example.org")
        words = [Word("given", *TOPIC, "words", "en"), Word("confirmed", *TOPIC)]
        record(tx, person_of_fan(tx, fan), words, "ada@example.org", NOON)
        progress.come_in(tx, visiting(tx, campaign, fan, NOON))


@pytest.fixture
def worker(tmp_path):
    """Make a worker that sends to a port at a given time; its line is hung up at the end."""
    posts = []

    def context(port):
        posts.append(SmtpPost(MailServer(HOST, port, "none", seconds=5)))
        return Context(tmp_path, "https://play.brand.example", posts[-1], "no-reply@brand.example")

    def at(port, now=NOON):
        return Worker(context(port), lambda: now)

    at.context = context
    yield at
    for post in posts:
        post.close()


def state():
    with transaction() as tx:
        message, job = (
            tx.scalars(select(Message)).one(),
            tx.scalars(select(Outbox).where(Outbox.kind.in_(JOBS))).one(),
        )
        return message.status, message.reason, job.done_at is not None, job.last_error or ""


def test_a_letter_leaves_by_the_server(owed, worker):
    with mail_server() as server:
        worker(server.port).work()

    (taken,) = server.taken
    assert (taken.sender, taken.to) == ("no-reply@brand.example", ["ada@example.org"])
    assert state()[:3] == ("sent", "", True)


def test_a_refused_address_is_kept_with_its_reason_and_not_tried_again(owed, worker):
    with mail_server(rcpt="550 5.1.1 no such user ada@example.org") as server:
        worker(server.port).work()
        worker(server.port, NOON + timedelta(days=1)).work()

    assert server.calls == 1
    assert state() == ("failed", "smtp 550 (5.1.1)", True, "")


def test_after_trouble_the_letter_is_tried_again_and_arrives(owed, worker):
    with mail_server(rcpt=TROUBLED) as server:
        worker(server.port).work()
        status, _reason, done, error = state()
        assert (status, done, error) == ("queued", False, "ServerTrouble: RCPT was answered 451 (4.3.0)")
        server.answer_rcpt = "250 OK"
        worker(server.port, NOON + timedelta(hours=1)).work()

    assert (len(server.taken), state()[0]) == (1, "sent")


def last_attempt(**said):
    with transaction() as tx:
        values = {"attempts": MOST_ATTEMPTS - 1, **said}
        tx.execute(update(Outbox).where(Outbox.kind.in_(JOBS)).values(values))


def retry(at):
    with transaction() as tx:
        retry_jobs(tx, tx.scalars(select(Outbox.brand_id).where(Outbox.kind.in_(JOBS))).one(), at)


def test_a_letter_that_is_given_up_has_failed_with_its_reason_until_somebody_tries_it_again(owed, worker):
    last_attempt()
    with mail_server(rcpt=TROUBLED) as server:
        worker(server.port).work()
        given_up = state()
        server.answer_rcpt = "250 OK"
        retry(NOON + timedelta(days=1))
        waits_again = state()
        worker(server.port, NOON + timedelta(days=1)).work()

    assert given_up[:2] == ("failed", "given up: ServerTrouble: RCPT was answered 451 (4.3.0)")
    assert (waits_again[:2], state()[:2], len(server.taken)) == (("queued", ""), ("sent", ""), 1)


def test_a_letter_whose_workers_died_at_every_attempt_has_failed(owed):
    last_attempt(attempts=MOST_ATTEMPTS, leased_until=NOON, leased_by="dead")

    with transaction() as tx:
        sweep(tx, NOON + timedelta(minutes=5))

    assert state()[:2] == ("failed", "given up: the worker died at every attempt")


def test_a_mail_whose_fate_is_unknown_comes_again_under_the_same_id(owed, worker):
    with bad_server(drops_after_the_mail) as port:
        worker(port).work()
    with mail_server() as server:
        worker(server.port, NOON + timedelta(hours=1)).work()
        with transaction() as tx:
            key = tx.scalars(select(Outbox.key).where(Outbox.kind.in_(JOBS))).one()

    assert server.taken[0].mail["Message-ID"] == f"<{fingerprint(key)[:40]}@brand.example>"


def test_a_job_that_comes_twice_sends_once(owed, worker):
    with mail_server() as server:
        context = worker.context(server.port)
        with transaction() as tx:
            row = tx.scalars(select(Outbox).where(Outbox.kind.in_(JOBS))).one()
        deliver_message(context, row, NOON)
        deliver_message(context, row, NOON)

    assert len(server.taken) == 1


def test_no_log_line_names_the_reader(owed, worker):
    said = io.StringIO()
    with redirect_stderr(said), mail_server(rcpt=TROUBLED) as server:
        write_lines("info")
        worker(server.port).work()

    lines = [json.loads(line) for line in said.getvalue().splitlines()]
    assert [line["event"] for line in lines if line["event"] == "job_failed"] == ["job_failed"]
    assert "ada" not in said.getvalue()
    assert "play.brand.example" not in said.getvalue()


def settings(**said):
    return Settings(secret=SECRET, **said).checked()


def test_without_a_server_mails_go_to_the_folder():
    context = context_of(settings(data_folder="/data"))

    assert isinstance(context.taker, FolderPost)
    assert str(context.taker.folder) == "/data/mail"


def test_the_settings_say_which_server_takes_mails():
    said = {"smtp_host": "mx.example", "smtp_port": 2525, "smtp_tls": "tls", "smtp_user": "u", "smtp_password": "p"}
    context = context_of(settings(**said, mail_from="a@b.example", public_url="https://play.b.example"))

    assert context.taker.server == MailServer("mx.example", 2525, "tls", "", "u", "p", 20, "play.b.example")
    assert context.sender == "a@b.example"


@pytest.mark.parametrize(
    ("said", "setting"),
    [
        ({"FANFARE_SMTP_HOST": "mx.example"}, "FANFARE_MAIL_FROM"),
        ({"FANFARE_MAIL_FROM": "Ada <a@b.example>"}, "FANFARE_MAIL_FROM"),
        ({"FANFARE_MAIL_FROM": "a@b.example\r\nBcc: c@d.example"}, "FANFARE_MAIL_FROM"),
        ({"FANFARE_SMTP_TLS": "maybe"}, "FANFARE_SMTP_TLS"),
        ({"FANFARE_SMTP_PORT": "0"}, "FANFARE_SMTP_PORT"),
        (
            {
                "FANFARE_SMTP_HOST": "mx.example",
                "FANFARE_MAIL_FROM": "a@b.example",
                "FANFARE_SMTP_PASSWORD": "p",
                "FANFARE_SMTP_TLS": "none",
            },
            "FANFARE_SMTP_TLS",
        ),
    ],
)
def test_a_setting_that_cannot_work_stops_the_start_with_its_name(said, setting):
    with pytest.raises(BadSetting, match=setting):
        Settings.from_environment({"FANFARE_SECRET": SECRET, **said})
