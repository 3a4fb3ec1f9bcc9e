"""`fanfare journey`: what the commands print, what they refuse, and with which exit code."""

import json
from pathlib import Path

import duckdb
import pytest
from click.testing import CliRunner, Result

from app.cli.journey import journey

ROOT = Path(__file__).parent.parent.parent
FIBRE = str(ROOT / "docs/examples/fibre_tab.yaml")

FANS = """\
fan_id,fan.of_age,crm.known,crm.tier,fibre_quiz.score,program.club
ada,true,true,gold,9,
bob,true,true,,,
eve,true,false,,,true
dan,,true,gold,,
"""
ORDERS = """\
fan_id,ordered_at,total,category
ada,2026-11-01,99,fibre
ada,2026-05-01 10:00,70.50,tv
bob,2026-06-01T10:00:00Z,20,box
nobody,2026-06-01,20,box
"""


def run(*words: str) -> Result:
    return CliRunner().invoke(journey, list(words), catch_exceptions=False)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "fans.csv").write_text(FANS)
    (tmp_path / "orders.csv").write_text(ORDERS)
    return tmp_path


def simulated(folder: Path, *words: str, fans: str = "fans.csv", orders: str = "orders.csv") -> Result:
    files = ("--fans", str(folder / fans), "--orders", str(folder / orders))
    return run("simulate", FIBRE, *files, "--today", "2026-11-10", *words)


def test_a_sound_file_is_checked_with_exit_code_zero():
    found = run("check", FIBRE)

    assert found.exit_code == 0
    assert "notice journey.assumed" in found.stdout


def test_a_wrong_file_is_checked_with_exit_code_one_and_json(tmp_path: Path):
    file = tmp_path / "j.yaml"
    file.write_text("journey: j\nsteps:\n  - optin: x\n")

    found = run("check", str(file), FIBRE, "--json")

    assert found.exit_code == 1
    assert json.loads(found.stdout)[0] == {
        "file": str(file),
        "line": 3,
        "col": 5,
        "level": "error",
        "code": "journey.unknown_key",
        "message": "unknown key 'optin'",
        "hint": "did you mean 'offer'?",
    }


@pytest.mark.parametrize("command", ["check", "show", "test", "simulate"])
def test_a_file_that_is_not_there_is_said(command: str, tmp_path: Path):
    found = run(command, str(tmp_path / "none.yaml"))

    assert found.exit_code == 1
    assert "journey.no_file" in found.output


def test_show_says_the_journey_in_french():
    assert "Jouer à « fibre quiz »" in run("show", FIBRE, "--lang", "fr").stdout


def test_the_tests_in_the_file_are_run():
    found = run("test", FIBRE)

    assert found.exit_code == 0
    assert "4 of 4 tests pass; 8 of 13 branches tried" in found.stdout


def test_a_failing_test_is_exit_code_one(tmp_path: Path):
    file = tmp_path / "j.yaml"
    file.write_text("journey: j\nsteps:\n  - show: a\ntests:\n  - {name: t, today: 2026-11-10, gets: [FIVE]}\n")

    found = run("test", str(file), "--json")

    assert found.exit_code == 1
    assert json.loads(found.stdout)["tests"][0]["reasons"] == ["expected to get: FIVE; got: -"]


def test_people_of_two_csv_files_are_simulated(folder: Path):
    found = simulated(folder, "--json")

    counted = json.loads(found.stdout)
    assert (counted["fans"], counted["entered"], counted["today"]) == (4, 3, "2026-11-10")
    assert counted["steps"]["maturity"] == {"reached": 3, "branches": {"active": 1, "lapsed": 1, "otherwise": 1}}
    assert counted["steps"]["loyalty"]["branches"] == {"top_score": 1, "good_score": 0, "otherwise": 0}
    assert counted["coupons"]["FIDELITE30"] == {"given": 1, "stock": None, "runs_out_on": None}


def test_what_the_base_does_not_hold_can_be_assumed(folder: Path):
    counted = json.loads(simulated(folder, "--json", "--assume", "fan.of_age=true").stdout)

    assert counted["entered"] == 4


def test_parquet_gives_the_same_count_as_csv(folder: Path):
    with duckdb.connect() as base:
        for name in ("fans", "orders"):
            base.execute(f"COPY (FROM read_csv('{folder}/{name}.csv')) TO '{folder}/{name}.parquet'")

    parquet = simulated(folder, "--json", fans="fans.parquet", orders="orders.parquet")

    assert json.loads(parquet.stdout) == json.loads(simulated(folder, "--json").stdout)


def test_the_count_reads_as_a_table(folder: Path):
    lines = simulated(folder).stdout.splitlines()

    assert lines[0] == "2026-11-10: 3 of 4 people come in"
    assert "             1  maturity/lapsed" in lines


@pytest.mark.parametrize(
    ("file", "row", "said"),
    [
        ("fans.csv", "zoe,maybe,true,,,", "fans.csv:6:1: error import.value: “maybe” does not fit “fan.of_age”"),
        ("fans.csv", "ada,true,true,,,", "fans.csv:6:1: error import.repeated"),
        ("fans.csv", ",true,true,,,", "fans.csv:6:1: error import.needed"),
        ("fans.csv", "zoe,true", "fans.csv:6:1: error import.ragged"),
        (
            "fans.csv",
            "zoe,true,true,,many,",
            "fans.csv:6:1: error import.value: “many” does not fit “fibre_quiz.score”",
        ),
        ("orders.csv", "ada,yesterday,20,", "orders.csv:6:1: error import.time"),
        ("orders.csv", "ada,2026-01-01,a lot,", "orders.csv:6:1: error import.money"),
        ("orders.csv", "ada,2026-01-01,1.005,", "orders.csv:6:1: error import.money"),
    ],
)
def test_a_bad_row_is_said_with_its_line(folder: Path, file: str, row: str, said: str):
    with (folder / file).open("a") as rows:
        rows.write(row + "\n")

    found = simulated(folder)

    assert found.exit_code == 1
    assert said in found.stderr


def test_orders_in_another_currency_are_refused(folder: Path):
    (folder / "orders.csv").write_text("fan_id,ordered_at,total,currency\nada,2026-01-01,20,USD\n")

    assert "import.currency" in simulated(folder).stderr


def test_a_missing_column_is_said(folder: Path):
    (folder / "orders.csv").write_text("fan_id,total\n")

    assert "the column “ordered_at” is missing" in simulated(folder).stderr


def test_a_column_of_no_field_is_left_out_with_a_warning(folder: Path):
    (folder / "fans.csv").write_text("fan_id,shoe,fan.of_age\nada,42,true\n")

    found = simulated(folder)

    assert found.exit_code == 0
    assert "warning simulate.column_left_out: the column “shoe”" in found.stderr


@pytest.mark.parametrize(
    "words", [("--today", "tomorrow"), ("--assume", "fan.of_age=maybe"), ("--assume", "fan.shoe=1")]
)
def test_an_option_that_says_nothing_is_refused(folder: Path, words: tuple[str, str]):
    found = run("simulate", FIBRE, "--fans", str(folder / "fans.csv"), *words)

    assert found.exit_code == 2
    assert "Traceback" not in found.output


def test_columns_that_nobody_declared_take_their_type_from_the_data(tmp_path: Path):
    (tmp_path / "j.yaml").write_text(
        "journey: j\nsteps:\n  - choose: c\n    of: [{when: crm.children >= 2, as: many, do: []}]\n    otherwise: []\n"
    )
    (tmp_path / "fans.csv").write_text("fan_id,crm.children\na,2\nb,1\nc,\nd,10\n")

    found = run("simulate", str(tmp_path / "j.yaml"), "--fans", str(tmp_path / "fans.csv"), "--json")

    assert json.loads(found.stdout)["steps"]["c"]["branches"] == {"many": 2, "otherwise": 2}
