"""Fixtures for all tests: real databases, a real Valkey, the real application, a real browser.

Nothing is skipped: what a test needs is started here, or the test fails and says what is missing.

    tx            a session on a migrated database, undone at the end; the test runs on SQLite and on PostgreSQL
    make          makes brands, fans, campaigns ... in `tx`
    database      the migrated database under `tx`
    own_database  a migrated database of the test alone, to which `app.db.transaction` commits
    race_database the same on PostgreSQL only, for races
    valkey        the URL of a running Valkey
    live_server   the application, serving on a free port with a fresh SQLite database
    page          a browser page (mark the test `browser`); `context_with(...)` makes others
"""

import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from flask import Flask

from tests.databases import Database, Postgresql, Source, Sqlite, open_copy
from tests.makers import Make
from tests.servers.postgres import postgres_server
from tests.servers.valkey import valkey_server
from tests.servers.web import LiveServer, web_server
from tests.templates import CompiledOnce

Flask.jinja_options = {"bytecode_cache": CompiledOnce()}
KINDS = ("sqlite", "postgresql")
pytest_plugins = ["tests.browser", "tests.sharing_out"]


@pytest.fixture(scope="session")
def source_of() -> Iterator[Callable[[str], Source]]:
    """Give where databases of a kind come from; a server starts when first asked for, and stops at the end."""
    with ExitStack() as stack:
        started: dict[str, Source] = {}

        def start(kind: str) -> Source:
            if kind == "postgresql":
                return Postgresql(stack.enter_context(postgres_server()))
            return Sqlite(Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="fanfare-sqlite-"))))

        def source(kind: str) -> Source:
            if kind not in started:
                started[kind] = start(kind)
            return started[kind]

        yield source


@pytest.fixture(scope="session")
def shared_database(source_of) -> Iterator[Callable[[str], Database]]:
    """Give the one migrated database of each kind on which rolled-back tests run."""
    opened: dict[str, Database] = {}

    def database(kind: str) -> Database:
        if kind not in opened:
            opened[kind] = open_copy(source_of(kind))
        return opened[kind]

    yield database
    for each in opened.values():
        each.engine.dispose()


@pytest.fixture(params=KINDS)
def database(request, shared_database) -> Database:
    return shared_database(request.param)


@pytest.fixture
def tx(database):
    with database.rolled_back() as session:
        yield session


@pytest.fixture
def make(tx) -> Make:
    return Make(tx)


@pytest.fixture(params=KINDS)
def own_database(request, source_of) -> Iterator[Database]:
    with open_copy(source_of(request.param)).bound() as database:
        yield database


@pytest.fixture
def race_database(source_of) -> Iterator[Database]:
    with open_copy(source_of("postgresql")).bound() as database:
        yield database


@pytest.fixture(params=KINDS)
def empty_database_url(request, source_of) -> str:
    """The URL of a database without any table, for migrations."""
    return source_of(request.param).empty()


@pytest.fixture(scope="session")
def valkey() -> Iterator[str]:
    with valkey_server() as url:
        yield url


@pytest.fixture
def live_server(tmp_path, source_of) -> Iterator[LiveServer]:
    with web_server(tmp_path, source_of("sqlite").copy()) as server:
        yield server


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item, call):
    """Let a skip be a failure: a test that did not run has proven nothing."""
    report = yield
    if report.skipped and not hasattr(report, "wasxfail"):
        report.outcome = "failed"
        report.longrepr = f"skipped, and nothing may be skipped: {call.excinfo.value if call.excinfo else ''}"
    return report


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report(collector):
    report = yield
    if report.skipped:
        report.outcome = "failed"
        report.longrepr = f"skipped as a whole, and nothing may be skipped: {report.longrepr}"
    return report
