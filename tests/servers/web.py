"""The real application under its real web server, in a process of its own, on a free port."""

import os
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import requests

from tests.databases import SECRET
from tests.servers.children import free_port, running

ROOT = Path(__file__).parent.parent.parent


@dataclass(frozen=True, slots=True)
class LiveServer:
    """A running application: its address, its database, its folder, its process."""

    url: str
    database_url: str
    folder: Path
    pid: int


@contextmanager
def web_server(folder: Path, database_url: str, settings: Mapping[str, str] | None = None) -> Iterator[LiveServer]:
    """Serve the application on a free port of 127.0.0.1, on a migrated database."""
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    ours = {
        "DATABASE_URL": database_url,
        "FANFARE_DATA": str(folder / "var"),
        "FANFARE_MODE": "demo",
        "FANFARE_SECRET": SECRET,
        "FANFARE_URL": url,
    }
    environment = {**os.environ, "PYTHONPATH": str(ROOT), **ours, **(settings or {})}
    command = [sys.executable, "-m", "app.cli", "serve", "--bind", f"127.0.0.1:{port}"]
    log = folder / "server.log"
    with running(command, log, ready=lambda: _lives(url), seconds=60, cwd=ROOT, env=environment) as child:
        yield LiveServer(url, database_url, folder, child.pid)


def _lives(url: str) -> bool:
    try:
        return requests.get(f"{url}/healthz", timeout=5).status_code == 200
    except (requests.ConnectionError, requests.Timeout):
        return False
