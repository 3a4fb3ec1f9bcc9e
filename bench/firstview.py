"""First views of the tab a second: whole, and by revalidation (304), beside a bare Flask route with an ETag."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import repeat

import requests

from app.db import bound_engine
from bench.installation import Server, database, publish, serving
from bench.load import as_they_come, get
from bench.measuring import Bench, Contestants

CONNECTIONS = 32


@contextmanager
def contestants(small: bool) -> Iterator[Contestants]:
    """Ours and the bare one, each whole and by revalidation."""
    with database("SQLite") as url:
        publish(stock=1)
        bound_engine().dispose()
        two = {"FANFARE_WEB_WORKERS": "2", "FANFARE_EMBEDDED_WORKER": "no"}
        with serving(url, two, small=small) as ours, serving(url, two, peer=True, small=small) as bare:
            yield {
                "Fanfare, 304 by its ETag": _views(ours, "/t/bench", 304),
                "Fanfare, whole": _views(ours, "/t/bench", 200),
                "bare Flask, 304 by its ETag": _views(bare, "/page", 304),
                "bare Flask, whole": _views(bare, "/page", 200),
            }


def _views(server: Server, path: str, status: int) -> Callable[[int], None]:
    tag = requests.get(f"http://127.0.0.1:{server.port}{path}", timeout=10).headers["ETag"]
    request = get(path, f"If-None-Match: {tag}\r\n" if status == 304 else "")

    def view(count: int) -> None:
        volley = as_they_come(server.port, repeat(request, count), min(CONNECTIONS, count))
        if volley.statuses != {status: count}:
            raise RuntimeError(f"of {count} views: {dict(volley.statuses)} (status: times)")

    return view


BENCH = Bench(
    "first-view", "The anonymous first view of the tab; two gunicorn processes.", "views", contestants, seconds=0.5,
    wanted="3 000/s with 304",
)  # fmt: skip
