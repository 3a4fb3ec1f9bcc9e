"""`python -m tests.proof.faults NAME ...`: `fanfare ...` with a planted fault.  With it, a proof must fail.

To add one: a function that breaks a promise, and its name in `FAULTS`.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping


def forget_keys() -> None:
    """Idempotency keys count for nothing: a repeat is done once more."""
    from app.services import answering

    answering.answer_once = lambda tx, call, now, work: work()


def lease_nothing() -> None:
    """A job that is at work with somebody is given to the next one too."""
    from app.services import outbox

    outbox._free = lambda now: (*outbox.WAITING, outbox.Outbox.due_at <= now)


def begin_nothing() -> None:
    """SQLite commits every statement by itself."""
    from app import db

    db._begin_sqlite = lambda _connection: None


def give_up() -> None:
    """A mail server in trouble is taken for one that refuses the address."""
    from app.jobs import mail, post

    mail.AddressRefused = (post.AddressRefused, post.ServerTrouble)
    post.ServerTrouble.code = "trouble"


def wait_for_the_bell() -> None:
    """Workers look only when somebody rings."""
    from app.jobs import worker

    worker.PAUSE_SECONDS = 3600.0


def stay_ahead() -> None:
    """What a clock that stepped back has left ahead is left there."""
    from app.services import outbox

    outbox.bring_near = lambda _tx, _now: None


FAULTS: Mapping[str, Callable[[], None]] = {
    "forget-keys": forget_keys,
    "lease-nothing": lease_nothing,
    "begin-nothing": begin_nothing,
    "give-up": give_up,
    "wait-for-the-bell": wait_for_the_bell,
    "stay-ahead": stay_ahead,
}


def with_fault(name: str | None) -> tuple[str, ...]:
    """What runs `fanfare` with this fault, or without any."""
    return (__name__, name) if name else ("app.cli",)


if __name__ == "__main__":
    FAULTS[sys.argv[1]]()
    sys.argv = ["fanfare", *sys.argv[2:]]
    from app.cli import main

    main()
