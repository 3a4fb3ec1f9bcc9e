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

    `prepare` gives them by name, the first one being ours; `count` is the work of one round.
    """

    name: str
    what: str
    unit: str
    count: int
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


def measure(bench: Bench, rounds: int) -> Table:
    """Run a benchmark; a first round warms up and is not counted."""
    contestants = bench.prepare()
    paces: dict[str, list[float]] = {name: [] for name in contestants}
    for turn in range(rounds + 1):
        for name, work in contestants.items():
            pace = _pace(work, bench.count)
            if turn:
                paces[name].append(pace)
    ours = next(iter(paces.values()))
    figures = tuple(_figure(name, reached, ours) for name, reached in paces.items())
    return Table(bench.name, bench.what, bench.unit, rounds, _machine(), figures)


def _pace(work: Callable[[int], object], count: int) -> float:
    gc.collect()
    started = time.perf_counter()
    work(count)
    return count / (time.perf_counter() - started)


def _figure(name: str, reached: list[float], ours: list[float]) -> Figure:
    low, _, high = quantiles(reached, n=4)
    ratio = median(mine / theirs for mine, theirs in zip(ours, reached, strict=True))
    return Figure(name, median(reached), low, high, ratio)


def _machine() -> str:
    return f"{cpu_count()} cores, {platform.machine()}, {platform.system()}, Python {platform.python_version()}"
