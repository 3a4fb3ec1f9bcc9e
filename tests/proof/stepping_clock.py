"""`python -m tests.proof.stepping_clock ...`: `fanfare ...` on a machine whose clock steps, as a file says by how much.

Every way in which the product and its libraries read the time of day is set; steady clocks are not, as on a real
machine.  (Debian's libfaketime would do it from outside, but breaks `time.sleep` of this Python.)
"""

from __future__ import annotations

import os
import sys
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from tests.proof.faults import FAULTS

VARIABLE, FAULT = "FANFARE_PROOF_CLOCK", "FANFARE_PROOF_FAULT"
TIME_OF_DAY = time.time


@dataclass(frozen=True, slots=True)
class SteppingClock:
    """The file that says how many seconds the time of day is off."""

    file: Path

    @property
    def settings(self) -> dict[str, str]:
        """What a process needs to know to live by it."""
        return {VARIABLE: str(self.file)}

    def step(self, hours: int) -> None:
        """Set the time of day so many hours off."""
        new = self.file.with_suffix(".new")
        new.write_text(str(hours * 3600))
        new.rename(self.file)

    def time(self) -> float:
        """The time of day, in seconds."""
        return TIME_OF_DAY() + float(self.file.read_text())

    def now(self, _zone: object = UTC) -> datetime:
        """The time of day, aware, in UTC."""
        return datetime.fromtimestamp(self.time(), UTC)


def live_by(clock: SteppingClock) -> None:
    """Let this process, and what it imports from now on, read the time of day there."""
    time.time = clock.time
    from app.cli import installation
    from app.jobs import clock as jobs
    from app.web import clock as web

    web.utcnow = installation.now = clock.now  # before anybody imports them by name
    jobs.datetime = clock


if __name__ == "__main__":
    live_by(SteppingClock(Path(os.environ[VARIABLE])))
    if fault := os.environ.get(FAULT):
        FAULTS[fault]()
    sys.argv[0] = "fanfare"
    from app.cli import main

    main()
