"""From the start of the server to its first answer; and what a web process has loaded by then."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterator
from statistics import median

from app.db import bound_engine
from bench.installation import ROOT, SECRET, database, publish, serving
from bench.load import as_they_come, get
from bench.measuring import Finding, Probe

TIMES, MOST_SECONDS = 5, 1.0
HEAVY = ("duckdb", "pyarrow", "sqlglot", "pandas", "numpy", "rq")
LOADED = """
import sys
from app.factory import create_app
from app.settings import Settings
create_app(Settings.from_environment())
print(*sorted(set(sys.modules) & set(sys.argv[1:])))
"""


def look(small: bool) -> Iterator[Finding]:
    """Start it a few times, with a campaign to show."""
    with database("SQLite") as url:
        publish(stock=1)
        bound_engine().dispose()
        took = sorted(_first_answer(url, small) for _ in range(1 if small else TIMES))
        loaded = "" if small else _loaded(url)
    held = median(took) <= MOST_SECONDS
    yield Finding("start to the first view of a campaign, median", f"{median(took):.2f} s", f"≤ {MOST_SECONDS} s", held)
    yield Finding("quickest and slowest of them", f"{took[0]:.2f} to {took[-1]:.2f} s")
    yield Finding("heavy libraries loaded by then", loaded or "none", "none", not loaded)


def _first_answer(url: str, small: bool) -> float:
    started = time.perf_counter()
    with serving(url, {"FANFARE_EMBEDDED_WORKER": "no"}, small=small) as server:
        answer = as_they_come(server.port, [get("/t/bench")], connections=1)
        if answer.statuses != {200: 1}:
            raise RuntimeError(f"the first view came to {dict(answer.statuses)}")
        return time.perf_counter() - started


def _loaded(url: str) -> str:
    said = {"DATABASE_URL": url, "FANFARE_SECRET": SECRET, "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-c", LOADED, *HEAVY]
    return subprocess.run(command, env=said, check=True, capture_output=True, text=True, cwd=ROOT).stdout.strip()


PROBE = Probe("starting", "Cold start of the web application, one process on SQLite.", look)
