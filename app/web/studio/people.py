"""People: find one, and read what the brand knows of them.  Nothing is changed here."""

from __future__ import annotations

import uuid

from flask import render_template, request

from app.db import reading
from app.services.dossier import MOST_FOUND, SHORTEST_SEARCH, dossier, search
from app.web.clock import utcnow
from app.web.studio.blueprint import bp, needs, staff

LONGEST_SEARCH = 200


@bp.get("/people", endpoint="people")
@needs("people")
def find() -> str:
    """Search by e-mail, number or name."""
    wanted = request.args.get("q", "").strip()[:LONGEST_SEARCH]
    with reading() as tx:
        found = search(tx, staff().brand_id, wanted)
    limits = {"shortest": SHORTEST_SEARCH, "most": MOST_FOUND}
    return render_template("studio/people.html", wanted=wanted, found=found, **limits, section="people")


@bp.get("/people/<any(fan, contact):kind>/<uuid:person_id>")
@needs("people")
def person(kind: str, person_id: uuid.UUID) -> str:
    """One person's dossier."""
    with reading() as tx:
        known = dossier(tx, staff().brand_id, kind, person_id)
    return render_template("studio/person.html", known=known, now=utcnow(), section="people")
