"""Listening: a worker process hears the rings that come through Redis, by RQ's own worker in a thread of its own.

RQ's `SimpleWorker` runs a job without a fork; ours only sets the bell of this process, so it takes no time, and the
deliveries themselves stay with `worker`, which goes on by itself while Redis is away.
"""

from __future__ import annotations

import logging
import threading
from typing import Final

import structlog
from rq import SimpleWorker
from rq.timeouts import TimerDeathPenalty

from app.jobs.ringing import queue_at

AWAY_SECONDS: Final = 2.0  # between attempts to reach a Redis that does not answer
TTL_SECONDS: Final = 30  # how long Redis remembers a listener that died; it waits half of that for a ring
log = structlog.get_logger("fanfare.doorbell")


class Listener(SimpleWorker):
    """RQ's worker beside our own loop, in a thread: signals and RQ's commands are not for it."""

    death_penalty_class = TimerDeathPenalty  # the usual one needs the main thread
    max_connection_wait_time = AWAY_SECONDS  # of RQ's own attempts, which would grow to a minute

    def _install_signal_handlers(self) -> None:
        """Leave signals to the process."""

    def subscribe(self) -> None:
        """Take no commands through Redis; a thread that waits for them would outlive a lost connection."""

    def procline(self, message: str) -> None:
        """Leave the process its name."""


def listen_in_thread(redis_url: str, name: str, stopping: threading.Event) -> threading.Thread:
    """Hear rings until told to stop; the thread ends with the process."""
    thread = threading.Thread(target=listen, args=(redis_url, name, stopping), name="fanfare-listener", daemon=True)
    thread.start()
    return thread


def listen(redis_url: str, name: str, stopping: threading.Event) -> None:
    """Hear rings, also again after Redis was away."""
    _log_as_we_do()
    while not stopping.is_set():
        try:
            queue = queue_at(redis_url, socket_connect_timeout=AWAY_SECONDS)
            listener = Listener(
                [queue], name, connection=queue.connection, serializer=queue.serializer, worker_ttl=TTL_SECONDS
            )
            listener.work()
        except Exception as error:  # RQ lets through what Redis, the network and the system say
            log.warning("doorbell_unheard", error=type(error).__name__)
        name = _another(name)
        stopping.wait(AWAY_SECONDS)


def _another(name: str) -> str:
    """RQ takes no name twice while Redis remembers the one before."""
    stem, _, number = name.partition("#")
    return f"{stem}#{int(number or 0) + 1}"


def _log_as_we_do() -> None:
    """Let what RQ has to say be lines like ours, from warnings on."""
    for name in ("rq.worker", "rq.job"):
        logger = logging.getLogger(name)
        if not any(isinstance(each, _Lines) for each in logger.handlers):
            logger.addHandler(_Lines())
        logger.setLevel(logging.WARNING)
        logger.propagate = False


class _Lines(logging.Handler):
    """Writes the records of the standard library as lines of the structured log; what is said again and again, once."""

    last: str | None = None

    def emit(self, record: logging.LogRecord) -> None:
        if record.msg != self.last:
            log.warning("rq", said=record.getMessage())
        self.last = record.msg
