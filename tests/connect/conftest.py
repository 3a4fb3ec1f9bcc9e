"""Fixtures for connecting: a session that can seal codes, providers on real ports, the application with a campaign."""

from collections.abc import Iterator

import pytest
from flask import Flask

from app.db import bind
from app.demo.people import Person
from app.demo.provider import DemoProvider, start_demo_provider
from app.services.connecting import demo_provider
from tests.connect.rogue import Rogue, rogue_provider
from tests.connect.site import ADDRESS, Browser, app_with
from tests.servers.web import SECRET

PEOPLE = (
    Person("ada", "Ada Lovelace", "ada@mail.example", blurb={"en": "Buys every week", "fr": "Achète chaque semaine"}),
    Person("bob", "Bob", "bob@mail.example", email_verified=False, locale="fr"),
    Person("eve", "Eve", None),
)


@pytest.fixture
def tx(tx):
    tx.info["secret"] = SECRET
    return tx


@pytest.fixture
def rogue() -> Iterator[Rogue]:
    with rogue_provider() as rogue:
        yield rogue


@pytest.fixture(scope="session")
def demo() -> Iterator[DemoProvider]:
    running = start_demo_provider(0, PEOPLE, [f"{ADDRESS}/connect/demo/callback"])
    yield running
    running.stop()


@pytest.fixture
def site(source_of, rogue, demo) -> Iterator[Flask]:
    """The application with a rogue and the demo provider."""
    yield app_with(source_of("sqlite").copy(), rogue.provider(trusts_email=True), demo_provider(demo.issuer))
    bind(None)


@pytest.fixture
def browser_of_fan(site) -> Browser:
    return Browser(site)
