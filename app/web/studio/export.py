"""The way out of the studio for personal data: opt-ins as CSV, with a reason, a fresh password and an audit line."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any
from uuid import UUID

from flask import Response, make_response, render_template
from flask_babel import gettext as _
from wtforms.fields.choices import SelectChoice

from app.db import reading, transaction
from app.models import Brand, Campaign
from app.services.exporting import export_optins, optins
from app.services.optins import CHECKED_AT_ONCE, campaigns_of, ledger_length
from app.services.staff import note_audit
from app.web.clock import utcnow
from app.web.studio.blueprint import bp, needs, needs_fresh, staff
from app.web.studio.forms import Export
from app.web.studio.words import say


@bp.get("/optins/export")
@needs("optins")
@needs_fresh
def export() -> str:
    """Ask what for, and of which campaign."""
    return _page(_form())


@bp.post("/optins/export")
@needs("optins")
@needs_fresh
def export_file() -> Any:
    """Write the reason down, then give the file out, row by row."""
    form = _form()
    if not form.validate_on_submit():
        return make_response(_page(form), 422)
    now, slug = utcnow(), form.campaign.data
    with transaction() as tx:
        chosen = next((each.id for each in campaigns_of(tx, staff().brand_id) if each.slug == slug), None)
        detail = {"campaign": slug or None, "format": form.format.data, "reason": form.reason.data}
        note_audit(tx, staff(), "export_optins", "optins", detail, now)
    name = f"opt-ins-{slug or 'all'}-{now:%Y-%m-%d}.csv"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(_rows(staff().brand_id, chosen, form.format.data, now), mimetype="text/csv", headers=headers)


def _rows(brand_id: UUID, campaign_id: UUID | None, form: str, now: datetime) -> Iterator[str]:
    """The file in pieces, so that a large one needs no memory."""
    with reading() as tx:
        campaign = tx.get(Campaign, campaign_id) if campaign_id else None
        yield from export_optins(tx, tx.get_one(Brand, brand_id), campaign, form, now)


def _form() -> Export:
    form = Export()
    with reading() as tx:
        known = campaigns_of(tx, staff().brand_id)
    named = (SelectChoice(each.slug, say(each.title) or each.slug) for each in known)
    form.campaign.choices = [SelectChoice("", _("All campaigns")), *named]
    return form


def _page(form: Export) -> str:
    with reading() as tx:
        brand = tx.get_one(Brand, staff().brand_id)
        small = ledger_length(tx, brand.id) <= CHECKED_AT_ONCE
        rows = sum(1 for _ in optins(tx, brand)) if small else None
    return render_template(
        "studio/export.html", form=form, rows=rows, double=brand.opt_in == "double", section="optins"
    )
