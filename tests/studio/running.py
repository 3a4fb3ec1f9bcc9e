"""A running studio for browsers: started once for the tests of a module, its database put back before each of them."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Page
from sqlalchemy import create_engine, make_url
from sqlalchemy.orm import Session

from tests.servers.web import SECRET, web_server
from tests.studio.conftest import PASSWORD

EMAIL = "lea@cup.example.org"


@dataclass(frozen=True, slots=True)
class Studio:
    """A studio that is served, and its database as it was at first."""

    url: str
    database: Path
    at_first: Path

    def as_at_first(self) -> None:
        """Forget what staff have done: put the database back, in one transaction, under the server."""
        with (
            closing(sqlite3.connect(self.at_first)) as kept,
            closing(sqlite3.connect(self.database, timeout=15)) as live,
        ):
            kept.backup(live)


@contextmanager
def running_studio(folder: Path, database_url: str, fill: Callable[[Session], None]) -> Iterator[Studio]:
    """Serve a studio with these rows until the block ends."""
    engine = create_engine(database_url)
    with Session(engine, info={"secret": SECRET}) as tx, tx.begin():
        fill(tx)
    engine.dispose()
    database, at_first = Path(make_url(database_url).database or ""), folder / "at_first.sqlite3"
    with closing(sqlite3.connect(database)) as filled:
        filled.execute("VACUUM INTO ?", (str(at_first),))
    with web_server(folder, database_url) as server:
        yield Studio(server.url, database, at_first)


def enter(page: Page, url: str) -> None:
    """Log in as the brand's owner; the list of campaigns is there."""
    page.goto(f"{url}/studio/")
    page.get_by_label("E-mail").fill(EMAIL)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Log in").click()
    page.get_by_role("link", name="Summer").wait_for()
