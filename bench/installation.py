"""What the benchmarks run against: a database of each kind, the bench campaign with its synthetic fans, web servers.

PostgreSQL comes from the wheel of the tests, but durable here: what is promised after a commit is on disk.
"""

from __future__ import annotations

import os
import socket
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from threading import Thread

import psutil
from sqlalchemy import text
from werkzeug.serving import WSGIRequestHandler, make_server

from app.db import bind, bound_engine, engine_for, migrate, transaction
from app.factory import create_app
from app.models import Brand, Campaign
from app.services.campaigns import push, read_folder
from app.services.campaigns.folder import Folder
from app.services.synthetic import Player, mint
from app.services.visits import campaign_at
from app.settings import Settings
from app.web.tokens import signed
from bench.peer import create_peer
from tests.servers.children import answers, free_port, running
from tests.servers.postgres import postgres_server

ROOT = Path(__file__).resolve().parent.parent
CAMPAIGN = Path(__file__).parent / "campaign"
SLUG = "bench"
SECRET = "the secret of an installation that is measured"
DURABLE = {
    "listen_addresses": "",
    "max_connections": "100",
    "shared_buffers": "1GB",
    "max_wal_size": "4GB",
    "checkpoint_timeout": "15min",
}
BATCH = 500
KINDS = ("SQLite", "PostgreSQL")


PROCESSES = {"SQLite": "1", "PostgreSQL": "2"}  # SQLite has one writer, so a second process only waits for it


class QuietHandler(WSGIRequestHandler):
    """Keeps connections, and writes no line for each request."""

    protocol_version = "HTTP/1.1"

    def log_request(self, *_: object) -> None:
        """Say nothing."""


@dataclass(frozen=True, slots=True)
class Server:
    """A running web server: its port, and its first process."""

    port: int
    pid: int

    @property
    def resident_bytes(self) -> list[int]:
        """The memory of each of its web processes."""
        first = psutil.Process(self.pid)
        return [each.memory_info().rss for each in first.children(recursive=True) or [first]]


@contextmanager
def database(kind: str) -> Iterator[str]:
    """Give the URL of a migrated database of a kind, bound to this process; it is gone at the end."""
    with tempfile.TemporaryDirectory(prefix="fanfare-bench-") as folder, _empty(kind, Path(folder)) as url:
        migrate(url)
        engine = engine_for(url)
        bind(engine, SECRET)
        try:
            yield url
        finally:
            engine.dispose()


@contextmanager
def _empty(kind: str, folder: Path) -> Iterator[str]:
    if kind == "SQLite":
        yield f"sqlite:///{folder / 'bench.sqlite3'}"
        return
    with postgres_server(DURABLE) as server:
        yield server.create("bench")


def publish(stock: int, journey: str = "") -> Campaign:
    """Publish the bench campaign for a new brand, with so many coupons in each of its pools; or another journey."""
    folder = read_folder(CAMPAIGN)
    files = {name: said.replace("stock: 100", f"stock: {stock}") for name, said in folder.files.items()}
    files["journey.yaml"] = journey or files["journey.yaml"]
    with transaction() as tx:
        brand = Brand(slug="bench", name="Bench", currency="EUR", languages=["en", "fr"], created_at=now())
        tx.add(brand)
        tx.flush()
        push(tx, brand, Folder(files, folder.pictures), now())
        return campaign_at(tx, SLUG)


def players(campaign: Campaign, count: int) -> list[Player]:
    """Mint synthetic fans who stand at the campaign's game."""
    made: list[Player] = []
    while len(made) < count:
        with transaction() as tx:
            made += mint(tx, campaign, min(BATCH, count - len(made)), sign, now())
    settle_down()
    return made


def sign(step: str, pass_hash: str) -> str:
    """The token of a step's forms, as the servers here expect it."""
    return signed(SECRET, SLUG, step, pass_hash)


def settle_down() -> None:
    """Let PostgreSQL look at its tables and write down what waits, as it would have by itself after a while."""
    if bound_engine().dialect.name == "postgresql":
        with bound_engine().execution_options(isolation_level="AUTOCOMMIT").connect() as connection:
            connection.execute(text("VACUUM ANALYZE"))
            connection.execute(text("CHECKPOINT"))


@contextmanager
def serving(
    url: str,
    settings: Mapping[str, str] | None = None,
    *,
    peer: bool = False,
    granian: bool = False,
    small: bool = False,
) -> Iterator[Server]:
    """Run a web server on a free port: ours, the bare one, or ours under granian.

    For a mere try (`small`) it runs inside this process.
    """
    port = free_port()
    with tempfile.TemporaryDirectory(prefix="fanfare-served-") as folder:
        said = {
            "DATABASE_URL": url, "FANFARE_DATA": folder, "FANFARE_MODE": "bench", "FANFARE_SECRET": SECRET,
            "FANFARE_URL": f"http://127.0.0.1:{port}", "FANFARE_LOG": "warning", **(settings or {}),
        }  # fmt: skip
        if small:
            with _served_here(port, said, peer) as server:
                yield server
            return
        command, log = _command(port, said, peer, granian), Path(folder) / "server.log"
        around = {**os.environ, "PYTHONPATH": str(ROOT), **said}
        address = ("127.0.0.1", port)
        with running(
            command, log, ready=lambda: answers(socket.AF_INET, address), seconds=60, cwd=ROOT, env=around
        ) as child:
            yield Server(port, child.pid)


def _command(port: int, said: Mapping[str, str], peer: bool, granian: bool) -> list[str]:
    if granian:
        many = ["--workers", said["FANFARE_WEB_WORKERS"], "--blocking-threads", "8", "--no-ws"]
        place = ["--host", "127.0.0.1", "--port", str(port), "--interface", "wsgi", "--log-level", "warning"]
        return [sys.executable, "-m", "granian", *many, *place, "wsgi:app"]
    module = ["bench.peer"] if peer else ["app.cli", "serve"]
    return [sys.executable, "-m", *module, "--bind", f"127.0.0.1:{port}"]


@contextmanager
def _served_here(port: int, said: Mapping[str, str], peer: bool) -> Iterator[Server]:
    settings, before = Settings.from_environment(said), bound_engine()
    app = create_peer(settings) if peer else create_app(settings)
    server = make_server("127.0.0.1", port, app, threaded=True, request_handler=QuietHandler)
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield Server(port, os.getpid())
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
        bound_engine().dispose()
        bind(before, SECRET)


def now() -> datetime:
    """This instant, aware, in UTC."""
    return datetime.now(UTC)
