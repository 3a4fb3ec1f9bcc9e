"""A program that calls the API in process, with a key of a brand."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from app.db import reading, transaction
from app.factory import create_app
from app.models import ApiKey, Brand, CouponPool
from app.services.keys import fingerprint
from app.services.people import Person
from app.services.rewards import Promise, claim_coupon, lay_in
from app.settings import Settings
from app.web.clock import utcnow
from tests.databases import SECRET
from tests.makers import Make

ADDRESS = "http://127.0.0.1:8000"
SCOPES = ("coupons", "optins")


@dataclass(slots=True)
class Caller:
    """A client with a key; every argument of werkzeug's test client may be given besides."""

    client: FlaskClient
    raw: str

    def get(self, path: str, headers: dict[str, str] | None = None, **given: Any) -> TestResponse:
        return self.client.get(f"/api/v1{path}", headers=self._with_key(headers), base_url=ADDRESS, **given)

    def redeem(self, code: str, headers: dict[str, str] | None = None, **given: Any) -> TestResponse:
        """Redeem a coupon under a fresh key of idempotency; by default with an empty body."""
        said = {"json": {}} if not {"json", "data"} & set(given) else {}
        fresh = {"Idempotency-Key": secrets.token_hex(8)} | (headers or {})
        path = f"/api/v1/coupons/{code}/redeem"
        return self.client.post(path, headers=self._with_key(fresh), base_url=ADDRESS, **said, **given)

    def _with_key(self, headers: dict[str, str] | None) -> dict[str, str]:
        """The headers with the key; a header given as an empty text is left away."""
        given = {"Authorization": f"Bearer {self.raw}"} | (headers or {})
        return {name: value for name, value in given.items() if value}


def api_app(database_url: str) -> Flask:
    """The application in production mode."""
    return create_app(Settings(secret=SECRET, database_url=database_url, public_url=ADDRESS).checked())


def new_key(brand: Brand, scopes: tuple[str, ...] = SCOPES, **said: Any) -> str:
    """Make a key of the brand; gives its secret."""
    raw = f"ff_{secrets.token_urlsafe(32)}"
    with transaction() as tx:
        whose = {"brand_id": brand.id, "name": "till", "scopes": list(scopes), "created_at": utcnow()}
        tx.add(ApiKey(**whose, key_hash=fingerprint(raw), **said))
    return raw


def made(what: Any) -> Any:
    """Make rows and commit them; gives what the function gives."""
    with transaction() as tx:
        return what(Make(tx, utcnow()))


def give_coupons(brand: Brand, *codes: str) -> CouponPool:
    """A pool of the brand whose coupons are held by one person each."""
    with transaction() as tx:
        make = Make(tx, utcnow())
        pool = make.pool(campaign=make.campaign(brand))
        for code in codes:
            lay_in(tx, pool, [code], utcnow())
            claim_coupon(tx, pool, Person(brand.id, make.fan(brand).id), Promise(code), utcnow())
        return pool


def count(table: type, *wanted: Any) -> int:
    """How many rows of a table there are."""
    with reading() as tx:
        return tx.scalar(select(func.count()).select_from(table).where(*wanted)) or 0
