"""The counters of the rate limits, inside one process, for installations without Redis.

The library's own storage starts a thread at almost every request, which looks through everybody who was counted; with
many fans at once that took longer than their plays.  Here what is over is thrown out once in a while, by who counts.
"""

from __future__ import annotations

import threading
import time

from limits.storage import Storage

IN_PROCESS = "process://"  # for the limiter's settings
SWEPT_EVERY_SECONDS = 10.0
_NEVER = (0, 0.0)


class ProcessStorage(Storage):
    """How often each key was counted, until when."""

    STORAGE_SCHEME = ["process"]  # noqa: RUF012  (as the library has it)

    def __init__(self, uri: str | None = None, wrap_exceptions: bool = False, **options: str) -> None:
        super().__init__(uri, wrap_exceptions, **options)
        self._counts: dict[str, tuple[int, float]] = {}  # key -> (count, the time at which it is over)
        self._lock = threading.Lock()
        self._swept_at = time.time()

    @property
    def base_exceptions(self) -> type[Exception]:
        return ValueError

    def incr(self, key: str, expiry: float, amount: int = 1) -> int:
        now = time.time()
        with self._lock:
            self._sweep(now)
            count, ends_at = self._counts.get(key, _NEVER)
            count, ends_at = (count + amount, ends_at) if ends_at > now else (amount, now + expiry)
            self._counts[key] = count, ends_at
        return count

    def get(self, key: str) -> int:
        count, ends_at = self._counts.get(key, _NEVER)
        return count if ends_at > time.time() else 0

    def get_expiry(self, key: str) -> float:
        ends_at = self._counts.get(key, _NEVER)[1]
        return max(ends_at, time.time())

    def check(self) -> bool:
        return True

    def reset(self) -> int:
        with self._lock:
            gone, self._counts = len(self._counts), {}
        return gone

    def clear(self, key: str) -> None:
        with self._lock:
            self._counts.pop(key, None)

    def _sweep(self, now: float) -> None:
        if now - self._swept_at >= SWEPT_EVERY_SECONDS:
            self._swept_at = now
            self._counts = {key: kept for key, kept in self._counts.items() if kept[1] > now}
