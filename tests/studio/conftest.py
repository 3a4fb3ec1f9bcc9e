"""The studio's pages as staff see them: `visit("owner")` is a browser of somebody with this role, logged in.

Pages run on a database of the test alone, because they commit.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from argon2 import PasswordHasher
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from app.db import bind, transaction
from app.factory import create_app
from app.models import Brand, Staff
from app.services import staff
from app.services.staff import NewStaff, add_staff
from app.settings import Settings
from tests.databases import open_copy
from tests.makers import NOON, Make

PASSWORD = "four unusual green words"
SECRET = "only-for-tests-and-long-enough-to-be-taken"


@dataclass(slots=True)
class Visit:
    """A browser without JavaScript: forms are sent with the hidden fields of the page they stand on."""

    client: FlaskClient
    person: Staff | None = None

    def get(self, path: str, **given: Any) -> TestResponse:
        return self.client.get(path, base_url="http://127.0.0.1:8000", **given)

    def post(self, path: str, page: str | None = None, **fields: Any) -> TestResponse:
        """Send a form; its token is taken from the page that shows it (by default the page of the same address)."""
        token = token_of(self.get(page or path).text)
        return self.send(path, {"csrf_token": token, **fields})

    def send(self, path: str, fields: dict[str, Any], **headers: str) -> TestResponse:
        """Send exactly these fields."""
        return self.client.post(path, base_url="http://127.0.0.1:8000", data=fields, headers=headers)


def token_of(html: str) -> str:
    """The CSRF token of a page's forms; empty when it has none."""
    found = re.search(r'name="csrf_token" type="hidden" value="([^"]+)"', html)
    return found[1] if found else ""


@pytest.fixture(autouse=True)
def quick_hashes(monkeypatch):
    """Let password hashes cost little; their strength has its own test."""
    monkeypatch.setattr(staff, "_HASHER", PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))


@pytest.fixture
def app(source_of):
    """The real application on a fresh SQLite database."""
    database = open_copy(source_of("sqlite"))
    settings = Settings(database_url=database.url, secret=SECRET, mode="demo")
    app = create_app(settings)
    app.testing = True
    yield app
    database.engine.dispose()
    bind(None)  # type: ignore[arg-type]


@pytest.fixture
def made(app) -> Callable[[Callable[[Make], Any]], Any]:
    """Make rows and commit them: `made(lambda make: make.campaign())`; gives what the function gives."""

    def make_rows(what: Callable[[Make], Any]) -> Any:
        with transaction() as tx:
            return what(Make(tx))

    return make_rows


@pytest.fixture
def brand(made) -> Brand:
    return made(lambda make: make.brand(slug="cup", name="The Cup"))


@pytest.fixture
def anonymous(app) -> Visit:
    return Visit(app.test_client())


@pytest.fixture
def visit(app, brand) -> Callable[..., Visit]:
    """Log somebody in: `visit("crm")`, `visit("owner", language="fr")`."""

    def log_in(role: str = "owner", whose: Brand | None = None, language: str = "en") -> Visit:
        new = NewStaff(email=f"{role}@{(whose or brand).slug}.example.org", role=role, name="Lea", language=language)
        with transaction() as tx:
            person = add_staff(tx, whose or brand, new, PASSWORD, NOON)
        browser = Visit(app.test_client(), person)
        assert browser.post("/studio/login", email=new.email, password=PASSWORD).status_code == 302
        return browser

    return log_in
