"""Brands, their pages, and the people who work in the studio."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base, BrandRow, new_id, unique_in_brand, within_brand

ROLES = ("owner", "manager", "crm")


class Brand(Base):
    """The tenant: everything else belongs to one brand."""

    __tablename__ = "brand"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    slug: Mapped[str] = mapped_column(String(64), unique=True)
    name: Mapped[str] = mapped_column(String(200))
    sender_name: Mapped[str | None] = mapped_column(String(100))  # who mails are from; none = the brand's name
    currency: Mapped[str] = mapped_column(String(3))
    timezone: Mapped[str] = mapped_column(String(64), default="UTC")
    country: Mapped[str] = mapped_column(String(2), default="US")
    languages: Mapped[list[str]] = mapped_column(default=lambda: ["en"])
    opt_in: Mapped[str] = mapped_column(String(6), default="double")  # "single" or "double"
    attributes: Mapped[dict[str, Any]] = mapped_column(default=dict)  # catalogue fields that the brand declares
    created_at: Mapped[datetime]

    __table_args__ = (CheckConstraint("opt_in IN ('single', 'double')", name="opt_in"),)


class Page(BrandRow, Base):
    """A fan page of a brand; a store page has a parent page."""

    __tablename__ = "page"

    parent_id: Mapped[uuid.UUID | None]
    slug: Mapped[str] = mapped_column(String(64))
    name: Mapped[dict[str, Any]]
    follower_count: Mapped[int | None]  # typed by staff: how many follow the page at its network
    followers_on: Mapped[datetime | None]

    __table_args__ = (
        unique_in_brand(),
        UniqueConstraint("brand_id", "slug"),
        within_brand("page", "parent_id"),
    )


class Staff(BrandRow, Base):
    """A person who works in the studio, with one role."""

    __tablename__ = "staff"

    email: Mapped[str] = mapped_column(String(320), unique=True)
    name: Mapped[str] = mapped_column(String(200))
    password_hash: Mapped[str] = mapped_column(Text)
    role: Mapped[str] = mapped_column(String(16))
    language: Mapped[str] = mapped_column(String(8), default="en")
    session_salt: Mapped[str] = mapped_column(String(32))  # changed to end every session of this person
    active: Mapped[bool] = mapped_column(default=True)
    created_at: Mapped[datetime]

    __table_args__ = (unique_in_brand(), CheckConstraint("role IN ('owner', 'manager', 'crm')", name="role"))


class ApiKey(BrandRow, Base):
    """A key of a program that calls the API; only its hash is kept."""

    __tablename__ = "api_key"

    name: Mapped[str] = mapped_column(String(100))
    key_hash: Mapped[str] = mapped_column(String(64), unique=True)
    scopes: Mapped[list[str]]
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]

    __table_args__ = (unique_in_brand(),)


class Audit(BrandRow, Base):
    """What staff did, to what, when."""

    __tablename__ = "audit"

    staff_id: Mapped[uuid.UUID | None]
    what: Mapped[str] = mapped_column(String(64))
    on: Mapped[str] = mapped_column("on_what", String(200), default="")
    detail: Mapped[dict[str, Any]] = mapped_column(default=dict)
    at: Mapped[datetime]

    __table_args__ = (within_brand("staff", "staff_id"), Index("ix_audit_brand_id_at", "brand_id", "at"))
