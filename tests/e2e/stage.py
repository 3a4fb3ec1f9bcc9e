"""The demo as a newcomer starts it: `fanfare demo` in a process of its own, on free ports, in a folder of its own."""

from __future__ import annotations

import json
import os
import random
import socket
import sqlite3
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

import requests
from flask import Flask, request
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from app.db import engine_for
from tests.connect.stage import serving
from tests.servers.children import answers, running
from tests.servers.web import ROOT

OURS = ("FANFARE_", "DATABASE_URL", "REDIS_URL")  # settings of whoever runs the tests stay outside
DATABASE, AT_FIRST = "fanfare.sqlite3", "at_first.sqlite3"
SLUG = "spring_tab"
BY_HAND = """<!doctype html><html lang="{lang}"><title>Brand</title>
<link rel="icon" href="data:,"><h1>Brand</h1>
<iframe title="Game" width="390" height="800" src="{engine}/t/{slug}?src=embed&amp;o={own}&amp;lang={lang}"></iframe>
</html>"""


@dataclass(frozen=True, slots=True)
class Stage:
    """The running demo: its three sites, its folder, the studio's accounts, and its database as it was at first."""

    engine: str
    brand: str
    by_hand: str  # a page of the brand on a site without the embed script: a frame written by hand
    provider: str
    folder: Path
    passwords: Mapping[str, str]  # role -> password
    database: Engine

    @property
    def origins(self) -> tuple[str, ...]:
        """Every address that a page of the demo may speak to."""
        return self.engine, self.brand, self.by_hand, self.provider

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """Look into the database."""
        with Session(self.database, info={"secret": (self.folder / "secret").read_text().strip()}) as tx:
            yield tx

    def keep_as_at_first(self) -> None:
        """Let the page by hand embed the tab too, and keep the database as it is now."""
        with closing(sqlite3.connect(self.folder / DATABASE, timeout=15, isolation_level=None)) as live:
            live.execute("UPDATE campaign SET embed_origins = json_insert(embed_origins, '$[#]', ?)", (self.by_hand,))
            live.execute("VACUUM INTO ?", (str(self.folder / AT_FIRST),))

    def as_at_first(self) -> None:
        """Forget whatever fans and staff have done: put the database back, in one transaction, under the server.

        Mails that have left by then are thrown away.
        """
        with (
            closing(sqlite3.connect(self.folder / AT_FIRST)) as kept,
            closing(sqlite3.connect(self.folder / DATABASE, timeout=15)) as live,
        ):
            kept.backup(live)
        for mail in (self.folder / "mail").glob("*.eml"):
            mail.unlink()


def environment(folder: Path, **settings: str) -> dict[str, str]:
    """The environment of a command that works in this folder only."""
    neutral = {name: value for name, value in os.environ.items() if not name.startswith(OURS)}
    return {**neutral, "FANFARE_DATA": str(folder), "PYTHONPATH": str(ROOT), "NO_COLOR": "1", **settings}


def command(*words: str | Path) -> Sequence[str | Path]:
    """`fanfare ...` with the Python that runs the tests."""
    return [sys.executable, "-m", "app.cli", *words]


@contextmanager
def demo(folder: Path, *options: str) -> Iterator[Stage]:
    """Run `fanfare demo` until the block ends, also when it ends badly."""
    port = three_free_ports()
    engine, brand, provider = f"http://127.0.0.1:{port}", f"http://localhost:{port + 1}", f"http://localhost:{port + 2}"
    words, log = command("demo", "--port", str(port), *options), folder / "demo.log"
    with (
        running(words, log, ready=lambda: lives(engine), seconds=150, cwd=ROOT, env=environment(folder)),
        serving(page_by_hand(engine)) as by_hand,
    ):
        accounts = json.loads((folder / "demo-accounts.json").read_text())
        passwords = {each["email"].partition("@")[0]: each["password"] for each in accounts}
        database = engine_for(f"sqlite:///{folder / DATABASE}")
        running_demo = Stage(engine, brand, f"http://localhost:{by_hand}", provider, folder, passwords, database)
        running_demo.keep_as_at_first()
        yield running_demo
        database.dispose()


def page_by_hand(engine: str) -> Flask:
    """A page on one more site of the brand, which needs no script to show the tab."""
    app = Flask("by-hand", static_folder=None)

    @app.get("/")
    def page() -> str:
        own = request.host_url.rstrip("/")
        return BY_HAND.format(engine=engine, slug=SLUG, own=own, lang=request.args.get("lang", "en"))

    return app


def lives(url: str) -> bool:
    """Whether the engine there is ready to work."""
    try:
        return requests.get(f"{url}/readyz", timeout=5).status_code == 200
    except (requests.ConnectionError, requests.Timeout):
        return False


def three_free_ports() -> int:
    """The first of three neighbouring ports that nobody listens on, below those that systems give to callers."""
    while True:
        first = random.randrange(20_000, 32_000)
        if not any(answers(socket.AF_INET, ("127.0.0.1", first + i)) for i in range(3)):
            return first
