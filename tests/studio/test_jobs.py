"""The page of deliveries: what was given up and who is stuck, why in plain words, and a button that tries again."""

from datetime import timedelta

import pytest
from sqlalchemy import select, update

from app.db import reading, transaction
from app.models import Audit, Campaign, Outbox, Run
from app.services.outbox import MOST_ATTEMPTS, Job, put
from app.services.waking import MOST_FAILURES
from app.web.studio.jobs import kind_name, stuck_because, trouble
from tests.makers import NOON

PAGE = "/studio/jobs"
REFUSED = "ServerTrouble: ConnectionRefusedError"


@pytest.fixture
def owe(brand):
    """Owe a job that has failed: `owe("a")`, given up: `owe("a", dead=True)`."""

    def owe_job(key, whose=None, kind="message", dead=False, error=REFUSED):
        with transaction() as tx:
            put(tx, Job((whose or brand).id, kind, key, {}), NOON)
            stands = {"attempts": MOST_ATTEMPTS if dead else 3, "last_error": error, "dead_at": NOON if dead else None}
            later = {"due_at": NOON + timedelta(days=9999)}
            tx.execute(update(Outbox).where(Outbox.key == key).values({**stands, **later}))
            return tx.scalars(select(Outbox.id).where(Outbox.key == key)).one()

    return owe_job


@pytest.fixture
def stuck(made, brand):
    """Somebody who got stuck in a journey."""
    said = {"failures": MOST_FAILURES, "last_error": "KeyError: 'gift'", "at_step": "gift", "wake_at": NOON}
    return made(lambda make: make.run(make.fan(brand), **said))


def job(job_id):
    with reading() as tx:
        return tx.get_one(Outbox, job_id)


def audited():
    with reading() as tx:
        return [(line.what, line.on, line.detail) for line in tx.scalars(select(Audit)) if "retried" in line.what]


def test_a_page_without_trouble_teaches(visit):
    page = visit("manager").get(PAGE).text

    assert "Everything leaves as it should" in page
    assert "<table" not in page


@pytest.mark.parametrize(("role", "status"), [("owner", 200), ("manager", 200), ("crm", 403)])
def test_deliveries_are_for_owners_and_managers(visit, role, status):
    assert visit(role).get(PAGE).status_code == status


def test_a_dead_letter_shows_what_when_how_often_and_why(visit, owe):
    owe("a", dead=True)

    page = visit("manager").get(PAGE).text

    assert "Messages to people" in page
    assert "15 Jun 2026" in page
    assert f"{MOST_ATTEMPTS} attempts" in page
    assert "The mail server does not answer." in page
    assert REFUSED in page.replace("<wbr>", "")


def test_one_dead_letter_is_tried_again(visit, owe):
    first, second = owe("a", dead=True), owe("b", dead=True)
    browser = visit("manager")

    answer = browser.post("/studio/jobs/retry", PAGE, job=str(first))

    assert answer.location == PAGE
    assert "1 is being tried again." in browser.get(PAGE).text
    assert (job(first).dead_at, job(first).attempts) == (None, 0)
    assert job(second).dead_at is not None
    assert audited() == [("jobs.retried", str(first), {"count": 1})]


def test_all_dead_letters_of_a_kind_are_tried_again(visit, owe):
    kept = owe("c", kind="order.placed", dead=True)
    owe("a", dead=True), owe("b", dead=True)
    browser = visit("owner")

    browser.post("/studio/jobs/retry", PAGE, kind="message")

    with reading() as tx:
        assert tx.scalars(select(Outbox.id).where(Outbox.dead_at.is_not(None))).all() == [kept]
    assert audited() == [("jobs.retried", "message", {"count": 2})]


def test_what_failed_can_be_tried_now(visit, owe):
    owed = owe("a")

    visit("owner").post("/studio/jobs/retry", PAGE, job=str(owed))

    assert job(owed).due_at < NOON + timedelta(days=9999)


def test_what_was_done_meanwhile_is_told(visit, owe):
    owed = owe("a", dead=True)
    browser = visit("owner")
    token = browser.get(PAGE).text.partition('name="csrf_token" type="hidden" value="')[2].partition('"')[0]
    with transaction() as tx:
        tx.execute(update(Outbox).values(dead_at=None, last_error=None, done_at=NOON))

    browser.send("/studio/jobs/retry", {"csrf_token": token, "job": str(owed)})

    assert "There was nothing left to try again" in browser.get(PAGE).text


def test_a_stuck_person_shows_where_and_why_and_goes_on(visit, stuck):
    browser = visit("owner")
    page = browser.get(PAGE).text
    assert "<code>gift</code>" in page
    assert "The journey names something that is no longer there." in page

    browser.post("/studio/jobs/runs/retry", PAGE, run=str(stuck.id))

    with reading() as tx:
        run = tx.get_one(Run, stuck.id)
        assert (run.failures, run.wake_at > NOON) == (0, True)
    assert audited() == [("runs.retried", str(stuck.id), {"count": 1})]


def test_all_stuck_people_go_on(visit, made, brand, stuck):
    made(lambda make: make.run(make.fan(brand), make.tx.get_one(Campaign, stuck.campaign_id), failures=1, wake_at=NOON))

    visit("manager").post("/studio/jobs/runs/retry", PAGE)

    with reading() as tx:
        assert tx.scalars(select(Run.failures)).all() == [0, 0]


def test_nobody_sees_or_moves_what_is_of_another_brand(visit, made, owe, stuck):
    other = made(lambda make: make.brand(slug="other", name="Other"))
    theirs = owe("theirs", whose=other, dead=True, kind="their.kind")
    browser = visit("owner")
    page = browser.get(PAGE).text

    browser.post("/studio/jobs/retry", PAGE, job=str(theirs))
    browser.post("/studio/jobs/retry", PAGE, kind="their.kind")

    assert "their.kind" not in page
    assert job(theirs).dead_at is not None


@pytest.mark.parametrize("fields", [{}, {"job": "nonsense"}, {"job": "' OR 1=1"}])
def test_a_forged_form_is_not_found(visit, owe, fields):
    owe("a", dead=True)

    assert visit("owner").post("/studio/jobs/retry", PAGE, **fields).status_code == 404


def test_without_the_sessions_token_nothing_is_tried(visit, owe):
    owed = owe("a", dead=True)

    answer = visit("owner").send("/studio/jobs/retry", {"job": str(owed)})

    assert (answer.status_code, job(owed).dead_at is not None) == (400, True)


def test_fifty_are_shown_and_the_rest_counted(visit, owe):
    for number in range(51):
        owe(f"job {number}", dead=True)

    page = visit("owner").get(PAGE).text

    assert page.replace("<wbr>", "").count(REFUSED) == 50
    assert "The first 50 are shown." in page
    assert "Try all 51 again" in page


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (REFUSED, "does not answer"),
        ("ServerTrouble: SMTPServerDisconnected", "does not answer"),
        ("ServerTrouble: TimeoutError", "too long"),
        ("ServerTrouble: gaierror", "name is not known"),
        ("ServerTrouble: SMTPAuthenticationError 535", "name and password"),
        ("ServerTrouble: SSLCertVerificationError", "not safe"),
        ("ServerTrouble: SMTPDataError 451", "turned it down for now"),
        ("UnknownKind: new.kind", "this kind of job"),
        ("KeyError: …", "no longer there"),
        ("OperationalError: ConnectionTimeout", "The database was away"),
        ("the worker died at every attempt", "stopped each time"),
        ("ZeroDivisionError: division by zero", "Something is wrong in the program"),
        (None, "Something is wrong in the program"),
    ],
)
def test_a_cause_is_said_in_plain_words(app, error, words):
    with app.test_request_context():
        assert words in trouble(error)


def test_a_kind_that_this_page_does_not_know_keeps_its_name(app):
    with app.test_request_context():
        assert (kind_name("message"), kind_name("new.kind")) == ("Messages to people", "new.kind")
        assert "Something is wrong" in stuck_because("ValueError: x")
