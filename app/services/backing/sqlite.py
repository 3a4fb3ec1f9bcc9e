"""SQLite: a whole copy while it is in use, and another file put in its place.

Source: SQLite's online backup API and its journal modes.
"""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing
from pathlib import Path

from app.services.backing.sets import SetUnusable


def copy_without_keys(file: Path, to: Path) -> None:
    """Copy the database at one moment, whatever is being written; then take people's keys out without a trace.

    Raises: SetUnusable when the copy is damaged.
    """
    with closing(sqlite3.connect(file)) as source, closing(sqlite3.connect(to, isolation_level=None)) as copy:
        source.backup(copy)
        copy.execute("PRAGMA secure_delete=ON")
        copy.execute("PRAGMA journal_mode=DELETE")
        copy.execute("DELETE FROM person_key")
        copy.execute("VACUUM")
    to.chmod(0o600)
    check(to)


def check(file: Path) -> None:
    """Look through the whole file.  Raises: SetUnusable."""
    try:
        with closing(sqlite3.connect(file)) as opened:
            said = opened.execute("PRAGMA integrity_check").fetchone()[0]
            astray = opened.execute("PRAGMA foreign_key_check").fetchone()
    except sqlite3.DatabaseError as error:
        raise SetUnusable(file=file, wrong=f"is damaged ({error})") from None
    if said != "ok" or astray:
        raise SetUnusable(file=file, wrong=f"is damaged ({said if said != 'ok' else 'a reference leads nowhere'})")


def close_down(file: Path) -> None:
    """See to it that nobody uses the file, and that it needs no other file beside it.  Raises: SetUnusable."""
    if not file.is_file():
        return
    with closing(sqlite3.connect(file, timeout=1)) as opened:
        try:
            opened.execute("PRAGMA journal_mode=DELETE")  # only the last user may
        except sqlite3.OperationalError:
            raise SetUnusable(file=file, wrong="is in use; stop fanfare serve and fanfare worker first") from None
        except sqlite3.DatabaseError:
            return  # damaged, or no database at all: that is why it is replaced


def put_in_place(new: Path, file: Path, kept: Path) -> None:
    """Put a database in the place of another in one step; the other is kept beside it."""
    if file.is_file():
        os.link(file, kept)
    os.replace(new, file)
    for rest in ("-wal", "-shm"):
        file.with_name(file.name + rest).unlink(missing_ok=True)
