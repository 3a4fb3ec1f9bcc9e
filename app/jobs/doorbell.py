"""The doorbell: tells this process's worker that the outbox has something.  Missing a ring only delays a job."""

from __future__ import annotations

import threading

bell = threading.Event()


def ring() -> None:
    """Wake the worker of this process, if there is one."""
    bell.set()
