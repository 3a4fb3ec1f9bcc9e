"""An installation under proof: web processes and workers that are started again whenever they die.

The test plays the part of the system's service manager: `tend()` starts again what has died.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import psutil
from sqlalchemy import Engine, text
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from app.db import engine_for
from tests.databases import SECRET
from tests.e2e.stage import environment, lives
from tests.servers.children import die_with_parent, free_port
from tests.servers.web import ROOT

WEB_PROCESSES, WORKERS = 2, 2
WAITING = """SELECT (SELECT COUNT(*) FROM outbox WHERE done_at IS NULL AND dead_at IS NULL)
                  + (SELECT COUNT(*) FROM run WHERE ended_at IS NULL AND wake_at IS NOT NULL)"""


@dataclass(slots=True)
class Program:
    """A program that is started again after it has died."""

    name: str
    words: Sequence[str]
    settings: dict[str, str]
    log: Path
    child: subprocess.Popen[bytes] | None = None
    starts: int = 0
    retired: bool = False  # not to be started again

    def start(self) -> None:
        with self.log.open("ab") as out:
            self.child = subprocess.Popen(
                self.words, cwd=ROOT, env=self.settings, stdin=subprocess.DEVNULL, stdout=out, stderr=subprocess.STDOUT,
                preexec_fn=die_with_parent,
            )  # fmt: skip
        self.starts += 1

    def alive(self) -> bool:
        return self.child is not None and self.child.poll() is None

    def retire(self) -> None:
        """Stop it for good."""
        self.retired = True
        self.stop()

    def stop(self) -> None:
        """Stop it kindly, then firmly, with all its children."""
        if self.child is None:
            return
        family = [self.child.pid, *children_of(self.child.pid)]
        if self.alive():
            self.child.send_signal(signal.SIGTERM)
            try:
                self.child.wait(30)
            except subprocess.TimeoutExpired:
                self.child.kill()
                self.child.wait()
        for pid in family[1:]:
            kill(pid)


@dataclass(slots=True)
class Site:
    """A running installation: its address, its database, its programs."""

    folder: Path
    database_url: str
    settings: dict[str, str]
    runner: Sequence[str] = ("app.cli",)  # the module that is `fanfare`, and its first words
    programs: list[Program] = field(default_factory=list)
    engine: Engine = field(init=False)

    def __post_init__(self) -> None:
        ours = {
            "DATABASE_URL": self.database_url, "FANFARE_SECRET": SECRET, "FANFARE_LOG": "warning",
            "FANFARE_URL": f"http://127.0.0.1:{free_port()}", "FANFARE_WEB_WORKERS": str(WEB_PROCESSES),
            "FANFARE_WEB_THREADS": "4", "FANFARE_EMBEDDED_WORKER": "no",
        }  # fmt: skip
        self.settings = environment(self.folder, **{**ours, **self.settings})
        self.engine = engine_for(self.database_url)

    @property
    def url(self) -> str:
        return self.settings["FANFARE_URL"]

    def add(self, name: str, *words: str, **settings: str) -> Program:
        """`fanfare ...`, started at once."""
        return self.add_module(name, *self.runner, *words, **settings)

    def add_module(self, name: str, module: str, *words: str, **settings: str) -> Program:
        """A program of Python's, started at once."""
        log = self.folder / f"{name}.log"
        program = Program(name, [sys.executable, "-m", module, *words], {**self.settings, **settings}, log)
        self.programs.append(program)
        program.start()
        return program

    def tend(self) -> None:
        """Start again what has died."""
        for program in self.programs:
            if not program.alive() and not program.retired:
                program.start()

    def victims(self) -> list[tuple[str, int]]:
        """What a fault may hit: web processes, workers and their children, each with what it is called."""
        found = []
        for program in self.programs:
            if program.child is None or not program.alive():
                continue
            below = children_of(program.child.pid)
            found += [(program.name.split("-")[0], pid) for pid in below]
            if not program.name.startswith("web"):
                found.append((program.name.split("-")[0], program.child.pid))
        return found

    def reading(self) -> Session:
        """Look into the database, with the installation's secret."""
        return Session(self.engine, info={"secret": SECRET})

    def waiting(self) -> int:
        """How many jobs have not left and how many people the clock has yet to wake."""
        return self.count(WAITING)

    def count(self, sql: str) -> int:
        """What a query counts, now."""
        with self.engine.connect() as connection:
            return int(connection.execute(text(sql)).scalar_one())

    def until_quiet(self, seconds: float, done: Callable[[], bool] | None = None) -> float:
        """Wait until nothing is owed any more; gives how long that took.  Fails when it takes longer than it may."""
        began = time.monotonic()
        done = done or (lambda: self.waiting() == 0)
        while True:
            self.tend()
            try:
                if done():
                    return time.monotonic() - began
            except OperationalError:
                pass
            waited = time.monotonic() - began
            assert waited < seconds, f"not quiet after {seconds:g} s; {self.ends_of_logs()}"
            time.sleep(0.1)

    def ends_of_logs(self) -> str:
        """The last lines of every program, for whoever looks into a failure."""
        return "\n".join(f"{each.name}: {each.log.read_text(errors='replace')[-1500:]}" for each in self.programs)

    def bugs(self) -> list[str]:
        """Lines of the logs that tell of a bug: whatever is broken, nothing ends in a stack trace of a page."""
        found = []
        for program in self.programs:
            for line in program.log.read_text(errors="replace").splitlines():
                if "Exception on " in line:
                    found.append(f"{program.name}: {line[:1500]}")
        return found


@contextmanager
def site(folder: Path, database_url: str, runner: Sequence[str] = ("app.cli",), **settings: str) -> Iterator[Site]:
    """Serve an installation until the block ends: web processes, and workers unless they are embedded."""
    folder.mkdir(parents=True, exist_ok=True)
    workers = int(settings.pop("workers", str(WORKERS)))
    running = Site(folder, database_url, settings, runner)
    with ExitStack() as stack:
        stack.callback(running.engine.dispose)
        stack.callback(lambda: [program.stop() for program in running.programs])
        running.add("web", "serve", "--bind", running.url.removeprefix("http://"))
        for number in range(workers):
            running.add(f"worker-{number}", "worker")
        until = time.monotonic() + 60
        while not lives(running.url):
            assert all(program.alive() for program in running.programs), running.ends_of_logs()
            assert time.monotonic() < until, running.ends_of_logs()
            time.sleep(0.1)
        yield running


def children_of(pid: int) -> list[int]:
    """The processes below one; none when it is gone."""
    try:
        return [child.pid for child in psutil.Process(pid).children(recursive=True)]
    except psutil.NoSuchProcess:
        return []


def kill(pid: int) -> bool:
    """End a process at this very point, whatever it is doing; says whether it was there."""
    try:
        os.kill(pid, signal.SIGKILL)
    except ProcessLookupError:
        return False
    return True
