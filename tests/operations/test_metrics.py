"""Metrics: what Prometheus reads is true of all processes, names nobody, and is not for everybody."""

import pytest
from sqlalchemy import update

from app.db import reading, transaction
from app.models import Outbox
from app.services import outbox
from app.services.beating import LATE, beat
from app.services.counted import COUNTED, count
from app.services.figures import figures_now
from tests.makers import NOON, Make
from tests.operations.conftest import INSIDE, OUTSIDE, value

TOKEN = "what prometheus shows"


@pytest.fixture
def client(installed, sqlite_url):
    return installed(sqlite_url)


def test_the_figures_tell_what_waits_and_what_is_dead(own_database):
    with transaction() as tx:
        brand = Make(tx).brand()
        for number in range(3):
            outbox.put(tx, outbox.Job(brand.id, "message", f"m:{number}", {}), NOON)
        tx.execute(update(Outbox).where(Outbox.key == "m:0").values(dead_at=NOON))
        beat(tx, "here:1:1", "0.1", NOON)
        beat(tx, "gone:1:1", "0.1", NOON - LATE - LATE)

        seen = figures_now(tx, NOON + LATE)

    assert (seen.outbox_waiting, seen.outbox_due, seen.outbox_dead) == (2, 2, 1)
    assert seen.outbox_oldest_due_seconds == LATE.total_seconds()
    assert (seen.workers_alive, seen.workers_late, seen.runs_due, seen.runs_stuck) == (1, 1, 0, 0)


def test_what_is_undone_is_not_counted(client):
    counted = client.get("/metrics", base_url=INSIDE)
    before = value(counted.text, "fanfare_coupons_total", result="given")
    with transaction() as tx:
        count(tx, "coupon_given")
    with reading() as undone:
        count(undone, "coupon_given")

    text = client.get("/metrics", base_url=INSIDE).text

    assert value(text, "fanfare_coupons_total", result="given") == before + 1


@pytest.mark.parametrize("what", COUNTED)
def test_everything_that_is_counted_has_a_meter(client, what):
    with transaction() as tx:
        count(tx, what)


def test_addresses_that_lead_nowhere_make_no_new_series(client):
    for number in range(5):
        client.get(f"/nothing/{number}", base_url=OUTSIDE)

    text = client.get("/metrics", base_url=INSIDE).text

    assert "/nothing" not in text
    assert value(text, "fanfare_requests_total", endpoint="none", status="404") >= 5


@pytest.mark.parametrize(
    ("base_url", "headers"),
    [
        (OUTSIDE, {}),
        (INSIDE, {"X-Forwarded-For": "192.0.2.1"}),
        (INSIDE, {"Via": "1.1 proxy"}),
    ],
)
def test_without_a_token_only_this_machine_reads_them(client, base_url, headers):
    assert client.get("/metrics", base_url=base_url, headers=headers).status_code == 404


def test_another_machine_reads_nothing(client):
    asked = {"base_url": INSIDE, "environ_overrides": {"REMOTE_ADDR": "192.0.2.1"}}

    assert client.get("/metrics", **asked).status_code == 404


@pytest.mark.parametrize(("shown", "status"), [(TOKEN, 200), ("a guess", 404), ("", 404)])
def test_with_a_token_it_is_the_token_that_counts(installed, sqlite_url, shown, status):
    client = installed(sqlite_url, metrics_token=TOKEN)

    asked = client.get("/metrics", base_url=OUTSIDE, headers={"Authorization": f"Bearer {shown}"})

    assert asked.status_code == status


def test_a_database_that_is_away_is_said_and_hides_nothing_else(installed):
    client = installed("postgresql+psycopg://nobody@127.0.0.1:1/nothing")

    text = client.get("/metrics", base_url=INSIDE).text

    assert value(text, "fanfare_database_up") == 0
    assert "fanfare_requests_total" in text
    assert "fanfare_outbox_waiting" not in text
