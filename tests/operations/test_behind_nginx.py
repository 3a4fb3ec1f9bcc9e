"""Two web servers and two workers behind a real nginx, on PostgreSQL and Valkey: to a fan it is one."""

import os
import re
import sys
import time
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit

import psutil
import pytest
import requests
from requests.adapters import HTTPAdapter
from sqlalchemy import func, select

from app.db import reading, transaction
from app.models import Consent, Outbox
from app.services.figures import figures_now
from app.services.passes import issue_pass
from tests.databases import SECRET, open_copy
from tests.fan.conftest import HIDDEN
from tests.makers import Make
from tests.servers.children import free_port, running
from tests.servers.nginx import Proxy, nginx_server
from tests.servers.web import ROOT, LiveServer, web_server
from tests.small_campaign import publish_small

NAME = "play.example.org"
HOME = "127.7.7.7"  # the fan's own address, a loopback one
SOURCE = "127.7.7.0/24"  # what the ledger keeps of it
pytestmark = pytest.mark.filterwarnings("ignore::ResourceWarning")


@dataclass(frozen=True)
class Cluster:
    """What runs: the proxy, the web servers, the folder with their logs, a campaign."""

    proxy: Proxy
    webs: list[LiveServer]
    folder: Path
    slug: str
    passes: list[str]

    def log(self, number: int) -> str:
        return (self.folder / f"web{number}" / "server.log").read_text()


@pytest.fixture(scope="module")
def cluster(source_of, valkey, tmp_path_factory):
    folder = tmp_path_factory.mktemp("cluster")
    with ExitStack() as stack:
        database = stack.enter_context(open_copy(source_of("postgresql")).bound())
        slug, passes = filled()
        settings = {
            "FANFARE_URL": f"https://{NAME}", "FANFARE_MODE": "production", "FANFARE_PROXIES": "1",
            "FANFARE_EMBEDDED_WORKER": "no", "REDIS_URL": valkey, "FANFARE_DATA": str(folder / "data"),
        }  # fmt: skip
        webs = []
        for number in range(2):
            (folder / f"web{number}").mkdir()
            webs.append(stack.enter_context(web_server(folder / f"web{number}", database.url, settings)))
        for number in range(2):
            stack.enter_context(worker(folder / f"worker{number}.log", database.url, settings))
        proxy = stack.enter_context(nginx_server([urlsplit(web.url).netloc for web in webs]))
        yield Cluster(proxy, webs, folder, slug, passes)


def filled():
    """A campaign and passes of three fans whom nobody knows."""
    now = datetime.now(UTC)
    with transaction() as tx:
        make = Make(tx, now)
        campaign = publish_small(tx, make.its_brand, now)
        return campaign.slug, [issue_pass(tx, make.fan(), None, {"channel": "link"}, now)[0] for _ in range(3)]


def worker(log, database_url, settings):
    port = free_port()
    ours = {"DATABASE_URL": database_url, "FANFARE_SECRET": SECRET, "PYTHONPATH": str(ROOT), **settings}
    command = [sys.executable, "-m", "app.cli", "worker", "--metrics", f"127.0.0.1:{port}"]
    ready = lambda: "worker: ready" in log.read_text()  # noqa: E731
    environment = {**os.environ, **ours, "PYTHONUNBUFFERED": "1"}
    return running(command, log, ready=ready, seconds=60, cwd=ROOT, env=environment)


class FromHome(HTTPAdapter):
    """Connections that come from the fan's own address."""

    def init_poolmanager(self, *args, **options):
        super().init_poolmanager(*args, source_address=(HOME, 0), **options)


class Fan:
    """A fan's browser behind the proxy."""

    def __init__(self, cluster: Cluster, raw: str) -> None:
        self.cluster, self.session = cluster, requests.Session()
        self.session.trust_env = False
        self.session.mount("https://", FromHome())
        self.session.verify = str(cluster.proxy.certificate)
        self.session.headers.update({"Host": NAME, "Cookie": f"__Host-fan={raw}"})

    def get(self, path, **said):
        return self.session.get(f"{self.cluster.proxy.url}{path}", timeout=20, **said)

    def send(self, action, headers=None, **fields):
        """Send the form of this action as her page has it."""
        page = self.get(f"/t/{self.cluster.slug}/go").text
        form = re.search(rf'<form[^>]*action="/t/{self.cluster.slug}{action}".*?</form>', page, re.S)
        assert form, page[-1000:]
        fields = {**dict(HIDDEN.findall(form[0])), **fields}
        url = f"{self.cluster.proxy.url}/t/{self.cluster.slug}{action}"
        return self.session.post(url, data=fields, headers=headers, timeout=20)


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

    assert all('"tab.' in cluster.log(number) for number in range(2))
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
    assert '"static"' not in cluster.log(0) + cluster.log(1)


@pytest.mark.parametrize("path", ["/metrics", "/readyz"])
def test_what_is_for_machines_is_not_for_the_world(cluster, path):
    assert Fan(cluster, "").get(path).status_code == 404
    assert requests.get(f"{cluster.webs[0].url}{path}", timeout=5).status_code == 200


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
    dead = psutil.Process(cluster.webs[0].pid)
    for process in (dead, *dead.children()):
        process.kill()

    statuses = [fan.get(f"/t/{cluster.slug}/go").status_code for _ in range(20)]
    played = fan.send("/play", choice="pear")

    assert statuses == [200] * 20
    assert played.status_code == 200
