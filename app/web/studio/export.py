"""The way out of the studio for personal data: a CSV file of opt-ins, with a reason, a fresh password and an audit line."""

from __future__ import annotations

from flask import render_template
from wtforms.fields.choices import SelectChoice

from app.db import reading
from app.services.optins import campaigns_of
from app.web.studio.blueprint import bp, needs, needs_fresh, staff
from app.web.studio.forms import Export
from app.web.studio.words import say


@bp.get("/optins/export")
@needs("optins")
@needs_fresh
def export() -> str:
    """Ask what for, and of which campaign."""
    return render_template("studio/export.html", form=_form(), section="optins")


def _form() -> Export:
    form = Export()
    with reading() as tx:
        known = campaigns_of(tx, staff().brand_id)
    form.campaign.choices = [
        SelectChoice("", "–"),
        *(SelectChoice(each.slug, say(each.title) or each.slug) for each in known),
    ]
    return form
