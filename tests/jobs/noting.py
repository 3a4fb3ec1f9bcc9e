"""The command line with one more kind of job, `noted`: each delivery is one line of a file, so that none can hide.

Run as `python -m tests.jobs.noting worker`.  The job's content: `line`, `file`, and `seconds` that its delivery takes.
NOTING_PAUSE_SECONDS says how long a worker rests that nobody rings.
"""

import os
import time
from pathlib import Path

from app.cli import main
from app.jobs import worker
from app.jobs.handlers import HANDLERS


def note(_context, row, _now):
    """Write when the delivery begins and when it ends."""
    write(row, "began")
    time.sleep(row.content.get("seconds", 0))
    write(row, "ended")


def write(row, what):
    """Append a line in one write, which no other process can come between."""
    line = f"{row.content['line']} {what} {os.getpid()}\n"
    file = os.open(row.content["file"], os.O_APPEND | os.O_CREAT | os.O_WRONLY)
    os.write(file, line.encode())
    os.close(file)


def lines(file: Path) -> list[tuple[str, str, str]]:
    """What was noted: (line, began or ended, process)."""
    return [tuple(line.split()) for line in file.read_text().splitlines()] if file.exists() else []


for kind in ("noted", "noted.too"):
    HANDLERS[kind] = note

if __name__ == "__main__":
    worker.PAUSE_SECONDS = float(os.environ.get("NOTING_PAUSE_SECONDS", worker.PAUSE_SECONDS))
    main()
