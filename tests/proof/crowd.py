"""A crowd: many fans at once, each with a browser that repeats; somebody who only reads; and what they were told."""

from __future__ import annotations

import threading
import time
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from random import Random

from sqlalchemy import text
from sqlalchemy.orm import Session

from tests.proof.fair import Guest
from tests.proof.fan import Client, Heard, Stopped

FANS_AT_ONCE = 10
LAST_WALKS_WITHIN = 90.0  # seconds, for those who are on their way when the load ends
READ_EVERY = 0.1


@dataclass(slots=True)
class Crowd:
    """Fans on their way; after the load, `heard` says what all of them were told."""

    guests: Iterator[Guest]
    heard: Heard = field(default_factory=Heard)
    views: Heard = field(default_factory=Heard)  # of the first view
    longest_blind: float = 0.0  # seconds without a first view
    stopping: threading.Event = field(default_factory=threading.Event)
    ends_at: float = float("inf")
    lock: threading.Lock = field(default_factory=threading.Lock)
    clients: list[Client] = field(default_factory=list)

    def acknowledged(self) -> int:
        """How many acts have been acknowledged until now."""
        return sum(len(client.heard.acks) for client in self.clients)

    def next_guest(self) -> Guest | None:
        with self.lock:
            return None if self.stopping.is_set() else next(self.guests, None)

    def patient(self) -> bool:
        return time.monotonic() < self.ends_at

    def walk(self, url: str, luck: Random) -> None:
        """Let one fan after another through, until there is none left or the load ends."""
        client = Client(url, luck, self.patient)
        self.clients.append(client)
        while guest := self.next_guest():
            try:
                client.walk(guest)
            except Stopped as stopped:
                client.heard.strange.append(str(stopped))
        with self.lock:
            self.heard.add(client.heard)

    def read(self, url: str) -> None:
        """Read the first view all the time, and note how long nobody could."""
        client, seen = Client(url, Random(0), self.patient), time.monotonic()
        while not self.stopping.is_set():
            if client.first_view() in {200, 304}:
                seen = time.monotonic()
            self.longest_blind = max(self.longest_blind, time.monotonic() - seen)
            self.stopping.wait(READ_EVERY)
        self.views.add(client.heard)


@contextmanager
def crowd(url: str, guests: Sequence[Guest], luck: Random, patience: float = LAST_WALKS_WITHIN) -> Iterator[Crowd]:
    """Let a crowd play while the block runs; afterwards those on their way go on to the end."""
    load = Crowd(iter(guests))
    threads = [threading.Thread(target=load.walk, args=(url, Random(luck.random()))) for _ in range(FANS_AT_ONCE)]
    threads.append(threading.Thread(target=load.read, args=(url,)))
    for thread in threads:
        thread.start()
    try:
        yield load
    finally:
        load.ends_at = time.monotonic() + patience
        load.stopping.set()
        for thread in threads:
            thread.join()


def differences(tx: Session, heard: Heard) -> dict[str, list[str]]:
    """Where the database differs from what clients were told: acknowledged and lost, stored and never acknowledged.

    Every client repeats until it is answered; so both must be the same, to the last key, move and code.
    """
    told = Counter((ack.fan, ack.key) for ack in heard.acks)
    kept = Counter((_hex(actor), key) for actor, key in tx.execute(text("SELECT actor, key FROM answered")))
    moves_told = Counter(ack.fan for ack in heard.acks if ack.act == "play")
    players = {fan for fan, _key in told.keys() | kept.keys()}  # others have played before the load
    moves_kept = {_hex(fan): moves for fan, moves in tx.execute(
        text("SELECT fan_id, SUM(moves) FROM play GROUP BY fan_id")) if _hex(fan) in players}  # fmt: skip
    codes: defaultdict[str, set[str]] = defaultdict(set)
    for fan, code in tx.execute(text(
        "SELECT claim.fan_id, coupon.code FROM coupon JOIN coupon_claim claim ON claim.id = coupon.claim_id"
    )):  # fmt: skip
        codes[_hex(fan)].add(code)
    found = {
        "acknowledged but not kept": [str(each) for each in told - kept],
        "kept but never acknowledged": [str(each) for each in kept - told],
        "acknowledged twice under one key": [str(each) for each, times in told.items() if times > 1],
        "moves": [f"{fan}: told {moves_told[fan]}, stored {moves_kept.get(fan, 0)}"
                  for fan in moves_told.keys() | moves_kept.keys() if moves_told[fan] != moves_kept.get(fan, 0)],
        "wallets": [f"{fan}: saw {sorted(seen)}, has {sorted(codes[fan])}"
                    for fan, seen in heard.wallets.items() if set(seen) != codes[fan]],
    }  # fmt: skip
    return {name: places[:5] + [f"… {len(places)} in all"] * (len(places) > 5)
            for name, places in found.items() if places}  # fmt: skip


def _hex(fan_id: object) -> str:
    """An id as both databases give it, also with `fan:` before it."""
    return str(fan_id).removeprefix("fan:").replace("-", "")
