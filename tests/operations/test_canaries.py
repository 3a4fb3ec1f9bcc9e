"""Nothing that a person typed, and no secret, ends in the log, in what is kept of errors, or in an address.

Every value of the walk is a canary: if one of them is heard anywhere, something leaks.
"""

import io
import json
import logging
import re
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest
from gunicorn.config import Config
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError

from app.cli.serve import ServerLog
from app.db import bound_engine, reading, transaction
from app.factory import create_app
from app.jobs.context import Context
from app.jobs.handlers import HANDLERS
from app.jobs.worker import Worker
from app.logs import safely
from app.models import Audit, Brand, Coupon, Event, Outbox, Run, new_id
from app.services import outbox, playing
from app.services.passes import issue_pass
from app.settings import Settings
from app.web.clock import utcnow
from tests.databases import SECRET, open_copy
from tests.fan.conftest import HOST, Tab
from tests.makers import Make
from tests.small_campaign import publish_small

E_MAIL, KNOWN, NAME, PHONE = "canary.ada@mail.example", "canary.known@mail.example", "Canarina Lovelace", "+33612345678"
TYPED, TOKEN = "canary typed by a person", "canaryToken_0123456789abcdefghijklmnopqrstuvw"
CANARIES = {"e-mail": E_MAIL, "known": KNOWN, "name": NAME, "phone": PHONE, "typed": TYPED, "token": TOKEN}


def heard(where, canaries=CANARIES):
    """The canaries that are heard there."""
    return [name for name, value in canaries.items() if value in where]


@pytest.fixture(scope="module")
def walk(source_of, tmp_path_factory):
    """Two fans play, win, agree and err: the log, what is kept of it, the addresses on their pages, their secrets."""
    with pytest.MonkeyPatch.context() as patch, open_copy(source_of("postgresql")).bound() as database:
        patch.setattr(playing, "NO_HUMAN_IS_FASTER", timedelta(0))
        log = io.StringIO()
        with redirect_stderr(log), redirect_stdout(log):
            app = create_app(Settings(database_url=database.url, secret=SECRET, public_url=HOST))
            app.config["RATELIMIT_ENABLED"] = False
            customer, stranger = arrive(app.test_client())
            pages = [*quiz(customer), *opt_in(stranger), *err(stranger)]
            failing_jobs(customer.fan.brand_id, tmp_path_factory.mktemp("walk"))
        with reading() as tx:
            codes = dict(enumerate(tx.scalars(select(Coupon.code).where(Coupon.claim_id.is_not(None)))))
            kept = [str(value) for column in KEPT for value in tx.scalars(select(column)) if value]
            owed = {job["request_id"] for job in tx.scalars(select(Outbox.content)) if "request_id" in job}
        bound_engine().dispose()
    assert codes
    addresses = re.findall(r'(?:href|src|action)="([^"]+)"', "".join(page.text for page in pages))
    return Walked(log.getvalue(), kept, owed, addresses, codes | {"pass": customer.raw, "other pass": stranger.raw})


KEPT = (Outbox.last_error, Outbox.content, Run.last_error, Audit.detail, Audit.on, Event.fields, Event.source)


@dataclass
class Walked:
    log: str
    kept: list[str]
    owed: set[str]
    addresses: list[str]
    secrets: dict


@dataclass(slots=True)
class Visitor(Tab):
    """A fan's tab, and the secret of her pass."""

    raw: str = ""


def arrive(client):
    now = datetime.now(UTC)
    with transaction() as tx:
        make = Make(tx, now)
        campaign = publish_small(tx, make.its_brand, now)
        fans = [make.fan(display_name=NAME), make.fan(display_name=NAME)]
        contact = make.contact(email=KNOWN, phone=PHONE, first_name=NAME)
        make.link(fans[0], contact)
        make.order(contact, ordered_at=now - timedelta(days=3))
        passes = [issue_pass(tx, fan, None, {"channel": "embed"}, now)[0] for fan in fans]
    tabs = []
    for fan, raw in zip(fans, passes, strict=True):
        own = client.application.test_client()
        own.set_cookie("__Host-fan", raw, domain="fanfare.example", secure=True)
        tabs.append(Visitor(own, campaign.slug, fan, raw))
        tabs[-1].post("/enter", tabs[-1].form("/enter"))
    return tabs


def quiz(tab):
    first = tab.post("/play", {**tab.form("/play"), "answer": "a"})
    second = tab.post("/play", {**tab.form("/play"), "answer": "b"})
    return first, second, tab.get(), tab.get("/coupons")


def opt_in(tab):
    tab.post("/play", {**tab.form("/play"), "choice": "pear"})
    said = {"joined": "yes", "ask": "newsletter.email"}
    refused = tab.post("/offer", {**tab.form("/offer"), **said, "email": f"{E_MAIL}@"})
    agreed = tab.post("/offer", {**tab.form("/offer"), **said, "email": E_MAIL})
    return refused, agreed, tab.get(), tab.get("/choices")


def err(tab):
    """Everything that goes wrong, each time with something typed or secret in it."""
    odd = {"User-Agent": TYPED, "Referer": f"https://brand.example/?q={TOKEN}", "X-Request-Id": TOKEN}
    client = tab.client
    yield tab.get(f"/nothing/{TOKEN}", headers=odd)
    yield tab.get("/go", query_string={"email": E_MAIL, "token": TOKEN}, headers=odd)
    yield tab.post("/play", {"token": TOKEN, "idem": TYPED, "pass": TOKEN, "step": TYPED}, headers=odd)
    yield client.post("/studio/login", base_url=HOST, data={"email": E_MAIL, "password": TYPED})
    yield client.open(f"/t/{tab.slug}", method="CANARY", base_url=HOST)
    yield client.get("/api/v1/optins", base_url=HOST, headers={"Authorization": f"Bearer {TOKEN}"})
    for number, error in enumerate(ERRORS):
        tab.client.application.view_functions["healthz"] = error
        yield client.get("/healthz", base_url=HOST, query_string={"q": f"{TYPED} {number}"})


def bug():
    raise RuntimeError(f"cannot write to {E_MAIL}, said '{TYPED}'")


def bad_sql():
    with transaction() as tx:
        tx.execute(text("SELECT CAST(:typed AS integer)"), {"typed": TYPED})


def broken_constraint():
    with transaction() as tx:
        brand = tx.scalars(select(Brand)).first()
        row = {"id": new_id(), "brand_id": brand.id, "source": "crm", "external_id": TYPED, "now": utcnow()}
        for _ in range(2):
            tx.execute(text(INSERT), row)


INSERT = (
    "INSERT INTO contact (id, brand_id, source, external_id, created_at, updated_at) "
    "VALUES (CAST(:id AS uuid), :brand_id, :source, :external_id, :now, :now)"
)
ERRORS = (bug, bad_sql, broken_constraint)


def failing_jobs(brand_id, folder):
    """Jobs that end in each of the errors, carried out by a real worker."""
    with transaction() as tx:
        for number, error in enumerate(ERRORS):
            kind = f"canary{number}"
            HANDLERS[kind] = lambda _context, _row, _now, error=error: error()
            outbox.put(tx, outbox.Job(brand_id, kind, f"{kind}:1", {}), utcnow())
    try:
        Worker(Context(folder / "mail", "", keys_folder=folder / "keys"), utcnow).run(until_idle=True)
    finally:
        for number in range(len(ERRORS)):
            del HANDLERS[f"canary{number}"]


def test_a_whole_walk_is_logged_and_names_nobody(walk):
    lines = [json.loads(line) for line in walk.log.splitlines() if line.startswith("{")]

    assert {"tab.play", "tab.offer", "tab.coupons"} <= {line.get("endpoint") for line in lines}
    assert {"bug", "job_failed"} <= {line["event"] for line in lines}
    assert [line for line in walk.log.splitlines() if line and not line.startswith("{")] == []
    assert heard(walk.log, CANARIES | walk.secrets) == []


def test_what_is_kept_of_errors_and_deeds_names_nobody(walk):
    assert len([row for row in walk.kept if "Error" in row]) == len(ERRORS)
    assert heard("\n".join(walk.kept), CANARIES | walk.secrets) == []


def test_no_address_on_a_page_carries_anything_personal(walk):
    assert any("/coupons" in address for address in walk.addresses)
    assert heard("\n".join(walk.addresses), CANARIES | walk.secrets) == []


def test_a_job_is_logged_under_the_id_of_the_request_that_owed_it(walk):
    asked = {json.loads(line).get("request_id") for line in walk.log.splitlines() if '"endpoint"' in line}

    assert walk.owed
    assert walk.owed <= asked


@pytest.mark.parametrize(
    "error",
    [
        ValueError(f"“{NAME}” is no name"),
        KeyError(E_MAIL),
        ValueError(f"cannot reach {E_MAIL} or {PHONE}"),
        OSError(2, "No such file", f"/exports/{TYPED}"),
        RuntimeError(f"pass {TOKEN} is over"),
        IntegrityError("INSERT", {}, Exception(f"Key (email)=({E_MAIL}) exists")),
    ],
)
def test_an_error_is_said_without_what_was_typed(error):
    assert heard(safely(error)) == []
    assert safely(error).startswith(type(error).__name__)


def test_what_libraries_log_is_said_without_its_texts(capfd):
    logging.getLogger("library").warning("process %d could not write to %s", 7, E_MAIL)
    ServerLog(Config()).error_log.warning("Invalid request from ip=%s: %s", "192.0.2.7", TYPED)

    said = capfd.readouterr().err
    assert "process 7 could not write to …" in json.loads(said.splitlines()[0])["said"]
    assert "Invalid request from ip" in said
    assert heard(said, CANARIES | {"ip": "192.0.2.7"}) == []
