"""Which database counts: DuckDB beside the app, the installation's own PostgreSQL, Spark, or a loop over people.

To add one: a function that opens a base, and a line in `ENGINES`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager

import psycopg
from sqlalchemy.engine import make_url

from app.errors import Refused
from app.services.simulating.bases import Base, Person, PostgresBase, duck_base, sqlite_base
from app.services.simulating.exact import Question, simulate_people
from app.services.simulating.sparkbase import spark_base
from journeys.simulation import Simulation, simulate
from journeys.sql import NotInSql

LOOP = "loop"


class NoEngine(Refused):
    """This engine is not at hand."""

    code = "no_engine"
    status = 400


def simulate_on(engine: str, url: str, question: Question, people: Callable[[], Iterable[Person]]) -> Simulation:
    """Count who would go where.  `url` is that of the installation's database; `people` may be asked twice.

    What no query says is counted person by person; the answer is the same.  Raises: NoEngine.
    """
    if engine != LOOP:
        try:
            with ENGINES[engine](url) as base:
                return simulate_people(base, question, people())
        except NotInSql:
            pass
    return simulate(question.journey, people(), question.now, question.assumed, question.stock)


def engine_of(url: str) -> str:
    """The engine that suits an installation: PostgreSQL its own, DuckDB every other."""
    return "postgres" if url.startswith("postgresql") else "duckdb"


@contextmanager
def postgres_base(url: str) -> Iterator[PostgresBase]:
    """A session of its own on the installation's PostgreSQL; what is put in goes with it."""
    if not url.startswith("postgresql"):
        raise NoEngine("DATABASE_URL names no PostgreSQL", "DATABASE_URL ne désigne pas un PostgreSQL")
    plain = make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(plain) as connection:
        yield PostgresBase(connection)
        connection.rollback()


@contextmanager
def _spark(_url: str) -> Iterator[Base]:
    try:
        opened = spark_base()
    except ImportError:
        raise NoEngine(
            "Spark is not installed; add it with: pip install 'fanfare[spark]' (it needs Java 17)",
            "Spark n'est pas installé ; ajoutez-le : pip install 'fanfare[spark]' (il demande Java 17)",
        ) from None
    with opened as base:
        yield base


ENGINES: Mapping[str, Callable[[str], AbstractContextManager[Base]]] = {
    "duckdb": lambda _url: duck_base(),
    "sqlite": lambda _url: sqlite_base(),
    "postgres": postgres_base,
    "spark": _spark,
}
