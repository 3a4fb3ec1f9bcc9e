"""The servers and databases that other tests stand on do what they promise."""

import os
import signal
import subprocess
import sys
from pathlib import Path
from subprocess import PIPE
from tempfile import TemporaryDirectory

import psutil
import pytest
import redis
from sqlalchemy import inspect, select, text

from app.db import engine_for, transaction
from app.models import Brand
from app.services.rewards.pools import free_count
from tests.makers import NOON
from tests.servers.chromium import chromium

ROOT = Path(__file__).parent.parent
EMBED = "<title>A brand</title><iframe src='http://fan.test/'></iframe>"


def test_each_session_starts_without_rows(tx):
    assert tx.scalars(select(Brand)).all() == []


def test_what_the_code_under_test_commits_is_undone(database):
    with database.rolled_back() as tx:
        tx.execute(text("UPDATE brand SET name = 'x'"))
        tx.commit()
        tx.add(Brand(slug="b", name="B", currency="EUR", created_at=NOON))
        tx.commit()

    with database.rolled_back() as tx:
        assert tx.scalars(select(Brand)).all() == []


def test_transactions_commit_to_a_database_of_the_test_alone(own_database):
    with transaction() as tx:
        tx.add(Brand(slug="b", name="B", currency="EUR", created_at=NOON))

    with transaction() as tx:
        assert tx.scalar(select(Brand.slug)) == "b"


def test_an_empty_database_has_no_table(empty_database_url):
    engine = engine_for(empty_database_url)

    assert inspect(engine).get_table_names() == []
    engine.dispose()


def test_valkey_answers(valkey):
    assert redis.Redis.from_url(valkey).ping()


@pytest.fixture
def open_folder():
    """A folder that everybody may enter, with a short path: what a socket needs."""
    with TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        yield folder


@pytest.mark.parametrize("server", ["postgres.postgres_server", "valkey.valkey_server"])
def test_a_server_dies_with_a_killed_test_run(server, open_folder):
    module, name = server.split(".")
    script = f"import tests.servers.{module} as m\nwith m.{name}(): print('up', flush=True); input()"
    there = {"cwd": ROOT, "env": {**os.environ, "TMPDIR": open_folder}}
    run = subprocess.Popen([sys.executable, "-c", script], stdin=PIPE, stdout=PIPE, text=True, **there)
    assert run.stdout.readline() == "up\n"
    servers = psutil.Process(run.pid).children()

    run.send_signal(signal.SIGKILL)
    run.communicate()

    assert servers
    assert psutil.wait_procs(servers, timeout=10)[1] == []


def test_a_missing_browser_is_named_in_one_line(monkeypatch):
    monkeypatch.setenv("PATH", "/nowhere")

    with pytest.raises(RuntimeError, match=r"^The browser tests need the Debian package 'chromium'"):
        chromium()


@pytest.mark.browser
def test_an_embedded_page_has_its_own_storage_for_each_host_page(page):
    page.route("http://fan.test/", lambda route: route.fulfill(body="the tab", content_type="text/html"))
    page.route("http://brand.test/", lambda route: route.fulfill(body=EMBED, content_type="text/html"))
    page.goto("http://fan.test/")
    page.evaluate("localStorage.setItem('who', 'top')")

    page.goto("http://brand.test/")

    assert page.frames[1].evaluate("localStorage.getItem('who')") is None


@pytest.mark.browser
@pytest.mark.parametrize(("script", "seen"), [(True, "lively"), (False, "plain")])
def test_a_page_runs_with_and_without_script(context_with, script, seen):
    page = context_with(java_script_enabled=script).new_page()

    page.goto("data:text/html,<body><noscript>plain</noscript><script>document.body.append('lively')</script>")

    assert page.locator("body").inner_text() == seen


def test_a_skipped_test_fails(tmp_path):
    (tmp_path / "test_it.py").write_text("import pytest\ndef test_it(): pytest.skip('no network')")
    (tmp_path / "conftest.py").write_text("from tests.conftest import pytest_runtest_makereport")

    run = subprocess.run(
        [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", tmp_path], cwd=ROOT, capture_output=True, text=True
    )

    assert run.returncode == 1
    assert "nothing may be skipped: no network" in run.stdout


def test_the_maker_lays_codes_into_a_pool(tx, make):
    pool = make.pool(codes=["SUN", "SEA"])

    assert free_count(tx, pool) == 2


def test_everything_the_maker_makes_is_sound(make):
    fan = make.fan()

    make.identity(fan, email="ada@example.org")
    make.link(fan, make.contact())
    make.order(make.contact(), lines=[("fruit", 1200), (None, -300)])
    make.staff(role="crm")

    assert make.run(fan).brand_id == make.its_brand.id
