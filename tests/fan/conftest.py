"""A fan's tab without a browser: the real application, a published campaign, a fan with a pass."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from app.db import bound_engine, transaction
from app.factory import create_app
from app.models import Fan
from app.services.passes import issue_pass
from app.settings import Settings
from tests.databases import SECRET, open_copy
from tests.makers import Make
from tests.small_campaign import publish_small

HOST = "https://fanfare.example"
HIDDEN = re.compile(r'<input type="hidden" name="([^"]+)" value="([^"]*)"')


@dataclass(slots=True)
class Tab:
    """A fan's browser in the campaign: sends forms as the page has them."""

    client: FlaskClient
    slug: str
    fan: Fan

    def get(self, path: str = "/go", **said: object) -> TestResponse:
        return self.client.get(f"/t/{self.slug}{path}", base_url=HOST, **said)

    def post(self, path: str, fields: dict[str, object], **said: object) -> TestResponse:
        return self.client.post(f"/t/{self.slug}{path}", data=fields, base_url=HOST, **said)

    def form(self, action: str, page: TestResponse | None = None) -> dict[str, str]:
        """The hidden fields of the form with this action, on a page or where the fan stands."""
        html = (page or self.get()).text
        found = re.search(rf'<form[^>]*action="/t/{self.slug}{action}".*?</form>', html, re.S)
        assert found, f"no form to {action} on: {html[-1500:]}"
        return dict(HIDDEN.findall(found[0]))


def app_on(database_url: str) -> Flask:
    """The real application on this database."""
    settings = Settings(secret=SECRET, database_url=database_url, public_url=HOST, embedded_worker=False).checked()
    made = create_app(settings)
    made.config["RATELIMIT_ENABLED"] = False
    return made


def customer_in(app: Flask) -> Tab:
    """A customer who has just begun the quiz."""
    now = datetime.now(UTC)
    with transaction() as tx:
        make = Make(tx, now)
        campaign = publish_small(tx, make.its_brand, now)
        fan, contact = make.fan(), make.contact()
        make.link(fan, contact)
        make.order(contact, ordered_at=now - timedelta(days=3))
        raw, _row = issue_pass(tx, fan, None, {"channel": "embed"}, now)
        tab = Tab(app.test_client(), campaign.slug, fan)
    tab.client.set_cookie("__Host-fan", raw, domain="fanfare.example", secure=True)
    tab.post("/enter", tab.form("/enter"))
    return tab


@pytest.fixture
def app(source_of) -> Iterator[Flask]:
    with open_copy(source_of("sqlite")).bound() as database:
        yield app_on(database.url)
        bound_engine().dispose()


@pytest.fixture
def tab(app) -> Tab:
    return customer_in(app)
