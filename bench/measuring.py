"""What a benchmark is, how it is measured, and the table that it gives.

A `Bench` compares paces: the contestants take turns, round by round, so that a busy machine slows all of them alike;
each figure is a median with its quartiles, and each ratio is the median of the ratios of the rounds.  A `Probe` looks
at something once (a latency, a memory, a growth) and says what it found beside what was wanted.
"""

from __future__ import annotations

import gc
import platform
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from os import cpu_count
from statistics import median, quantiles

Contestants = Mapping[str, Callable[[int], object]]


@dataclass(frozen=True, slots=True)
class Bench:
    """A benchmark: contestants that do the same work, each given as a function that does `count` pieces of it.

    `prepare` gives them by name, the first one being ours, and clears up afterwards; called with True it prepares for
    a mere try.  `wanted` is what ours should reach.
    """

    name: str
    what: str
    unit: str
    prepare: Callable[[bool], AbstractContextManager[Contestants]]
    seconds: float = 0.3  # how long each works in a round
    wanted: str = ""


@dataclass(frozen=True, slots=True)
class Figure:
    """What one contestant reached: pieces of work a second, and how many times ours reaches its pace."""

    contestant: str
    rate: float
    low: float
    high: float
    ratio: float


@dataclass(frozen=True, slots=True)
class Table:
    """The figures of one benchmark, and the machine that gave them."""

    name: str
    what: str
    unit: str
    rounds: int
    machine: str
    figures: tuple[Figure, ...]
    wanted: str = ""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at: what was found, what was wanted, and whether it held (none = only told)."""

    what: str
    found: str
    wanted: str = ""
    held: bool | None = None


@dataclass(frozen=True, slots=True)
class Probe:
    """A benchmark that looks at things one by one; called with True it looks at a small size, to be tried out."""

    name: str
    what: str
    look: Callable[[bool], Iterator[Finding]]


@dataclass(frozen=True, slots=True)
class Findings:
    """What a probe found, and on which machine."""

    name: str
    what: str
    machine: str
    findings: tuple[Finding, ...]


def measure(bench: Bench, rounds: int, seconds: float | None = None, *, small: bool = False) -> Table:
    """Run a benchmark: each contestant works about that long in each round."""
    seconds = bench.seconds if seconds is None else seconds
    with bench.prepare(small) as contestants, _settled():
        counts = {name: _enough(work, seconds) for name, work in contestants.items()}
        paces: dict[str, list[float]] = {name: [] for name in contestants}
        for _ in range(rounds):
            for name, work in contestants.items():
                paces[name].append(counts[name] / _duration(work, counts[name]))
    ours = next(iter(paces.values()))
    figures = tuple(_figure(name, reached, ours) for name, reached in paces.items())
    return Table(bench.name, bench.what, bench.unit, rounds, _machine(), figures, bench.wanted)


def look(probe: Probe, tell: Callable[[Finding], object], *, small: bool = False) -> Findings:
    """Let a probe look; each finding is told at once."""
    found = []
    for finding in probe.look(small):
        tell(finding)
        found.append(finding)
    return Findings(probe.name, probe.what, _machine(), tuple(found))


@contextmanager
def _settled() -> Iterator[None]:
    """What was prepared is looked through by the garbage collector now, and not again while the clock runs."""
    gc.collect()
    gc.freeze()
    try:
        yield
    finally:
        gc.unfreeze()


def _enough(work: Callable[[int], object], seconds: float) -> int:
    """Find how much work takes that long; this also warms up."""
    count = 1
    while (took := _duration(work, count)) < seconds / 4:
        count *= 2
    return max(1, round(count * seconds / took))


def _duration(work: Callable[[int], object], count: int) -> float:
    started = time.perf_counter()
    work(count)
    return time.perf_counter() - started


def _figure(name: str, reached: list[float], ours: list[float]) -> Figure:
    low, _, high = quantiles(reached, n=4)
    ratio = median(mine / theirs for mine, theirs in zip(ours, reached, strict=True))
    return Figure(name, median(reached), low, high, ratio)


def _machine() -> str:
    return f"{cpu_count()} cores, {platform.machine()}, {platform.system()}, Python {platform.python_version()}"
