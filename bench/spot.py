"""A spot on television: 25 000 plays arrive within one minute, whatever becomes of the earlier ones.

Each counts from its appointed moment.  Afterwards SQL says whether one was lost or came twice.  The memory of the web
processes is looked at on the way, after the first and after the second ten thousand.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from app.db import bound_engine
from bench.installation import KINDS, PROCESSES, Server, database, players, publish, serving
from bench.load import Sent, on_time
from bench.measuring import Finding, Probe
from bench.plays import check, moves_of

PEOPLE, SECONDS = 25_000, 60
LEGS = (10_000, 10_000, 5_000)  # the memory is looked at between them
SMALL = (30, 30, 20)
LATEST_MS, MOST_MIB, MOST_GROWTH = 250, 120, 1.02


def look(small: bool) -> Iterator[Finding]:
    """The spot on each kind of database."""
    for kind in KINDS[:1] if small else KINDS:
        yield from _spot(kind, SMALL if small else LEGS, 4 * PEOPLE / SECONDS if small else PEOPLE / SECONDS, small)


def _spot(kind: str, legs: Sequence[int], per_second: float, small: bool) -> Iterator[Finding]:
    with database(kind) as url:
        made = players(publish(sum(legs)), sum(legs))
        bound_engine().dispose()
        with serving(url, {"FANFARE_WEB_WORKERS": PROCESSES[kind]}, small=small) as server:
            requests, volleys, memory = iter(moves_of(made)), [], []
            for leg in legs:
                volleys.append(on_time(server.port, [next(requests) for _ in range(leg)], per_second))
                memory.append(_largest(server))
        check(sum(volley.statuses[200] for volley in volleys))
    yield from _latencies(kind, volleys)
    yield from _memory(kind, legs, memory)


def _latencies(kind: str, volleys: Sequence[Sent]) -> Iterator[Finding]:
    every = Sent([latency for volley in volleys for latency in volley.latencies])
    for share, wanted in ((0.5, None), (0.95, LATEST_MS), (0.99, None)):
        ms = every.quantile(share) * 1000
        told = f"< {wanted} ms" if wanted else ""
        yield Finding(f"{kind}: latency, p{share * 100:g}", f"{ms:.0f} ms", told, ms < wanted if wanted else None)
    wrong = {status: times for volley in volleys for status, times in volley.statuses.items() if status != 200}
    yield Finding(f"{kind}: not answered with 200 (0 = lost)", str(wrong or "none"), "none", not wrong)
    yield Finding(f"{kind}: acknowledged plays that the database lacks or has twice", "none", "none", True)
    busy = sum(volley.cpu_seconds for volley in volleys) / sum(volley.seconds for volley in volleys)
    yield Finding(f"{kind}: what the load generator took of one core", f"{busy:.0%}")


def _memory(kind: str, legs: Sequence[int], memory: Sequence[float]) -> Iterator[Finding]:
    first, second = memory[:2]
    yield Finding(
        f"{kind}: largest web process after {legs[0]} plays", f"{first:.0f} MiB", f"≤ {MOST_MIB} MiB", first <= MOST_MIB
    )
    growth = second / first
    yield Finding(
        f"{kind}: the same after {legs[0] + legs[1]}", f"{growth:.3f} ×", f"≤ {MOST_GROWTH} ×", growth <= MOST_GROWTH
    )


def _largest(server: Server) -> float:
    return max(server.resident_bytes) / 2**20


PROBE = Probe("spot", "A spot on television: 25 000 plays within one minute.", look)
