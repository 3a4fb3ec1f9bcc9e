"""Two web servers and two workers behind a real nginx, on PostgreSQL and Valkey: to a fan it is one."""

import time
from datetime import UTC, datetime

import psutil
import pytest
import requests
from sqlalchemy import func, select

from app.db import reading
from app.models import Consent, Outbox
from app.services.figures import figures_now
from tests.databases import open_copy
from tests.operations.cluster import NAME, SOURCE, Fan, cluster_on
from tests.operations.conftest import value
from tests.servers.web import ROOT

pytestmark = pytest.mark.filterwarnings("ignore::ResourceWarning")


@pytest.fixture(scope="module")
def cluster(source_of, valkey, tmp_path_factory):
    folder = tmp_path_factory.mktemp("cluster")
    with (
        open_copy(source_of("postgresql")).bound() as database,
        cluster_on(database.url, valkey, folder, fans=3) as cluster,
    ):
        yield cluster


def wait_for(fact, seconds=20):
    deadline = time.monotonic() + seconds
    while not (found := fact()):
        assert time.monotonic() < deadline, "it did not come about"
        time.sleep(0.05)
    return found


def test_a_fan_walks_through_both_servers_under_her_own_address(cluster):
    fan = Fan(cluster, cluster.passes[0])
    lie = {"X-Forwarded-For": "198.51.100.1", "Forwarded": "for=198.51.100.1"}

    fan.send("/enter")
    assert fan.send("/play", choice="pear").status_code == 200
    said = {"joined": "yes", "ask": "newsletter.email", "email": "ada@example.org"}
    assert fan.send("/offer", lie, **said).status_code == 200

    assert all('"tab.' in web.log.read_text() for web in cluster.webs)
    with reading() as tx:
        assert f'"network":"{SOURCE}"' in tx.scalars(select(Consent.clear)).first()


def test_workers_beside_the_servers_empty_the_outbox(cluster):
    fan = Fan(cluster, cluster.passes[1])
    fan.send("/enter")
    fan.send("/play", choice="apple")
    fan.send("/offer", joined="yes", ask="newsletter.email", email="bea@example.org")

    def emptied():
        with reading() as tx:
            seen = figures_now(tx, datetime.now(UTC))
            return tx.scalar(select(func.count(Outbox.id))) and seen.outbox_waiting == 0 and seen

    seen = wait_for(emptied)
    assert (seen.workers_alive, seen.outbox_dead) == (2, 0)


def test_static_files_come_from_the_proxy_and_are_kept_by_their_version(cluster):
    fan = Fan(cluster, "")
    versioned, plain = fan.get("/static/dist/fan.js?v=abc"), fan.get("/static/dist/fan.js")

    assert (versioned.status_code, versioned.headers["Content-Encoding"]) == (200, "gzip")
    assert versioned.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert plain.headers["Cache-Control"] == "public, max-age=3600"
    assert plain.headers["Access-Control-Allow-Origin"] == "*"
    assert versioned.content == (ROOT / "static/dist/fan.js").read_bytes()
    assert '"static"' not in cluster.log


@pytest.mark.parametrize("path", ["/metrics", "/readyz"])
def test_what_is_for_machines_is_not_for_the_world(cluster, path):
    assert Fan(cluster, "").get(path).status_code == 404
    assert requests.get(f"{cluster.webs[0].url}{path}", timeout=5).status_code == 200


def test_every_process_of_a_server_counts_into_one_figure(cluster):
    url = f"{cluster.webs[1].url}/metrics"
    before = value(requests.get(url, timeout=5).text, "fanfare_requests_total")
    for _ in range(40):  # each on a connection of its own, so that every process gets some
        requests.get(f"{cluster.webs[1].url}/healthz", timeout=5)

    text = requests.get(url, timeout=5).text

    assert value(text, "fanfare_requests_total") == before + 41
    assert value(text, "fanfare_pool_connections_limit") == 2 * 30


def test_too_large_bodies_end_at_the_first_who_sees_them(cluster):
    url = f"{cluster.proxy.url}/t/{cluster.slug}/play"
    session = Fan(cluster, "").session

    for size, seen_by_us in ((100_000, True), (2_000_000, False)):
        answer = session.post(url, data={"move": "x" * size}, timeout=20)
        assert (answer.status_code, "That is too much at once." in answer.text) == (413, seen_by_us)


def test_plain_http_leads_to_https(cluster):
    answer = requests.get(
        f"{cluster.proxy.plain_url}/t/a?b=c", headers={"Host": NAME}, allow_redirects=False, timeout=5
    )

    assert (answer.status_code, answer.headers["Location"]) == (308, f"https://{NAME}/t/a?b=c")


def test_pages_arrive_as_secure_pages_of_our_name(cluster):
    page = Fan(cluster, "").get(f"/t/{cluster.slug}")

    assert page.headers["Strict-Transport-Security"]
    assert "127.0.0.1" not in page.text


def test_a_server_that_dies_is_missed_by_nobody(cluster):
    fan = Fan(cluster, cluster.passes[2])
    fan.send("/enter")
    dead = psutil.Process(cluster.webs[0].process.pid)
    for process in (dead, *dead.children()):
        process.kill()

    statuses = [fan.get(f"/t/{cluster.slug}/go").status_code for _ in range(20)]
    played = fan.send("/play", choice="pear")

    assert statuses == [200] * 20
    assert played.status_code == 200
