"""The consent ledger: append-only, one hash chain per brand, personal values only as ciphertext.

UPDATE and DELETE on `consent` are refused by triggers (see the first migration).
"""

from __future__ import annotations

import uuid
from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, Integer, LargeBinary, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base, BrandRow, unique_in_brand, within_brand

EVENTS = ("requested", "given", "refused", "confirmed", "withdrawn", "expired", "parental")


class PersonKey(BrandRow, Base):
    """The key under which one person's values stand in the ledger; deleting it erases them there.

    Its id is the ledger's only name for the person.  The key itself is wrapped with the installation's secret.
    """

    __tablename__ = "person_key"

    fan_id: Mapped[uuid.UUID | None]
    contact_id: Mapped[uuid.UUID | None]
    wrapped_key: Mapped[bytes] = mapped_column(LargeBinary)
    created_at: Mapped[datetime]

    __table_args__ = (
        CheckConstraint("(fan_id IS NULL) <> (contact_id IS NULL)", name="one_person"),
        unique_in_brand(),
        within_brand("fan", "fan_id"),
        within_brand("contact", "contact_id"),
        Index("uq_person_key_fan_id", "fan_id", unique=True),
        Index("uq_person_key_contact_id", "contact_id", unique=True),
    )


class Notice(Base):
    """The exact words that were shown, kept once, found by their hash."""

    __tablename__ = "notice"

    brand_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("brand.id"), primary_key=True)
    hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    language: Mapped[str] = mapped_column(String(8))
    text: Mapped[str] = mapped_column(Text)
    first_shown_at: Mapped[datetime]


class Consent(Base):
    """One word on one purpose and channel.  Never changed, never deleted."""

    __tablename__ = "consent"

    brand_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("brand.id"), primary_key=True)
    seq: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    id: Mapped[uuid.UUID] = mapped_column(unique=True)
    subject_id: Mapped[uuid.UUID]  # a PersonKey id, which may be gone
    purpose: Mapped[str] = mapped_column(String(64))
    channel: Mapped[str] = mapped_column(String(16))
    event: Mapped[str] = mapped_column(String(16))
    at: Mapped[datetime]
    campaign_id: Mapped[uuid.UUID | None]
    clear: Mapped[str] = mapped_column(Text)  # canonical JSON, exactly as hashed
    sealed: Mapped[bytes] = mapped_column(LargeBinary)  # AES-GCM of the personal values
    previous_hash: Mapped[str] = mapped_column(String(64))
    hash: Mapped[str] = mapped_column(String(64))

    __table_args__ = (
        CheckConstraint(
            "event IN ('requested', 'given', 'refused', 'confirmed', 'withdrawn', 'expired', 'parental')", name="event"
        ),
        Index("ix_consent_subject_id_seq", "subject_id", "seq"),
        Index("ix_consent_brand_id_event_at", "brand_id", "event", "at"),
    )


class ConsentHead(Base):
    """Where a brand's chain stands; its row is locked while appending."""

    __tablename__ = "consent_head"

    brand_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("brand.id"), primary_key=True)
    seq: Mapped[int] = mapped_column(Integer)
    hash: Mapped[str] = mapped_column(String(64))


class ErasedAddress(Base):
    """The HMAC of an erased address, so that a re-import stays erased."""

    __tablename__ = "erased_address"

    brand_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("brand.id"), primary_key=True)
    address_hmac: Mapped[str] = mapped_column(String(64), primary_key=True)
    erased_at: Mapped[datetime]
