"""Links in mails: what a click on one of them may do, for whom, and until when.  Only the hash of a token is kept."""

from __future__ import annotations

import uuid
from datetime import datetime

from sqlalchemy import CheckConstraint, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base, BrandRow, within_brand


class MailLink(BrandRow, Base):
    """One link of one message: `confirm` a yes, or `withdraw` it."""

    __tablename__ = "mail_link"

    kind: Mapped[str] = mapped_column(String(16))
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    message_id: Mapped[uuid.UUID] = mapped_column(index=True)
    campaign_id: Mapped[uuid.UUID]  # whose colours and words its page has
    purpose: Mapped[str] = mapped_column(String(64))
    channel: Mapped[str] = mapped_column(String(16))
    consent_id: Mapped[uuid.UUID | None]  # the word in the ledger that waits for its confirmation
    subject_id: Mapped[uuid.UUID | None] = mapped_column(index=True)  # who said it; a PersonKey id, which may be gone
    address_hmac: Mapped[str | None] = mapped_column(String(64))  # to count confirmation mails to one address
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime | None]  # none = for as long as the mail is kept
    used_at: Mapped[datetime | None]
    replaced_at: Mapped[datetime | None]  # when a newer request made this one void

    __table_args__ = (
        CheckConstraint("kind IN ('confirm', 'withdraw')", name="kind"),
        within_brand("message", "message_id"),
        within_brand("campaign", "campaign_id"),
        Index("ix_mail_link_address_hmac_created_at", "address_hmac", "created_at"),
    )
