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


FAULTS: Mapping[str, Callable[[], None]] = {"forget-keys": forget_keys, "lease-nothing": lease_nothing}


def with_fault(name: str | None) -> tuple[str, ...]:
    """What runs `fanfare` with this fault, or without any."""
    return (__name__, name) if name else ("app.cli",)


if __name__ == "__main__":
    FAULTS[sys.argv[1]]()
    sys.argv = ["fanfare", *sys.argv[2:]]
    from app.cli import main

    main()
