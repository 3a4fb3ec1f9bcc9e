"""PostgreSQL: a whole copy by pg_dump, and another database put in the place of ours by pg_restore.

The restored database is built under another name and takes the place of ours in one transaction, so that nobody ever
sees half of it.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, create_engine, make_url, text
from sqlalchemy.exc import DBAPIError

from app.errors import Refused


class ToolMissing(Refused):
    code = "tool_missing"
    en = (
        "There is no {tool} for PostgreSQL {version} here. "
        "Install the package postgresql-client-{version}, or name its folder: --pg-bin FOLDER"
    )
    fr = (
        "Il n'y a pas de {tool} pour PostgreSQL {version} ici. "
        "Installez le paquet postgresql-client-{version}, ou nommez son dossier : --pg-bin DOSSIER"
    )


class ToolFailed(Refused):
    code = "tool_failed"
    en = "{tool} failed: {said}"
    fr = "{tool} a échoué : {said}"


class NotAllowed(Refused):
    code = "not_allowed"
    en = "PostgreSQL does not let this account do it ({said}). Run once as administrator: ALTER ROLE {role} CREATEDB"
    fr = "PostgreSQL l'interdit à ce compte ({said}). Une fois, comme administrateur : ALTER ROLE {role} CREATEDB"


def dump_without_keys(url: str, to: Path, folders: Sequence[Path]) -> None:
    """Copy the database at one moment, without people's keys.  Raises: ToolMissing, ToolFailed."""
    options = ["--format=custom", "--no-owner", "--no-privileges", "--exclude-table-data=person_key"]
    _run(_tool("pg_dump", url, folders), url, [*options, f"--file={to}"])
    to.chmod(0o600)


def load(dump: Path, url: str, folders: Sequence[Path]) -> None:
    """Bring a copy into an empty database, whole or not at all.  Raises: ToolMissing, ToolFailed."""
    options = ["--no-owner", "--no-privileges", "--exit-on-error", "--single-transaction"]
    _run(_tool("pg_restore", url, folders), url, [*options, str(dump)])


@contextmanager
def beside(url: str) -> Iterator[str]:
    """An empty database beside ours, with the same language rules; dropped at the end unless it took our place."""
    ours = make_url(url)
    name = f"{ours.database}_restoring"
    rules = "SELECT datcollate, datctype FROM pg_database WHERE datname = :name"
    try:
        with _administering(ours) as server:
            collate, ctype = server.execute(text(rules), {"name": ours.database}).one_or_none() or ("C", "C")
            server.execute(text(f"DROP DATABASE IF EXISTS {_quoted(name)} WITH (FORCE)"))
            how = f"TEMPLATE template0 ENCODING 'UTF8' LC_COLLATE '{collate}' LC_CTYPE '{ctype}'"
            server.execute(text(f"CREATE DATABASE {_quoted(name)} {how}"))
    except DBAPIError as error:
        raise NotAllowed(said=type(error.orig).__name__, role=ours.username or "fanfare") from None
    try:
        yield ours.set(database=name).render_as_string(hide_password=False)
    finally:
        with _administering(ours) as server:
            server.execute(text(f"DROP DATABASE IF EXISTS {_quoted(name)} WITH (FORCE)"))


def put_in_place(url: str, kept: str) -> str:
    """Let the database beside ours take its name, in one transaction; ours is kept under the name `kept`.

    Gives that name, or nothing when there was no database.
    """
    ours, new = str(make_url(url).database), f"{make_url(url).database}_restoring"
    with _administering(make_url(url)) as server:
        if not _there(server, ours):
            server.execute(text(f"ALTER DATABASE {_quoted(new)} RENAME TO {_quoted(ours)}"))
            return ""
        server.execute(text(f"ALTER DATABASE {_quoted(ours)} ALLOW_CONNECTIONS false"))
        try:
            gone = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname IN (:ours, :new)"
            server.execute(text(gone), {"ours": ours, "new": new})
            with _administering(make_url(url), "READ COMMITTED") as swap, swap.begin():
                swap.execute(text(f"ALTER DATABASE {_quoted(ours)} RENAME TO {_quoted(kept)}"))
                swap.execute(text(f"ALTER DATABASE {_quoted(new)} RENAME TO {_quoted(ours)}"))
        finally:
            left = kept if _there(server, kept) else ours
            server.execute(text(f"ALTER DATABASE {_quoted(left)} ALLOW_CONNECTIONS true"))
    return kept


@contextmanager
def _administering(ours: URL, isolation: Any = "AUTOCOMMIT") -> Iterator[Connection]:
    engine = create_engine(ours.set(database="postgres"), isolation_level=isolation, hide_parameters=True)
    try:
        with engine.connect() as connection:
            yield connection
    finally:
        engine.dispose()


def _there(server: Connection, name: str) -> bool:
    return bool(server.execute(text("SELECT 1 FROM pg_database WHERE datname = :name"), {"name": name}).scalar())


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _tool(name: str, url: str, folders: Sequence[Path]) -> Path:
    """The program of this name that is at least as new as the server."""
    with _administering(make_url(url)) as server:
        wanted = int(server.execute(text("SHOW server_version_num")).scalar_one()) // 10_000
    places = [*folders, *sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)]
    found = [*(place / name for place in places), Path(shutil.which(name) or name)]
    for program in found:
        if program.is_file() and _version(program) >= wanted:
            return program
    raise ToolMissing(tool=name, version=wanted)


def _version(program: Path) -> int:
    said = subprocess.run([program, "--version"], capture_output=True, text=True, check=False).stdout
    number = re.search(r"\d+", said)
    return int(number[0]) if number else 0


def _run(program: Path, url: str, options: Sequence[str]) -> None:
    """Run a tool on a database; the password goes by the environment, where other users do not see it."""
    ours = make_url(url).set(drivername="postgresql")
    environment = {**os.environ, **({"PGPASSWORD": str(ours.password)} if ours.password else {})}
    where = f"--dbname={ours.set(password=None).render_as_string()}"
    done = subprocess.run([program, where, *options], env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        raise ToolFailed(tool=program.name, said=(done.stderr.strip().splitlines() or ["no word"])[0])
