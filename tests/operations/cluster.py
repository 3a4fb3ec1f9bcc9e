"""Two web servers and two workers behind a real nginx, in processes of their own; and fans who come through it."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from subprocess import Popen

import requests
from requests.adapters import HTTPAdapter

from app.db import transaction
from app.services.passes import issue_pass
from tests.databases import SECRET
from tests.fan.conftest import HIDDEN
from tests.makers import Make
from tests.servers.children import free_port, running
from tests.servers.nginx import Proxy, nginx_server
from tests.servers.web import ROOT
from tests.small_campaign import publish_small

NAME = "play.example.org"
HOME = "127.7.7.7"  # the fan's own address, a loopback one
SOURCE = "127.7.7.0/24"  # what the ledger keeps of it


class Web:
    """A web server on a port of its own, which can be stopped and started again there."""

    def __init__(self, port: int, log: Path, settings: Mapping[str, str]) -> None:
        self.port, self.log, self.environment = port, log, {**os.environ, **settings}
        self.url = f"http://127.0.0.1:{port}"
        self._running = ExitStack()
        self.process: Popen[bytes]

    def start(self) -> None:
        command = [sys.executable, "-m", "app.cli", "serve", "--bind", f"127.0.0.1:{self.port}"]
        started = running(command, self.log, ready=self.ready, seconds=60, cwd=ROOT, env=self.environment)
        self.process = self._running.enter_context(started)

    def stop(self) -> None:
        self._running.close()

    def ready(self) -> bool:
        try:
            return requests.get(f"{self.url}/readyz", timeout=5).status_code == 200
        except (requests.ConnectionError, requests.Timeout):
            return False


@dataclass(frozen=True)
class Cluster:
    """What runs: the proxy, the web servers, a campaign, passes of fans."""

    proxy: Proxy
    webs: list[Web]
    slug: str
    passes: list[str]

    @property
    def log(self) -> str:
        """What the web servers have said."""
        return "".join(web.log.read_text() for web in self.webs)


@contextmanager
def cluster_on(database_url: str, valkey: str, folder: Path, fans: int) -> Iterator[Cluster]:
    """Run two web servers, two workers and nginx, with a campaign and passes of so many fans whom nobody knows."""
    slug, passes = filled(fans)
    settings = {
        "DATABASE_URL": database_url, "FANFARE_SECRET": SECRET, "FANFARE_URL": f"https://{NAME}",
        "FANFARE_PROXIES": "1", "FANFARE_WEB_WORKERS": "2", "FANFARE_EMBEDDED_WORKER": "no", "REDIS_URL": valkey,
        "FANFARE_DATA": str(folder / "data"), "PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": "1",
    }  # fmt: skip
    webs = [Web(free_port(), folder / f"web{number}.log", settings) for number in range(2)]
    with ExitStack() as stack:
        for web in webs:
            web.start()
            stack.callback(web.stop)
        for number in range(2):
            stack.enter_context(worker(folder / f"worker{number}.log", settings))
        proxy = stack.enter_context(nginx_server([f"127.0.0.1:{web.port}" for web in webs]))
        yield Cluster(proxy, webs, slug, passes)


def filled(fans: int) -> tuple[str, list[str]]:
    now = datetime.now(UTC)
    with transaction() as tx:
        make = Make(tx, now)
        campaign = publish_small(tx, make.its_brand, now)
        return campaign.slug, [issue_pass(tx, make.fan(), None, {"channel": "link"}, now)[0] for _ in range(fans)]


def worker(log: Path, settings: Mapping[str, str]) -> AbstractContextManager[Popen[bytes]]:
    command = [sys.executable, "-m", "app.cli", "worker", "--metrics", f"127.0.0.1:{free_port()}"]
    environment = {**os.environ, **settings}
    return running(command, log, ready=lambda: "worker: ready" in log.read_text(), seconds=60, env=environment)


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
