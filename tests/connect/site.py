"""The application with one small campaign, reached in process; and a fan's browser that logs in at a real provider."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

import requests
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from app.db import transaction
from app.factory import create_app
from app.models import Brand
from app.services.campaigns import push, read_folder
from app.services.connecting import Provider, Verifier, new_verifier
from app.settings import Settings
from app.web.fan.ways import Ways
from tests.servers.web import SECRET

CAMPAIGN = Path(__file__).parent / "campaign"
SLUG = "tea_party"
ADDRESS = "http://127.0.0.1"
FROM_TAB = {"Sec-Fetch-Site": "same-origin", "Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "document"}
FROM_PROVIDER = {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "document"}


def add_campaign(tx: Session, now: datetime | None = None) -> None:
    """A brand with the small campaign, published."""
    now = now or datetime.now(UTC)
    brand = Brand(slug="tea", name="Tea", currency="USD", languages=["en", "fr"], created_at=now)
    tx.add(brand)
    tx.flush()
    push(tx, brand, read_folder(CAMPAIGN), now)


def app_with(database_url: str, *providers: Provider) -> Flask:
    """The application in production mode, with these providers."""
    app = create_app(
        Settings(secret=SECRET, database_url=database_url, public_url=ADDRESS, embedded_worker=False).checked()
    )
    app.extensions["fanfare.ways"] = Ways({provider.id: provider for provider in providers})
    with transaction() as tx:
        add_campaign(tx)
    return app


@dataclass(slots=True)
class Browser:
    """A fan's browser: the tab with its verifier, and the login window with its cookies."""

    app: Flask
    verifier: Verifier = field(default_factory=new_verifier)
    client: FlaskClient = field(init=False)

    def __post_init__(self) -> None:
        self.client = self.app.test_client()

    def start(self, provider: str = "rogue", headers: Mapping[str, str] = FROM_TAB, **query: str) -> TestResponse:
        """The first request of the login window."""
        asked = {"c": SLUG, "ch": self.verifier.challenge, **query}
        return self.client.get(f"/connect/{provider}", query_string=asked, headers=headers, base_url=ADDRESS)

    def asked(self, **query: str) -> dict[str, str]:
        """Start a login; what the provider is asked."""
        return dict(parse_qsl(urlsplit(self.start(**query).location).query))

    def come_back(
        self, provider: str = "rogue", headers: Mapping[str, str] = FROM_PROVIDER, **said: str
    ) -> TestResponse:
        """The provider's redirect arrives."""
        return self.client.get(f"/connect/{provider}/callback", query_string=said, headers=headers, base_url=ADDRESS)

    def post(self, path: str, **fields: str) -> TestResponse:
        """A form of the tab."""
        headers = {"Sec-Fetch-Site": "same-origin"}
        return self.client.post(f"/t/{SLUG}/{path}", data=fields, headers=headers, base_url=ADDRESS)


def choose(location: str, sub: str) -> dict[str, str]:
    """Pick a person on the demo provider's page; what its redirect says."""
    parts = urlsplit(location)
    form = {**dict(parse_qsl(parts.query)), "sub": sub}
    url = parts._replace(query="").geturl()
    sent_back = requests.post(url, data=form, allow_redirects=False, timeout=5).headers["Location"]
    return dict(parse_qsl(urlsplit(sent_back).query))
