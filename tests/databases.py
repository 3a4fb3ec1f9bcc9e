"""Migrated databases for the tests, on SQLite and on PostgreSQL.

The migrations run once for each kind; every further database is a copy of that one, which takes milliseconds.
"""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Protocol

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from app.db import bind, engine_for, migrate
from tests.servers.postgres import Postgres

SECRET = "the secret of an installation, in tests"


@dataclass(frozen=True, slots=True)
class Database:
    """A database with the schema of today: its kind ("sqlite" or "postgresql"), its URL, an engine."""

    kind: str
    url: str
    engine: Engine

    @contextmanager
    def rolled_back(self) -> Iterator[Session]:
        """Give a session in which all is undone at the end, also what the code under test has committed."""
        with self.engine.connect().execution_options(writes=True) as connection:
            outer = connection.begin()
            options = {"expire_on_commit": False, "info": {"secret": SECRET}}
            with Session(connection, join_transaction_mode="create_savepoint", **options) as session:
                yield session
            outer.rollback()

    @contextmanager
    def bound(self) -> Iterator["Database"]:
        """Let `app.db.transaction` of this process work on this database for a while."""
        bind(self.engine, SECRET)
        try:
            yield self
        finally:
            bind(None)  # type: ignore[arg-type]
            self.engine.dispose()


class Source(Protocol):
    """Where databases of one kind come from."""

    kind: str

    def empty(self) -> str:
        """Give the URL of a new database without any table."""

    def copy(self) -> str:
        """Give the URL of a new, migrated database without any row."""


@dataclass(slots=True)
class Sqlite:
    """Databases as files in a folder."""

    folder: Path
    kind: str = "sqlite"
    _numbers: Iterator[int] = field(default_factory=count)
    _migrated: Path | None = None

    def empty(self) -> str:
        return f"sqlite:///{self.folder / f'empty{next(self._numbers)}.sqlite3'}"

    def copy(self) -> str:
        if self._migrated is None:
            self._migrated = self.folder / "migrated.sqlite3"
            migrate(f"sqlite:///{self._migrated}")
        file = self.folder / f"copy{next(self._numbers)}.sqlite3"
        shutil.copyfile(self._migrated, file)
        return f"sqlite:///{file}"


@dataclass(slots=True)
class Postgresql:
    """Databases in one server."""

    server: Postgres
    kind: str = "postgresql"
    _numbers: Iterator[int] = field(default_factory=count)
    _migrated: bool = False

    def empty(self) -> str:
        return self.server.create(f"empty{next(self._numbers)}")

    def copy(self) -> str:
        if not self._migrated:
            migrate(self.server.create("migrated"))
            self._migrated = True
        return self.server.create(f"copy{next(self._numbers)}", template="migrated")


def open_copy(source: Source) -> Database:
    """Make a migrated database and open it."""
    url = source.copy()
    return Database(source.kind, url, engine_for(url))
