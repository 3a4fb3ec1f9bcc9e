"""A small store in memory, bounded in entries and bytes: what was asked for least lately leaves first."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Hashable
from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar


class Sized(Protocol):
    """What knows how many bytes it takes."""

    @property
    def size_bytes(self) -> int: ...


Thing = TypeVar("Thing", bound=Sized)


@dataclass(frozen=True, slots=True)
class Body:
    """The bytes of an answer, with their tag and type."""

    content: bytes
    etag: str
    media_type: str = "text/html; charset=utf-8"

    @property
    def size_bytes(self) -> int:
        return len(self.content)


class Kept(Generic[Thing]):
    """Things by key; safe to use from many threads."""

    def __init__(self, most: int, most_bytes: int) -> None:
        self.most, self.most_bytes = most, most_bytes
        self.size_bytes = 0
        self._things: OrderedDict[Hashable, Thing] = OrderedDict()
        self._lock = threading.Lock()

    def __len__(self) -> int:
        return len(self._things)

    def get(self, key: Hashable) -> Thing | None:
        """The thing that is kept under this key, if any."""
        with self._lock:
            thing = self._things.get(key)
            if thing is not None:
                self._things.move_to_end(key)
            return thing

    def put(self, key: Hashable, thing: Thing) -> None:
        """Keep a thing; one that is larger than all the room is not kept."""
        if thing.size_bytes > self.most_bytes:
            return
        with self._lock:
            self._forget(key)
            self._things[key] = thing
            self.size_bytes += thing.size_bytes
            while len(self._things) > self.most or self.size_bytes > self.most_bytes:
                self._forget(next(iter(self._things)))

    def forget(self, key: Hashable) -> None:
        """Keep nothing under this key."""
        with self._lock:
            self._forget(key)

    def _forget(self, key: Hashable) -> None:
        if (thing := self._things.pop(key, None)) is not None:
            self.size_bytes -= thing.size_bytes
