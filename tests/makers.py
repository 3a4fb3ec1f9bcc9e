"""Makes small, sound objects for tests: `make.brand()`, `make.campaign()`, `make.pool(codes=["SUN"])`, `make.fan()`.

Every maker takes only what the test cares about; what is missing is made on the way.  To add one: a method that ends in
`self._keep(...)`.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import UTC, datetime
from itertools import count
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy.orm import Session

from app.models import (
    Brand,
    Campaign,
    CampaignVersion,
    Contact,
    CouponPool,
    Fan,
    Identity,
    Link,
    Order,
    OrderLine,
    Page,
    Run,
    Staff,
    new_id,
)
from app.services.rewards.pools import lay_in

NOON = datetime(2026, 6, 15, 12, tzinfo=UTC)
Row = TypeVar("Row")


class Make:
    """Makes rows in one session; `make.its_brand` is the brand of all that names no other."""

    def __init__(self, tx: Session, now: datetime = NOON) -> None:
        self.tx = tx
        self.now = now
        self._numbers = count(1)
        self._brand: Brand | None = None
        self._campaigns: dict[UUID, Campaign] = {}

    def brand(self, **said: Any) -> Brand:
        """A brand with US dollars and UTC, in English and French."""
        word = self._word("brand")
        usual = {
            "slug": word,
            "name": word,
            "currency": "USD",
            "languages": ["en", "fr"],
            "created_at": self.now,
        }
        return self._keep(Brand(**{**usual, **said}))

    @property
    def its_brand(self) -> Brand:
        self._brand = self._brand or self.brand()
        return self._brand

    def page(self, brand: Brand | None = None, **said: Any) -> Page:
        """A fan page."""
        usual = {"brand_id": (brand or self.its_brand).id, "slug": self._word("page"), "name": {"en": "A page"}}
        return self._keep(Page(**{**usual, **said}))

    def campaign(self, brand: Brand | None = None, **said: Any) -> Campaign:
        """An open campaign, not yet published."""
        page = self.page(brand)
        usual = {"slug": self._word("campaign"), "title": {"en": "A campaign"}, "created_at": self.now}
        return self._keep(Campaign(brand_id=page.brand_id, page_id=page.id, **{**usual, **said}))

    def version(self, campaign: Campaign, files: dict[str, str] | None = None, number: int = 1) -> CampaignVersion:
        """A published version of a campaign, and from now on its live one."""
        digest = hashlib.sha256(repr(files).encode()).hexdigest()
        whose = {"brand_id": campaign.brand_id, "campaign_id": campaign.id, "number": number}
        version = CampaignVersion(**whose, files=files or {}, content_hash=digest, published_at=self.now)
        self._keep(version)
        campaign.live_version_id = version.id
        self.tx.flush()
        return version

    def fan(self, brand: Brand | None = None, **said: Any) -> Fan:
        """A fan without any identity."""
        usual = {"brand_id": (brand or self.its_brand).id, "language": "en", "created_at": self.now}
        return self._keep(Fan(**{**usual, **said}))

    def identity(self, fan: Fan, email: str | None = None, **said: Any) -> Identity:
        """A social login of a fan; with an e-mail, a verified one."""
        usual = {
            "issuer": "https://login.example",
            "subject": self._word("subject"),
            "provider": "example",
            "email": email,
            "email_verified": email is not None,
            "created_at": self.now,
            "seen_at": self.now,
        }
        return self._keep(Identity(brand_id=fan.brand_id, fan_id=fan.id, **{**usual, **said}))

    def contact(self, brand: Brand | None = None, **said: Any) -> Contact:
        """A contact of the CRM base, without orders."""
        usual = {"source": "crm", "external_id": self._word("contact"), "created_at": self.now, "updated_at": self.now}
        return self._keep(Contact(**{"brand_id": (brand or self.its_brand).id, **usual, **said}))

    def link(self, fan: Fan, contact: Contact, how: str = "verified_email") -> Link:
        """What ties this fan to this contact."""
        whose = {"brand_id": fan.brand_id, "fan_id": fan.id, "contact_id": contact.id}
        return self._keep(Link(**whose, how=how, made_at=self.now))

    def order(self, contact: Contact, lines: Sequence[tuple[str | None, int]] = ((None, 1000),), **said: Any) -> Order:
        """An order of a contact; each line is (category, cents)."""
        usual = {"source": "crm", "external_id": self._word("order"), "ordered_at": self.now, "currency": "USD"}
        order = self._keep(Order(brand_id=contact.brand_id, contact_id=contact.id, **{**usual, **said}))
        for number, (category, cents) in enumerate(lines, 1):
            whose = {"brand_id": order.brand_id, "order_id": order.id, "number": number}
            self._keep(OrderLine(**whose, category=category, amount_cents=cents))
        return order

    def run(self, fan: Fan, campaign: Campaign | None = None, **said: Any) -> Run:
        """A fan's run through a campaign's journey, just entered."""
        campaign = campaign or self._campaign_of(fan.brand_id)
        version_id = campaign.live_version_id or self.version(campaign).id
        whose = {"brand_id": fan.brand_id, "fan_id": fan.id, "campaign_id": campaign.id, "version_id": version_id}
        usual = {"journey": "journey", "state": {}, "entered_at": self.now}
        return self._keep(Run(**whose, **{**usual, **said}))

    def pool(self, codes: Sequence[str] = (), campaign: Campaign | None = None, **said: Any) -> CouponPool:
        """A pool of imported coupons with these codes."""
        campaign = campaign or self._campaign_of(self.its_brand.id)
        usual = {"code": self._word("pool"), "kind": "imported", "created_at": self.now}
        pool = self._keep(CouponPool(brand_id=campaign.brand_id, campaign_id=campaign.id, **{**usual, **said}))
        lay_in(self.tx, pool, codes, self.now)
        return pool

    def staff(self, role: str = "manager", brand: Brand | None = None, **said: Any) -> Staff:
        """A person of the studio, who cannot log in until a password is set."""
        word = self._word("staff")
        usual = {"email": f"{word}@brand.test", "name": word, "password_hash": "!", "session_salt": word}
        whose = {"brand_id": (brand or self.its_brand).id, "role": role, "created_at": self.now}
        return self._keep(Staff(**{**whose, **usual, **said}))

    def effect(self) -> str:
        """A fresh effect key."""
        return hashlib.sha256(new_id().bytes).hexdigest()

    def _campaign_of(self, brand_id: UUID) -> Campaign:
        if brand_id not in self._campaigns:
            brand = self.tx.get_one(Brand, brand_id)
            self._campaigns[brand_id] = self.campaign(brand)
        return self._campaigns[brand_id]

    def _word(self, stem: str) -> str:
        return f"{stem}-{next(self._numbers)}"

    def _keep(self, row: Row) -> Row:
        self.tx.add(row)
        self.tx.flush()
        return row
