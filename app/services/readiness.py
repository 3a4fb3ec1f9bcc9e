"""What a web process needs of others, asked one by one with little patience: database, schema, Redis.

A word for each: `ok`, or what is wrong.  To add a dependency: a function that gives its word, and a line in `checks`.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from app.db import MIGRATIONS

PATIENCE = timedelta(seconds=2)
MAY_BE_AWAY = {"redis"}  # losing it delays, and loses nothing


def checks(probe: Engine, redis_url: str) -> dict[str, str]:
    """Each dependency and how it is; never an address or a password.

    `migrations` is `ok` also when the database is newer than this program: old web processes serve on while new ones
    are brought up.
    """
    try:
        with probe.connect() as connection:
            found = {"database": "ok", "migrations": schema(connection)}
    except SQLAlchemyError:
        found = {"database": "away", "migrations": "unknown"}
    return {**found, "redis": redis_answers(redis_url)} if redis_url else found


def verdict(found: Mapping[str, str]) -> str:
    """`ok`; `degraded` when only what may be away is; else `unavailable`."""
    wrong = {name for name, word in found.items() if word != "ok"}
    if wrong - MAY_BE_AWAY:
        return "unavailable"
    return "degraded" if wrong else "ok"


def schema(connection: Connection) -> str:
    """`ok`, `behind` when migrations are still to be run, or `missing` when there are no tables."""
    try:
        there = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
    except DBAPIError:
        return "missing"
    if there is None:
        return "missing"
    return "ok" if there >= newest_revision() else "behind"


def newest_revision() -> str:
    """The revision that this program was written for.  Revisions are numbers with leading zeros, one line of them."""
    return max(file.name.partition("_")[0] for file in (MIGRATIONS / "versions").glob("[0-9]*.py"))


def redis_answers(url: str) -> str:
    """`ok`, or `away` when Redis or Valkey does not answer within the patience."""
    import redis

    seconds = PATIENCE.total_seconds()
    try:
        with redis.Redis.from_url(url, socket_timeout=seconds, socket_connect_timeout=seconds, retry=None) as client:
            client.ping()
    except (redis.RedisError, OSError, ValueError):
        return "away"
    return "ok"
