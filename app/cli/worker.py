"""`fanfare worker`: the outbox and the waiting journeys, in a process of their own."""

from __future__ import annotations

import os
import signal
import threading
from typing import Any

import click
from sqlalchemy.exc import DBAPIError

from app.cli.installation import settings
from app.cli.metering import serve_meters
from app.logs import write_lines

LOOK_SECONDS = 0.1


@click.command()
@click.option("--once", is_flag=True, help="work until nothing is due, then end")
@click.option("--metrics", metavar="HOST:PORT", help="where Prometheus may read its meters, as 127.0.0.1:9101")
def worker(once: bool, metrics: str | None) -> None:
    """Deliver what the outbox owes and wake journeys whose time has come, until stopped.

    The first SIGTERM or Ctrl-C lets it finish the jobs at hand; the second ends it at once.
    """
    from app.jobs.clock import SharedClock
    from app.jobs.mail import context_of
    from app.jobs.worker import Worker, start_in_thread

    write_lines(settings().log_level)
    here = Worker(context_of(settings()), SharedClock())
    if once:
        work_once(here)
        return
    if metrics:
        serve_meters(metrics)
    if settings().redis_url:
        from app.jobs.listening import listen_in_thread

        listen_in_thread(settings().redis_url, here.name, here.stopping)
    told = listen_to_signals()
    thread = start_in_thread(here)
    click.echo("worker: ready")
    wait(thread, told, here)
    click.echo("worker: stopped")


def work_once(here: Any) -> None:
    """Until nothing is due."""
    try:
        here.run(until_idle=True)
    except DBAPIError:
        raise click.ClickException("the database does not answer any more; what has not left waits") from None


def listen_to_signals() -> list[int]:
    """The stops that were asked for, as they come; the second ends the process at once, whatever it is doing.

    The handler touches no lock: a signal may come while this very thread holds one.
    """
    told: list[int] = []

    def hear(number: int, _frame: Any) -> None:
        told.append(number)
        if len(told) > 1:
            os._exit(128 + number)

    for each in (signal.SIGTERM, signal.SIGINT):
        signal.signal(each, hear)
    return told


def wait(thread: threading.Thread, told: list[int], here: Any) -> None:
    """Until the worker has ended; the first signal asks it to."""
    while thread.is_alive():
        thread.join(LOOK_SECONDS)
        if told and not here.stopping.is_set():
            click.echo("worker: finishing the jobs at hand; tell it once more to end at once")
            here.stop()
