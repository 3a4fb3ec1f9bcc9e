"""The API in process; each test on a database of its own (SQLite, or the `kind` that a test module asks for)."""

import pytest

from app.db import bound_engine
from tests.api.caller import Caller, api_app, made, new_key
from tests.databases import open_copy


@pytest.fixture
def kind() -> str:
    return "sqlite"


@pytest.fixture
def app(source_of, kind):
    with open_copy(source_of(kind)).bound() as database:
        yield api_app(database.url)
        bound_engine().dispose()


@pytest.fixture
def brand(app):
    return made(lambda make: make.brand(name="Ours"))


@pytest.fixture
def till(app, brand) -> Caller:
    """A program with a key of the brand that may do everything."""
    return Caller(app.test_client(), new_key(brand))
