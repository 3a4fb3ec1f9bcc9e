"""Benchmarks measure fairly, and each of them still runs."""

import json
import time
from importlib import import_module

import pytest

from bench.__main__ import BENCHES
from bench.measuring import Bench, Figure, Table, measure
from bench.report import markdown, store

TABLE = Table("plays", "One play.", "plays", 9, "2 cores", (Figure("ours", 1234.5, 1000, 1500, 1.0),))


def test_contestants_take_turns():
    turns = []
    bench = Bench("turns", "", "turns", lambda: {name: lambda _, name=name: turns.append(name) for name in "ab"})

    table = measure(bench, rounds=3, seconds=0)

    assert turns[-6:] == ["a", "b"] * 3
    assert [figure.contestant for figure in table.figures] == ["a", "b"]


def test_a_slow_contestant_is_given_less_to_do():
    asked = {"quick": [], "slow": []}

    def quick(count):
        asked["quick"].append(count)
        sum(range(count))

    def slow(count):
        asked["slow"].append(count)
        time.sleep(count / 1000)

    measure(Bench("two", "", "pieces", lambda: {"quick": quick, "slow": slow}), rounds=2, seconds=0.02)

    assert asked["slow"][-1] < asked["quick"][-1]


def test_ours_is_compared_with_itself_as_one():
    table = measure(Bench("one", "", "sums", lambda: {"ours": lambda count: sum(range(count))}), rounds=2, seconds=0.01)

    assert table.figures[0].ratio == 1


def test_a_table_is_stored_for_people_and_for_programs(tmp_path):
    store(TABLE, tmp_path)

    assert "| ours | 1,234 | 1,000 to 1,500 | 1.00 × |" in (tmp_path / "plays.md").read_text()
    assert json.loads((tmp_path / "plays.json").read_text())["figures"][0]["rate"] == 1234.5


def test_a_small_rate_keeps_its_digits():
    assert "0.123" in markdown(Table("slow", "", "runs", 9, "", (Figure("ours", 0.1234, 0.1, 0.2, 1.0),)))


@pytest.mark.parametrize("name", BENCHES)
def test_every_benchmark_still_runs(name):
    bench = import_module(f"bench.{name}").BENCH

    for work in bench.prepare().values():
        work(1)
