"""The doorbell: the worker of this process hears that the outbox has something.  A missed ring only delays a job.

RQ's jobs call `ring` too, in the worker process that takes them; see `ringing` and `listening`.
"""

from __future__ import annotations

import threading

bell = threading.Event()


def ring() -> None:
    """Wake the worker of this process, if there is one."""
    bell.set()
