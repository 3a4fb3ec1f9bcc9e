"""`fanfare journey sql`, and the engines of `fanfare journey simulate`."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from sqlglot import parse

from app.cli.journey import journey
from app.services.simulating.engines import NoEngine, postgres_base, simulate_on
from app.services.simulating.exact import Question
from journeys.facts import Facts
from journeys.simulation import simulate
from tests.journeys.made import NOON
from tests.journeys.made import journey as made_journey
from tests.journeys.test_commands import FANS, FIBRE, ORDERS


def run(*words: str) -> Result:
    return CliRunner().invoke(journey, list(words), catch_exceptions=False)


@pytest.fixture
def files(tmp_path: Path) -> tuple[str, ...]:
    (tmp_path / "fans.csv").write_text(FANS)
    (tmp_path / "orders.csv").write_text(ORDERS)
    return "--fans", str(tmp_path / "fans.csv"), "--orders", str(tmp_path / "orders.csv"), "--today", "2026-11-10"


def test_every_engine_counts_alike(files):
    by_engine = {engine: run("simulate", FIBRE, *files, "--engine", engine, "--json") for engine in ("duckdb", "loop")}

    counted = {engine: json.loads(found.stdout) for engine, found in by_engine.items()}
    assert counted["duckdb"] == counted["loop"]
    assert counted["duckdb"]["steps"]["maturity"]["branches"] == {"active": 1, "lapsed": 1, "otherwise": 1}


def test_an_engine_that_is_not_there_is_said_in_one_line():
    with pytest.raises(NoEngine, match="DATABASE_URL names no PostgreSQL"), postgres_base("sqlite:///x.sqlite3"):
        pass


def test_people_may_be_counted_on_the_installation_s_own_postgresql(source_of):
    made = made_journey("- show: a\n- play: quiz\n")
    people = [("ada", Facts({"quiz.won": True})), ("bob", Facts())]

    counted = simulate_on("postgres", source_of("postgresql").copy(), Question(made, NOON), lambda: people)

    assert counted.as_json() == simulate(made, people, NOON).as_json()


@pytest.mark.parametrize("dialect", ["duckdb", "snowflake"])
def test_a_journey_is_written_as_one_query(dialect):
    found = run("sql", FIBRE, "--dialect", dialect, "--today", "2026-11-10")

    assert found.exit_code == 0
    assert len(parse(found.stdout, read=dialect)) == 1
    assert found.stdout.startswith("-- written and read back, not run by our tests") == (dialect == "snowflake")


def test_one_step_is_written_alone():
    found = run("sql", FIBRE, "--dialect", "postgres", "--step", "loyalty")

    assert "'top_score'" in found.stdout
    assert "totals" not in found.stdout


def test_a_step_that_is_not_there_is_a_clear_mistake():
    found = run("sql", FIBRE, "--dialect", "postgres", "--step", "loyalti")

    assert found.exit_code == 2
    assert "there is no step “loyalti”" in found.stderr
