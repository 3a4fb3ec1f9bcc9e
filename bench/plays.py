"""Full plays a second: pass, form token, idempotency, game, facts, journey, coupon, events, commit; one request each.

Through the real web server, beside a bare Flask route with three SQL statements and a commit on the same database
under the same server.  Afterwards SQL says whether anything was lost or came twice.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from itertools import islice
from urllib.parse import urlencode

from sqlalchemy import func, select

from app.db import bound_engine, reading
from app.models import CouponClaim, CouponEntry, Play
from app.services.synthetic import Player
from bench.installation import PROCESSES, Server, database, players, publish, serving
from bench.load import Sent, as_they_come, post
from bench.measuring import Bench, Contestants
from bench.peer import SIZE, lay_tables

SUPPLY, TRIED = 9_000, 60  # people: enough for all rounds, for a mere try
CONNECTIONS = 16


def moves_of(made: Iterable[Player]) -> list[bytes]:
    """The move of each player, ready to be sent: the whole play, for the bench's game has one question."""
    return [
        post(f"/t/bench/{last.path}", urlencode(last.fields, doseq=True)) for last in (p.requests[-1] for p in made)
    ]


def peer_moves() -> Iterator[bytes]:
    """Endless posts for the bare route."""
    while True:
        yield from (post("/play", f"pass=pass{number}") for number in range(SIZE))


def bench_of(kind: str) -> Bench:
    """The benchmark on one kind of database."""

    @contextmanager
    def contestants(small: bool) -> Iterator[Contestants]:
        supply = TRIED if small else SUPPLY
        with database(kind) as url:
            made = players(publish(supply), supply)
            lay_tables(bound_engine())
            bound_engine().dispose()
            around = {"FANFARE_WEB_WORKERS": PROCESSES[kind], "FANFARE_EMBEDDED_WORKER": "no"}
            with serving(url, around, small=small) as ours, serving(url, around, peer=True, small=small) as bare:
                sent: list[Sent] = []
                yield {
                    "Fanfare, a full play": sender(ours, iter(moves_of(made)), sent),
                    "bare Flask, three statements and a commit": sender(bare, peer_moves(), []),
                }
            check(sum(volley.statuses[200] for volley in sent))

    what = f"A full play in one request, on {kind}; {PROCESSES[kind]} gunicorn process(es) with 8 threads each."
    wanted = "500/s; at least 0.25 × the bare route"
    return Bench(f"plays-{kind.lower()}", what, "requests", contestants, seconds=0.7, wanted=wanted)


def sender(server: Server, requests: Iterator[bytes], into: list[Sent]) -> Callable[[int], object]:
    """Send so many of the requests; an answer that is no 200 stops everything."""

    def send(count: int) -> None:
        volley = as_they_come(server.port, islice(requests, count), min(CONNECTIONS, count))
        into.append(volley)
        if volley.statuses != {200: count}:
            raise RuntimeError(f"of {count} requests: {dict(volley.statuses)} (status: times)")

    return send


def check(played: int) -> None:
    """Whether the database holds what was acknowledged: each play, one coupon for it, a ledger in balance."""
    with reading() as tx:
        finished = tx.execute(
            select(func.count(), func.count(Play.fan_id.distinct())).where(Play.finished_at.is_not(None))
        )
        claims = tx.execute(select(func.count(), func.count(CouponClaim.fan_id.distinct())))
        held = {*finished.one(), *claims.one()}
        balance = tx.scalar(select(func.sum(CouponEntry.change)))
    if held != {played} or balance:
        raise AssertionError(f"{played} plays were acknowledged; plays, people, coupons: {held}; balance {balance}")


SQLITE, POSTGRESQL = bench_of("SQLite"), bench_of("PostgreSQL")
