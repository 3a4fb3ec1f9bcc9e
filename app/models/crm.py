"""The CRM base: contacts, what is known of them and from where, orders, links to fans, programs joined."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, Index, Integer, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base, BrandRow, Json, unique_in_brand, within_brand

ONE_PERSON = "(fan_id IS NULL) <> (contact_id IS NULL)"


class Contact(BrandRow, Base):
    """A person in the CRM base; named by the source system and its id there."""

    __tablename__ = "contact"

    source: Mapped[str] = mapped_column(String(64))
    external_id: Mapped[str] = mapped_column(String(128))
    email: Mapped[str | None] = mapped_column(String(320))  # normalised
    phone: Mapped[str | None] = mapped_column(String(20))  # E.164
    first_name: Mapped[str | None] = mapped_column(String(200))
    last_name: Mapped[str | None] = mapped_column(String(200))
    member_number: Mapped[str | None] = mapped_column(String(64))
    language: Mapped[str | None] = mapped_column(String(8))
    country: Mapped[str | None] = mapped_column(String(2))
    birth_year: Mapped[int | None]
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]
    erased_at: Mapped[datetime | None]

    __table_args__ = (
        unique_in_brand(),
        UniqueConstraint("brand_id", "source", "external_id"),
        Index("ix_contact_brand_id_email", "brand_id", "email"),
    )


class Attribute(BrandRow, Base):
    """One thing known of a fan or a contact, with where it comes from and since when."""

    __tablename__ = "attribute"

    fan_id: Mapped[uuid.UUID | None]
    contact_id: Mapped[uuid.UUID | None]
    name: Mapped[str] = mapped_column(String(100))  # a catalogue field: crm.<name>
    value: Mapped[Any] = mapped_column(Json, nullable=True)
    source: Mapped[str] = mapped_column(String(16))  # declared, crm, social, game, inferred
    origin: Mapped[str] = mapped_column(String(200), default="")  # file, campaign/step, provider
    set_at: Mapped[datetime]

    __table_args__ = (
        CheckConstraint(ONE_PERSON, name="one_person"),
        CheckConstraint("source IN ('declared', 'crm', 'social', 'game', 'inferred')", name="source"),
        UniqueConstraint("contact_id", "name", "source"),
        UniqueConstraint("fan_id", "name", "source"),
        within_brand("fan", "fan_id"),
        within_brand("contact", "contact_id"),
    )


class Order(BrandRow, Base):
    """A purchase of a contact.  Its lines hold the money."""

    __tablename__ = "order"

    contact_id: Mapped[uuid.UUID]
    source: Mapped[str] = mapped_column(String(64))
    external_id: Mapped[str] = mapped_column(String(128))
    ordered_at: Mapped[datetime]
    currency: Mapped[str] = mapped_column(String(3))
    shop: Mapped[str | None] = mapped_column(String(100))
    channel: Mapped[str | None] = mapped_column(String(64))

    __table_args__ = (
        unique_in_brand(),
        UniqueConstraint("brand_id", "source", "external_id"),
        within_brand("contact", "contact_id"),
        Index("ix_order_contact_id_ordered_at", "contact_id", "ordered_at"),
    )


class OrderLine(Base):
    """One line of an order; a negative amount is a return."""

    __tablename__ = "order_line"

    brand_id: Mapped[uuid.UUID]
    order_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(Integer, primary_key=True)
    amount_cents: Mapped[int] = mapped_column(BigInteger)
    category: Mapped[str | None] = mapped_column(String(100))
    product: Mapped[str | None] = mapped_column(String(200))
    maker: Mapped[str | None] = mapped_column(String(100))

    __table_args__ = (within_brand("order", "order_id"),)


class Link(BrandRow, Base):
    """What ties a fan to a contact: how, by whom, when; ended, never deleted."""

    __tablename__ = "link"

    fan_id: Mapped[uuid.UUID]
    contact_id: Mapped[uuid.UUID]
    how: Mapped[str] = mapped_column(String(32))  # verified_email, joined_program, invitation, form, by_hand
    by_staff_id: Mapped[uuid.UUID | None]
    reason: Mapped[str] = mapped_column(Text, default="")
    made_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]

    __table_args__ = (
        within_brand("fan", "fan_id"),
        within_brand("contact", "contact_id"),
        within_brand("staff", "by_staff_id"),
        Index(
            "uq_link_fan_id_live",
            "fan_id",
            unique=True,
            sqlite_where=text("ended_at IS NULL"),
            postgresql_where=text("ended_at IS NULL"),
        ),
        Index("ix_link_contact_id", "contact_id"),
    )


class Membership(BrandRow, Base):
    """A fan or contact in a program of the brand."""

    __tablename__ = "membership"

    program: Mapped[str] = mapped_column(String(64))
    fan_id: Mapped[uuid.UUID | None]
    contact_id: Mapped[uuid.UUID | None]
    joined_at: Mapped[datetime]
    left_at: Mapped[datetime | None]
    campaign_id: Mapped[uuid.UUID | None]

    __table_args__ = (
        CheckConstraint(ONE_PERSON, name="one_person"),
        UniqueConstraint("fan_id", "program"),
        UniqueConstraint("contact_id", "program"),
        within_brand("fan", "fan_id"),
        within_brand("contact", "contact_id"),
        within_brand("campaign", "campaign_id"),
    )


class Tag(BrandRow, Base):
    """A tag on a fan or contact."""

    __tablename__ = "tag"

    name: Mapped[str] = mapped_column(String(64))
    fan_id: Mapped[uuid.UUID | None]
    contact_id: Mapped[uuid.UUID | None]
    set_at: Mapped[datetime]

    __table_args__ = (
        CheckConstraint(ONE_PERSON, name="one_person"),
        UniqueConstraint("fan_id", "name"),
        UniqueConstraint("contact_id", "name"),
        within_brand("fan", "fan_id"),
        within_brand("contact", "contact_id"),
    )
