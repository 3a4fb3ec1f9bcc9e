"""The migrations build what the tables say, and can be undone, on both databases."""

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import inspect, text
from sqlalchemy.orm import Session

from app.db import engine_for, migrate
from app.models import Base, Message
from tests.makers import NOON, Make

LETTER = {"effect_key": "a" * 64, "kind": "journey", "purpose": "newsletter", "channel": "email", "template": "hello"}


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


def test_the_way_back_to_the_first_schema_and_up_again_keeps_every_row(engine, empty_database_url):
    migrate(empty_database_url)
    with Session(engine.execution_options(writes=True)) as tx:
        make = Make(tx)
        fan = make.fan()
        run = make.run(fan)
        tx.add(Message(brand_id=fan.brand_id, fan_id=fan.id, run_id=run.id, created_at=NOON, **LETTER))
        tx.commit()

    assert migrate(empty_database_url, "0001", down=True) == "0001"
    migrate(empty_database_url)

    with engine.connect() as connection:
        for table in ("brand", "fan", "run", "message"):
            assert connection.execute(text(f"SELECT count(*) FROM {table}")).scalar() == 1
