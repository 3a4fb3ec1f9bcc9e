"""Alembic's entry: runs the migrations on the engine of the URL handed in by `app.db.migrate`."""

from alembic import context

from app.db import engine_for
from app.models import Base

engine = engine_for(context.config.attributes["url"])
with engine.connect() as connection:
    connection = connection.execution_options(writes=True)
    context.configure(connection=connection, target_metadata=Base.metadata, render_as_batch=True)
    with context.begin_transaction():
        context.run_migrations()
engine.dispose()
