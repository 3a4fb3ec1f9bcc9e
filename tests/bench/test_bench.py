"""Benchmarks measure fairly, and each of them still runs."""

import json
import time
from contextlib import nullcontext

import pytest

from bench.__main__ import BENCHES, run
from bench.measuring import Bench, Figure, Finding, Findings, Probe, Table, look, measure
from bench.report import markdown, store

TABLE = Table("plays", "One play.", "plays", 9, "2 cores", (Figure("ours", 1234.5, 1000, 1500, 1.0),))


QUICK = {"conditions", "simulation", "plays-sqlite", "profile", "first-view", "claims-sqlite"}


def test_contestants_take_turns():
    turns = []
    bench = Bench(
        "turns",
        "",
        "turns",
        lambda small: nullcontext({name: lambda _, name=name: turns.append(name) for name in "ab"}),
    )

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

    measure(
        Bench("two", "", "pieces", lambda small: nullcontext({"quick": quick, "slow": slow})), rounds=2, seconds=0.02
    )

    assert asked["slow"][-1] < asked["quick"][-1]


def test_ours_is_compared_with_itself_as_one():
    table = measure(
        Bench("one", "", "sums", lambda small: nullcontext({"ours": lambda count: sum(range(count))})),
        rounds=2,
        seconds=0.01,
    )

    assert table.figures[0].ratio == 1


def test_a_table_is_stored_for_people_and_for_programs(tmp_path):
    store(TABLE, tmp_path)

    assert "| ours | 1,234 | 1,000 to 1,500 | 1.00 × |" in (tmp_path / "plays.md").read_text()
    assert json.loads((tmp_path / "plays.json").read_text())["figures"][0]["rate"] == 1234.5


def test_a_small_rate_keeps_its_digits():
    assert "0.123" in markdown(Table("slow", "", "runs", 9, "", (Figure("ours", 0.1234, 0.1, 0.2, 1.0),)))


def test_what_was_not_held_stands_out(tmp_path):
    found = Findings("memory", "", "2 cores", (Finding("resident", "130 MiB", "≤ 120 MiB", False),))

    assert "| resident | 130 MiB | ≤ 120 MiB | **no** |" in markdown(found)


def test_a_probe_tells_what_it_finds_as_it_goes():
    told = []
    findings = [Finding("one", "1"), Finding("two", "2")]

    found = look(Probe("two", "", lambda small: iter(findings)), told.append)

    assert told == list(found.findings) == findings


@pytest.mark.parametrize("name", sorted(QUICK))
def test_a_benchmark_still_runs(name):
    assert markdown(run(name, 2, small=True))


@pytest.mark.proof
@pytest.mark.parametrize("name", sorted(set(BENCHES) - QUICK))
def test_a_slow_benchmark_still_runs(name):
    assert markdown(run(name, 2, small=True))
