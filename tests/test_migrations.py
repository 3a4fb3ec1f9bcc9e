"""The migrations build what the tables say, and can be undone, on both databases."""

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import inspect

from app.db import engine_for, migrate
from app.models import Base


@pytest.fixture
def engine(empty_database_url):
    engine = engine_for(empty_database_url)
    yield engine
    engine.dispose()


def tables(engine):
    return set(inspect(engine).get_table_names()) - {"alembic_version"}


def test_the_migrations_build_exactly_what_the_models_say(engine, empty_database_url):
    migrate(empty_database_url)

    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, Base.metadata) == []


def test_the_migrations_can_be_undone_and_done_again(engine, empty_database_url):
    migrate(empty_database_url)
    migrate(empty_database_url, "base")
    assert tables(engine) == set()

    migrate(empty_database_url)
    assert tables(engine) == set(Base.metadata.tables)


def test_migrating_twice_changes_nothing(engine, empty_database_url):
    migrate(empty_database_url)
    before = tables(engine)

    migrate(empty_database_url)

    assert tables(engine) == before
