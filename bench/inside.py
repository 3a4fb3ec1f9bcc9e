"""Plays inside this process, without a server between: for profiles, statements, and costs at any size."""

from __future__ import annotations

import io
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from statistics import median
from typing import Any
from urllib.parse import urlencode

from flask import Flask
from sqlalchemy import Engine, event

from app.services.synthetic import Player
from app.settings import Settings
from bench.installation import SECRET


def settings_for(url: str) -> Settings:
    """Settings of an installation on this database."""
    quiet = {"FANFARE_LOG": "warning", "FANFARE_MODE": "bench", "FANFARE_SECRET": SECRET}
    return Settings.from_environment({"DATABASE_URL": url, **quiet})


def send(app: Flask, path: str, body: str) -> None:
    """Post a form as the tab's script does.  Raises: RuntimeError when the answer is no 200."""
    said = body.encode()
    environ: dict[str, Any] = {
        "REQUEST_METHOD": "POST", "SCRIPT_NAME": "", "PATH_INFO": path, "QUERY_STRING": "", "HTTP_X_FRAGMENT": "1",
        "SERVER_NAME": "127.0.0.1", "SERVER_PORT": "8000", "SERVER_PROTOCOL": "HTTP/1.1", "REMOTE_ADDR": "127.0.0.1",
        "HTTP_HOST": "127.0.0.1:8000", "CONTENT_TYPE": "application/x-www-form-urlencoded",
        "CONTENT_LENGTH": str(len(said)),
        "wsgi.version": (1, 0), "wsgi.url_scheme": "http", "wsgi.input": io.BytesIO(said), "wsgi.errors": io.StringIO(),
        "wsgi.multithread": True, "wsgi.multiprocess": False, "wsgi.run_once": False,
    }  # fmt: skip
    statuses: list[str] = []
    called: Any = app
    answer = called(environ, lambda status, *_: statuses.append(status))
    b"".join(answer)
    answer.close()
    if not statuses[0].startswith("200"):
        raise RuntimeError(f"{path}: {statuses[0]}")


def play(app: Flask, player: Player) -> None:
    """Let one synthetic fan make her move."""
    last = player.requests[-1]
    send(app, f"/t/bench/{last.path}", urlencode(last.fields, doseq=True))


def cost(app: Flask, made: Sequence[Player]) -> float:
    """The median time of one play, in seconds."""
    took = []
    for player in made:
        started = time.perf_counter()
        play(app, player)
        took.append(time.perf_counter() - started)
    return median(took)


@contextmanager
def statements_of(engine: Engine) -> Iterator[list[tuple[str, Any]]]:
    """Gather the statements that are run meanwhile, with their values."""
    gathered: list[tuple[str, Any]] = []

    def gather(connection: Any, cursor: Any, statement: str, values: Any, context: Any, many: bool) -> None:
        gathered.append((statement, values[0] if many else values))

    event.listen(engine, "before_cursor_execute", gather)
    try:
        yield gathered
    finally:
        event.remove(engine, "before_cursor_execute", gather)
