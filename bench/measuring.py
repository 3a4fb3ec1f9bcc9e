"""What a benchmark is, how it is measured, and the table that it gives.

The contestants take turns, round by round, so that a busy machine slows all of them alike; each figure is a median with
its quartiles, and each ratio is the median of the ratios of the rounds.
"""

import gc
import platform
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from os import cpu_count
from statistics import median, quantiles


@dataclass(frozen=True, slots=True)
class Bench:
    """A benchmark: contestants that do the same work, each given as a function that does `count` pieces of it.

    `prepare` gives them by name, the first one being ours.
    """

    name: str
    what: str
    unit: str
    prepare: Callable[[], Mapping[str, Callable[[int], object]]]


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


def measure(bench: Bench, rounds: int, seconds: float = 0.3) -> Table:
    """Run a benchmark: each contestant works about that long in each round."""
    contestants = bench.prepare()
    counts = {name: _enough(work, seconds) for name, work in contestants.items()}
    paces: dict[str, list[float]] = {name: [] for name in contestants}
    for _ in range(rounds):
        for name, work in contestants.items():
            paces[name].append(counts[name] / _duration(work, counts[name]))
    ours = next(iter(paces.values()))
    figures = tuple(_figure(name, reached, ours) for name, reached in paces.items())
    return Table(bench.name, bench.what, bench.unit, rounds, _machine(), figures)


def _enough(work: Callable[[int], object], seconds: float) -> int:
    """Find how much work takes that long; this also warms up."""
    count = 1
    while (took := _duration(work, count)) < seconds / 4:
        count *= 2
    return max(1, round(count * seconds / took))


def _duration(work: Callable[[int], object], count: int) -> float:
    gc.collect()
    started = time.perf_counter()
    work(count)
    return time.perf_counter() - started


def _figure(name: str, reached: list[float], ours: list[float]) -> Figure:
    low, _, high = quantiles(reached, n=4)
    ratio = median(mine / theirs for mine, theirs in zip(ours, reached, strict=True))
    return Figure(name, median(reached), low, high, ratio)


def _machine() -> str:
    return f"{cpu_count()} cores, {platform.machine()}, {platform.system()}, Python {platform.python_version()}"
