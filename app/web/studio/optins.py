"""Opt-ins: the words of consent with their proof, and whether the ledger is as it was written."""

from __future__ import annotations

import json
import uuid
from typing import Any

from flask import Response, render_template, request

from app.db import reading
from app.errors import NotFound
from app.models import Campaign
from app.services.consent import proof, verify_chain
from app.services.optins import CHECKED_AT_ONCE, Asked, campaigns_of, ledger_length, optins
from app.web.studio.blueprint import bp, needs, staff
from journeys.problems import Problem


@bp.get("/optins", endpoint="optins")
@needs("optins")
def ledger() -> str:
    """The opt-ins, newest first, and the state of the chain."""
    brand_id = staff().brand_id
    with reading() as tx:
        known = campaigns_of(tx, brand_id)
        chosen = next((each for each in known if each.slug == request.args.get("campaign")), None)
        asked = Asked(chosen.id if chosen else None, request.args.get("words") != "all", _row_before())
        rows, older = optins(tx, brand_id, asked)
        length = ledger_length(tx, brand_id)
        checks = length <= CHECKED_AT_ONCE or "check" in request.args
        report = verify_chain(tx, brand_id) if checks else None
    return render_template(
        "studio/optins.html", rows=rows, older=older, asked=asked, chosen=chosen, known=known, length=length,
        report=report, section="optins",
    )  # fmt: skip


@bp.get("/optins/<uuid:consent_id>")
@needs("optins")
def optin(consent_id: uuid.UUID) -> str:
    """One word with everything that proves it."""
    with reading() as tx:
        shown = proof(tx, staff().brand_id, consent_id)
        campaign = tx.get(Campaign, shown["campaign_id"]) if shown["campaign_id"] else None
    return render_template("studio/optin.html", proof=shown, campaign=campaign, section="optins")


@bp.get("/optins/<uuid:consent_id>.json")
@needs("optins")
def optin_json(consent_id: uuid.UUID) -> Response:
    """The same as a file, to be kept or handed over."""
    with reading() as tx:
        shown = proof(tx, staff().brand_id, consent_id)
    text = json.dumps(shown, default=_plain, ensure_ascii=False, indent=2, sort_keys=True)
    headers = {"Content-Disposition": f'attachment; filename="consent-{consent_id}.json"'}
    return Response(text + "\n", mimetype="application/json", headers=headers)


def _row_before() -> int | None:
    text = request.args.get("before", "")
    if not text:
        return None
    if not text.isdecimal() or len(text) > 9:
        raise NotFound
    return int(text)


def _plain(value: Any) -> Any:
    return value.as_json() if isinstance(value, Problem) else str(value)
