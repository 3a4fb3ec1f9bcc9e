"""The application in process, on a database that the test names."""

import re

import pytest

from app.db import bound_engine
from app.factory import create_app
from app.settings import Settings
from tests.databases import SECRET, open_copy

OUTSIDE = "https://play.example.org"
INSIDE = "http://127.0.0.1:8000"  # the address by which this machine asks itself


@pytest.fixture
def installed():
    """Give a client of the application on a database: installed(url, setting=...)."""
    engines = []

    def install(url, **settings):
        app = create_app(Settings(**{"database_url": url, "secret": SECRET, "public_url": OUTSIDE} | settings))
        engines.append(bound_engine())
        return app.test_client()

    yield install
    for engine in engines:
        engine.dispose()


@pytest.fixture
def sqlite_url(source_of):
    """The URL of a migrated SQLite database of the test's own."""
    with open_copy(source_of("sqlite")).bound() as database:
        yield database.url


def value(text, name, **labels):
    """The sum of the samples of a meter that carry these labels."""
    said = [f'{label}="{wanted}"' for label, wanted in labels.items()]
    lines = [line for line in text.splitlines() if re.match(rf"{name}(\{{| )", line)]
    return sum(float(line.rsplit(" ", 1)[1]) for line in lines if all(each in line for each in said))
