"""Fans, their social identities, and the short-lived rows of logging in."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base, BrandRow, unique_in_brand, within_brand


class Fan(BrandRow, Base):
    """A person as the pages know them."""

    __tablename__ = "fan"

    display_name: Mapped[str | None] = mapped_column(String(200))
    language: Mapped[str | None] = mapped_column(String(8))
    country: Mapped[str | None] = mapped_column(String(2))
    birth_year: Mapped[int | None]
    link_asked_at: Mapped[datetime | None]  # when "not now" was said to being recognised as a customer
    created_at: Mapped[datetime]
    erased_at: Mapped[datetime | None]

    __table_args__ = (unique_in_brand(), Index("ix_fan_brand_id_created_at", "brand_id", "created_at"))


class Identity(BrandRow, Base):
    """One social login of a fan.  Its key is (issuer, subject), never the e-mail."""

    __tablename__ = "identity"

    fan_id: Mapped[uuid.UUID] = mapped_column(index=True)
    issuer: Mapped[str] = mapped_column(String(255))
    subject: Mapped[str] = mapped_column(String(255))
    provider: Mapped[str] = mapped_column(String(64))
    email: Mapped[str | None] = mapped_column(String(320))
    email_verified: Mapped[bool] = mapped_column(default=False)  # said by a provider marked as trusted for e-mail
    created_at: Mapped[datetime]
    seen_at: Mapped[datetime]

    __table_args__ = (
        unique_in_brand(),
        UniqueConstraint("brand_id", "issuer", "subject"),
        within_brand("fan", "fan_id"),
    )


class LoginAttempt(BrandRow, Base):
    """A login under way: state, nonce and PKCE verifier; ten minutes, one use."""

    __tablename__ = "login_attempt"

    state_hash: Mapped[str] = mapped_column(String(64), unique=True)
    campaign_id: Mapped[uuid.UUID]
    provider: Mapped[str] = mapped_column(String(64))
    nonce: Mapped[str] = mapped_column(String(64))
    pkce_verifier: Mapped[str] = mapped_column(String(128))
    challenge: Mapped[str | None] = mapped_column(String(64))  # sha256 of the tab's verifier; none at top level
    browser_hash: Mapped[str] = mapped_column(String(64))  # of the login window's first-party cookie
    source: Mapped[dict[str, Any]] = mapped_column(default=dict)
    language: Mapped[str | None] = mapped_column(String(8))
    created_at: Mapped[datetime]
    used_at: Mapped[datetime | None]

    __table_args__ = (within_brand("campaign", "campaign_id"), Index("ix_login_attempt_created_at", "created_at"))


class LoginCode(BrandRow, Base):
    """A one-time code that the tab redeems for a pass; sixty seconds, stored hashed."""

    __tablename__ = "login_code"

    code_hash: Mapped[str] = mapped_column(String(64), unique=True)
    challenge: Mapped[str] = mapped_column(String(64), index=True)
    sealed_code: Mapped[str | None] = mapped_column(String(512))  # for the poll, readable with the verifier only
    campaign_id: Mapped[uuid.UUID]
    fan_id: Mapped[uuid.UUID]
    source: Mapped[dict[str, Any]] = mapped_column(default=dict)
    created_at: Mapped[datetime]
    used_at: Mapped[datetime | None]

    __table_args__ = (within_brand("campaign", "campaign_id"), within_brand("fan", "fan_id"))


class Pass(BrandRow, Base):
    """What lets a fan's tab act for the fan: opaque, stored hashed, 2 h idle, 12 h at most, revocable."""

    __tablename__ = "pass"

    pass_hash: Mapped[str] = mapped_column(String(64), unique=True)
    fan_id: Mapped[uuid.UUID]
    origin: Mapped[str | None] = mapped_column(String(255))  # of the page that embeds the tab
    source: Mapped[dict[str, Any]] = mapped_column(default=dict)
    created_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]

    __table_args__ = (
        unique_in_brand(),
        within_brand("fan", "fan_id"),
        CheckConstraint("expires_at >= created_at", name="expires_after_creation"),
    )
