"""gunicorn with threads beside granian: the same application, the same plays, the same database."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from app.db import bound_engine
from bench.installation import database, players, publish, serving
from bench.measuring import Bench, Contestants
from bench.plays import check, moves_of, sender

SUPPLY = 4_000


@contextmanager
def contestants(small: bool) -> Iterator[Contestants]:
    """Both servers with two processes of eight threads each, on PostgreSQL (a mere try: on SQLite)."""
    supply = 60 if small else SUPPLY
    with database("SQLite" if small else "PostgreSQL") as url:
        made = players(publish(2 * supply), 2 * supply)
        bound_engine().dispose()
        two = {"FANFARE_WEB_WORKERS": "2", "FANFARE_EMBEDDED_WORKER": "no"}
        with serving(url, two, small=small) as ours, serving(url, two, granian=True, small=small) as granian:
            sent: list = []
            yield {
                "gunicorn, gthread": sender(ours, iter(moves_of(made[:supply])), sent),
                "granian, wsgi": sender(granian, iter(moves_of(made[supply:])), sent),
            }
        check(sum(volley.statuses[200] for volley in sent))


BENCH = Bench("servers", "Full plays; two processes with eight threads each.", "plays", contestants, seconds=0.5)
