"""Ringing: after a commit that filled the outbox, workers elsewhere hear of it through Redis, as one small RQ job.

The outbox row is the truth.  A ring carries nothing, rings that nobody has answered yet are one ring, and without Redis
they only come later: the workers look by themselves every two seconds.
"""

from __future__ import annotations

import atexit
import threading
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final

import structlog

from app.jobs.doorbell import bell, ring

if TYPE_CHECKING:
    from rq import Queue

QUEUE: Final = "fanfare"
CALL: Final = f"{ring.__module__}.{ring.__name__}"  # what the worker that takes the job calls
PATIENCE_SECONDS: Final = 0.5  # with Redis
TOGETHER_SECONDS: Final = 0.02  # commits within this time are one ring
AWAY_SECONDS: Final = 3.0  # how long Redis is left alone after it did not answer
GOODBYE_SECONDS: Final = 1.0  # how long a process that ends waits for its last ring
log = structlog.get_logger("fanfare.doorbell")


def bell_of(redis_url: str) -> Callable[[], None]:
    """What to ring after commits: the bell of this process, and with Redis those of the workers elsewhere."""
    return Ringer(redis_url).ring if redis_url else ring


def queue_at(redis_url: str, **patience: Any) -> Queue:
    """The queue of rings.  Its jobs are JSON, so that nothing is unpickled that somebody has put into Redis."""
    from redis import Redis
    from rq import Queue
    from rq.serializers import JSONSerializer

    return Queue(QUEUE, connection=Redis.from_url(redis_url, **patience), serializer=JSONSerializer)


def ring_at(queue: Queue) -> None:
    """Put one ring into the queue, unless one waits there already: whoever takes that one sees our rows too."""
    if queue.count == 0:
        queue.enqueue(CALL, description="ring", result_ttl=0, failure_ttl=60, job_timeout=-1)


class Ringer:
    """Rings in a thread of its own, begun with the first ring: nobody who commits ever waits for Redis."""

    def __init__(self, redis_url: str) -> None:
        self.redis_url = redis_url
        self._owed = threading.Event()
        self._thread: threading.Thread | None = None
        self._away = self._at_it = False

    def ring(self) -> None:
        """Wake this process's worker at once, and soon one elsewhere.  Never waits, never fails."""
        bell.set()
        self._owed.set()
        if self._thread is None or not self._thread.is_alive():  # after a fork it is not
            self._begin()

    def _begin(self) -> None:
        self._thread = threading.Thread(target=self._run, name="fanfare-ringer", daemon=True)
        try:
            self._thread.start()
        except RuntimeError:  # the process is ending; the workers look by themselves
            return
        atexit.register(self._say_goodbye)

    def _run(self) -> None:
        queue = queue_at(self.redis_url, socket_timeout=PATIENCE_SECONDS, socket_connect_timeout=PATIENCE_SECONDS)
        while True:
            self._owed.wait()
            self._at_it = True
            self._owed.clear()  # before ringing: who commits from now on rings again
            try:
                ring_at(queue)
            except Exception as error:  # whatever Redis, RQ or the network says
                self._owed.set()
                self._note(away=True, error=type(error).__name__)
            else:
                self._note(away=False)
            self._at_it = False
            time.sleep(AWAY_SECONDS if self._away else TOGETHER_SECONDS)

    def _note(self, away: bool, **why: str) -> None:
        if away != self._away:
            log.warning("doorbell_silent" if away else "doorbell_rings_again", **why)
        self._away = away

    def _say_goodbye(self) -> None:
        """Let a command that ends right after its commit still ring."""
        until = time.monotonic() + GOODBYE_SECONDS
        while (self._owed.is_set() or self._at_it) and not self._away and time.monotonic() < until:
            time.sleep(0.01)
