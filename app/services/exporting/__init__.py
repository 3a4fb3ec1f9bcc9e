"""Taking opt-ins out: only whom the last word allows, with the exact words and the ledger's row as proof."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from sqlalchemy.orm import Session

from app.models import Audit, Brand, Campaign
from app.services.exporting.formats import FORMATS
from app.services.exporting.optins import OptIn, optins

__all__ = ["FORMATS", "OptIn", "export_optins", "note_export", "optins"]


def export_optins(tx: Session, brand: Brand, campaign: Campaign | None, fmt: str, now: datetime) -> Iterator[str]:
    """The opt-ins of a brand, or of one campaign, as pieces of a file (`csv`, `machine` or `spreadsheet`).

    Consent is read again for every row as it is written.  Raises: KeyError for an unknown format.
    """
    return FORMATS[fmt](row for row in optins(tx, brand, campaign) if row.given_at <= now)


def note_export(tx: Session, brand: Brand, campaign: Campaign | None, reason: str, now: datetime) -> None:
    """Keep on record that opt-ins were taken out by somebody without a studio login, and why."""
    detail = {"campaign": campaign.slug if campaign else None, "reason": reason}
    tx.add(Audit(brand_id=brand.id, staff_id=None, what="export_optins", on="optins", detail=detail, at=now))
    tx.flush()
