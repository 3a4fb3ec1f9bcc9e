"""The command line does the same things, run for real in a fresh data folder."""

from __future__ import annotations

import json
import shutil
import signal
import socket
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from threading import Event

import pytest

from tests.e2e.installation import BAKERY, Installation, new_installation, purchases, with_bakery
from tests.e2e.stage import AT_FIRST, DATABASE, Stage, command, environment, lives, three_free_ports
from tests.servers.children import answers, running
from tests.servers.web import ROOT

LIBRARY = ROOT / "journeys/library/conditional_tab.yaml"
YESTERDAY = datetime.now(UTC).date() - timedelta(days=1)


@pytest.fixture
def empty(tmp_path: Path) -> Installation:
    return new_installation(tmp_path)


@pytest.fixture(scope="module")
def bakery(tmp_path_factory) -> Installation:
    """An installation with one brand, two contacts and three purchases."""
    installation = with_bakery(new_installation(tmp_path_factory.mktemp("bakery")))
    bread = [("ada@example.org", "BREAD", YESTERDAY), ("ada@example.org", "BREAD", YESTERDAY)]
    files = purchases(installation.folder, [*bread, ("bob@example.org", "CAKE", YESTERDAY)])
    for kind, file in zip(("contacts", "orders"), files, strict=True):
        installation.must("crm", "import", kind, file, "--brand", "bakery")
    return installation


def test_doctor_sees_a_missing_schema_and_is_content_after_db_upgrade(empty: Installation):
    before = empty.fanfare("doctor")
    empty.must("db", "upgrade")

    assert before.code == 1
    assert "fanfare db upgrade" in before.out
    assert "all is well" in empty.must("doctor")


def test_config_shows_every_setting_and_no_secret(empty: Installation):
    said = empty.must("config")

    assert "FANFARE_URL" in said
    assert empty.settings["FANFARE_SECRET"] not in said


def test_a_bad_setting_is_one_clear_line(empty: Installation):
    said = Installation(empty.folder, {**empty.settings, "FANFARE_WEB_THREADS": "many"}).fanfare("doctor")

    assert said.code == 1
    assert "FANFARE_WEB_THREADS" in said.out + said.err
    assert "Traceback" not in said.out + said.err


def test_the_same_import_again_changes_nothing(bakery: Installation):
    again = bakery.must("crm", "import", "orders", bakery.folder / "orders.csv", "--brand", "bakery")

    assert "0 new, 0 changed" in again


def test_the_export_is_a_file_with_a_heading_also_when_nobody_has_opted_in(bakery: Installation, tmp_path: Path):
    bakery.must("crm", "export", "optins", "--brand", "bakery", "--out", tmp_path / "optins.csv")

    heading, *rows = (tmp_path / "optins.csv").read_text().splitlines()
    assert heading.startswith("email,")
    assert rows == []


def test_a_campaign_is_checked_before_it_is_pushed(bakery: Installation, tmp_path: Path):
    broken = tmp_path / "broken"
    shutil.copytree(BAKERY, broken)
    (broken / "journey.yaml").write_text((BAKERY / "journey.yaml").read_text().replace("give: BAGUETTE", "give: BAGEL"))

    checked, pushed = bakery.fanfare("campaign", "check", broken), bakery.fanfare("campaign", "push", broken)

    assert (checked.code, pushed.code) == (1, 1)
    assert "journey.yaml:14:" in checked.out
    assert "BAGEL" in pushed.err
    assert "version 1 is live" in bakery.must("campaign", "push", BAKERY)


def test_a_journey_is_checked_shown_and_tested_without_a_database(empty: Installation):
    assert "error" not in empty.must("journey", "check", LIBRARY)
    assert "LOYAL10" in empty.must("journey", "show", LIBRARY, "--lang", "fr")
    assert "pass" in empty.must("journey", "test", LIBRARY)


def test_simulate_counts_the_base_where_it_would_go(bakery: Installation):
    said = bakery.must("journey", "simulate", BAKERY / "journey.yaml", "--brand", "bakery", "--json")

    counted = json.loads(said)
    assert (counted["fans"], counted["steps"]["who"]["branches"]) == (2, {"regular": 1, "gone": 1, "otherwise": 0})


def test_simulate_counts_people_from_files_without_a_database(empty: Installation):
    fans, orders = empty.folder / "fans.csv", empty.folder / "orders.csv"
    fans.write_text("fan_id,crm.known\nada,true\nbob,true\neve,false\n")
    orders.write_text(
        "fan_id,ordered_at,total,category\n" + f"ada,{YESTERDAY},2,BREAD\n" * 2 + f"bob,{YESTERDAY},9,CAKE\n"
    )

    said = empty.must("journey", "simulate", BAKERY / "journey.yaml", "--fans", fans, "--orders", orders, "--json")

    assert json.loads(said)["steps"]["who"]["branches"] == {"regular": 1, "gone": 1, "otherwise": 1}


def test_the_worker_ends_when_nothing_is_due(bakery: Installation):
    bakery.must("worker", "--once")


def test_the_consent_ledger_of_a_new_brand_verifies(bakery: Installation):
    bakery.must("consent", "verify", "--brand", "bakery")


def test_a_busy_server_ends_when_it_is_told_to(empty: Installation):
    empty.must("db", "upgrade")
    with empty.serving() as (url, process), ThreadPoolExecutor(3) as visitors:
        served = [Event() for _ in range(3)]
        calls = [visitors.submit(call_until_it_ends, url, each) for each in served]
        assert all(each.wait(30) for each in served)
        process.send_signal(signal.SIGINT)

        assert process.wait(30) == 0
        assert all(call.result() > 0 for call in calls)


def call_until_it_ends(url: str, served: Event) -> int:
    """Call again and again until nobody answers; how often somebody did."""
    for number in count():
        if not lives(url):
            return number
        served.set()
    raise AssertionError


def test_the_demo_begins_again_quickly_and_ends_cleanly(stage: Stage, tmp_path: Path):
    for kept, name in ((AT_FIRST, DATABASE), ("secret", "secret"), ("demo-accounts.json", "demo-accounts.json")):
        shutil.copyfile(stage.folder / kept, tmp_path / name)
    port = three_free_ports()
    url, log = f"http://127.0.0.1:{port}", tmp_path / "demo.log"
    with running(
        command("demo", "--port", str(port)), log, ready=lambda: lives(url), seconds=60, cwd=ROOT,
        env=environment(tmp_path),
    ) as child:  # fmt: skip
        child.send_signal(signal.SIGINT)
        assert child.wait(30) == 0

    assert [line for line in log.read_text().splitlines() if line.strip().startswith(("1.", "2.", "3."))] != []
    assert "Traceback" not in log.read_text()
    assert not any(answers(socket.AF_INET, ("127.0.0.1", port + i)) for i in range(3))
