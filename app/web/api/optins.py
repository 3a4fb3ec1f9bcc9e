"""`GET /api/v1/optins`: the words of consent that say yes, newest first, each with its proof."""

from __future__ import annotations

from flask import Blueprint, Response, g, jsonify

from app.db import reading
from app.services.optins import Asked, OptIn
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
        page, following = words(tx, g.key.brand_id, asked)
    return jsonify({"optins": [_as_json(row) for row in page], "next": following and signed_cursor(following)})


def _as_json(row: OptIn) -> dict[str, object]:
    consent = row.consent
    return {
        "proof": str(consent.id), "seq": consent.seq, "event": consent.event, "purpose": consent.purpose,
        "channel": consent.channel, "at": consent.at.isoformat(), "hash": consent.hash,
        "campaign": row.campaign.slug if row.campaign else None,
        "person": str(row.contact_id or row.fan_id) if row.contact_id or row.fan_id else None,
    }  # fmt: skip
