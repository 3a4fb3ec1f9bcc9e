"""`GET /api/v1/optins`: the words of consent that say yes, newest first, each with its proof.

A word is history: `may_contact` says whether it still stands, and is asked anew for every row.
"""

from __future__ import annotations

from flask import Blueprint, Response, g, jsonify

from app.db import reading
from app.models import Brand
from app.services.optins import Asked, OptIn, may_contact_now
from app.services.optins import optins as words
from app.web.api.bodies import cursor, known_query, page_size, signed_cursor
from app.web.api.keys import key_required
from app.web.limits import limiter

optins = Blueprint("optins", __name__)


@optins.get("/optins")
@key_required("optins")
@limiter.limit("120 per minute")
def listed() -> Response:
    """A page of opt-ins; `next` is the cursor of the page after it, null at the end."""
    known_query("limit", "cursor")
    asked = Asked(before=cursor(), size=page_size())
    with reading() as tx:
        brand = tx.get_one(Brand, g.key.brand_id)
        page, following = words(tx, brand.id, asked)
        rows = [_as_json(row, may_contact_now(tx, brand, row)) for row in page]
    return jsonify({"optins": rows, "next": following and signed_cursor(following)})


def _as_json(row: OptIn, may_contact: bool) -> dict[str, object]:
    consent = row.consent
    return {
        "proof": str(consent.id), "seq": consent.seq, "event": consent.event, "purpose": consent.purpose,
        "channel": consent.channel, "at": consent.at.isoformat(), "hash": consent.hash,
        "campaign": row.campaign.slug if row.campaign else None,
        "person": str(row.contact_id or row.fan_id) if row.contact_id or row.fan_id else None,
        "may_contact": may_contact,
    }  # fmt: skip
