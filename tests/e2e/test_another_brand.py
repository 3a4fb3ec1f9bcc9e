"""Nothing is built for the demo: another journey and other purchases, brought in by commands, make other walks."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta

import pytest
from playwright.sync_api import BrowserContext
from sqlalchemy.orm import Session

from app.db import engine_for
from app.demo.people import Person
from app.demo.provider import start_demo_provider
from tests.e2e.installation import Installation, new_installation, purchases, with_bakery
from tests.e2e.ledger import Story, story
from tests.e2e.tab import Tab
from tests.e2e.watch import Watch
from tests.servers.children import free_port

pytestmark = pytest.mark.browser

PEOPLE = [Person(name, name.title(), f"{name}@example.org") for name in ("ada", "bob", "eve")]
TODAY = datetime.now(UTC).date()


@pytest.fixture(scope="module")
def bakery(tmp_path_factory) -> Iterator[Installation]:
    """A fresh installation that knows one brand, the bakery, and a provider with people of its own."""
    port = free_port()
    engine = f"http://127.0.0.1:{port}"
    provider = start_demo_provider(0, PEOPLE, [f"{engine}/connect/demo/callback"])
    settings = {"FANFARE_MODE": "demo", "FANFARE_URL": engine, "FANFARE_DEMO_PROVIDER": provider.issuer}
    try:
        yield with_bakery(new_installation(tmp_path_factory.mktemp("bakery"), **settings))
    finally:
        provider.stop()


@pytest.fixture(scope="module")
def url(bakery: Installation) -> Iterator[str]:
    with bakery.serving() as (url, _process):
        yield url


@pytest.fixture
def visit(url: str, context_with: Callable[..., BrowserContext]) -> Iterator[Callable[[str], Tab]]:
    """Give a function that brings a fan from a poster's QR code into the journey."""
    watch = Watch([url])

    def come(who: str) -> Tab:
        page = context_with().new_page()
        page.goto(f"{url}/t/oven_door?src=qr")
        tab = Tab(page, "en", True, lambda tab, screen: watch.look(screen, tab.frame))
        tab.start()
        tab.connect(who)
        return tab

    yield come
    assert not watch.complaints


def found(bakery: Installation, who: str) -> Story:
    engine = engine_for(bakery.settings["DATABASE_URL"])
    with Session(engine) as tx:
        told = story(tx, who, "crm.crust")
    engine.dispose()
    return told


def days_ago(days: int) -> date:
    return TODAY - timedelta(days=days)


def test_a_fan_without_purchases_gets_the_other_brands_quiz(bakery: Installation, visit):
    tab = visit("ada")
    tab.press(tab.words.play)
    tab.answer_quiz("flour_quiz", right=1)

    assert found(bakery, "ada").way == ("who/otherwise",)


def test_imported_purchases_send_the_next_fans_other_ways(bakery: Installation, visit, tmp_path):
    bread = [("bob@example.org", "BREAD", days_ago(days)) for days in (3, 9)]
    cake = [("eve@example.org", "CAKE", days_ago(400))]
    contacts, orders = purchases(tmp_path, bread + cake)
    bakery.must("crm", "import", "contacts", contacts, "--brand", "bakery")
    bakery.must("crm", "import", "orders", orders, "--brand", "bakery")

    regular = visit("bob")
    regular.say_it_is_me()
    regular.vote("crust_vote", "dark")
    baguette = regular.ticket_codes()
    gone = visit("eve")
    gone.say_it_is_me()
    gone.see("show")
    gone.press(gone.words.go_on)
    croissant = gone.ticket_codes()

    bob, eve = found(bakery, "bob"), found(bakery, "eve")
    assert (bob.way, bob.coupons, bob.vote) == (("who/regular",), (("BAGUETTE", baguette[0]),), "dark")
    assert (eve.way, eve.coupons) == (("who/gone",), (("CROISSANT", croissant[0]),))
