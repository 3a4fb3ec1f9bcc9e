"""How a database that is away looks from here: gone, restarting, full, read-only, locked, or too slow.

`AWAY` are the exceptions to catch, `is_away` tells those that are really it from bugs, which stay loud.
"""

from __future__ import annotations

from typing import Final

from sqlalchemy.exc import DatabaseError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as NoConnectionFree

AWAY: Final = (DatabaseError, InterfaceError, NoConnectionFree)
READ_ONLY: Final = "25006"  # a PostgreSQL that has become a standby


def is_away(error: BaseException) -> bool:
    """Whether the database could not answer.

    A file that is no database comes as a bare DatabaseError; its other kinds (a broken constraint, a wrong statement)
    are bugs.  A lost connection, a full disk, a lock or a statement given up are all OperationalErrors.
    """
    if isinstance(error, DatabaseError):
        known = type(error) in {DatabaseError, OperationalError}
        return known or getattr(error.orig, "sqlstate", None) == READ_ONLY
    return isinstance(error, InterfaceError | NoConnectionFree)
