"""`race(journey, fans)`: a campaign of this journey and so many fans, on the one server that all these tests share."""

from collections.abc import Callable, Iterator

import pytest

from app.db import bind
from tests.databases import SECRET, Database, open_copy
from tests.races.stage import Race, small_race
from tests.servers.web import web_server

TWO_PROCESSES = {
    "FANFARE_WEB_WORKERS": "2",
    "FANFARE_EMBEDDED_WORKER": "no",
    "FANFARE_LOG": "error",
    "FANFARE_PLAYS_A_MINUTE": "1000",
}


@pytest.fixture(scope="module")
def serving(tmp_path_factory, source_of) -> Iterator[tuple[str, Database]]:
    database = open_copy(source_of("postgresql"))
    with web_server(tmp_path_factory.mktemp("race"), database.url, TWO_PROCESSES) as server:
        yield server.url, database
    database.engine.dispose()


@pytest.fixture
def race(serving) -> Iterator[Callable[..., Race]]:
    url, database = serving
    bind(database.engine, SECRET)
    yield lambda journey, fans, **changes: small_race(url, journey, fans, **changes)
    bind(None)  # type: ignore[arg-type]
