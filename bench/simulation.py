"""Exact simulation of a journey of 20 steps over a whole base, beside the same question as SQL written by hand.

The people and orders are drawn by hash in DuckDB: 5 million people with 15 million orders of one line each.  That both
queries count alike is checked before anything is measured.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from app.services.simulating.bases import DuckBase, duck_base
from app.services.simulating.exact import Question, counted
from bench.measuring import Bench, Contestants
from journeys.facts import Value
from journeys.journey import Journey
from journeys.loading import load_journey
from journeys.sql import Routing, Setting

FOLDER = Path(__file__).parent / "base"
NOW = datetime(2026, 11, 10, 12, tzinfo=UTC)
MANY, FEW = 5_000_000, 20_000
THREADS = 2
SAMPLES: dict[str, list[Value]] = {"crm.tier": ["gold"], "crm.visits": [1]}


def journey() -> Journey:
    """Give the journey that is simulated."""
    file = FOLDER / "journey.yaml"
    found = load_journey(file.read_bytes(), file.name, samples=SAMPLES).journey
    assert found is not None
    return found


def crowd(base: DuckBase, people: int) -> None:
    """Put people and three orders for each in; the same ones every time."""
    base.connection.execute(f"SET threads = {THREADS}")
    for statement in (FOLDER / "crowd.sql").read_text().replace(":people", str(people)).split(";\n"):
        base.connection.execute(statement)


@contextmanager
def contestants(small: bool) -> Iterator[Contestants]:
    """Give both queries, after they counted alike."""
    question = Question(journey(), NOW, one_line_each=True)
    by_hand = (FOLDER / "by_hand.sql").read_text()
    with duck_base() as base:
        crowd(base, FEW if small else MANY)
        assert ours(base, question) == base.connection.execute(by_hand).fetchall()

        def by_us(count: int) -> None:
            for _ in range(count):
                counted(base, question)

        def hand_written(count: int) -> None:
            for _ in range(count):
                base.connection.execute(by_hand).fetchall()

        yield {"Fanfare": by_us, "SQL by hand": hand_written}


def ours(base: DuckBase, question: Question) -> list[tuple[object, ...]]:
    """Give our counts as plain rows."""
    setting = Setting(question.now, base.dialect, one_line_each=question.one_line_each)
    return base.ask(Routing(question.journey, setting).counts())


BENCH = Bench(
    "simulation",
    "Exact simulation: 20 steps, 5 million people, 15 million orders, on DuckDB with 2 threads.",
    "simulations",
    contestants,
    seconds=1,
    wanted="at most 1.5 times the time of SQL by hand, and at most 5 s",
)
