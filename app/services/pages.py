"""Fan pages: what staff note about them."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from app.models import Page, Staff
from app.services.staff import note_audit


def note_followers(tx: Session, staff: Staff, page: Page, count: int, now: datetime) -> None:
    """Write down how many follow the page at its network, as somebody has read it there."""
    page.follower_count, page.followers_on = count, now
    note_audit(tx, staff, "page.followers", page.slug, {"count": count}, now)
